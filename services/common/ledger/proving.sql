-- name: find_leaf
select seq from log_leaf where kind = $1 and row_id = $2 and revision = $3

-- name: newest_checkpoint
select size, root, signed_note from log_checkpoint order by size desc limit 1

-- name: list_leaf_hashes
select leaf_hash from log_leaf where seq >= $1 and seq < $2 order by seq
