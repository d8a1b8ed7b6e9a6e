-- minimum program: 0.1.0
-- The public directory as HSDS 3.0 writes it: one view for each object, whose columns are the fields of the object.
--
-- Documents are made of whole rows of these views, so that a field stands here once. All views run with the rights of
-- whoever asks, who has none on partner-only tables. What is inactive, and what belongs to something inactive, is in none.

alter table organization add column last_modified timestamptz;
create index organization_name_trigrams on organization using gin (lower(name) gin_trgm_ops);

-- What touch_services looks for is always newer than all that is there, so that of each of these indexes little is read.
create index organization_changed on organization using brin (changed_at) with (autosummarize = on);
create index program_changed on program using brin (changed_at) with (autosummarize = on);
create index organization_identifier_changed on organization_identifier using brin (changed_at) with (autosummarize = on);
create index service_changed on service using brin (changed_at) with (autosummarize = on);
create index location_changed on location using brin (changed_at) with (autosummarize = on);
create index service_at_location_changed on service_at_location using brin (changed_at) with (autosummarize = on);
create index address_changed on address using brin (changed_at) with (autosummarize = on);
create index phone_changed on phone using brin (changed_at) with (autosummarize = on);
create index way_in_changed on way_in using brin (changed_at) with (autosummarize = on);
create index schedule_changed on schedule using brin (changed_at) with (autosummarize = on);
create index language_changed on language using brin (changed_at) with (autosummarize = on);
create index service_area_changed on service_area using brin (changed_at) with (autosummarize = on);
create index accessibility_changed on accessibility using brin (changed_at) with (autosummarize = on);
create index cost_option_changed on cost_option using brin (changed_at) with (autosummarize = on);
create index required_document_changed on required_document using brin (changed_at) with (autosummarize = on);
create index funding_changed on funding using brin (changed_at) with (autosummarize = on);
create index service_capacity_changed on service_capacity using brin (changed_at) with (autosummarize = on);
create index attribute_changed on attribute using brin (changed_at) with (autosummarize = on);
create index regime_changed on regime using brin (changed_at) with (autosummarize = on);
create index confirmation_changed on confirmation using brin (confirmed_at) with (autosummarize = on);
create index service_modified on service (coalesce(last_modified, changed_at));

-- Sets last_modified of each service and organization of which a row was changed at this time, or anything that belongs
-- to them; to be called at the end of a transaction that changes rows, with the time that it wrote into changed_at.
create function touch_services(at timestamptz) returns void language sql as $$
with changed_location (id) as (
    select id from location where changed_at = at
    union select location_id from address where changed_at = at
    union select location_id from phone where changed_at = at
    union select location_id from schedule where changed_at = at
    union select location_id from language where changed_at = at
    union select location_id from accessibility where changed_at = at
    union select link_id from attribute where changed_at = at and link_entity = 'location'
    union select l.location_id from metadata m join service_at_location l on l.location_id = m.resource_id
        where m.last_action_date = at and m.resource_type = 'location'
), changed_organization (id) as (
    select id from organization where changed_at = at
    union select organization_id from program where changed_at = at
    union select organization_id from organization_identifier where changed_at = at
    union select organization_id from phone where changed_at = at
    union select organization_id from funding where changed_at = at
    union select organization_id from regime where changed_at = at
    union select organization_id from confirmation where confirmed_at = at
    union select link_id from attribute where changed_at = at and link_entity = 'organization'
    union select l.organization_id from changed_location c join location l on l.id = c.id
), changed_service (id) as (
    select id from service where changed_at = at
    union select service_id from service_at_location where changed_at = at
    union select service_id from phone where changed_at = at
    union select service_id from way_in where changed_at = at
    union select service_id from schedule where changed_at = at
    union select service_id from language where changed_at = at
    union select service_id from service_area where changed_at = at
    union select service_id from cost_option where changed_at = at
    union select service_id from required_document where changed_at = at
    union select service_id from funding where changed_at = at
    union select service_id from service_capacity where changed_at = at
    union select service_id from attribute where changed_at = at
    union select l.service_id from phone p join service_at_location l on l.id = p.service_at_location_id where p.changed_at = at
    union select l.service_id from schedule h join service_at_location l on l.id = h.service_at_location_id where h.changed_at = at
    union select w.service_id from schedule h join way_in w on w.id = h.way_in_id where h.changed_at = at
    union select p.service_id from language g join phone p on p.id = g.phone_id where g.changed_at = at
    union select l.service_id from attribute a join service_at_location l on l.id = a.link_id
        where a.changed_at = at and a.link_entity = 'service_at_location'
    union select l.service_id from changed_location c join service_at_location l on l.location_id = c.id
    union select s.id from changed_organization c join service s on s.organization_id = c.id
), touched_service as (
    update service s set last_modified = at
    from changed_service c
    where s.id = c.id and coalesce(s.last_modified, s.changed_at) <> at
    returning s.organization_id
)
update organization o set last_modified = at
from (select id from changed_organization union select organization_id from touched_service) c
where o.id = c.id and coalesce(o.last_modified, o.changed_at) <> at
$$;

-- Taxonomies

create view hsds_taxonomy with (security_invoker = true) as
select t.id, t.name, coalesce(t.description, '') as description, t.uri, t.version, t.source, t.source_id
from taxonomy t
where t.active;

create view hsds_term_brief with (security_invoker = true) as
select t.id, t.code, coalesce(t.name, t.labels ->> 'de') as name,
       coalesce(t.description, t.explanations ->> 'de', '') as description,
       (select p.id from taxonomy_term p where p.id = t.parent_id and p.active) as parent_id,
       x.name as taxonomy, coalesce(t.language, case when t.labels ? 'de' then 'de' end) as language, t.taxonomy_id,
       t.term_uri, coalesce(t.source_id, t.code) as source_id
from taxonomy_term t
    join taxonomy x on x.id = t.taxonomy_id and x.active
where t.active;

create view hsds_term with (security_invoker = true) as
select b.*, (select to_json(x) from hsds_taxonomy x where x.id = b.taxonomy_id) as taxonomy_detail,
       nullif(t.labels, '{}') as labels, nullif(t.explanations, '{}') as explanations, nullif(t.synonyms, '{}') as synonyms,
       t.source
from hsds_term_brief b
    join taxonomy_term t on t.id = b.id;

create view hsds_attribute with (security_invoker = true) as
select a.id, a.link_id, a.link_entity, a.link_type, a.label, a.value, a.taxonomy_term_id, to_json(t) as taxonomy_term, a.source_id
from attribute a
    join hsds_term_brief t on t.id = a.taxonomy_term_id
where a.active;

-- What was replaced stays out: a mistake that was mended, such as an address that nobody should have known, must not go
-- out with every copy.
create view hsds_metadata with (security_invoker = true) as
select m.id, m.resource_id, m.resource_type, m.last_action_date, m.last_action_type, coalesce(m.field_name, '') as field_name,
       '' as previous_value, '' as replacement_value, m.updated_by
from metadata m;

-- What is there at all

create view visible_organization with (security_invoker = true) as
select o.id from organization o where o.active;

create view visible_service with (security_invoker = true) as
select s.id, s.organization_id
from service s
    join organization o on o.id = s.organization_id and o.active
where s.active and s.status in ('active', 'temporarily closed');

create view visible_location with (security_invoker = true) as
select l.id, l.organization_id
from location l
where l.active and (l.organization_id is null or exists (select from organization o where o.id = l.organization_id and o.active));

create view visible_service_at_location with (security_invoker = true) as
select x.id, x.service_id, x.location_id
from service_at_location x
    join visible_service s on s.id = x.service_id
    join visible_location l on l.id = x.location_id
where x.active;

-- Rows that belong to others, which are asked for by what they belong to

create view hsds_language with (security_invoker = true) as
select g.id, g.service_id, g.location_id, g.phone_id, g.name, g.code, g.note, g.level, a.attributes, g.source_id
from language g
    left join lateral (
        select json_agg(a order by a.id) as attributes from hsds_attribute a
        where a.link_entity = 'language' and a.link_id = g.id) a on true
where g.active;

create view hsds_phone with (security_invoker = true) as
select p.id, p.location_id, p.service_id, p.organization_id, p.service_at_location_id, p.number,
       case when p.extension ~ '^(0|[1-9][0-9]{0,14})$' then p.extension::bigint end as extension,
       case when p.extension !~ '^(0|[1-9][0-9]{0,14})$' then p.extension end as extension_text,
       p.type, p.description, g.languages, a.attributes, p.source_id
from phone p
    left join lateral (
        select json_agg(g order by g.id) as languages from hsds_language g where g.phone_id = p.id) g on true
    left join lateral (
        select json_agg(a order by a.id) as attributes from hsds_attribute a
        where a.link_entity = 'phone' and a.link_id = p.id) a on true
where p.active;

create view hsds_schedule with (security_invoker = true) as
select h.id, h.service_id, h.location_id, h.service_at_location_id, h.valid_from, h.valid_to, h.dtstart,
       case when h.timezone ~ '^[+-]?[0-9]{1,2}([.][0-9]+)?$' then h.timezone::numeric end as timezone,
       case when h.timezone !~ '^[+-]?[0-9]{1,2}([.][0-9]+)?$' then h.timezone end as timezone_name,
       h.until, h.count, h.wkst, h.freq, h.interval, h.byday, h.byweekno, h.bymonthday, h.byyearday, h.description, h.opens_at,
       h.closes_at, h.schedule_link, h.attending_type, h.notes, w.id as way_in_id,
       a.attributes, h.source_id
from schedule h
    left join way_in w on w.id = h.way_in_id
    left join lateral (
        select json_agg(a order by a.id) as attributes from hsds_attribute a
        where a.link_entity = 'schedule' and a.link_id = h.id) a on true
where h.active and (w.id is null or w.active);

create view hsds_way_in with (security_invoker = true) as
select w.id, w.service_id, w.way, w.note, h.schedules, w.source_id
from way_in w
    left join lateral (
        select json_agg(h order by h.id) as schedules from hsds_schedule h where h.way_in_id = w.id) h on true
where w.active;

create view hsds_service_area with (security_invoker = true) as
select v.id, v.service_id, v.name, v.description, v.extent, v.extent_type, v.uri,
       lpad(lower(v.postcodes)::text, 5, '0') as postcode_from, lpad((upper(v.postcodes) - 1)::text, 5, '0') as postcode_to,
       v.district_code, v.state, a.attributes, v.source_id
from service_area v
    left join lateral (
        select json_agg(a order by a.id) as attributes from hsds_attribute a
        where a.link_entity = 'service_area' and a.link_id = v.id) a on true
where v.active;

create view hsds_accessibility with (security_invoker = true) as
select x.id, x.location_id, x.description, x.details, x.url, a.attributes, x.source_id
from accessibility x
    join location l on l.id = x.location_id and not l.protected
    left join lateral (
        select json_agg(a order by a.id) as attributes from hsds_attribute a
        where a.link_entity = 'accessibility' and a.link_id = x.id) a on true
where x.active;

create view hsds_cost_option with (security_invoker = true) as
select c.id, c.service_id, c.valid_from, c.valid_to, c.option, c.currency, c.amount, c.amount_description, a.attributes, c.source_id
from cost_option c
    left join lateral (
        select json_agg(a order by a.id) as attributes from hsds_attribute a
        where a.link_entity = 'cost_option' and a.link_id = c.id) a on true
where c.active;

create view hsds_required_document with (security_invoker = true) as
select r.id, r.service_id, r.document, r.uri, a.attributes, r.source_id
from required_document r
    left join lateral (
        select json_agg(a order by a.id) as attributes from hsds_attribute a
        where a.link_entity = 'required_document' and a.link_id = r.id) a on true
where r.active;

create view hsds_funding with (security_invoker = true) as
select f.id, f.organization_id, f.service_id, f.funder as source, a.attributes, f.source_id
from funding f
    left join lateral (
        select json_agg(a order by a.id) as attributes from hsds_attribute a
        where a.link_entity = 'funding' and a.link_id = f.id) a on true
where f.active;

create view hsds_program_brief with (security_invoker = true) as
select p.id, p.organization_id, p.name, p.alternate_name, coalesce(p.description, '') as description, p.source_id
from program p
    join visible_organization o on o.id = p.organization_id
where p.active;

create view hsds_program with (security_invoker = true) as
select p.*, a.attributes
from hsds_program_brief p
    left join lateral (
        select json_agg(a order by a.id) as attributes from hsds_attribute a
        where a.link_entity = 'program' and a.link_id = p.id) a on true;

create view hsds_organization_identifier with (security_invoker = true) as
select i.id, i.organization_id, i.identifier_scheme, i.identifier_type, i.identifier, a.attributes, i.source_id
from organization_identifier i
    left join lateral (
        select json_agg(a order by a.id) as attributes from hsds_attribute a
        where a.link_entity = 'organization_identifier' and a.link_id = i.id) a on true
where i.active;

create view hsds_unit with (security_invoker = true) as
select u.id, u.name, u.scheme, u.identifier, u.uri, a.attributes, u.source_id
from unit u
    left join lateral (
        select json_agg(a order by a.id) as attributes from hsds_attribute a
        where a.link_entity = 'unit' and a.link_id = u.id) a on true
where u.active;

create view hsds_service_capacity with (security_invoker = true) as
select c.id, c.service_id, u.id as unit_id, to_json(u) as unit, c.available, c.maximum, c.description, c.updated, c.state,
       c.expires_at, a.attributes, c.source_id
from service_capacity c
    left join hsds_unit u on u.id = c.unit_id
    left join lateral (
        select json_agg(a order by a.id) as attributes from hsds_attribute a
        where a.link_entity = 'service_capacity' and a.link_id = c.id) a on true
where c.active;

create view hsds_meta_table_description with (security_invoker = true) as
select m.id, m.name, m.language, m.character_set, m.source_id
from meta_table_description m
where m.active;

create view hsds_regime with (security_invoker = true) as
select r.id, r.organization_id, r.regime, r.overlays, r.valid_from, r.source_id
from regime r
where r.active;

create view hsds_confirmation with (security_invoker = true) as
select c.organization_id, c.field_group, c.confirmed_at, c.confirmed_how
from confirmation c;

-- Locations. Of a protected one its name, its Land and its front door are all there is.

create view hsds_address with (security_invoker = true) as
select a.id, a.location_id, a.attention, coalesce(a.address_1, '') as address_1, a.address_2, coalesce(a.city, '') as city,
       a.region,
       coalesce(a.state_province,
           (select (select d.state from district d where d.code = c.district_code)
            from place c where c.postcode = a.postal_code order by c.district_code limit 1), '') as state_province,
       coalesce(a.postal_code, '') as postal_code, a.country, a.address_type, x.attributes, a.source_id
from address a
    left join lateral (
        select json_agg(x order by x.id) as attributes from hsds_attribute x
        where x.link_entity = 'address' and x.link_id = a.id) x on true
where a.active;

create view hsds_location_brief with (security_invoker = true) as
select l.id, coalesce(l.location_type, 'physical') as location_type, case when not l.protected then l.url end as url,
       l.organization_id, l.name, case when not l.protected then l.alternate_name end as alternate_name,
       case when not l.protected then l.description end as description,
       case when not l.protected then l.transportation end as transportation,
       case when not l.protected then l.latitude end as latitude, case when not l.protected then l.longitude end as longitude,
       case when not l.protected then l.external_identifier end as external_identifier,
       case when not l.protected then l.external_identifier_type end as external_identifier_type,
       l.protected, l.state, l.source, l.source_id
from visible_location v
    join location l on l.id = v.id;

create view hsds_location with (security_invoker = true) as
select l.*,
       (select json_agg(g order by g.id) from hsds_language g where g.location_id = l.id) as languages,
       case when not l.protected then
           (select json_agg(a order by a.id) from hsds_address a where a.location_id = l.id) end as addresses,
       (select json_agg(x order by x.id) from hsds_accessibility x where x.location_id = l.id) as accessibility,
       (select json_agg(p order by p.id) from hsds_phone p where p.location_id = l.id) as phones,
       (select json_agg(h order by h.id) from hsds_schedule h where h.location_id = l.id) as schedules,
       (select json_agg(a order by a.id) from hsds_attribute a where a.link_entity = 'location' and a.link_id = l.id) as attributes
from hsds_location_brief l;

-- Organizations

create view hsds_organization_brief with (security_invoker = true) as
select o.id, o.name, o.alternate_name, coalesce(o.description, '') as description, o.email, o.website, o.tax_status, o.tax_id,
       o.year_incorporated, o.legal_status, o.logo, o.uri,
       (select p.id from visible_organization p where p.id = o.parent_organization_id) as parent_organization_id,
       o.accepts_handover, o.handover_kinds, o.confirmed_at, o.confirmed_how, o.source, o.source_id
from organization o
where o.active;

create view hsds_organization_core with (security_invoker = true) as
select o.*,
       (select json_agg(r order by r.valid_from, r.id) from hsds_regime r where r.organization_id = o.id) as regimes,
       (select json_agg(c order by c.field_group) from hsds_confirmation c where c.organization_id = o.id) as confirmations,
       (select json_agg(f order by f.id) from hsds_funding f where f.organization_id = o.id) as funding,
       (select json_agg(p order by p.id) from hsds_phone p where p.organization_id = o.id) as phones,
       (select json_agg(i order by i.id) from hsds_organization_identifier i where i.organization_id = o.id)
           as organization_identifiers,
       (select json_agg(a order by a.id) from hsds_attribute a where a.link_entity = 'organization' and a.link_id = o.id)
           as attributes
from hsds_organization_brief o;

create view hsds_organization with (security_invoker = true) as
select o.*,
       (select json_agg(l order by l.id) from hsds_location l where l.organization_id = o.id) as locations,
       (select json_agg(p order by p.id) from hsds_program p where p.organization_id = o.id) as programs,
       (select json_agg(m order by m.last_action_date desc, m.id) from (
            select * from hsds_metadata where resource_id = o.id order by last_action_date desc, id limit 20) m) as metadata
from hsds_organization_core o;

-- Services

create view hsds_service_brief with (security_invoker = true) as
select s.id, s.organization_id, p.id as program_id, s.name, s.alternate_name, s.description, s.url, s.email, s.status,
       s.interpretation_services, s.application_process, s.fees_description, s.wait_time, s.fees, s.accreditations,
       s.eligibility_description, s.minimum_age, s.maximum_age, s.assured_date, s.assurer_email, s.licenses, s.alert,
       coalesce(s.last_modified, s.changed_at) as last_modified, s.audiences, s.exclusions, s.exclusions_description,
       s.interpretation, s.source, s.source_id
from visible_service v
    join service s on s.id = v.id
    left join program p on p.id = s.program_id and p.active;

create view hsds_service_core with (security_invoker = true) as
select s.*,
       (select json_agg(p order by p.id) from hsds_phone p where p.service_id = s.id) as phones,
       (select json_agg(h order by h.id) from hsds_schedule h where h.service_id = s.id and h.way_in_id is null) as schedules,
       (select json_agg(w order by w.id) from hsds_way_in w where w.service_id = s.id) as ways_in,
       (select json_agg(v order by v.id) from hsds_service_area v where v.service_id = s.id) as service_areas,
       (select json_agg(g order by g.id) from hsds_language g where g.service_id = s.id) as languages,
       (select json_agg(f order by f.id) from hsds_funding f where f.service_id = s.id) as funding,
       (select json_agg(c order by c.id) from hsds_cost_option c where c.service_id = s.id) as cost_options,
       (select json_agg(r order by r.id) from hsds_required_document r where r.service_id = s.id) as required_documents,
       (select json_agg(c order by c.id) from hsds_service_capacity c where c.service_id = s.id) as capacities,
       (select json_agg(a order by a.id) from hsds_attribute a where a.link_entity = 'service' and a.link_id = s.id) as attributes,
       (select json_agg(m order by m.last_action_date desc, m.id) from (
            select * from hsds_metadata where resource_id = s.id order by last_action_date desc, id limit 20) m) as metadata
from hsds_service_brief s;

create view hsds_service_at_location_core with (security_invoker = true) as
select x.id, x.service_id, x.location_id, x.description,
       (select json_agg(p order by p.id) from hsds_phone p where p.service_at_location_id = x.id) as phones,
       (select json_agg(h order by h.id) from hsds_schedule h where h.service_at_location_id = x.id) as schedules,
       (select json_agg(a order by a.id) from hsds_attribute a
        where a.link_entity = 'service_at_location' and a.link_id = x.id) as attributes,
       x.source, x.source_id
from visible_service_at_location v
    join service_at_location x on x.id = v.id;

create view hsds_service_at_location with (security_invoker = true) as
select x.*, (select to_json(l) from hsds_location l where l.id = x.location_id) as location
from hsds_service_at_location_core x;

create view hsds_service with (security_invoker = true) as
select s.*, (select to_json(o) from hsds_organization_core o where o.id = s.organization_id) as organization,
       (select to_json(p) from hsds_program p where p.id = s.program_id) as program,
       (select json_agg(x order by x.id) from hsds_service_at_location x where x.service_id = s.id) as service_at_locations
from hsds_service_core s;

-- As part of its organization: a location that stands there already is only named.
create view hsds_service_of_organization with (security_invoker = true) as
select s.*,
       (select json_agg(x order by x.id) from (
            select c.*, (select to_json(l) from hsds_location l
                         where l.id = c.location_id and l.organization_id is distinct from s.organization_id) as location
            from hsds_service_at_location_core c
            where c.service_id = s.id) x) as service_at_locations
from hsds_service_core s;

grant select on
    hsds_taxonomy, hsds_term_brief, hsds_term, hsds_attribute, hsds_metadata, visible_organization, visible_service,
    visible_location, visible_service_at_location, hsds_language, hsds_phone, hsds_schedule, hsds_way_in, hsds_service_area,
    hsds_accessibility, hsds_cost_option, hsds_required_document, hsds_funding, hsds_program_brief, hsds_program,
    hsds_organization_identifier, hsds_unit, hsds_service_capacity, hsds_meta_table_description, hsds_regime, hsds_confirmation,
    hsds_address, hsds_location_brief, hsds_location, hsds_organization_brief, hsds_organization_core, hsds_organization,
    hsds_service_brief, hsds_service_core, hsds_service_at_location_core, hsds_service_at_location, hsds_service,
    hsds_service_of_organization
    to {run};
