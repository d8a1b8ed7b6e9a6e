-- name: insert_run
insert into import_run (id, source, format, finished_at, dry_run, loaded, counts, findings)
values ($1, $2, $3, $4, $5, $6, $7, $8)

-- name: list_runs
-- $1 the last id of the page before, $2 how many
select id, source, format, finished_at, dry_run, loaded, counts, findings
from import_run
where $1::uuid is null or id < $1
order by id desc
limit $2

-- name: get_run
select id, source, format, finished_at, dry_run, loaded, counts, findings
from import_run
where id = $1

-- name: run_exists
select exists (select from import_run where id = $1)

-- name: list_findings
-- $1 import, $2 the last number of the page before, $3 how many
select number, file, row, field, value, reason, suggestion, mended
from import_finding
where import_id = $1 and number > $2
order by number
limit $3

-- name: sweep_runs
delete from import_run where finished_at < $1
