-- Staged rows become visible: one merge and one deactivation per table, all in the import's last transaction.
-- $1 import, $2 source, $3 time. A merge answers how many rows were created and changed; the rest stayed the same.

-- name: merge_organization
with merged as (
    merge into organization as t
    using (
        select s.id, s.source_id, s.digest,
               d.parent_organization_id, d.name, d.alternate_name, d.description, d.email, d.website,
               d.legal_status, d.uri, coalesce(d.accepts_handover, false) as accepts_handover, d.confirmed_at,
               d.confirmed_how
        from staged_row s
            cross join lateral jsonb_populate_record(null::organization, s.fields::jsonb) as d
        where s.import_id = $1 and s.table_name = 'organization' and s.fields is not null
    ) as n
    on t.id = n.id
    when matched and (t.digest <> n.digest or not t.active) then update set
        active = true, digest = n.digest, changed_at = $3,
        parent_organization_id = n.parent_organization_id, name = n.name, alternate_name = n.alternate_name,
        description = n.description, email = n.email, website = n.website, legal_status = n.legal_status, uri =
        n.uri, accepts_handover = n.accepts_handover, confirmed_at = n.confirmed_at, confirmed_how = n.confirmed_how
    when not matched then insert (id, source, source_id, digest, changed_at,
        parent_organization_id, name, alternate_name, description, email, website, legal_status, uri,
        accepts_handover, confirmed_at, confirmed_how)
        values (n.id, $2, n.source_id, n.digest, $3,
        n.parent_organization_id, n.name, n.alternate_name, n.description, n.email, n.website, n.legal_status,
        n.uri, n.accepts_handover, n.confirmed_at, n.confirmed_how)
    returning merge_action() as action, t.id
)
select count(*) filter (where action = 'INSERT')::integer as created,
       count(*) filter (where action = 'UPDATE')::integer as changed
from merged

-- name: deactivate_organization
with gone as (
    update organization as t set active = false, changed_at = $3
    where t.source = $2 and t.active
        and not exists (
            select from staged_row s where s.import_id = $1 and s.table_name = 'organization' and s.id = t.id)
    returning t.id
)
select count(*)::integer as deactivated from gone

-- name: merge_service
with merged as (
    merge into service as t
    using (
        select s.id, s.source_id, s.digest,
               d.organization_id, d.name, d.alternate_name, d.description, d.url, d.email, coalesce(d.status,
               'active') as status, d.interpretation_services, d.application_process, d.fees_description,
               d.eligibility_description, d.minimum_age, d.maximum_age, d.alert
        from staged_row s
            cross join lateral jsonb_populate_record(null::service, s.fields::jsonb) as d
        where s.import_id = $1 and s.table_name = 'service' and s.fields is not null
    ) as n
    on t.id = n.id
    when matched and (t.digest <> n.digest or not t.active) then update set
        active = true, digest = n.digest, changed_at = $3,
        organization_id = n.organization_id, name = n.name, alternate_name = n.alternate_name, description =
        n.description, url = n.url, email = n.email, status = n.status, interpretation_services =
        n.interpretation_services, application_process = n.application_process, fees_description =
        n.fees_description, eligibility_description = n.eligibility_description, minimum_age = n.minimum_age,
        maximum_age = n.maximum_age, alert = n.alert
    when not matched then insert (id, source, source_id, digest, changed_at,
        organization_id, name, alternate_name, description, url, email, status, interpretation_services,
        application_process, fees_description, eligibility_description, minimum_age, maximum_age, alert)
        values (n.id, $2, n.source_id, n.digest, $3,
        n.organization_id, n.name, n.alternate_name, n.description, n.url, n.email, n.status,
        n.interpretation_services, n.application_process, n.fees_description, n.eligibility_description,
        n.minimum_age, n.maximum_age, n.alert)
    returning merge_action() as action, t.id
)
select count(*) filter (where action = 'INSERT')::integer as created,
       count(*) filter (where action = 'UPDATE')::integer as changed
from merged

-- name: deactivate_service
with gone as (
    update service as t set active = false, changed_at = $3
    where t.source = $2 and t.active
        and not exists (
            select from staged_row s where s.import_id = $1 and s.table_name = 'service' and s.id = t.id)
    returning t.id
)
select count(*)::integer as deactivated from gone

-- name: merge_location
with merged as (
    merge into location as t
    using (
        select s.id, s.source_id, s.digest,
               d.organization_id, d.name, d.location_type, d.description, d.transportation, d.latitude, d.longitude,
               d.state, coalesce(d.protected, false) as protected
        from staged_row s
            cross join lateral jsonb_populate_record(null::location, s.fields::jsonb) as d
        where s.import_id = $1 and s.table_name = 'location' and s.digest is not null
    ) as n
    on t.id = n.id
    when matched and (t.digest <> n.digest or not t.active) then update set
        active = true, digest = n.digest, changed_at = $3,
        organization_id = n.organization_id, name = n.name, location_type = n.location_type, description =
        n.description, transportation = n.transportation, latitude = n.latitude, longitude = n.longitude, state =
        n.state, protected = n.protected
    when not matched then insert (id, source, source_id, digest, changed_at,
        organization_id, name, location_type, description, transportation, latitude, longitude, state, protected)
        values (n.id, $2, n.source_id, n.digest, $3,
        n.organization_id, n.name, n.location_type, n.description, n.transportation, n.latitude, n.longitude,
        n.state, n.protected)
    returning merge_action() as action, t.id
)
select count(*) filter (where action = 'INSERT')::integer as created,
       count(*) filter (where action = 'UPDATE')::integer as changed
from merged

-- name: deactivate_location
with gone as (
    update location as t set active = false, changed_at = $3
    where t.source = $2 and t.active
        and not exists (
            select from staged_row s where s.import_id = $1 and s.table_name = 'location' and s.id = t.id)
    returning t.id
)
select count(*)::integer as deactivated from gone

-- name: merge_service_at_location
with merged as (
    merge into service_at_location as t
    using (
        select s.id, s.source_id, s.digest,
               d.service_id, d.location_id, d.description
        from staged_row s
            cross join lateral jsonb_populate_record(null::service_at_location, s.fields::jsonb) as d
        where s.import_id = $1 and s.table_name = 'service_at_location' and s.fields is not null
    ) as n
    on t.id = n.id
    when matched and (t.digest <> n.digest or not t.active) then update set
        active = true, digest = n.digest, changed_at = $3,
        service_id = n.service_id, location_id = n.location_id, description = n.description
    when not matched then insert (id, source, source_id, digest, changed_at,
        service_id, location_id, description)
        values (n.id, $2, n.source_id, n.digest, $3,
        n.service_id, n.location_id, n.description)
    returning merge_action() as action, t.id
)
select count(*) filter (where action = 'INSERT')::integer as created,
       count(*) filter (where action = 'UPDATE')::integer as changed
from merged

-- name: deactivate_service_at_location
with gone as (
    update service_at_location as t set active = false, changed_at = $3
    where t.source = $2 and t.active
        and not exists (
            select from staged_row s where s.import_id = $1 and s.table_name = 'service_at_location' and s.id = t.id)
    returning t.id
)
select count(*)::integer as deactivated from gone

-- name: merge_address
with merged as (
    merge into address as t
    using (
        select s.id, s.source_id, s.digest,
               d.location_id, d.address_1, d.address_2, d.city, d.region, d.state_province, d.postal_code,
               coalesce(d.country, 'DE') as country, coalesce(d.address_type, 'physical') as address_type
        from staged_row s
            cross join lateral jsonb_populate_record(null::address, s.fields::jsonb) as d
        where s.import_id = $1 and s.table_name = 'address' and s.fields is not null
    ) as n
    on t.id = n.id
    when matched and (t.digest <> n.digest or not t.active) then update set
        active = true, digest = n.digest, changed_at = $3,
        location_id = n.location_id, address_1 = n.address_1, address_2 = n.address_2, city = n.city, region =
        n.region, state_province = n.state_province, postal_code = n.postal_code, country = n.country, address_type
        = n.address_type
    when not matched then insert (id, source, source_id, digest, changed_at,
        location_id, address_1, address_2, city, region, state_province, postal_code, country, address_type)
        values (n.id, $2, n.source_id, n.digest, $3,
        n.location_id, n.address_1, n.address_2, n.city, n.region, n.state_province, n.postal_code, n.country,
        n.address_type)
    returning merge_action() as action, t.id
)
select count(*) filter (where action = 'INSERT')::integer as created,
       count(*) filter (where action = 'UPDATE')::integer as changed
from merged

-- name: deactivate_address
with gone as (
    update address as t set active = false, changed_at = $3
    where t.source = $2 and t.active
        and not exists (
            select from staged_row s where s.import_id = $1 and s.table_name = 'address' and s.id = t.id)
    returning t.id
)
select count(*)::integer as deactivated from gone

-- name: merge_phone
with merged as (
    merge into phone as t
    using (
        select s.id, s.source_id, s.digest,
               d.organization_id, d.service_id, d.location_id, d.number, d.extension, d.type, d.description
        from staged_row s
            cross join lateral jsonb_populate_record(null::phone, s.fields::jsonb) as d
        where s.import_id = $1 and s.table_name = 'phone' and s.fields is not null
    ) as n
    on t.id = n.id
    when matched and (t.digest <> n.digest or not t.active) then update set
        active = true, digest = n.digest, changed_at = $3,
        organization_id = n.organization_id, service_id = n.service_id, location_id = n.location_id, number =
        n.number, extension = n.extension, type = n.type, description = n.description
    when not matched then insert (id, source, source_id, digest, changed_at,
        organization_id, service_id, location_id, number, extension, type, description)
        values (n.id, $2, n.source_id, n.digest, $3,
        n.organization_id, n.service_id, n.location_id, n.number, n.extension, n.type, n.description)
    returning merge_action() as action, t.id
)
select count(*) filter (where action = 'INSERT')::integer as created,
       count(*) filter (where action = 'UPDATE')::integer as changed
from merged

-- name: deactivate_phone
with gone as (
    update phone as t set active = false, changed_at = $3
    where t.source = $2 and t.active
        and not exists (
            select from staged_row s where s.import_id = $1 and s.table_name = 'phone' and s.id = t.id)
    returning t.id
)
select count(*)::integer as deactivated from gone

-- name: merge_schedule
with merged as (
    merge into schedule as t
    using (
        select s.id, s.source_id, s.digest,
               d.service_id, d.location_id, d.service_at_location_id, d.valid_from, d.valid_to, d.freq,
               d."interval", d.byday, d.bymonthday, d.opens_at, d.closes_at, d.description, d.attending_type,
               d.notes
        from staged_row s
            cross join lateral jsonb_populate_record(null::schedule, s.fields::jsonb) as d
        where s.import_id = $1 and s.table_name = 'schedule' and s.fields is not null
    ) as n
    on t.id = n.id
    when matched and (t.digest <> n.digest or not t.active) then update set
        active = true, digest = n.digest, changed_at = $3,
        service_id = n.service_id, location_id = n.location_id, service_at_location_id = n.service_at_location_id,
        valid_from = n.valid_from, valid_to = n.valid_to, freq = n.freq, "interval" = n."interval", byday = n.byday,
        bymonthday = n.bymonthday, opens_at = n.opens_at, closes_at = n.closes_at, description = n.description,
        attending_type = n.attending_type, notes = n.notes
    when not matched then insert (id, source, source_id, digest, changed_at,
        service_id, location_id, service_at_location_id, valid_from, valid_to, freq, "interval", byday, bymonthday,
        opens_at, closes_at, description, attending_type, notes)
        values (n.id, $2, n.source_id, n.digest, $3,
        n.service_id, n.location_id, n.service_at_location_id, n.valid_from, n.valid_to, n.freq, n."interval",
        n.byday, n.bymonthday, n.opens_at, n.closes_at, n.description, n.attending_type, n.notes)
    returning merge_action() as action, t.id
)
select count(*) filter (where action = 'INSERT')::integer as created,
       count(*) filter (where action = 'UPDATE')::integer as changed
from merged

-- name: deactivate_schedule
with gone as (
    update schedule as t set active = false, changed_at = $3
    where t.source = $2 and t.active
        and not exists (
            select from staged_row s where s.import_id = $1 and s.table_name = 'schedule' and s.id = t.id)
    returning t.id
)
select count(*)::integer as deactivated from gone

-- name: merge_language
with merged as (
    merge into language as t
    using (
        select s.id, s.source_id, s.digest,
               d.service_id, d.location_id, d.code, d.note
        from staged_row s
            cross join lateral jsonb_populate_record(null::language, s.fields::jsonb) as d
        where s.import_id = $1 and s.table_name = 'language' and s.fields is not null
    ) as n
    on t.id = n.id
    when matched and (t.digest <> n.digest or not t.active) then update set
        active = true, digest = n.digest, changed_at = $3,
        service_id = n.service_id, location_id = n.location_id, code = n.code, note = n.note
    when not matched then insert (id, source, source_id, digest, changed_at,
        service_id, location_id, code, note)
        values (n.id, $2, n.source_id, n.digest, $3,
        n.service_id, n.location_id, n.code, n.note)
    returning merge_action() as action, t.id
)
select count(*) filter (where action = 'INSERT')::integer as created,
       count(*) filter (where action = 'UPDATE')::integer as changed
from merged

-- name: deactivate_language
with gone as (
    update language as t set active = false, changed_at = $3
    where t.source = $2 and t.active
        and not exists (
            select from staged_row s where s.import_id = $1 and s.table_name = 'language' and s.id = t.id)
    returning t.id
)
select count(*)::integer as deactivated from gone

-- name: merge_service_area
with merged as (
    merge into service_area as t
    using (
        select s.id, s.source_id, s.digest,
               d.service_id, d.name, d.description, d.extent, d.extent_type, d.postcodes, d.district_code, d.state
        from staged_row s
            cross join lateral jsonb_populate_record(null::service_area, s.fields::jsonb) as d
        where s.import_id = $1 and s.table_name = 'service_area' and s.fields is not null
    ) as n
    on t.id = n.id
    when matched and (t.digest <> n.digest or not t.active) then update set
        active = true, digest = n.digest, changed_at = $3,
        service_id = n.service_id, name = n.name, description = n.description, extent = n.extent, extent_type =
        n.extent_type, postcodes = n.postcodes, district_code = n.district_code, state = n.state
    when not matched then insert (id, source, source_id, digest, changed_at,
        service_id, name, description, extent, extent_type, postcodes, district_code, state)
        values (n.id, $2, n.source_id, n.digest, $3,
        n.service_id, n.name, n.description, n.extent, n.extent_type, n.postcodes, n.district_code, n.state)
    returning merge_action() as action, t.id
)
select count(*) filter (where action = 'INSERT')::integer as created,
       count(*) filter (where action = 'UPDATE')::integer as changed
from merged

-- name: deactivate_service_area
with gone as (
    update service_area as t set active = false, changed_at = $3
    where t.source = $2 and t.active
        and not exists (
            select from staged_row s where s.import_id = $1 and s.table_name = 'service_area' and s.id = t.id)
    returning t.id
)
select count(*)::integer as deactivated from gone

-- name: merge_attribute
with merged as (
    merge into attribute as t
    using (
        select s.id, s.source_id, s.digest,
               d.service_id, d.taxonomy_term_id, d.link_type, d.label
        from staged_row s
            cross join lateral jsonb_populate_record(null::attribute, s.fields::jsonb) as d
        where s.import_id = $1 and s.table_name = 'attribute' and s.fields is not null
    ) as n
    on t.id = n.id
    when matched and (t.digest <> n.digest or not t.active) then update set
        active = true, digest = n.digest, changed_at = $3,
        link_entity = 'service', link_id = n.service_id, taxonomy_term_id = n.taxonomy_term_id, link_type = n.link_type, label = n.label
    when not matched then insert (id, source, source_id, digest, changed_at,
        link_entity, link_id, taxonomy_term_id, link_type, label)
        values (n.id, $2, n.source_id, n.digest, $3,
        'service', n.service_id, n.taxonomy_term_id, n.link_type, n.label)
    returning merge_action() as action, t.id
)
select count(*) filter (where action = 'INSERT')::integer as created,
       count(*) filter (where action = 'UPDATE')::integer as changed
from merged

-- name: deactivate_attribute
with gone as (
    update attribute as t set active = false, changed_at = $3
    where t.source = $2 and t.active
        and not exists (
            select from staged_row s where s.import_id = $1 and s.table_name = 'attribute' and s.id = t.id)
    returning t.id
)
select count(*)::integer as deactivated from gone

-- name: merge_regime
with merged as (
    merge into regime as t
    using (
        select s.id, s.source_id, s.digest,
               d.organization_id, d.regime, coalesce(d.overlays, '{}') as overlays, d.valid_from
        from staged_row s
            cross join lateral jsonb_populate_record(null::regime, s.fields::jsonb) as d
        where s.import_id = $1 and s.table_name = 'regime' and s.fields is not null
    ) as n
    on t.id = n.id
    when matched and (t.digest <> n.digest or not t.active) then update set
        active = true, digest = n.digest, changed_at = $3,
        organization_id = n.organization_id, regime = n.regime, overlays = n.overlays, valid_from = n.valid_from
    when not matched then insert (id, source, source_id, digest, changed_at,
        organization_id, regime, overlays, valid_from)
        values (n.id, $2, n.source_id, n.digest, $3,
        n.organization_id, n.regime, n.overlays, n.valid_from)
    returning merge_action() as action, t.id
)
select count(*) filter (where action = 'INSERT')::integer as created,
       count(*) filter (where action = 'UPDATE')::integer as changed
from merged

-- name: deactivate_regime
with gone as (
    update regime as t set active = false, changed_at = $3
    where t.source = $2 and t.active
        and not exists (
            select from staged_row s where s.import_id = $1 and s.table_name = 'regime' and s.id = t.id)
    returning t.id
)
select count(*)::integer as deactivated from gone

-- name: merge_service_capacity
with merged as (
    merge into service_capacity as t
    using (
        select s.id, s.source_id, s.digest,
               d.service_id, d.state, d.available, d.updated, d.expires_at
        from staged_row s
            cross join lateral jsonb_populate_record(null::service_capacity, s.fields::jsonb) as d
        where s.import_id = $1 and s.table_name = 'service_capacity' and s.fields is not null
    ) as n
    on t.id = n.id
    when matched and (t.digest <> n.digest or not t.active) then update set
        active = true, digest = n.digest, changed_at = $3,
        service_id = n.service_id, state = n.state, available = n.available, updated = n.updated, expires_at =
        n.expires_at
    when not matched then insert (id, source, source_id, digest, changed_at,
        service_id, state, available, updated, expires_at)
        values (n.id, $2, n.source_id, n.digest, $3,
        n.service_id, n.state, n.available, n.updated, n.expires_at)
    returning merge_action() as action, t.id
)
select count(*) filter (where action = 'INSERT')::integer as created,
       count(*) filter (where action = 'UPDATE')::integer as changed
from merged

-- name: deactivate_service_capacity
with gone as (
    update service_capacity as t set active = false, changed_at = $3
    where t.source = $2 and t.active
        and not exists (
            select from staged_row s where s.import_id = $1 and s.table_name = 'service_capacity' and s.id = t.id)
    returning t.id
)
select count(*)::integer as deactivated from gone

-- name: merge_partner_contact
with merged as (
    merge into partner_contact as t
    using (
        select s.id, s.source_id, s.digest,
               d.organization_id, d.name, d.title, d.department, d.email, d.phone
        from staged_row s
            cross join lateral jsonb_populate_record(null::partner_contact, s.fields::jsonb) as d
        where s.import_id = $1 and s.table_name = 'partner_contact' and s.fields is not null
    ) as n
    on t.id = n.id
    when matched and (t.digest <> n.digest or not t.active) then update set
        active = true, digest = n.digest, changed_at = $3,
        organization_id = n.organization_id, name = n.name, title = n.title, department = n.department, email =
        n.email, phone = n.phone
    when not matched then insert (id, source, source_id, digest, changed_at,
        organization_id, name, title, department, email, phone)
        values (n.id, $2, n.source_id, n.digest, $3,
        n.organization_id, n.name, n.title, n.department, n.email, n.phone)
    returning merge_action() as action, t.id
)
select count(*) filter (where action = 'INSERT')::integer as created,
       count(*) filter (where action = 'UPDATE')::integer as changed
from merged

-- name: deactivate_partner_contact
with gone as (
    update partner_contact as t set active = false, changed_at = $3
    where t.source = $2 and t.active
        and not exists (
            select from staged_row s where s.import_id = $1 and s.table_name = 'partner_contact' and s.id = t.id)
    returning t.id
)
select count(*)::integer as deactivated from gone

-- name: merge_partner_capacity
with merged as (
    merge into partner_capacity as t
    using (
        select s.id, s.source_id, s.digest,
               d.service_id, d.weeks
        from staged_row s
            cross join lateral jsonb_populate_record(null::partner_capacity, s.fields::jsonb) as d
        where s.import_id = $1 and s.table_name = 'partner_capacity' and s.fields is not null
    ) as n
    on t.id = n.id
    when matched and (t.digest <> n.digest or not t.active) then update set
        active = true, digest = n.digest, changed_at = $3,
        service_id = n.service_id, weeks = n.weeks
    when not matched then insert (id, source, source_id, digest, changed_at,
        service_id, weeks)
        values (n.id, $2, n.source_id, n.digest, $3,
        n.service_id, n.weeks)
    returning merge_action() as action, t.id
)
select count(*) filter (where action = 'INSERT')::integer as created,
       count(*) filter (where action = 'UPDATE')::integer as changed
from merged

-- name: deactivate_partner_capacity
with gone as (
    update partner_capacity as t set active = false, changed_at = $3
    where t.source = $2 and t.active
        and not exists (
            select from staged_row s where s.import_id = $1 and s.table_name = 'partner_capacity' and s.id = t.id)
    returning t.id
)
select count(*)::integer as deactivated from gone

-- name: merge_partner_answer_time
with merged as (
    merge into partner_answer_time as t
    using (
        select s.id, s.source_id, s.digest,
               d.organization_id, d.hours
        from staged_row s
            cross join lateral jsonb_populate_record(null::partner_answer_time, s.fields::jsonb) as d
        where s.import_id = $1 and s.table_name = 'partner_answer_time' and s.fields is not null
    ) as n
    on t.id = n.id
    when matched and (t.digest <> n.digest or not t.active) then update set
        active = true, digest = n.digest, changed_at = $3,
        organization_id = n.organization_id, hours = n.hours
    when not matched then insert (id, source, source_id, digest, changed_at,
        organization_id, hours)
        values (n.id, $2, n.source_id, n.digest, $3,
        n.organization_id, n.hours)
    returning merge_action() as action, t.id
)
select count(*) filter (where action = 'INSERT')::integer as created,
       count(*) filter (where action = 'UPDATE')::integer as changed
from merged

-- name: deactivate_partner_answer_time
with gone as (
    update partner_answer_time as t set active = false, changed_at = $3
    where t.source = $2 and t.active
        and not exists (
            select from staged_row s where s.import_id = $1 and s.table_name = 'partner_answer_time' and s.id = t.id)
    returning t.id
)
select count(*)::integer as deactivated from gone
