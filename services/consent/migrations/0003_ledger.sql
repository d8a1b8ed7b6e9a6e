-- Proofs out of the log, and what a restore leaves.

-- Every eighth level of the log's tree (services/common/ledger/README.md): what proofs are made of.
create table log_node (
    level    smallint not null check (level > 0),
    position bigint   not null check (position >= 0),
    hash     bytea    not null,
    primary key (level, position)
);
grant select, insert on log_node to {sequencer};
grant select on log_node to {worker};

-- ── restore ──────────────────────────────────────────────────────────────────────────────────────────────────────────

-- That an older copy was started: how far its log went, and what had been signed beyond and is lost. A leaf of its own.
create table restoration (
    restoration_id  uuid primary key,
    at              timestamptz not null,
    kept_size       bigint not null,
    signed_size     bigint not null,
    signed_root     bytea  not null,
    missing_entries bigint not null,
    locked_cases    bigint not null,
    salt            bytea  not null check (octet_length(salt) = 16)
);
grant select, insert on restoration to {worker};

-- A restore closes, and can open nothing.
create policy restore_locks on consent_revision for insert to {worker}
    with check (scope_kind() = 'service' and act = 'locked');
grant insert on consent_revision, log_pending to {worker};
