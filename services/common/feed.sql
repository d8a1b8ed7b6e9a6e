-- name: list_changes
with head as (select coalesce(max(seq), -1) as seq from log_leaf)
select head.seq as head, change.seq, change.kind, change.case_id, change.row_id, change.revision
from head left join lateral (
    select seq, kind, case_id, row_id, revision from log_leaf
    where seq > $1 and seq <= head.seq and (cardinality($2::text[]) = 0 or kind = any ($2::text[]))
    order by seq limit $3
) change on true
order by change.seq

-- name: read_cursor
select position from feed_cursor where name = $1

-- name: insert_cursor
insert into feed_cursor (name, position, moved_at) values ($1, -1, clock_timestamp()) on conflict do nothing

-- name: move_cursor
update feed_cursor set position = $3, moved_at = clock_timestamp() where name = $1 and position = $2 returning position
