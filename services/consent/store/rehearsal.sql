-- Run on a copy only, to see that verification names the row.

-- name: damage
update disclosure set item_version = item_version # 1
where disclosure_id = (select row_id from log_leaf where kind = 'disclosed' order by seq desc limit 1)
returning disclosure_id
