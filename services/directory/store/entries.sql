-- An agency's entry as rows of its tables, its confirmations and its changes; run by the role `edit` in the agency's scope.

-- name: lock_entry
-- Second, after the lock that imports take: whoever writes an entry decides on what is there, and neither waits in a circle.
select pg_advisory_xact_lock(hashtextextended('lotse_directory_entry ' || $1::uuid::text, 0))

-- name: list_rows
-- $1 agency · $2 also rows that are no longer active. Each row whole, as JSON; postcodes and topics also as people write them.
with service_ids as (
    select id from service where organization_id = $1 and (active or $2::boolean)
), location_ids as (
    select id from location where organization_id = $1 and (active or $2)
), place_ids as (
    select x.id from service_at_location x
        join service_ids s on s.id = x.service_id
        join location_ids l on l.id = x.location_id
    where x.active or $2
), contact_ids as (
    select id from partner_contact where organization_id = $1 and (active or $2)
)
select 'organization' as kind, t.id, null::uuid as parent_id, to_jsonb(t)::text as fields
from organization t where t.id = $1 and t.active
union all
select 'location', t.id, null, to_jsonb(t)::text
from location t where t.organization_id = $1 and (t.active or $2)
union all
select 'address', t.id, t.location_id, to_jsonb(t)::text
from address t where t.location_id in (select id from location_ids) and (t.active or $2)
union all
select 'accessibility', t.id, t.location_id, to_jsonb(t)::text
from accessibility t where t.location_id in (select id from location_ids) and (t.active or $2)
union all
select 'phone', t.id, coalesce(t.service_id, t.location_id), to_jsonb(t)::text
from phone t
where (t.organization_id = $1 or t.location_id in (select id from location_ids)
        or t.service_id in (select id from service_ids)) and (t.active or $2)
union all
select 'service', t.id, null, to_jsonb(t)::text
from service t where t.organization_id = $1 and (t.active or $2)
union all
select 'attribute', t.id, t.service_id, (to_jsonb(t) || jsonb_build_object('term', m.code))::text
from attribute t
    join taxonomy_term m on m.id = t.taxonomy_term_id
    join taxonomy x on x.id = m.taxonomy_id and x.source = 'lotse-themen'
where t.service_id in (select id from service_ids) and (t.active or $2)
union all
select 'cost_option', t.id, t.service_id, to_jsonb(t)::text
from cost_option t where t.service_id in (select id from service_ids) and (t.active or $2)
union all
select 'required_document', t.id, t.service_id, to_jsonb(t)::text
from required_document t where t.service_id in (select id from service_ids) and (t.active or $2)
union all
select 'way_in', t.id, t.service_id, to_jsonb(t)::text
from way_in t where t.service_id in (select id from service_ids) and (t.active or $2)
union all
select 'service_at_location', t.id, t.service_id, to_jsonb(t)::text
from service_at_location t where t.id in (select id from place_ids)
union all
select 'schedule', t.id, coalesce(t.way_in_id, t.service_at_location_id, t.service_id, t.location_id), to_jsonb(t)::text
from schedule t
where t.id in (
        select id from schedule where service_id in (select id from service_ids)
        union all select id from schedule where location_id in (select id from location_ids)
        union all select id from schedule where service_at_location_id in (select id from place_ids)
        union all select x.id from way_in w join schedule x on x.way_in_id = w.id
            where w.service_id in (select id from service_ids) and (w.active or $2))
    and (t.active or $2)
union all
select 'language', t.id, t.service_id, to_jsonb(t)::text
from language t where t.service_id in (select id from service_ids) and (t.active or $2)
union all
select 'service_area', t.id, t.service_id,
       (to_jsonb(t) || jsonb_build_object('postcode_from', lpad(lower(t.postcodes)::text, 5, '0'),
                                          'postcode_to', lpad((upper(t.postcodes) - 1)::text, 5, '0')))::text
from service_area t where t.service_id in (select id from service_ids) and (t.active or $2)
union all
select 'service_capacity', t.id, t.service_id, to_jsonb(t)::text
from service_capacity t where t.service_id in (select id from service_ids) and (t.active or $2)
union all
select 'partner_capacity', t.id, t.service_id, to_jsonb(t)::text
from partner_capacity t where t.service_id in (select id from service_ids) and (t.active or $2)
union all
select 'partner_answer_time', t.id, null, to_jsonb(t)::text
from partner_answer_time t where t.organization_id = $1 and (t.active or $2)
union all
select 'partner_contact', t.id, null, to_jsonb(t)::text
from partner_contact t where t.organization_id = $1 and (t.active or $2)
union all
select 'partner_phone', t.id, t.contact_id, to_jsonb(t)::text
from partner_phone t where t.contact_id in (select id from contact_ids) and (t.active or $2)

-- name: list_confirmations
select field_group, confirmed_at, confirmed_how from confirmation where organization_id = $1

-- name: confirm_groups
-- $1 agency · $2 groups · $3 now
insert into confirmation (organization_id, field_group, confirmed_at, confirmed_how, is_own)
select $1, g, $3::timestamptz, 'agency', true from unnest($2::text[]) as g
on conflict (organization_id, field_group) do update
    set confirmed_at = excluded.confirmed_at, confirmed_how = excluded.confirmed_how, is_own = true

-- name: confirm_whole
-- The whole is as fresh as its oldest part, as soon as each of the $2 parts was confirmed by itself.
update organization o set confirmed_at = c.confirmed_at, confirmed_how = 'agency'
from (select min(confirmed_at) as confirmed_at, count(*) as groups from confirmation where organization_id = $1) c
where o.id = $1 and c.groups = $2::bigint and (o.confirmed_at is null or c.confirmed_at > o.confirmed_at)

-- name: delete_addresses
-- Of places that become protected; the change log forgets them with it.
delete from address where location_id = any ($1::uuid[])

-- name: link_places
-- $1 agency · $2 now. A service or place that is new here stands with all others, until said otherwise.
insert into service_at_location as t
    (id, source, source_id, digest, changed_at, edited_at, service_id, location_id)
select m.id, 'lotsennetz', m.id::text, '', $2, $2, m.service_id, m.location_id
from (
    select md5('lotsennetz/service_at_location/' || s.id || l.id)::uuid as id, s.id as service_id, l.id as location_id
    from service s
        join location l on l.organization_id = s.organization_id and l.active
    where s.organization_id = $1 and s.active
        and (not exists (select from service_at_location x join location y on y.id = x.location_id and y.active
                         where x.service_id = s.id and x.active)
            or not exists (select from service_at_location x where x.location_id = l.id and x.active))
) m
on conflict (id) do update set active = true, changed_at = $2, edited_at = $2

-- name: unlink_places
update service_at_location x set active = false, changed_at = $2, edited_at = $2
from service s, location l
where s.organization_id = $1 and x.service_id = s.id and l.id = x.location_id and x.active
    and not (s.active and l.active)

-- name: list_changes
-- $1 agency · $2 person · $3 kinds · $4 time after which (backwards) the page begins, or null · $5 changes per page
with resource_ids as (
    select $1::uuid as id
    union all select id from location where organization_id = $1
    union all select id from service where organization_id = $1
), more_ids as (
    select id from resource_ids
    union all select id from address where location_id in (select id from resource_ids)
    union all select id from accessibility where location_id in (select id from resource_ids)
    union all select id from phone
        where organization_id = $1 or location_id in (select id from resource_ids)
            or service_id in (select id from resource_ids)
    union all select id from attribute where service_id in (select id from resource_ids)
    union all select id from cost_option where service_id in (select id from resource_ids)
    union all select id from required_document where service_id in (select id from resource_ids)
    union all select id from way_in where service_id in (select id from resource_ids)
    union all select id from service_at_location where service_id in (select id from resource_ids)
    union all select id from schedule
        where service_id in (select id from resource_ids) or location_id in (select id from resource_ids)
            or service_at_location_id in (
                select id from service_at_location where service_id in (select id from resource_ids))
            or way_in_id in (select id from way_in where service_id in (select id from resource_ids))
    union all select id from language where service_id in (select id from resource_ids)
    union all select id from service_area where service_id in (select id from resource_ids)
    union all select id from service_capacity where service_id in (select id from resource_ids)
    union all select id from partner_capacity where service_id in (select id from resource_ids)
    union all select id from partner_answer_time where organization_id = $1
    union all select id from partner_contact where organization_id = $1
    union all select p.id from partner_phone p join partner_contact c on c.id = p.contact_id where c.organization_id = $1
), noted as (
    select m.id, m.resource_id, m.resource_type, m.last_action_date, m.last_action_type, m.field_name, m.previous_value,
           m.replacement_value, m.updated_by, m.agency_id
    from metadata m
    where m.resource_id in (select id from more_ids) and m.resource_type = any ($3::text[])
        and ($4::timestamptz is null or m.last_action_date < $4)
), moments as (
    select distinct last_action_date from noted order by last_action_date desc limit $5
)
select n.id, n.resource_id, n.resource_type, n.last_action_date, n.last_action_type, n.field_name, n.previous_value,
       n.replacement_value, n.updated_by, n.agency_id, coalesce(p.person_id = $2::uuid, false) as is_self
from noted n
    left join metadata_person p on p.metadata_id = n.id
where n.last_action_date in (select last_action_date from moments)
order by n.last_action_date desc, n.resource_type, n.resource_id, n.id

-- name: list_freshness
-- $1 order · $2 confirmed before, or null for all · $3 how many to leave out · $4 agencies per page
select o.id, o.name, o.source, o.confirmed_at, coalesce(o.confirmed_how, '') as confirmed_how, r.open_reports,
       exists (select from metadata m where m.agency_id = o.id)
           or exists (select from confirmation c where c.organization_id = o.id and c.is_own)
           as is_represented
from organization o
    left join lateral (
        select count(*)::integer as open_reports from error_report e
        where e.organization_id = o.id and e.state = 'open') r on true
where o.active and exists (select from service s where s.organization_id = o.id and s.active)
    and ($2::timestamptz is null or o.confirmed_at is null or o.confirmed_at < $2)
order by case $1::text when 'open-reports' then -r.open_reports end,
         case $1 when 'name' then o.name end collate "de-x-icu",
         case when $1 <> 'name' then coalesce(o.confirmed_at, '-infinity'::timestamptz) end, o.name, o.id
offset $3 limit $4

-- name: forget_changes
select forget_changes($1::timestamptz)

-- name: time_of_change
select last_action_date from metadata where id = $1

-- name: refresh_entries
-- $1 agency. Age and room of its services in the index, as indexing.sql's list_indexed would find them.
update search_entry e set confirmed_at = n.confirmed_at, capacity_state = n.state, capacity_said_at = n.updated,
    capacity_expires_at = n.expires_at
from (
    select s.id, o.confirmed_at, c.state, c.updated, c.expires_at
    from service s
        join organization o on o.id = s.organization_id
        left join lateral (
            select state, updated, expires_at from service_capacity
            where service_id = s.id and active
            order by updated desc, id limit 1) c on true
    where s.organization_id = $1) n
where e.agency_id = $1 and e.service_id = n.id
    and (e.confirmed_at, e.capacity_state, e.capacity_said_at, e.capacity_expires_at)
        is distinct from (n.confirmed_at, n.state, n.updated, n.expires_at)

-- name: list_named
-- The agency and those below it, which bear its name.
select id from organization where id = $1 or parent_organization_id = $1
