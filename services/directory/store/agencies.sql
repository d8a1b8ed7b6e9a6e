-- name: list_agencies
-- $1 agencies · $2 today in German time
select o.id, o.name, o.parent_organization_id as parent_id, coalesce(p.name, '') as parent_name,
       coalesce(o.description, '') as description, o.accepts_handover,
       coalesce((select r.regime from regime r
                 where r.organization_id = o.id and r.active and r.valid_from <= $2
                 order by r.valid_from desc, r.id limit 1), '') as regime,
       coalesce(o.website, '') as website,
       array(select f.number from phone f
             where f.active and (f.organization_id = o.id
                 or f.location_id in (select id from location where organization_id = o.id and active)
                 or f.service_at_location_id in (
                     select x.id from service_at_location x join service v on v.id = x.service_id
                     where v.organization_id = o.id and v.active and x.active))
             order by f.id) as phones,
       coalesce(l.state, d.state, '') as state, coalesce(l.protected, false) as protected,
       case when l.protected then '' else coalesce(
           concat_ws(', ', a.address_1, a.address_2, concat_ws(' ', a.postal_code, a.city)), '') end as address,
       o.confirmed_at, o.source, o.source_id, o.handover_kinds,
       coalesce(l.latitude, d.latitude) as latitude, coalesce(l.longitude, d.longitude) as longitude,
       array(select distinct coalesce(x.description, x.details) from accessibility x
             where x.location_id = l.id and x.active and coalesce(x.description, x.details) is not null order by 1) as accessibility,
       coalesce((select jsonb_agg(jsonb_build_object('group', f.field_group, 'at', f.confirmed_at, 'how', f.confirmed_how)
                                  order by f.field_group)
                 from confirmation f where f.organization_id = o.id), '[]') as confirmations
from organization o
    left join organization p on p.id = o.parent_organization_id
    left join lateral (
        select id, state, protected, latitude, longitude from location
        where organization_id = o.id and active
        order by protected desc, id limit 1) l on true
    left join lateral (
        select address_1, address_2, postal_code, city from address
        where location_id = l.id and active
        order by address_type, id limit 1) a on true
    left join lateral (
        select t.state, c.latitude, c.longitude from place c join district t on t.code = c.district_code
        where c.postcode = a.postal_code limit 1) d on true
where o.id = any ($1::uuid[]) and o.active

-- name: list_services
-- $1 agencies or null · $2 services or null · $3 now
select s.id, s.organization_id as agency_id, s.name, coalesce(s.description, '') as description,
       array(select t.code from attribute x
                 join taxonomy_term t on t.id = x.taxonomy_term_id
                 join taxonomy y on y.id = t.taxonomy_id and y.name = 'lotse-themen'
             where x.service_id = s.id and x.active order by t.position, t.code) as topics,
       array(select distinct g.code from language g where g.service_id = s.id and g.active order by g.code) as languages,
       coalesce((
           -- All hours of the service, also those it has at one place or for one way in; without any, those of the building.
           select jsonb_agg(jsonb_build_object(
                      'freq', h.freq, 'interval', coalesce(h."interval", 1), 'byday', h.byday, 'bymonthday', h.bymonthday,
                      'opens_at', h.opens_at, 'closes_at', h.closes_at, 'valid_from', h.valid_from, 'valid_to', h.valid_to,
                      'dtstart', h.dtstart, 'until', h.until, 'count', h.count, 'wkst', h.wkst,
                      'other', coalesce(h.byweekno, h.byyearday) is not null, 'way', h.way,
                      'text', concat_ws(' ', h.description, h.notes)) order by h.id)
           from (
               select q.id, q.service_id, q.location_id, q.service_at_location_id, q.valid_from, q.valid_to, q.dtstart, q.until, q.count,
                      q.wkst, q.freq, q."interval", q.byday, q.byweekno, q.bymonthday, q.byyearday, q.description, q.opens_at,
                      q.closes_at, q.notes, w.way, q.location_id is not null as is_of_building,
                      bool_and(q.location_id is not null or w.way is not null) over () as has_no_own
               from schedule q
                   left join way_in w on w.id = q.way_in_id and w.active
                   left join service_at_location x on x.service_id = s.id and x.active
                       and (q.service_at_location_id = x.id or q.location_id = x.location_id)
               where q.active and (q.way_in_id is null or w.id is not null)
                   and (w.service_id = s.id or x.id is not null
                       or q.service_id = s.id and q.service_at_location_id is null)
           ) h
           where not h.is_of_building or h.has_no_own), '[]') as schedules,
       coalesce(s.eligibility_description, '') as eligibility, coalesce(s.fees_description, '') as fees,
       coalesce(s.interpretation_services, '') as interpretation,
       coalesce(c.state, '') as capacity_state, c.updated as capacity_said_at, c.expires_at as capacity_expires_at,
       s.audiences, s.exclusions, coalesce(s.exclusions_description, '') as exclusions_description, s.minimum_age, s.maximum_age,
       coalesce((select jsonb_agg(jsonb_build_object('way', w.way, 'note', coalesce(w.note, '')) order by w.way, w.id)
                 from way_in w where w.service_id = s.id and w.active), '[]') as ways_in,
       s.interpretation as interpretation_kinds,
       coalesce((select jsonb_agg(jsonb_build_object('code', g.code, 'level', coalesce(g.level, '')) order by g.code)
                 from language g where g.service_id = s.id and g.active), '[]') as spoken,
       array(select r.document from required_document r
             where r.service_id = s.id and r.active and r.document is not null order by r.document) as required_documents,
       coalesce(s.application_process, '') as application, coalesce(s.url, '') as website, coalesce(s.alert, '') as alert,
       coalesce((select e.state from search_entry e where e.service_id = s.id order by e.id limit 1), '') as state
from service s
    join organization o on o.id = s.organization_id and o.active
    left join lateral (
        select state, updated, expires_at from service_capacity
        where service_id = s.id and active and expires_at > $3
        order by updated desc, id limit 1) c on true
where s.active and s.status = 'active' and (s.organization_id = any ($1::uuid[]) or s.id = any ($2::uuid[]))
order by s.name, s.id

-- name: list_areas
select v.service_id, lower(v.postcodes) as postcode_from, upper(v.postcodes) - 1 as postcode_to,
       coalesce(d.name, '') as district, coalesce(v.state, '') as state, coalesce(v.name, '') as name
from service_area v
    left join district d on d.code = v.district_code
where v.service_id = any ($1::uuid[]) and v.active
order by v.service_id, lower(v.postcodes), d.name, v.id

-- name: list_regimes
-- $1 agency and $2 day after which the page begins, or null · $3 page size
select r.organization_id as agency_id, r.regime, r.overlays, r.valid_from,
       (select min(n.valid_from) from regime n
        where n.organization_id = r.organization_id and n.active and n.valid_from > r.valid_from) as valid_until
from regime r
    join organization o on o.id = r.organization_id and o.active
where r.active and ($1::uuid is null or (r.organization_id, r.valid_from) > ($1::uuid, $2::date))
order by r.organization_id, r.valid_from, r.id
limit $3
