-- name: has_history
select to_regclass('lotse_migration.applied') is not null

-- name: create_history
do $$
begin
    create schema lotse_migration;
    create table lotse_migration.applied (
        number          integer primary key,
        name            text not null,
        checksum        bytea not null,
        minimum_program text not null,
        applied_by      text not null,
        applied_at      timestamptz not null default clock_timestamp()
    );
    grant usage on schema lotse_migration to public;
    grant select on lotse_migration.applied to public;
end
$$

-- name: list_applied
select number, name, checksum, minimum_program from lotse_migration.applied order by number

-- name: insert_applied
insert into lotse_migration.applied (number, name, checksum, minimum_program, applied_by) values ($1, $2, $3, $4, $5)

-- name: take_lock
select pg_advisory_lock(hashtextextended('lotse_migration', 0))

-- name: release_lock
select pg_advisory_unlock(hashtextextended('lotse_migration', 0))

-- name: wait_for_other_migration
select set_config('lock_timeout', '60s', false)

-- name: bound_lock_waits
select set_config('lock_timeout', '3s', true)
