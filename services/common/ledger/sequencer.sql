-- name: has_pending
select exists (select from log_pending where id > $1)

-- name: take_pending
delete from log_pending
where id = any (array(select id from log_pending where id > $1 order by id limit $2))
returning id, kind, case_id, row_id, revision, leaf_hash

-- name: insert_leaves
insert into log_leaf (seq, kind, case_id, row_id, revision, leaf_hash, chain)
select seq, kind, case_id, row_id, revision, leaf_hash, chain
from unnest($1::bigint[], $2::text[], $3::uuid[], $4::uuid[], $5::bigint[], $6::bytea[], $7::bytea[])
    as taken (seq, kind, case_id, row_id, revision, leaf_hash, chain)

-- name: insert_checkpoint
insert into log_checkpoint (size, root, signed_note, at) values ($1, $2, $3, clock_timestamp())

-- name: wake_readers
select pg_notify('lotse_changes', '')

-- name: list_leaves_from
select seq, leaf_hash, chain from log_leaf where seq >= $1 order by seq limit 10000

-- name: last_checkpoint
select size, root from log_checkpoint order by size desc limit 1

-- name: insert_nodes
insert into log_node (level, position, hash)
select level, position, hash
from unnest($1::smallint[], $2::bigint[], $3::bytea[]) as completed (level, position, hash)

-- name: all_nodes
select level, position, hash from log_node
