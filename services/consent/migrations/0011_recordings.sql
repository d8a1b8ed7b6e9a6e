-- Texts spoken by a person. Unlike words a recording can be removed: it is somebody's voice. The log keeps what was there by its hash.

create table consent_text_recording (
    text_version_id uuid primary key references consent_text,
    media_type      text  not null check (media_type in ('audio/ogg', 'audio/mpeg', 'audio/mp4')),
    content         bytea not null check (octet_length(content) between 1 and 3145728),
    digest          bytea not null check (octet_length(digest) = 32)
);
comment on column consent_text_recording.content is 'erasure: when somebody removes or replaces it; the voice of a speaker, public by agreement';
alter table consent_text_recording alter column content set storage external;
grant select, insert, update, delete on consent_text_recording to {run};

alter table consent_text_act drop constraint consent_text_act_act_check;
alter table consent_text_act drop constraint consent_text_act_check;
alter table consent_text_act
    add constraint consent_text_act_act_check check (act in ('written', 'signed', 'published', 'discarded', 'reviewed', 'retired',
                                                             'recorded', 'recording-removed')),
    add constraint consent_text_act_check check ((draft_id is null) = (act in ('reviewed', 'retired', 'recorded',
                                                                               'recording-removed')));
comment on column consent_text_act.content_hash is 'Of the words; for recorded and recording-removed of the recording.';
