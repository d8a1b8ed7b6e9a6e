-- name: put_key
insert into content_key (item_id, version, agency_id, held_for, wrapped) values ($1, $2, $3, $4, $5)
on conflict (item_id, version, agency_id, held_for) do update set touched_at = clock_timestamp()
returning wrapped

-- name: get_key
select wrapped from content_key where item_id = $1 and version = $2 and agency_id = $3 and held_for = $4

-- name: delete_keys
delete from content_key where held_for = $1 and agency_id = $2 and ($3::uuid[] is null or item_id = any ($3::uuid[]))

-- name: get_keyset
select wrapped from agency_keyset where agency_id = $1

-- name: put_keyset
insert into agency_keyset (agency_id, wrapped) values ($1, $2) on conflict (agency_id) do nothing

-- name: untouched_keys
select item_id, version, agency_id, held_for from content_key
where touched_at < clock_timestamp() - interval '1 hour' and (item_id, version, agency_id, held_for) > ($1, $2, $3, $4)
order by item_id, version, agency_id, held_for
limit $5

-- name: delete_key
delete from content_key
where item_id = $1 and version = $2 and agency_id = $3 and held_for = $4
  and touched_at < clock_timestamp() - interval '1 hour'

-- name: put_installation
insert into installation (id) values ($1) on conflict do nothing

-- name: installations
select id from installation order by id
