-- name: tables
select n.nspname as schema, c.relname as name
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind = 'r' and n.nspname not in ('pg_catalog', 'information_schema', 'lotse_migration') and n.nspname !~ '^pg_'
order by n.nspname, c.relname

-- name: without_triggers
select set_config('session_replication_role', 'replica', false)
