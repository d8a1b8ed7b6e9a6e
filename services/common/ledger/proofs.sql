-- name: find_position
select seq from log_leaf where kind = $1 and row_id = $2 and revision = $3

-- name: newest_checkpoint_over
select size, root, signed_note from log_checkpoint where size > $1 order by size desc limit 1

-- name: checkpoint_of_size
select size, root, signed_note from log_checkpoint where size = $1

-- name: leaves_at
select seq as position, leaf_hash as hash from log_leaf where seq = any ($1::bigint[])

-- name: nodes_at
select node.level, node.position, node.hash
from unnest($1::smallint[], $2::bigint[]) as wanted (level, position)
join log_node node on node.level = wanted.level and node.position = wanted.position
