-- Which records fit a question, their documents, and the rows of tables.
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
    and s.id in (select e.service_id from published_entry e where e.words @@ $2::tsquery)  -- if words
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
    and x.id in (select e.id from published_entry e where e.words @@ $2::tsquery)  -- if words
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
        select e.id from published_entry e  -- if near
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
         or o.id in (select e.agency_id from published_entry e where e.words @@ $2::tsquery))  -- if words

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
    and (t.source = $1 or t.id in (  -- if source
        with recursive used as (  -- if source
            select a.taxonomy_term_id as id from attribute a where a.source = $1 and a.active  -- if source
            union select c.parent_id from used u join taxonomy_term c on c.id = u.id where c.parent_id is not null)  -- if source
        select id from used))  -- if source
    and (lower(t.name) like $3 or lower(t.code) like $3 or lower(t.description) like $3  -- if words
         or exists (select from jsonb_each_text(t.labels) as b where lower(b.value) like $3))  -- if words
    and t.taxonomy_id = $5  -- if taxonomy
    and t.parent_id = $15  -- if parent
    and t.parent_id is null  -- if top

-- The ids of documents come out of a sub-select, so that the plan does not depend on how many they are: planning takes
-- longer than a few documents, and would be done anew each time.

-- name: documents_services
select s.id, s.last_modified as modified_at, json_strip_nulls(to_json(d))::text as document
from hsds_service_brief s
    cross join lateral (
        select s.*, (select to_json(o) from hsds_organization_brief o where o.id = s.organization_id) as organization,
               (select to_json(p) from hsds_program_brief p where p.id = s.program_id) as program) as d
where s.id = any (array(select unnest($1::uuid[])))
order by s.id

-- name: documents_services_full
select d.id, d.last_modified as modified_at, json_strip_nulls(to_json(d))::text as document
from hsds_service d
where d.id = any (array(select unnest($1::uuid[])))
order by d.id

-- name: documents_services_minimal
select s.id, coalesce(s.last_modified, s.changed_at) as modified_at,
       json_build_object('id', s.id, 'modified_date', coalesce(s.last_modified, s.changed_at))::text as document
from visible_service v
    join service s on s.id = v.id
where v.id = any (array(select unnest($1::uuid[])))
order by s.id

-- name: documents_service_at_locations
select x.id, coalesce(s.last_modified, s.changed_at) as modified_at, json_strip_nulls(to_json(d))::text as document
from visible_service_at_location v
    join service_at_location x on x.id = v.id
    join service s on s.id = x.service_id
    cross join lateral (
        select x.id, x.service_id, x.location_id, s.name, s.status, x.description,
               (select to_json(l) from hsds_location_brief l where l.id = x.location_id) as location,
               (select to_json(b) from (
                    select c.*,
                           (select to_json(o) from hsds_organization_brief o where o.id = c.organization_id) as organization,
                           (select to_json(p) from hsds_program_brief p where p.id = c.program_id) as program
                    from hsds_service_brief c where c.id = x.service_id) b) as service,
               x.source, x.source_id) as d
where x.id = any (array(select unnest($1::uuid[])))
order by x.id

-- name: documents_service_at_locations_full
select x.id, coalesce(s.last_modified, s.changed_at) as modified_at, json_strip_nulls(to_json(d))::text as document
from hsds_service_at_location x
    join service s on s.id = x.service_id
    cross join lateral (
        select x.*, s.name, s.status,
               (select to_json(b) from (
                    select c.*, (select to_json(o) from hsds_organization_core o where o.id = c.organization_id) as organization,
                           (select to_json(p) from hsds_program p where p.id = c.program_id) as program
                    from hsds_service_core c where c.id = x.service_id) b) as service) as d
where x.id = any (array(select unnest($1::uuid[])))
order by x.id

-- name: documents_organizations
select d.id, coalesce(o.last_modified, o.changed_at) as modified_at, json_strip_nulls(to_json(d))::text as document
from hsds_organization_brief d
    join organization o on o.id = d.id
where d.id = any (array(select unnest($1::uuid[])))
order by d.id

-- name: documents_organizations_full
select x.id, coalesce(o.last_modified, o.changed_at) as modified_at, json_strip_nulls(to_json(d))::text as document
from hsds_organization x
    join organization o on o.id = x.id
    cross join lateral (
        select x.*, (select json_agg(json_build_object('id', s.id, 'name', s.name, 'status', s.status) order by s.id)
                     from hsds_service_brief s where s.organization_id = x.id) as services) as d
where x.id = any (array(select unnest($1::uuid[])))
order by x.id

-- name: documents_organizations_full_service
select x.id, coalesce(o.last_modified, o.changed_at) as modified_at, json_strip_nulls(to_json(d))::text as document
from hsds_organization x
    join organization o on o.id = x.id
    cross join lateral (
        select x.*, (select json_agg(s order by s.id)
                     from hsds_service_of_organization s where s.organization_id = x.id) as services) as d
where x.id = any (array(select unnest($1::uuid[])))
order by x.id

-- name: documents_taxonomies
select d.id, t.changed_at as modified_at, json_strip_nulls(to_json(d))::text as document
from hsds_taxonomy d
    join taxonomy t on t.id = d.id
where d.id = any (array(select unnest($1::uuid[])))
order by d.id

-- name: documents_taxonomy_terms
select d.id, t.changed_at as modified_at, json_strip_nulls(to_json(d))::text as document
from hsds_term d
    join taxonomy_term t on t.id = d.id
where d.id = any (array(select unnest($1::uuid[])))
order by d.id

-- name: table_rows
-- For copies in tables: the next rows of the table `location`, whose name stands for that of any of them. $1 the last id · $2 how many ·
-- $3 source
select d.id, json_strip_nulls(to_json(d))::text as document
from published_location d
    join location t on t.id = d.id
where d.id > $1
    and t.source = $3  -- if source
order by d.id
limit $2

-- name: confirmation_rows
-- Those of the next organizations, which have them under their own id and source. $1 the last id · $2 how many · $3 source
select o.id, json_strip_nulls(to_json(d))::text as document
from (select id from organization
      where id > $1 and active and exists (select from confirmation c where c.organization_id = organization.id)
          and source = $3  -- if source
      order by id limit $2) o
    join published_confirmation d on d.organization_id = o.id
order by o.id, d.field_group
