-- What changed from one version of a text to the next, what was rendered, and what a question needs of its texts.

-- Whether a version says something else than the one before it in its subject, language and variety: then whoever was shown
-- an older one is shown this one before she decides. What was published before counts so: too often rather than too seldom.
alter table consent_text add column material boolean not null default true;

-- What a version looks like, kept as it was rendered when it was published; a later program may render otherwise.
create table consent_text_artefact (
    text_version_id uuid primary key references consent_text,
    html            text not null,
    html_hash       bytea not null check (octet_length(html_hash) = 32)
);
grant select, insert on consent_text_artefact to {run};
grant select on consent_text_artefact to {worker};

alter table consent_request
    add column variety text not null default 'standard' check (variety in ('standard', 'leichte-sprache')),
    add column with_interpreter boolean not null default false;
comment on column consent_request.variety is 'erasure: with the case; can say that she reads with difficulty';
comment on column consent_request.with_interpreter is 'erasure: with the case';
