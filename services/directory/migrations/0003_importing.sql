-- minimum program: 0.1.0
-- Imports stage into tables with the columns of the model, which live within one transaction only.

drop table staged_row;

-- The import role makes its staging tables here and drops them before it commits, so nobody ever sees one.
create schema staging;
grant usage, create on schema staging to {import};

-- With which state of the checks and of the reference data a source was last loaded: only then may a row that is the
-- same as last time go unchecked.
create table import_source (
    source text primary key,
    version bytea not null,
    import_id uuid not null
);
grant select, insert, update on import_source to {import};

-- Checked at the end of a statement, so that two terms of a taxonomy may swap their codes.
alter table taxonomy_term
    drop constraint taxonomy_term_taxonomy_id_code_key,
    add constraint taxonomy_term_code unique (taxonomy_id, code) deferrable initially immediate;
