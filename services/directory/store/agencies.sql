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
                 or f.location_id in (select id from location where organization_id = o.id and active))
             order by f.id) as phones,
       coalesce(l.state, d.state, '') as state, coalesce(l.protected, false) as protected,
       case when l.protected then '' else coalesce(
           concat_ws(', ', a.address_1, a.address_2, concat_ws(' ', a.postal_code, a.city)), '') end as address,
       o.confirmed_at, o.source, o.source_id
from organization o
    left join organization p on p.id = o.parent_organization_id
    left join lateral (
        select id, state, protected from location
        where organization_id = o.id and active
        order by protected desc, id limit 1) l on true
    left join lateral (
        select address_1, address_2, postal_code, city from address
        where location_id = l.id and active
        order by address_type, id limit 1) a on true
    left join lateral (
        select t.state from place c join district t on t.code = c.district_code
        where c.postcode = a.postal_code limit 1) d on true
where o.id = any ($1::uuid[]) and o.active

-- name: list_services
-- $1 agencies or null · $2 services or null · $3 now
select s.id, s.organization_id as agency_id, s.name, coalesce(s.description, '') as description,
       array(select t.code from attribute x join taxonomy_term t on t.id = x.taxonomy_term_id
             where x.service_id = s.id and x.active order by t.position) as topics,
       array(select distinct g.code from language g where g.service_id = s.id and g.active order by g.code) as languages,
       array(select concat_ws('|', coalesce(h.freq, ''), coalesce(h."interval", 1), coalesce(h.byday, ''),
                              coalesce(h.bymonthday, ''), coalesce(h.opens_at::text, ''),
                              coalesce(h.closes_at::text, ''), coalesce(h.valid_from::text, ''),
                              coalesce(h.valid_to::text, ''))
             from schedule h where h.service_id = s.id and h.active order by h.id) as openings,
       coalesce(s.eligibility_description, '') as eligibility, coalesce(s.fees_description, '') as fees,
       coalesce(s.interpretation_services, '') as interpretation,
       coalesce(c.state, '') as capacity_state, c.updated as capacity_said_at, c.expires_at as capacity_expires_at
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
