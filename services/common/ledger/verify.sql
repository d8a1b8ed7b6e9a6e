-- name: lift_time_limit
select set_config('transaction_timeout', '0', false), set_config('statement_timeout', '0', false),
       set_config('idle_in_transaction_session_timeout', '0', false)

-- name: set_scope
select set_config('lotse.kind', 'service', true), set_config('lotse.agency', '', true),
       set_config('lotse.person', '', true), set_config('lotse.case', '', true), set_config('bytea_output', 'hex', true)

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
-- Kind and row id of about every so many-th ($1) entry of each kind, in order: of one entry in so many ($2) positions, and never
-- more than there are entries, whatever somebody made of their positions.
with recursive sample (seq, kind, row_id) as (
    (select seq, kind, row_id from log_leaf order by seq limit 1)
    union all
    select next.seq, next.kind, next.row_id
    from sample cross join lateral (
        select seq, kind, row_id from log_leaf
        where seq > sample.seq and seq >= least(sample.seq, 9223372036854775807 - $2::bigint) + $2::bigint
        order by seq limit 1) next)
select kind, row_id
from (select kind, row_id, row_number() over (partition by kind order by row_id) as number from sample) numbered
where number % ($1::bigint / $2::bigint) = 0 order by kind, row_id

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
