-- Which keys were deleted, until it stands in the signed journal outside: written in the statement that deletes them, so
-- an older copy of this database can be told what to delete again.
create table key_deletion (
    number    bigint generated always as identity primary key,
    item_id   uuid not null,
    version   integer not null,
    agency_id uuid not null,
    held_for  uuid not null,
    at        timestamptz not null default clock_timestamp()
);
comment on column key_deletion.item_id is 'erasure: within a second, once it stands in the journal';
comment on column key_deletion.held_for is 'erasure: within a second, once it stands in the journal';

-- How many lines of the journal this database knows. One row.
create table key_journal (
    lines bigint not null check (lines >= 0),
    sole  boolean primary key default true check (sole)
);
insert into key_journal (lines) values (0);

grant insert on key_deletion to {run}, {worker};
grant select, delete on key_deletion to {worker};
grant select, update on key_journal to {worker};
