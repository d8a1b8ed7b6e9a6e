-- name: put_key
insert into content_key (item_id, version, agency_id, held_for, wrapped) values ($1, $2, $3, $4, $5)
on conflict (item_id, version, agency_id, held_for) do update set touched_at = clock_timestamp()
returning wrapped

-- name: get_key
select wrapped from content_key where item_id = $1 and version = $2 and agency_id = $3 and held_for = $4

-- name: delete_keys
with gone as (
    delete from content_key where held_for = $1 and agency_id = $2 and ($3::uuid[] is null or item_id = any ($3::uuid[]))
    returning item_id, version, agency_id, held_for)
insert into key_deletion (item_id, version, agency_id, held_for) select item_id, version, agency_id, held_for from gone

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
with gone as (
    delete from content_key
    where item_id = $1 and version = $2 and agency_id = $3 and held_for = $4
      and touched_at < clock_timestamp() - interval '1 hour'
    returning item_id, version, agency_id, held_for)
insert into key_deletion (item_id, version, agency_id, held_for) select item_id, version, agency_id, held_for from gone

-- name: deletions
select number, item_id, version, agency_id, held_for, at, clock_timestamp() - at as waiting
from key_deletion order by number limit $1

-- name: forget_deletions
delete from key_deletion where number = any ($1::bigint[])

-- name: journal_lines
select lines from key_journal

-- name: set_journal_lines
update key_journal set lines = $1

-- name: delete_again
-- A key that was made anew since (the same was sent once more) was touched later, and stays.
delete from content_key k
using unnest($1::uuid[], $2::integer[], $3::uuid[], $4::uuid[], $5::timestamptz[]) as d (item_id, version, agency_id, held_for, at)
where k.item_id = d.item_id and k.version = d.version and k.agency_id = d.agency_id and k.held_for = d.held_for
  and k.touched_at <= d.at

-- name: put_installation
insert into installation (id) values ($1) on conflict do nothing

-- name: installations
select id from installation order by id
