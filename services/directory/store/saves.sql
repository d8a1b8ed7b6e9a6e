-- An agency's own rows, written whole: one statement per table, so that the change log gets one entry per table and change.
-- $1 rows as JSON with all their columns (text), each with its id. What an import brought keeps its source and digest.

-- name: save_organization
insert into organization (
    id, source, source_id, active, digest, changed_at, edited_at, parent_organization_id, name, alternate_name,
    description, email, website, legal_status, uri, accepts_handover, confirmed_at, confirmed_how, tax_status, tax_id,
    year_incorporated, logo, handover_kinds)
select
    d.id, d.source, d.source_id, d.active, d.digest, d.changed_at, d.edited_at, d.parent_organization_id, d.name,
    d.alternate_name, d.description, d.email, d.website, d.legal_status, d.uri, d.accepts_handover, d.confirmed_at,
    d.confirmed_how, d.tax_status, d.tax_id, d.year_incorporated, d.logo, d.handover_kinds
from jsonb_populate_recordset(null::organization, $1::text::jsonb) as d
on conflict (id) do update set
    active = excluded.active, changed_at = excluded.changed_at, edited_at = excluded.edited_at, parent_organization_id
    = excluded.parent_organization_id, name = excluded.name, alternate_name = excluded.alternate_name, description =
    excluded.description, email = excluded.email, website = excluded.website, legal_status = excluded.legal_status,
    uri = excluded.uri, accepts_handover = excluded.accepts_handover, confirmed_at = excluded.confirmed_at,
    confirmed_how = excluded.confirmed_how, tax_status = excluded.tax_status, tax_id = excluded.tax_id,
    year_incorporated = excluded.year_incorporated, logo = excluded.logo, handover_kinds = excluded.handover_kinds

-- name: save_service
insert into service (
    id, source, source_id, active, digest, changed_at, edited_at, organization_id, name, alternate_name, description,
    url, email, status, interpretation_services, application_process, fees_description, eligibility_description,
    minimum_age, maximum_age, alert, program_id, wait_time, fees, accreditations, assured_date, assurer_email,
    licenses, last_modified, audiences, exclusions, exclusions_description, interpretation)
select
    d.id, d.source, d.source_id, d.active, d.digest, d.changed_at, d.edited_at, d.organization_id, d.name,
    d.alternate_name, d.description, d.url, d.email, d.status, d.interpretation_services, d.application_process,
    d.fees_description, d.eligibility_description, d.minimum_age, d.maximum_age, d.alert, d.program_id, d.wait_time,
    d.fees, d.accreditations, d.assured_date, d.assurer_email, d.licenses, d.last_modified, d.audiences, d.exclusions,
    d.exclusions_description, d.interpretation
from jsonb_populate_recordset(null::service, $1::text::jsonb) as d
on conflict (id) do update set
    active = excluded.active, changed_at = excluded.changed_at, edited_at = excluded.edited_at, organization_id =
    excluded.organization_id, name = excluded.name, alternate_name = excluded.alternate_name, description =
    excluded.description, url = excluded.url, email = excluded.email, status = excluded.status,
    interpretation_services = excluded.interpretation_services, application_process = excluded.application_process,
    fees_description = excluded.fees_description, eligibility_description = excluded.eligibility_description,
    minimum_age = excluded.minimum_age, maximum_age = excluded.maximum_age, alert = excluded.alert, program_id =
    excluded.program_id, wait_time = excluded.wait_time, fees = excluded.fees, accreditations =
    excluded.accreditations, assured_date = excluded.assured_date, assurer_email = excluded.assurer_email, licenses =
    excluded.licenses, last_modified = excluded.last_modified, audiences = excluded.audiences, exclusions =
    excluded.exclusions, exclusions_description = excluded.exclusions_description, interpretation =
    excluded.interpretation

-- name: save_location
insert into location (
    id, source, source_id, active, digest, changed_at, edited_at, organization_id, name, location_type, description,
    transportation, latitude, longitude, state, protected, url, alternate_name, external_identifier,
    external_identifier_type)
select
    d.id, d.source, d.source_id, d.active, d.digest, d.changed_at, d.edited_at, d.organization_id, d.name,
    d.location_type, d.description, d.transportation, d.latitude, d.longitude, d.state, d.protected, d.url,
    d.alternate_name, d.external_identifier, d.external_identifier_type
from jsonb_populate_recordset(null::location, $1::text::jsonb) as d
on conflict (id) do update set
    active = excluded.active, changed_at = excluded.changed_at, edited_at = excluded.edited_at, organization_id =
    excluded.organization_id, name = excluded.name, location_type = excluded.location_type, description =
    excluded.description, transportation = excluded.transportation, latitude = excluded.latitude, longitude =
    excluded.longitude, state = excluded.state, protected = excluded.protected, url = excluded.url, alternate_name =
    excluded.alternate_name, external_identifier = excluded.external_identifier, external_identifier_type =
    excluded.external_identifier_type

-- name: save_address
insert into address (
    id, source, source_id, active, digest, changed_at, edited_at, location_id, location_protected, address_1,
    address_2, city, region, state_province, postal_code, country, address_type, attention)
select
    d.id, d.source, d.source_id, d.active, d.digest, d.changed_at, d.edited_at, d.location_id, d.location_protected,
    d.address_1, d.address_2, d.city, d.region, d.state_province, d.postal_code, d.country, d.address_type,
    d.attention
from jsonb_populate_recordset(null::address, $1::text::jsonb) as d
on conflict (id) do update set
    active = excluded.active, changed_at = excluded.changed_at, edited_at = excluded.edited_at, location_id =
    excluded.location_id, location_protected = excluded.location_protected, address_1 = excluded.address_1, address_2
    = excluded.address_2, city = excluded.city, region = excluded.region, state_province = excluded.state_province,
    postal_code = excluded.postal_code, country = excluded.country, address_type = excluded.address_type, attention =
    excluded.attention

-- name: save_phone
insert into phone (
    id, source, source_id, active, digest, changed_at, edited_at, organization_id, service_id, location_id, number,
    extension, type, description, service_at_location_id)
select
    d.id, d.source, d.source_id, d.active, d.digest, d.changed_at, d.edited_at, d.organization_id, d.service_id,
    d.location_id, d.number, d.extension, d.type, d.description, d.service_at_location_id
from jsonb_populate_recordset(null::phone, $1::text::jsonb) as d
on conflict (id) do update set
    active = excluded.active, changed_at = excluded.changed_at, edited_at = excluded.edited_at, organization_id =
    excluded.organization_id, service_id = excluded.service_id, location_id = excluded.location_id, number =
    excluded.number, extension = excluded.extension, type = excluded.type, description = excluded.description,
    service_at_location_id = excluded.service_at_location_id

-- name: save_accessibility
insert into accessibility (
    id, source, source_id, active, digest, changed_at, edited_at, location_id, description, details, url)
select
    d.id, d.source, d.source_id, d.active, d.digest, d.changed_at, d.edited_at, d.location_id, d.description,
    d.details, d.url
from jsonb_populate_recordset(null::accessibility, $1::text::jsonb) as d
on conflict (id) do update set
    active = excluded.active, changed_at = excluded.changed_at, edited_at = excluded.edited_at, location_id =
    excluded.location_id, description = excluded.description, details = excluded.details, url = excluded.url

-- name: save_way_in
insert into way_in (
    id, source, source_id, active, digest, changed_at, edited_at, service_id, way, note)
select
    d.id, d.source, d.source_id, d.active, d.digest, d.changed_at, d.edited_at, d.service_id, d.way, d.note
from jsonb_populate_recordset(null::way_in, $1::text::jsonb) as d
on conflict (id) do update set
    active = excluded.active, changed_at = excluded.changed_at, edited_at = excluded.edited_at, service_id =
    excluded.service_id, way = excluded.way, note = excluded.note

-- name: save_schedule
insert into schedule (
    id, source, source_id, active, digest, changed_at, edited_at, service_id, location_id, service_at_location_id,
    valid_from, valid_to, freq, "interval", byday, bymonthday, opens_at, closes_at, description, attending_type,
    notes, dtstart, timezone, until, count, wkst, byweekno, byyearday, schedule_link, way_in_id)
select
    d.id, d.source, d.source_id, d.active, d.digest, d.changed_at, d.edited_at, d.service_id, d.location_id,
    d.service_at_location_id, d.valid_from, d.valid_to, d.freq, d."interval", d.byday, d.bymonthday, d.opens_at,
    d.closes_at, d.description, d.attending_type, d.notes, d.dtstart, d.timezone, d.until, d.count, d.wkst,
    d.byweekno, d.byyearday, d.schedule_link, d.way_in_id
from jsonb_populate_recordset(null::schedule, $1::text::jsonb) as d
on conflict (id) do update set
    active = excluded.active, changed_at = excluded.changed_at, edited_at = excluded.edited_at, service_id =
    excluded.service_id, location_id = excluded.location_id, service_at_location_id = excluded.service_at_location_id,
    valid_from = excluded.valid_from, valid_to = excluded.valid_to, freq = excluded.freq, "interval" =
    excluded."interval", byday = excluded.byday, bymonthday = excluded.bymonthday, opens_at = excluded.opens_at,
    closes_at = excluded.closes_at, description = excluded.description, attending_type = excluded.attending_type,
    notes = excluded.notes, dtstart = excluded.dtstart, timezone = excluded.timezone, until = excluded.until, count =
    excluded.count, wkst = excluded.wkst, byweekno = excluded.byweekno, byyearday = excluded.byyearday, schedule_link
    = excluded.schedule_link, way_in_id = excluded.way_in_id

-- name: save_language
insert into language (
    id, source, source_id, active, digest, changed_at, edited_at, service_id, location_id, code, note, phone_id, name,
    level)
select
    d.id, d.source, d.source_id, d.active, d.digest, d.changed_at, d.edited_at, d.service_id, d.location_id, d.code,
    d.note, d.phone_id, d.name, d.level
from jsonb_populate_recordset(null::language, $1::text::jsonb) as d
on conflict (id) do update set
    active = excluded.active, changed_at = excluded.changed_at, edited_at = excluded.edited_at, service_id =
    excluded.service_id, location_id = excluded.location_id, code = excluded.code, note = excluded.note, phone_id =
    excluded.phone_id, name = excluded.name, level = excluded.level

-- name: save_service_area
insert into service_area (
    id, source, source_id, active, digest, changed_at, edited_at, service_id, name, description, extent, extent_type,
    postcodes, district_code, state, uri)
select
    d.id, d.source, d.source_id, d.active, d.digest, d.changed_at, d.edited_at, d.service_id, d.name, d.description,
    d.extent, d.extent_type, d.postcodes, d.district_code, d.state, d.uri
from jsonb_populate_recordset(null::service_area, $1::text::jsonb) as d
on conflict (id) do update set
    active = excluded.active, changed_at = excluded.changed_at, edited_at = excluded.edited_at, service_id =
    excluded.service_id, name = excluded.name, description = excluded.description, extent = excluded.extent,
    extent_type = excluded.extent_type, postcodes = excluded.postcodes, district_code = excluded.district_code, state
    = excluded.state, uri = excluded.uri

-- name: save_attribute
insert into attribute (
    id, source, source_id, active, digest, changed_at, edited_at, taxonomy_term_id, link_type, label, link_entity,
    link_id, value)
select
    d.id, d.source, d.source_id, d.active, d.digest, d.changed_at, d.edited_at, d.taxonomy_term_id, d.link_type,
    d.label, d.link_entity, d.link_id, d.value
from jsonb_populate_recordset(null::attribute, $1::text::jsonb) as d
on conflict (id) do update set
    active = excluded.active, changed_at = excluded.changed_at, edited_at = excluded.edited_at, taxonomy_term_id =
    excluded.taxonomy_term_id, link_type = excluded.link_type, label = excluded.label, link_entity =
    excluded.link_entity, link_id = excluded.link_id, value = excluded.value

-- name: save_cost_option
insert into cost_option (
    id, source, source_id, active, digest, changed_at, edited_at, service_id, valid_from, valid_to, option, currency,
    amount, amount_description)
select
    d.id, d.source, d.source_id, d.active, d.digest, d.changed_at, d.edited_at, d.service_id, d.valid_from,
    d.valid_to, d.option, d.currency, d.amount, d.amount_description
from jsonb_populate_recordset(null::cost_option, $1::text::jsonb) as d
on conflict (id) do update set
    active = excluded.active, changed_at = excluded.changed_at, edited_at = excluded.edited_at, service_id =
    excluded.service_id, valid_from = excluded.valid_from, valid_to = excluded.valid_to, option = excluded.option,
    currency = excluded.currency, amount = excluded.amount, amount_description = excluded.amount_description

-- name: save_required_document
insert into required_document (
    id, source, source_id, active, digest, changed_at, edited_at, service_id, document, uri)
select
    d.id, d.source, d.source_id, d.active, d.digest, d.changed_at, d.edited_at, d.service_id, d.document, d.uri
from jsonb_populate_recordset(null::required_document, $1::text::jsonb) as d
on conflict (id) do update set
    active = excluded.active, changed_at = excluded.changed_at, edited_at = excluded.edited_at, service_id =
    excluded.service_id, document = excluded.document, uri = excluded.uri

-- name: save_service_capacity
insert into service_capacity (
    id, source, source_id, active, digest, changed_at, edited_at, service_id, state, available, updated, expires_at,
    unit_id, maximum, description)
select
    d.id, d.source, d.source_id, d.active, d.digest, d.changed_at, d.edited_at, d.service_id, d.state, d.available,
    d.updated, d.expires_at, d.unit_id, d.maximum, d.description
from jsonb_populate_recordset(null::service_capacity, $1::text::jsonb) as d
on conflict (id) do update set
    active = excluded.active, changed_at = excluded.changed_at, edited_at = excluded.edited_at, service_id =
    excluded.service_id, state = excluded.state, available = excluded.available, updated = excluded.updated,
    expires_at = excluded.expires_at, unit_id = excluded.unit_id, maximum = excluded.maximum, description =
    excluded.description

-- name: save_partner_capacity
insert into partner_capacity (
    id, source, source_id, active, digest, changed_at, edited_at, service_id, weeks)
select
    d.id, d.source, d.source_id, d.active, d.digest, d.changed_at, d.edited_at, d.service_id, d.weeks
from jsonb_populate_recordset(null::partner_capacity, $1::text::jsonb) as d
on conflict (id) do update set
    active = excluded.active, changed_at = excluded.changed_at, edited_at = excluded.edited_at, service_id =
    excluded.service_id, weeks = excluded.weeks

-- name: save_partner_answer_time
insert into partner_answer_time (
    id, source, source_id, active, digest, changed_at, edited_at, organization_id, hours)
select
    d.id, d.source, d.source_id, d.active, d.digest, d.changed_at, d.edited_at, d.organization_id, d.hours
from jsonb_populate_recordset(null::partner_answer_time, $1::text::jsonb) as d
on conflict (id) do update set
    active = excluded.active, changed_at = excluded.changed_at, edited_at = excluded.edited_at, organization_id =
    excluded.organization_id, hours = excluded.hours

-- name: save_partner_contact
insert into partner_contact (
    id, source, source_id, active, digest, changed_at, edited_at, organization_id, name, title, department, email,
    phone, service_id, location_id, service_at_location_id, is_deputy)
select
    d.id, d.source, d.source_id, d.active, d.digest, d.changed_at, d.edited_at, d.organization_id, d.name, d.title,
    d.department, d.email, d.phone, d.service_id, d.location_id, d.service_at_location_id, d.is_deputy
from jsonb_populate_recordset(null::partner_contact, $1::text::jsonb) as d
on conflict (id) do update set
    active = excluded.active, changed_at = excluded.changed_at, edited_at = excluded.edited_at, organization_id =
    excluded.organization_id, name = excluded.name, title = excluded.title, department = excluded.department, email =
    excluded.email, phone = excluded.phone, service_id = excluded.service_id, location_id = excluded.location_id,
    service_at_location_id = excluded.service_at_location_id, is_deputy = excluded.is_deputy

-- name: save_partner_phone
insert into partner_phone (
    id, source, source_id, active, digest, changed_at, edited_at, contact_id, number, extension, type, description)
select
    d.id, d.source, d.source_id, d.active, d.digest, d.changed_at, d.edited_at, d.contact_id, d.number, d.extension,
    d.type, d.description
from jsonb_populate_recordset(null::partner_phone, $1::text::jsonb) as d
on conflict (id) do update set
    active = excluded.active, changed_at = excluded.changed_at, edited_at = excluded.edited_at, contact_id =
    excluded.contact_id, number = excluded.number, extension = excluded.extension, type = excluded.type, description =
    excluded.description
