-- name: log_size
select coalesce(max(seq), -1) + 1 from log_leaf

-- name: last_checkpoint
select size, root, signed_note from log_checkpoint order by size desc limit 1

-- name: known_restorations
select restoration_id from restoration

-- name: missing_entries
select entry.kind, entry.case_id, entry.row_id
from unnest($1::text[], $2::uuid[], $3::uuid[], $4::bigint[], $5::bytea[]) as entry (kind, case_id, row_id, revision, leaf_hash)
where not exists (
    select from log_leaf leaf
    where leaf.kind = entry.kind and leaf.row_id = entry.row_id and leaf.revision = entry.revision
      and leaf.leaf_hash = entry.leaf_hash)

-- name: insert_restoration
with row as (
    insert into restoration (restoration_id, at, kept_size, signed_size, signed_root, missing_entries, locked_cases, salt)
    values ($1, $2, $3, $4, $5, $6, $7, $8)
)
insert into log_pending (kind, case_id, row_id, revision, leaf_hash) values ('restored', null, $1, 0, $9)
