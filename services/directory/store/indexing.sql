-- name: list_indexed
-- What the index holds of a source, or of some agencies. $1 source or null · $2 agencies or null
select coalesce(sal.id, s.id) as entry_id, s.status, s.source, s.id as service_id, o.id as agency_id, s.name as service_name,
       coalesce(s.description, '') as description, o.name as agency_name, coalesce(p.name, '') as parent_name,
       -- The offset makes both begin at the attributes of the service, and not at all services of a term.
       array(select t.code from (select taxonomy_term_id from attribute where service_id = s.id and active offset 0) x
                 join taxonomy_term t on t.id = x.taxonomy_term_id
                 join taxonomy y on y.id = t.taxonomy_id and y.name = 'lotse-themen'
             order by t.position, t.code) as topics,
       array(select distinct coalesce(t.name, t.labels ->> 'de')
             from (select taxonomy_term_id from attribute where service_id = s.id and active offset 0) x
                 join taxonomy_term t on t.id = x.taxonomy_term_id
                 left join taxonomy y on y.id = t.taxonomy_id
             where y.name is distinct from 'lotse-themen' order by 1) as terms,
       array(select distinct g.code from language g
             where (g.service_id = s.id or g.location_id = l.id) and g.active order by g.code) as languages,
       exists (select from service_area v where v.service_id = s.id and v.active
               and num_nonnulls(v.postcodes, v.district_code, v.state) > 0) as has_area,
       o.accepts_handover, o.confirmed_at,
       c.state as capacity_state, c.updated as capacity_said_at, c.expires_at as capacity_expires_at,
       coalesce(h.schedules, '[]'::json) as schedules,
       s.audiences, s.exclusions, coalesce(s.exclusions_description, '') as exclusions_description, s.minimum_age, s.maximum_age,
       array(select distinct w.way from way_in w where w.service_id = s.id and w.active order by w.way) as ways_in,
       s.interpretation,
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
    left join lateral (
        -- Hours of the service at this place say more than those of the service, and these more than those of the building.
        select json_agg(json_build_object(
                   'freq', r.freq, 'interval', coalesce(r."interval", 1), 'byday', r.byday, 'bymonthday', r.bymonthday,
                   'opens_at', r.opens_at, 'closes_at', r.closes_at, 'valid_from', r.valid_from, 'valid_to', r.valid_to,
                   'dtstart', r.dtstart, 'until', r.until, 'count', r.count, 'wkst', r.wkst,
                   'other', coalesce(r.byweekno, r.byyearday) is not null, 'way', r.way,
                   'text', concat_ws(' ', r.description, r.notes)) order by r.id) as schedules
        from (
            select q.id, q.service_id, q.location_id, q.service_at_location_id, q.valid_from, q.valid_to, q.dtstart, q.until, q.count,
                   q.wkst, q.freq, q."interval", q.byday, q.byweekno, q.bymonthday, q.byyearday, q.description, q.opens_at,
                   q.closes_at, q.notes, w.way,
                   case when w.way is not null then 0 when q.service_at_location_id is not null then 1
                        when q.service_id is not null then 2 else 3 end as kind,
                   min(case when w.way is not null then null when q.service_at_location_id is not null then 1
                            when q.service_id is not null then 2 else 3 end) over () as nearest
            from schedule q
                left join way_in w on w.id = q.way_in_id and w.active
            where q.active and (q.way_in_id is null or w.id is not null)
                -- Four questions that have an index each; asked as one with "or", every schedule is read for every service.
                and q.id in (
                    select x.id from schedule x where x.service_id = s.id and x.service_at_location_id is null
                    union all select x.id from schedule x where x.service_at_location_id = sal.id
                    union all select x.id from schedule x where x.location_id = l.id
                    union all select x.id from way_in v join schedule x on x.way_in_id = v.id where v.service_id = s.id and v.active)
        ) r
        where r.kind in (0, r.nearest)) h on true
where s.active and s.status in ('active', 'temporarily closed') and (s.source = $1 or s.organization_id = any ($2::uuid[]))
order by a.postal_code, s.id, sal.id

-- name: clear_entries
with closed as (delete from closed_entry where source = $1 or agency_id = any ($2::uuid[]))
delete from search_entry where source = $1 or agency_id = any ($2::uuid[])

-- name: touch
select touch_services($1::timestamptz)

-- name: insert_words
insert into lexicon (word, stem)
select word, stem from unnest($1::text[], $2::text[]) as w(word, stem)
on conflict (word) do nothing
