-- name: keep_real
create unlogged table real_entry as select *, row_number() over (order by id) as number from search_entry

-- name: keep_points
create unlogged table real_point as
select postcode, name, latitude, longitude, state, row_number() over (order by postcode) - 1 as number
from (select distinct on (p.postcode) p.postcode, p.name, p.latitude, p.longitude, d.state
      from place p join district d on d.code = p.district_code
      where p.kind = 'town' order by p.postcode, p.name) t

-- name: drop_indexes
drop index if exists search_entry_all, search_entry_service, search_entry_source, search_entry_agency

-- name: clear
truncate search_entry

-- name: multiply
-- $1 how many. Copy n of a row lies at a postcode that a hash chooses, moved by less than a kilometre or two; names, words, topics,
-- languages, hours and properties are those of the row, service and agency get ids of their own.
insert into search_entry (id, source, service_id, agency_id, service_name, agency_name, words, topics, languages, cells,
    latitude, longitude, place, protected, has_area, accepts_handover, capacity_state, capacity_said_at, capacity_expires_at,
    confirmed_at, state, audiences, exclusions, exclusions_description, minimum_age, maximum_age, ways_in, interpretation, openings)
select md5(m.id || '/entry/' || m.copy)::uuid, 'many', md5(m.id || '/service/' || m.copy)::uuid, md5(m.agency_id || '/' || m.copy)::uuid,
       m.service_name, m.agency_name, m.words, m.topics, m.languages,
       array [floor((m.lat + 90) / 0.1125)::integer * 10000 + floor((m.long + 180) / 0.18)::integer],
       m.lat, m.long, m.town, false, false, m.accepts_handover, m.capacity_state, m.capacity_said_at, m.capacity_expires_at,
       m.confirmed_at, m.land, m.audiences, m.exclusions, m.exclusions_description, m.minimum_age, m.maximum_age, m.ways_in,
       m.interpretation, m.openings
from (
    select e.*, n.copy, p.name as town, p.state as land,
           p.latitude + (hashint8extended(n.n, 1) & 1023) / 1024.0 * 0.02 - 0.01 as lat,
           p.longitude + (hashint8extended(n.n, 2) & 1023) / 1024.0 * 0.03 - 0.015 as long
    from (select n, n / (select count(*) from real_entry) as copy, n % (select count(*) from real_entry) + 1 as row
          from generate_series(0, $1::bigint - 1) as n) n
        join real_entry e on e.number = n.row
        join real_point p on p.number = abs(hashint8extended(n.n, 3) % (select count(*) from real_point))
    where not e.protected
) m
order by 10, 1

-- name: make_indexes
create index search_entry_all on search_entry using gin (words, topics, languages, cells) with (fastupdate = off);
create index search_entry_service on search_entry (service_id);
create index search_entry_source on search_entry (source);
create index search_entry_agency on search_entry (agency_id)

-- name: read_rows
-- Only what can be searched: the peer keeps nothing else.
select e.service_id::text as service_id, e.service_name || ' ' || e.agency_name as text, e.topics, e.languages, e.cells
from search_entry e

-- name: list_names
select distinct service_name || ' ' || agency_name as name from search_entry order by 1
