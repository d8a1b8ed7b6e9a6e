-- name: latest_checkpoint
select size, signed_note from log_checkpoint where size > $1 order by size desc limit 1

-- name: list_entries_after
select seq, kind, case_id, row_id, revision, leaf_hash
from log_leaf where seq > $1 and kind = any ($2::text[]) order by seq limit 1000
