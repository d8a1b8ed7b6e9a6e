-- Keys of items, in a database of their own whose backups are kept for days: a key that is deleted here is gone soon.
create table installation (id text primary key);

create table agency_keyset (
    agency_id uuid primary key,
    wrapped   bytea not null,
    made_at   timestamptz not null default clock_timestamp()
);

create table content_key (
    item_id    uuid not null,
    version    integer not null,
    agency_id  uuid not null,
    held_for   uuid not null,
    wrapped    bytea not null,
    touched_at timestamptz not null default clock_timestamp(),
    primary key (item_id, version, agency_id, held_for)
);

create index content_key_by_reason on content_key (held_for, agency_id);
create index content_key_by_touch on content_key (touched_at);

comment on table content_key is 'data keys of items, wrapped; held_for is the case (the author''s own) or the referral';
comment on column agency_keyset.wrapped is 'points to an agency, not to a person; erasure: when the agency leaves';
comment on column content_key.item_id is 'erasure: row is deleted when the item is, before the content';
comment on column content_key.held_for is 'erasure: row is deleted when the referral or case ends';
comment on column content_key.wrapped is 'erasure: with the row';

grant usage on schema public to {run}, {worker};
grant select, insert on installation to {run}, {worker};
grant select, insert on agency_keyset to {run};
grant select, insert, update (touched_at), delete on content_key to {run};
grant select, delete on content_key to {worker};
