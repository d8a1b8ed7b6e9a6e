-- name: lift_time_limit
select set_config('transaction_timeout', '0', false), set_config('statement_timeout', '0', false),
       set_config('idle_in_transaction_session_timeout', '0', false)

-- name: set_scope
select set_config('lotse.kind', 'service', true), set_config('lotse.agency', '', true),
       set_config('lotse.person', '', true), set_config('lotse.case', '', true)

-- name: clock
select clock_timestamp()

-- name: all_leaves
select seq, kind, row_id, revision, leaf_hash, chain from log_leaf order by seq

-- name: all_checkpoints
select size, root, signed_note from log_checkpoint order by size

-- name: was_signed_before
select exists (select from log_checkpoint where abs(extract(epoch from clock_timestamp() - at)) > $1)

-- name: leaf_kinds
select distinct kind from log_leaf order by kind

-- name: leaves_of_kind
select seq, case_id, row_id, revision, leaf_hash from log_leaf where kind = $1 order by row_id, revision

-- name: all_pending
select kind, row_id, revision, leaf_hash from log_pending

-- name: all_erased
select case_id, erased_kind, erased_row_id, erased_revision from log_erased

-- name: erasures_as_rows
select id as ledger_row_id, 0::bigint as ledger_revision, salt as ledger_salt, at as ledger_written_at,
       case_id, erased_kind, erased_row_id, erased_revision, ground, at
from log_erased order by id

-- name: leaf_at
select kind, row_id, revision from log_leaf where seq = $1
