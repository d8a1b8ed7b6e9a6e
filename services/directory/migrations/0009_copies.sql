-- minimum program: 0.1.0
-- What copies in tables need beside documents: every published row, with those of its holders that are published.

-- A term of another taxonomy with its taxonomy and the terms above it, the highest first: who reads the document may know
-- neither, while ours stands in every installation. A function, since as part of the view it would be planned at each of
-- the many places where a document may have attributes.
create function foreign_term(term_id uuid) returns json stable language sql as $$
with recursive above as (
    select p.*, 1 as height from hsds_term_brief t join hsds_term_brief p on p.id = t.parent_id where t.id = term_id
    union all
    select p.*, a.height + 1 from above a join hsds_term_brief p on p.id = a.parent_id where a.height < 20
)
select to_json(d) from (
    select t.*, (select to_json(x) from hsds_taxonomy x where x.id = t.taxonomy_id) as taxonomy_detail,
           (select json_agg(to_jsonb(a) - 'height' order by a.height desc) from above a) as ancestors
    from hsds_term_brief t
    where t.id = term_id) d
$$;

create or replace view hsds_attribute with (security_invoker = true) as
select a.id, a.link_id, a.link_entity, a.link_type, a.label, a.value, a.taxonomy_term_id,
       case when t.taxonomy = 'lotse-themen' then to_json(t) else foreign_term(t.id) end as taxonomy_term, a.source_id
from attribute a
    join hsds_term_brief t on t.id = a.taxonomy_term_id
where a.active;

create view published_location with (security_invoker = true) as select d.* from hsds_location_brief d;

create view published_address with (security_invoker = true) as
select d.* from hsds_address d join hsds_location_brief l on l.id = d.location_id and not l.protected;

create view published_accessibility with (security_invoker = true) as
select d.* from hsds_accessibility d join visible_location v on v.id = d.location_id;

create view published_service_area with (security_invoker = true) as
select d.* from hsds_service_area d join visible_service v on v.id = d.service_id;

create view published_cost_option with (security_invoker = true) as
select d.* from hsds_cost_option d join visible_service v on v.id = d.service_id;

create view published_required_document with (security_invoker = true) as
select d.* from hsds_required_document d join visible_service v on v.id = d.service_id;

create view published_service_capacity with (security_invoker = true) as
select d.* from hsds_service_capacity d join visible_service v on v.id = d.service_id;

create view published_way_in with (security_invoker = true) as
select d.* from hsds_way_in d join visible_service v on v.id = d.service_id;

create view published_organization_identifier with (security_invoker = true) as
select d.* from hsds_organization_identifier d join visible_organization v on v.id = d.organization_id;

create view published_regime with (security_invoker = true) as
select d.* from hsds_regime d join visible_organization v on v.id = d.organization_id;

create view published_confirmation with (security_invoker = true) as
select d.* from hsds_confirmation d join visible_organization v on v.id = d.organization_id;

create view published_program with (security_invoker = true) as select d.* from hsds_program_brief d;

create view published_unit with (security_invoker = true) as select d.* from hsds_unit d;

create view published_meta_table_description with (security_invoker = true) as select d.* from hsds_meta_table_description d;

create view published_phone with (security_invoker = true) as
select d.id, l.id as location_id, s.id as service_id, o.id as organization_id, x.id as service_at_location_id, d.number,
       d.extension, d.extension_text, d.type, d.description, d.source_id
from hsds_phone d
    left join visible_organization o on o.id = d.organization_id
    left join visible_service s on s.id = d.service_id
    left join visible_location l on l.id = d.location_id
    left join visible_service_at_location x on x.id = d.service_at_location_id
where num_nonnulls(o.id, s.id, l.id, x.id) > 0;

create view published_schedule with (security_invoker = true) as
select d.id, coalesce(s.id, w.service_id) as service_id, l.id as location_id, x.id as service_at_location_id, d.valid_from, d.valid_to,
       d.dtstart, d.timezone, d.timezone_name, d.until, d.count, d.wkst, d.freq, d.interval, d.byday, d.byweekno, d.bymonthday,
       d.byyearday, d.description, d.opens_at, d.closes_at, d.schedule_link, d.attending_type, d.notes, w.id as way_in_id, d.source_id
from hsds_schedule d
    left join visible_service s on s.id = d.service_id
    left join visible_location l on l.id = d.location_id
    left join visible_service_at_location x on x.id = d.service_at_location_id
    left join published_way_in w on w.id = d.way_in_id
where num_nonnulls(s.id, l.id, x.id, w.id) > 0;

create view published_language with (security_invoker = true) as
select d.id, s.id as service_id, l.id as location_id, p.id as phone_id, d.name, d.code, d.note, d.level, d.source_id
from hsds_language d
    left join visible_service s on s.id = d.service_id
    left join visible_location l on l.id = d.location_id
    left join published_phone p on p.id = d.phone_id
where num_nonnulls(s.id, l.id, p.id) > 0;

create view published_funding with (security_invoker = true) as
select d.id, o.id as organization_id, s.id as service_id, d.source, d.source_id
from hsds_funding d
    left join visible_organization o on o.id = d.organization_id
    left join visible_service s on s.id = d.service_id
where num_nonnulls(o.id, s.id) > 0;

-- The offsets keep what is asked for each of some hundred rows from being made into a list of all that there is.
create view published_attribute with (security_invoker = true) as
select a.id, a.link_id, a.link_entity, a.link_type, a.label, a.value, a.taxonomy_term_id, a.source_id
from hsds_attribute a
where case a.link_entity
    when 'organization' then exists (select from visible_organization v where v.id = a.link_id offset 0)
    when 'service' then exists (select from visible_service v where v.id = a.link_id offset 0)
    when 'location' then exists (select from visible_location v where v.id = a.link_id offset 0)
    when 'service_at_location' then exists (select from visible_service_at_location v where v.id = a.link_id offset 0)
    when 'taxonomy_term' then exists (select from hsds_term_brief v where v.id = a.link_id offset 0)
    when 'program' then exists (select from published_program v where v.id = a.link_id offset 0)
    when 'address' then exists (select from published_address v where v.id = a.link_id offset 0)
    when 'phone' then exists (select from published_phone v where v.id = a.link_id offset 0)
    when 'schedule' then exists (select from published_schedule v where v.id = a.link_id offset 0)
    when 'language' then exists (select from published_language v where v.id = a.link_id offset 0)
    when 'service_area' then exists (select from published_service_area v where v.id = a.link_id offset 0)
    when 'accessibility' then exists (select from published_accessibility v where v.id = a.link_id offset 0)
    when 'cost_option' then exists (select from published_cost_option v where v.id = a.link_id offset 0)
    when 'required_document' then exists (select from published_required_document v where v.id = a.link_id offset 0)
    when 'funding' then exists (select from published_funding v where v.id = a.link_id offset 0)
    when 'organization_identifier' then exists (select from published_organization_identifier v where v.id = a.link_id offset 0)
    when 'service_capacity' then exists (select from published_service_capacity v where v.id = a.link_id offset 0)
    when 'unit' then exists (select from published_unit v where v.id = a.link_id offset 0)
    when 'meta_table_description' then exists (select from published_meta_table_description v where v.id = a.link_id offset 0)
    else false end;

-- What is closed for a while is published and never an answer to somebody who looks for help: an index of its own.
create table closed_entry (like search_entry including defaults, primary key (id));
create index closed_entry_all on closed_entry using gin (words, topics, languages, cells);
create index closed_entry_source on closed_entry (source);
create index closed_entry_agency on closed_entry (agency_id);

create view published_entry with (security_invoker = true) as
select id, service_id, agency_id, words, cells, latitude, longitude, protected from search_entry
union all
select id, service_id, agency_id, words, cells, latitude, longitude, protected from closed_entry;

grant select on
    published_location, published_address, published_accessibility, published_service_area, published_cost_option,
    published_required_document, published_service_capacity, published_way_in, published_organization_identifier, published_regime,
    published_confirmation, published_program, published_unit, published_meta_table_description, published_phone, published_schedule,
    published_language, published_funding, published_attribute, published_entry
    to {run};
grant select on closed_entry to {run}, {import}, {edit};
grant insert, delete on closed_entry to {import}, {edit};
