-- name: take_lock
select pg_advisory_xact_lock(hashtextextended('lotse_directory_import', 0))

-- name: list_protected
select id from location where source = $1 and protected

-- name: get_source
select version, import_id from import_source where source = $1

-- name: put_source
insert into import_source (source, version, import_id) values ($1, $2, $3)
on conflict (source) do update set version = excluded.version, import_id = excluded.import_id

-- name: list_reference
select name, checksum from reference_file order by name

-- name: protect
-- Locations whose own row is not merged. The digest is emptied, so that the next row that can be loaded is taken for a change.
update location
set protected = true, latitude = null, longitude = null, transportation = null, digest = '', changed_at = $2
where id = any($1::uuid[]) and not protected

-- name: erase_addresses
delete from address where location_id = any($1::uuid[])

-- name: count_protected
select count(*)::integer from location where id = any($1::uuid[]) and protected

-- name: list_indexed
select coalesce(sal.id, s.id) as entry_id, s.id as service_id, o.id as agency_id, s.name as service_name,
       coalesce(s.description, '') as description, o.name as agency_name, coalesce(p.name, '') as parent_name,
       array(select t.code from attribute x join taxonomy_term t on t.id = x.taxonomy_term_id
             where x.service_id = s.id and x.active order by t.position) as topics,
       array(select distinct g.code from language g where g.service_id = s.id and g.active order by g.code) as languages,
       exists (select from service_area v where v.service_id = s.id and v.active
               and num_nonnulls(v.postcodes, v.district_code, v.state) > 0) as has_area,
       o.accepts_handover, o.confirmed_at,
       c.state as capacity_state, c.updated as capacity_said_at, c.expires_at as capacity_expires_at,
       array(select concat_ws('|', coalesce(h.freq, ''), coalesce(h."interval", 1), coalesce(h.byday, ''),
                              coalesce(h.bymonthday, ''), coalesce(h.opens_at::text, ''),
                              coalesce(h.closes_at::text, ''), coalesce(h.valid_from::text, ''),
                              coalesce(h.valid_to::text, ''))
             from schedule h where h.service_id = s.id and h.active order by h.id) as openings,
       l.latitude, l.longitude, coalesce(l.state, '') as state, coalesce(l.protected, false) as protected,
       coalesce(a.postal_code, '') as postcode, coalesce(a.city, '') as city
from service s
    join organization o on o.id = s.organization_id and o.active
    left join organization p on p.id = o.parent_organization_id
    left join service_at_location sal on sal.service_id = s.id and sal.active
    left join location l on l.id = sal.location_id and l.active
    left join lateral (
        select postal_code, city from address
        where location_id = l.id and active
        order by address_type, id limit 1) a on true
    left join lateral (
        select state, updated, expires_at from service_capacity
        where service_id = s.id and active
        order by updated desc, id limit 1) c on true
where s.source = $1 and s.active and s.status = 'active'
order by s.id, sal.id

-- name: clear_entries
delete from search_entry where source = $1

-- name: insert_entry
insert into search_entry (id, source, service_id, agency_id, service_name, agency_name, words, topics, languages, cells,
    latitude, longitude, place, protected, has_area, accepts_handover, capacity_state, capacity_said_at,
    capacity_expires_at, confirmed_at, openings)
values ($1, $2, $3, $4, $5, $6, $7::text::tsvector, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)

-- name: insert_words
insert into lexicon (word, stem)
select word, stem from unnest($1::text[], $2::text[]) as w(word, stem)
on conflict (word) do nothing
