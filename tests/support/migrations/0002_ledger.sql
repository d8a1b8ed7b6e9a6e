-- A small ledger as the README of services/common/ledger gives it, over events of a case, and a consumer's cursor.

create table event (
    case_id  uuid   not null,
    id       uuid   not null,
    revision bigint not null,
    text     text,
    at       timestamptz not null,
    salt     bytea  not null,
    primary key (case_id, id, revision)
);

create table log_pending (
    id        bigint generated always as identity primary key,
    kind      text   not null,
    case_id   uuid,
    row_id    uuid   not null,
    revision  bigint not null default 0,
    leaf_hash bytea  not null check (octet_length(leaf_hash) = 32)
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);

create table log_leaf (
    seq       bigint primary key check (seq >= 0),
    kind      text   not null,
    case_id   uuid,
    row_id    uuid   not null,
    revision  bigint not null,
    leaf_hash bytea  not null,
    chain     bytea  not null,
    unique (kind, row_id, revision)
);
create index log_leaf_kind on log_leaf (kind, seq);

create table log_checkpoint (
    size        bigint primary key,
    root        bytea  not null,
    signed_note text   not null,
    at          timestamptz not null
);

create table log_erased (
    id              uuid primary key,
    case_id         uuid,
    erased_kind     text   not null,
    erased_row_id   uuid   not null,
    erased_revision bigint not null,
    ground          text   not null,
    at              timestamptz not null,
    salt            bytea  not null check (octet_length(salt) = 16),
    unique (erased_kind, erased_row_id, erased_revision)
);

create table feed_cursor (name text primary key, position bigint not null, moved_at timestamptz not null);
create table heard (seq bigint primary key, kind text not null, row_id uuid not null);

grant select, insert on event to {run}, {worker};
grant select, insert, delete on event to {eraser};
grant insert on log_pending to {run}, {worker}, {eraser};
grant select, delete on log_pending to {sequencer};
grant select on log_leaf, log_checkpoint to {run};
grant select on log_pending, log_leaf, log_checkpoint, log_erased to {worker};
grant select, insert on log_leaf, log_checkpoint to {sequencer};
grant select, insert on log_erased to {eraser};
grant select, insert, update on feed_cursor to {worker};
grant select, insert on heard to {worker};
