-- name: lift_time_limit
select set_config('transaction_timeout', '0', false), set_config('statement_timeout', '0', false),
       set_config('idle_in_transaction_session_timeout', '0', false)

-- name: set_scope
select set_config('lotse.kind', 'service', true), set_config('lotse.agency', '', true),
       set_config('lotse.person', '', true), set_config('lotse.case', '', true)

-- name: clock
select clock_timestamp()

-- name: all_leaves
select seq, leaf_hash, chain from log_leaf order by seq

-- name: all_checkpoints
select size, root, signed_note from log_checkpoint order by size

-- name: all_nodes
select level, position, hash from log_node order by level, position

-- name: was_signed_before
select exists (select from log_checkpoint where abs(extract(epoch from clock_timestamp() - at)) > $1)

-- name: leaf_kinds
with recursive found (kind) as (
    select min(kind) from log_leaf
    union all
    select (select min(leaf.kind) from log_leaf leaf where leaf.kind > found.kind) from found where found.kind is not null)
select kind from found where kind is not null

-- name: first_of_kind
select seq, row_id, revision from log_leaf where kind = $1 order by seq limit 1

-- name: export_snapshot
select pg_export_snapshot()

-- name: bounds
-- Every so many-th ($2) row id of a kind ($1), in order.
select row_id from (select row_id, row_number() over (order by row_id, revision) as number from log_leaf where kind = $1) numbered
where number % $2::bigint = 0

-- name: format_comparison
-- Makes the statement that lays each row of a kind ($1: its reader, $2 and $3: names and types of its columns) beside
-- its entry, as far as their ids lie from $5 up to and without $6; null is no bound. The row comes as what was hashed: 0x00, salt, and the JSON of the README, for which PostgreSQL's
-- `row_to_json` is RFC 8785 as long as all values are those of the README (a test holds the two together).
select format(
    $statement$
    select entry.seq, entry.leaf_hash, coalesce(stored.preimage, '') as preimage, judged.odd,
           case when judged.odd is not null then coalesce(entry.row_id, stored.row_id) end as row_id,
           case when judged.odd is not null then coalesce(entry.revision, stored.revision) end as revision,
           case when judged.odd is not null then entry.case_id end as case_id,
           case when judged.odd is not null then stored.written_at end as written_at
    from (
        select reader.ledger_row_id as row_id, reader.ledger_revision as revision, reader.ledger_written_at as written_at,
               octet_length(reader.ledger_salt) as salt_length, %4$s as kept_hash, %5$s as case_id,
               '\x00'::bytea || reader.ledger_salt || convert_to(row_to_json(leaf)::text, 'UTF8') as preimage
        from (%1$s) reader cross join lateral (select %2$s) leaf
        where %8$s) stored
    full join (select seq, row_id, revision, case_id, leaf_hash from log_leaf where kind = %3$L and %9$s) entry
        on entry.row_id = stored.row_id and entry.revision = stored.revision
    cross join lateral (
        select case
            when stored.row_id is null then 'without-row'
            when entry.seq is null then 'without-entry'
            when stored.salt_length is distinct from 16 or %6$s then 'changed'
            when %7$s then 'other-case'
        end as odd) judged
    $statement$,
    $1::text,
    (select string_agg(format('%s as %I', value, name), ', ' order by name collate "C")
     from (
        select name, case type when 'timestamptz' then format('(extract(epoch from reader.%I) * 1000000)::bigint', name)
                               when 'bytea' then format('encode(reader.%I, ''hex'')', name)
                               else format('reader.%I', name) end as value
        from unnest($2::text[], $3::text[]) as column_of (name, type)
        where left(name, 7) <> 'ledger_'
        union all select 'v', '1'
        union all select 'kind', format('%L::text', $4::text)) as leaf_column),
    $4::text,
    case when 'ledger_leaf_hash' = any ($2::text[]) then 'reader.ledger_leaf_hash' else 'null::bytea' end,
    case when 'case_id' = any ($2::text[]) then 'reader.case_id' else 'null::uuid' end,
    case when 'ledger_leaf_hash' = any ($2::text[]) then 'stored.kept_hash is distinct from entry.leaf_hash' else 'false' end,
    case when 'case_id' = any ($2::text[]) then 'stored.case_id is distinct from entry.case_id' else 'false' end,
    concat_ws(' and ', 'true', 'reader.ledger_row_id >= ' || quote_literal($5::uuid), 'reader.ledger_row_id < ' || quote_literal($6::uuid)),
    concat_ws(' and ', 'true', 'row_id >= ' || quote_literal($5::uuid), 'row_id < ' || quote_literal($6::uuid)))

-- name: all_pending
select kind, row_id, revision, leaf_hash from log_pending

-- name: all_erased
select case_id, erased_kind, erased_row_id, erased_revision from log_erased

-- name: erasures_as_rows
select id as ledger_row_id, 0::bigint as ledger_revision, salt as ledger_salt, at as ledger_written_at,
       case_id, erased_kind, erased_row_id, erased_revision, ground, at
from log_erased order by id

-- name: leaf_at
select seq, kind, row_id, revision from log_leaf where seq = $1
