-- name: log_size
select coalesce(max(seq), -1) + 1 from log_leaf
