-- Which records fit a question, and their documents.
--
-- Lines that end in "if …" stand only in statements that ask for that. All `matching_…` have the same parameters:
-- $1 source · $2 tsquery · $3 beginning or part of a name, as a pattern · $4 term · $5 taxonomy · $6 organization
-- $7 modified after · $8 postcode · $9 cells of a circle · $10 latitude · $11 longitude · $12 radius in metres
-- $13 districts · $14 Land · $15 parent term

-- name: take_longer
-- $1 how long, for this transaction alone; a reader who is slow lets it rest
select set_config('transaction_timeout', '0', true),  -- a longer one replaces none that runs already
       set_config('transaction_timeout', $1, true), set_config('idle_in_transaction_session_timeout', '60s', true)

-- name: matching_services
with given as (
    select $1::text, $2::text, $3::text, $4::uuid, $5::uuid, $6::uuid, $7::timestamptz, $8::text, $9::integer[], $10::float8,
           $11::float8, $12::float8, $13::text[], $14::text, $15::uuid
)
select s.id
from service s
    join organization o on o.id = s.organization_id and o.active
where s.active and s.status in ('active', 'temporarily closed')
    and s.source = $1  -- if source
    and s.id in (select e.service_id from search_entry e where e.words @@ $2::tsquery)  -- if words
    and exists (select from attribute a where a.service_id = s.id and a.active and a.taxonomy_term_id = $4)  -- if term
    and exists (select from attribute a join taxonomy_term t on t.id = a.taxonomy_term_id  -- if taxonomy
                where a.service_id = s.id and a.active and t.active and t.taxonomy_id = $5)  -- if taxonomy
    and s.organization_id = $6  -- if organization
    and coalesce(s.last_modified, s.changed_at) >= $7  -- if modified

-- name: matching_service_at_locations
with given as (
    select $1::text, $2::text, $3::text, $4::uuid, $5::uuid, $6::uuid, $7::timestamptz, $8::text, $9::integer[], $10::float8,
           $11::float8, $12::float8, $13::text[], $14::text, $15::uuid
)
select x.id
from service_at_location x
    join visible_location l on l.id = x.location_id
    join service s on s.id = x.service_id and s.active and s.status in ('active', 'temporarily closed')
    join organization o on o.id = s.organization_id and o.active
where x.active
    and x.source = $1  -- if source
    and x.id in (select e.id from search_entry e where e.words @@ $2::tsquery)  -- if words
    and exists (select from attribute a where a.service_id = s.id and a.active and a.taxonomy_term_id = $4)  -- if term
    and exists (select from attribute a join taxonomy_term t on t.id = a.taxonomy_term_id  -- if taxonomy
                where a.service_id = s.id and a.active and t.active and t.taxonomy_id = $5)  -- if taxonomy
    and s.organization_id = $6  -- if organization
    and coalesce(s.last_modified, s.changed_at) >= $7  -- if modified
    and case when exists (select from service_area v where v.service_id = s.id and v.active  -- if postcode
                          and num_nonnulls(v.postcodes, v.district_code, v.state) = 1)  -- if postcode
        then exists (select from service_area v where v.service_id = s.id and v.active  -- if postcode
                     and (v.postcodes @> $8::integer or v.district_code = any ($13) or v.state = $14))  -- if postcode
        else $12 > 0 or exists (select from address d  -- if postcode
                                where d.location_id = x.location_id and d.active and d.postal_code = $8) end  -- if postcode
    and x.id in (  -- if near
        select e.id from search_entry e  -- if near
        where e.cells && $9 and not e.protected and e.latitude is not null  -- if near
            and 2 * 6371000.0 * asin(sqrt(least(1.0, sin(radians(e.latitude - $10) / 2) ^ 2  -- if near
                + cos(radians($10)) * cos(radians(e.latitude)) * sin(radians(e.longitude - $11) / 2) ^ 2))) <= $12)  -- if near

-- name: matching_organizations
with given as (
    select $1::text, $2::text, $3::text, $4::uuid, $5::uuid, $6::uuid, $7::timestamptz, $8::text, $9::integer[], $10::float8,
           $11::float8, $12::float8, $13::text[], $14::text, $15::uuid
)
select o.id
from organization o
where o.active
    and o.source = $1  -- if source
    and (lower(o.name) like $3 or lower(o.alternate_name) like $3  -- if words
         or o.id in (select e.agency_id from search_entry e where e.words @@ $2::tsquery))  -- if words

-- name: matching_taxonomies
with given as (
    select $1::text, $2::text, $3::text, $4::uuid, $5::uuid, $6::uuid, $7::timestamptz, $8::text, $9::integer[], $10::float8,
           $11::float8, $12::float8, $13::text[], $14::text, $15::uuid
)
select t.id
from taxonomy t
where t.active
    and (t.source = $1 or exists (  -- if source
        select from taxonomy_term m join attribute a on a.taxonomy_term_id = m.id  -- if source
        where m.taxonomy_id = t.id and a.source = $1 and a.active))  -- if source
    and (lower(t.name) like $3 or lower(t.description) like $3)  -- if words

-- name: matching_taxonomy_terms
with given as (
    select $1::text, $2::text, $3::text, $4::uuid, $5::uuid, $6::uuid, $7::timestamptz, $8::text, $9::integer[], $10::float8,
           $11::float8, $12::float8, $13::text[], $14::text, $15::uuid
)
select t.id
from taxonomy_term t
    join taxonomy x on x.id = t.taxonomy_id and x.active
where t.active
    and (t.source = $1 or exists (  -- if source
        select from attribute a where a.taxonomy_term_id = t.id and a.source = $1 and a.active))  -- if source
    and (lower(t.name) like $3 or lower(t.code) like $3 or lower(t.description) like $3  -- if words
         or exists (select from jsonb_each_text(t.labels) as b where lower(b.value) like $3))  -- if words
    and t.taxonomy_id = $5  -- if taxonomy
    and t.parent_id = $15  -- if parent
    and t.parent_id is null  -- if top

-- name: documents_services
select s.id, s.last_modified as modified_at, json_strip_nulls(to_json(d))::text as document
from hsds_service_brief s
    cross join lateral (
        select s.*, (select to_json(o) from hsds_organization_brief o where o.id = s.organization_id) as organization,
               (select to_json(p) from hsds_program_brief p where p.id = s.program_id) as program) as d
where s.id = any ($1::uuid[])
order by s.id

-- name: documents_services_full
select d.id, d.last_modified as modified_at, json_strip_nulls(to_json(d))::text as document
from hsds_service d
where d.id = any ($1::uuid[])
order by d.id

-- name: documents_services_minimal
select s.id, coalesce(s.last_modified, s.changed_at) as modified_at,
       json_build_object('id', s.id, 'modified_date', coalesce(s.last_modified, s.changed_at))::text as document
from visible_service v
    join service s on s.id = v.id
where v.id = any ($1::uuid[])
order by s.id

-- name: documents_service_at_locations
select x.id, s.last_modified as modified_at, json_strip_nulls(to_json(d))::text as document
from visible_service_at_location v
    join service_at_location x on x.id = v.id
    join hsds_service_brief s on s.id = x.service_id
    cross join lateral (
        select x.id, x.service_id, x.location_id, s.name, s.status, x.description,
               (select to_json(l) from hsds_location_brief l where l.id = x.location_id) as location,
               (select to_json(b) from (
                    select s.*,
                           (select to_json(o) from hsds_organization_brief o where o.id = s.organization_id) as organization,
                           (select to_json(p) from hsds_program_brief p where p.id = s.program_id) as program) b) as service,
               x.source, x.source_id) as d
where x.id = any ($1::uuid[])
order by x.id

-- name: documents_service_at_locations_full
select x.id, s.last_modified as modified_at, json_strip_nulls(to_json(d))::text as document
from hsds_service_at_location x
    join hsds_service_brief s on s.id = x.service_id
    cross join lateral (
        select x.*, s.name, s.status,
               (select to_json(b) from (
                    select c.*, (select to_json(o) from hsds_organization_core o where o.id = c.organization_id) as organization,
                           (select to_json(p) from hsds_program p where p.id = c.program_id) as program
                    from hsds_service_core c where c.id = x.service_id) b) as service) as d
where x.id = any ($1::uuid[])
order by x.id

-- name: documents_organizations
select d.id, coalesce(o.last_modified, o.changed_at) as modified_at, json_strip_nulls(to_json(d))::text as document
from hsds_organization_brief d
    join organization o on o.id = d.id
where d.id = any ($1::uuid[])
order by d.id

-- name: documents_organizations_full
select x.id, coalesce(o.last_modified, o.changed_at) as modified_at, json_strip_nulls(to_json(d))::text as document
from hsds_organization x
    join organization o on o.id = x.id
    cross join lateral (
        select x.*, (select json_agg(json_build_object('id', s.id, 'name', s.name, 'status', s.status) order by s.id)
                     from hsds_service_brief s where s.organization_id = x.id) as services) as d
where x.id = any ($1::uuid[])
order by x.id

-- name: documents_organizations_full_service
select x.id, coalesce(o.last_modified, o.changed_at) as modified_at, json_strip_nulls(to_json(d))::text as document
from hsds_organization x
    join organization o on o.id = x.id
    cross join lateral (
        select x.*, (select json_agg(s order by s.id)
                     from hsds_service_of_organization s where s.organization_id = x.id) as services) as d
where x.id = any ($1::uuid[])
order by x.id

-- name: documents_taxonomies
select d.id, t.changed_at as modified_at, json_strip_nulls(to_json(d))::text as document
from hsds_taxonomy d
    join taxonomy t on t.id = d.id
where d.id = any ($1::uuid[])
order by d.id

-- name: documents_taxonomy_terms
select d.id, t.changed_at as modified_at, json_strip_nulls(to_json(d))::text as document
from hsds_term d
    join taxonomy_term t on t.id = d.id
where d.id = any ($1::uuid[])
order by d.id

-- Tables, for copies in tables: $1 source or null. A reference to what is not published is taken out.

-- name: matching_locations
select l.id from visible_location v join location l on l.id = v.id
where $1::text is null or l.source = $1

-- name: documents_locations
select d.id, json_strip_nulls(to_json(d))::text as document
from hsds_location_brief d
where d.id = any ($1::uuid[])
order by d.id

-- name: matching_addresses
select a.id from address a join visible_location v on v.id = a.location_id
where a.active and ($1::text is null or a.source = $1)

-- name: documents_addresses
select d.id, json_strip_nulls(to_json(d))::text as document from hsds_address d where d.id = any ($1::uuid[]) order by d.id

-- name: matching_phones
select p.id from phone p
where p.active and ($1::text is null or p.source = $1)
    and (exists (select from visible_organization v where v.id = p.organization_id)
         or exists (select from visible_service v where v.id = p.service_id)
         or exists (select from visible_location v where v.id = p.location_id)
         or exists (select from visible_service_at_location v where v.id = p.service_at_location_id))

-- name: documents_phones
select d.id, jsonb_strip_nulls(to_jsonb(d) || jsonb_build_object(
           'organization_id', (select v.id from visible_organization v where v.id = d.organization_id),
           'service_id', (select v.id from visible_service v where v.id = d.service_id),
           'location_id', (select v.id from visible_location v where v.id = d.location_id),
           'service_at_location_id', (select v.id from visible_service_at_location v where v.id = d.service_at_location_id)))::text as document
from hsds_phone d where d.id = any ($1::uuid[]) order by d.id

-- name: matching_schedules
select h.id from schedule h
where h.active and ($1::text is null or h.source = $1)
    and (exists (select from visible_service v where v.id = h.service_id)
         or exists (select from visible_location v where v.id = h.location_id)
         or exists (select from visible_service_at_location v where v.id = h.service_at_location_id)
         or exists (select from way_in w join visible_service v on v.id = w.service_id where w.id = h.way_in_id and w.active))

-- name: documents_schedules
select d.id, jsonb_strip_nulls(to_jsonb(d) || jsonb_build_object(
           'service_id', coalesce((select v.id from visible_service v where v.id = d.service_id),
               (select v.id from way_in w join visible_service v on v.id = w.service_id where w.id = d.way_in_id)),
           'location_id', (select v.id from visible_location v where v.id = d.location_id),
           'service_at_location_id', (select v.id from visible_service_at_location v where v.id = d.service_at_location_id)))::text as document
from hsds_schedule d where d.id = any ($1::uuid[]) order by d.id

-- name: matching_languages
select g.id from language g
where g.active and ($1::text is null or g.source = $1)
    and (exists (select from visible_service v where v.id = g.service_id)
         or exists (select from visible_location v where v.id = g.location_id))

-- name: documents_languages
select d.id, jsonb_strip_nulls((to_jsonb(d) - 'phone_id') || jsonb_build_object(
           'service_id', (select v.id from visible_service v where v.id = d.service_id),
           'location_id', (select v.id from visible_location v where v.id = d.location_id)))::text as document
from hsds_language d where d.id = any ($1::uuid[]) order by d.id

-- name: matching_service_areas
select x.id from service_area x join visible_service v on v.id = x.service_id
where x.active and ($1::text is null or x.source = $1)

-- name: documents_service_areas
select d.id, json_strip_nulls(to_json(d))::text as document from hsds_service_area d where d.id = any ($1::uuid[]) order by d.id

-- name: matching_accessibility
select x.id from accessibility x join visible_location v on v.id = x.location_id join location l on l.id = v.id
where x.active and not l.protected and ($1::text is null or x.source = $1)

-- name: documents_accessibility
select d.id, json_strip_nulls(to_json(d))::text as document from hsds_accessibility d where d.id = any ($1::uuid[]) order by d.id

-- name: matching_cost_options
select x.id from cost_option x join visible_service v on v.id = x.service_id
where x.active and ($1::text is null or x.source = $1)

-- name: documents_cost_options
select d.id, json_strip_nulls(to_json(d))::text as document from hsds_cost_option d where d.id = any ($1::uuid[]) order by d.id

-- name: matching_required_documents
select x.id from required_document x join visible_service v on v.id = x.service_id
where x.active and ($1::text is null or x.source = $1)

-- name: documents_required_documents
select d.id, json_strip_nulls(to_json(d))::text as document from hsds_required_document d where d.id = any ($1::uuid[]) order by d.id

-- name: matching_funding
select f.id from funding f
where f.active and ($1::text is null or f.source = $1)
    and (exists (select from visible_organization v where v.id = f.organization_id)
         or exists (select from visible_service v where v.id = f.service_id))

-- name: documents_funding
select d.id, jsonb_strip_nulls(to_jsonb(d) || jsonb_build_object(
           'organization_id', (select v.id from visible_organization v where v.id = d.organization_id),
           'service_id', (select v.id from visible_service v where v.id = d.service_id)))::text as document
from hsds_funding d where d.id = any ($1::uuid[]) order by d.id

-- name: matching_programs
select p.id from program p join visible_organization v on v.id = p.organization_id
where p.active and ($1::text is null or p.source = $1)

-- name: documents_programs
select d.id, json_strip_nulls(to_json(d))::text as document from hsds_program_brief d where d.id = any ($1::uuid[]) order by d.id

-- name: matching_organization_identifiers
select i.id from organization_identifier i join visible_organization v on v.id = i.organization_id
where i.active and ($1::text is null or i.source = $1)

-- name: documents_organization_identifiers
select d.id, json_strip_nulls(to_json(d))::text as document from hsds_organization_identifier d where d.id = any ($1::uuid[]) order by d.id

-- name: matching_attributes
select a.id from attribute a
    join hsds_term_brief t on t.id = a.taxonomy_term_id
where a.active and ($1::text is null or a.source = $1)
    and case a.link_entity
        when 'service' then exists (select from visible_service v where v.id = a.link_id)
        when 'organization' then exists (select from visible_organization v where v.id = a.link_id)
        when 'location' then exists (select from visible_location v where v.id = a.link_id)
        when 'service_at_location' then exists (select from visible_service_at_location v where v.id = a.link_id)
        when 'program' then exists (select from hsds_program_brief v where v.id = a.link_id)
        when 'cost_option' then exists (select from cost_option c join visible_service v on v.id = c.service_id
                                        where c.id = a.link_id and c.active)
        when 'service_capacity' then exists (select from service_capacity c join visible_service v on v.id = c.service_id
                                             where c.id = a.link_id and c.active)
        when 'unit' then exists (select from hsds_unit u where u.id = a.link_id)
        when 'taxonomy_term' then exists (select from hsds_term_brief u where u.id = a.link_id)
        when 'service_area' then exists (select from service_area c join visible_service v on v.id = c.service_id
                                         where c.id = a.link_id and c.active)
        when 'required_document' then exists (select from required_document c join visible_service v on v.id = c.service_id
                                              where c.id = a.link_id and c.active)
        when 'address' then exists (select from address c join visible_location v on v.id = c.location_id
                                    where c.id = a.link_id and c.active)
        when 'accessibility' then exists (select from hsds_accessibility c join visible_location v on v.id = c.location_id
                                          where c.id = a.link_id)
        when 'organization_identifier' then exists (
            select from organization_identifier c join visible_organization v on v.id = c.organization_id
            where c.id = a.link_id and c.active)
        else false end

-- name: documents_attributes
select d.id, json_strip_nulls(to_json(d))::text as document from hsds_attribute d where d.id = any ($1::uuid[]) order by d.id

-- name: matching_service_capacities
select c.id from service_capacity c join visible_service v on v.id = c.service_id
where c.active and ($1::text is null or c.source = $1)

-- name: documents_service_capacities
select d.id, json_strip_nulls(to_json(d))::text as document from hsds_service_capacity d where d.id = any ($1::uuid[]) order by d.id

-- name: matching_units
select u.id from unit u where u.active and ($1::text is null or u.source = $1)

-- name: documents_units
select d.id, json_strip_nulls(to_json(d))::text as document from hsds_unit d where d.id = any ($1::uuid[]) order by d.id

-- name: matching_meta_table_descriptions
select m.id from meta_table_description m where m.active and ($1::text is null or m.source = $1)

-- name: documents_meta_table_descriptions
select d.id, json_strip_nulls(to_json(d))::text as document from hsds_meta_table_description d where d.id = any ($1::uuid[]) order by d.id

-- name: matching_ways_in
select w.id from way_in w join visible_service v on v.id = w.service_id
where w.active and ($1::text is null or w.source = $1)

-- name: documents_ways_in
select d.id, json_strip_nulls(to_json(d))::text as document from hsds_way_in d where d.id = any ($1::uuid[]) order by d.id

-- name: matching_regimes
select r.id from regime r join visible_organization v on v.id = r.organization_id
where r.active and ($1::text is null or r.source = $1)

-- name: documents_regimes
select d.id, json_strip_nulls(to_json(d))::text as document from hsds_regime d where d.id = any ($1::uuid[]) order by d.id
