-- name: take_lock
select pg_advisory_xact_lock(hashtextextended('lotse_directory_import', 0))

-- name: list_protected
select id from location where source = $1 and protected

-- name: get_source
select version, import_id, content, rows from import_source where source = $1

-- name: put_source
insert into import_source (source, version, import_id, content, rows) values ($1, $2, $3, $4, $5)
on conflict (source) do update
set version = excluded.version, import_id = excluded.import_id, content = excluded.content, rows = excluded.rows

-- name: note_again
update import_source set import_id = $2 where source = $1

-- name: protect
-- Locations whose own row is not merged. The digest is emptied, so that the next row that can be loaded is taken for a change.
update location
set protected = true, latitude = null, longitude = null, transportation = null, digest = '', changed_at = $2
where id = any($1::uuid[]) and not protected

-- name: erase_addresses
delete from address where location_id = any($1::uuid[])

-- name: count_protected
select count(*)::integer from location where id = any($1::uuid[]) and protected
