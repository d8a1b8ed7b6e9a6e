-- Texts that are being written, and what persons did with texts. Rows are only added, so it stays known who wrote which words.

create table consent_text_draft (
    draft_id     uuid    not null,
    revision     integer not null check (revision > 0),
    subject      text    not null,
    language     text    not null,
    variety      text    not null check (variety in ('standard', 'leichte-sprache')),
    title        text    not null,
    body         text    not null,
    translator   text    not null,
    material     boolean not null,
    content_hash bytea   not null check (octet_length(content_hash) = 32),
    primary key (draft_id, revision)
);
comment on column consent_text_draft.translator is 'erasure: never, named on the text by agreement';
grant select, insert on consent_text_draft to {run};
grant select on consent_text_draft to {worker};

-- Each act of a person is a leaf of the log. What the command line publishes is no act of a person known here.
create table consent_text_act (
    act_id          uuid primary key,
    at              timestamptz not null,
    act             text  not null check (act in ('written', 'signed', 'published', 'discarded', 'reviewed', 'retired')),
    draft_id        uuid,
    revision        integer,
    text_version_id uuid references consent_text,
    content_hash    bytea not null check (octet_length(content_hash) = 32),
    person_id       uuid  not null,
    role            text  not null check (role in ('operator', 'data-protection-officer')),
    reviewer        text  not null,
    reviewed_on     date,
    request_id      uuid  not null unique,
    salt            bytea not null check (octet_length(salt) = 16),
    leaf_hash       bytea not null check (octet_length(leaf_hash) = 32),
    foreign key (draft_id, revision) references consent_text_draft,
    check ((draft_id is null) = (act in ('reviewed', 'retired'))),
    check ((text_version_id is null) = (act in ('written', 'signed', 'discarded'))),
    check ((reviewer <> '') = (act in ('signed', 'reviewed')) and (reviewer = '') = (reviewed_on is null))
);
comment on column consent_text_act.person_id is 'erasure: never, an official act';
comment on column consent_text_act.reviewer is 'erasure: never, named on the text by agreement';
create index consent_text_act_draft on consent_text_act (draft_id, at);
create index consent_text_act_version on consent_text_act (text_version_id, at);
create unique index consent_text_act_end on consent_text_act (draft_id) where act in ('published', 'discarded');
grant select, insert on consent_text_act to {run};
grant select on consent_text_act to {worker};
