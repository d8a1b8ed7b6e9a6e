-- minimum program: 0.1.0
-- What the last import of a source read, and how it left the source's rows: when both are the same, nothing has to be read.

alter table import_source
    add column content bytea,
    add column rows bytea;
