-- minimum program: 0.1.0
-- The rest of HSDS 3.0, `unit` of 3.1, our profile, the change log by field, and what keeps entries true.

-- What an agency wrote here itself is marked with edited_at: imports leave such rows as they are and say so.

alter table organization
    add column tax_status text,
    add column tax_id text,
    add column year_incorporated integer check (year_incorporated between 1000 and 2200),
    add column logo text,
    add column handover_kinds text[] not null default '{}' check (handover_kinds <@ array ['refer', 'transfer', 'request']),
    add column edited_at timestamptz;

create table program (
    id uuid primary key,
    source text not null,
    source_id text not null,
    active boolean not null default true,
    digest bytea not null,
    changed_at timestamptz not null,
    edited_at timestamptz,
    organization_id uuid not null references organization,
    name text not null,
    alternate_name text,
    description text,
    unique (source, source_id)
);
create index program_organization on program (organization_id);

create table organization_identifier (
    id uuid primary key,
    source text not null,
    source_id text not null,
    active boolean not null default true,
    digest bytea not null,
    changed_at timestamptz not null,
    edited_at timestamptz,
    organization_id uuid not null references organization,
    identifier_scheme text,
    identifier_type text not null,
    identifier text not null,
    unique (source, source_id)
);
create index organization_identifier_organization on organization_identifier (organization_id);

-- Audiences and exclusions are of one vocabulary: for whom a service is, and for whom it is not.
alter table service
    add column program_id uuid references program,
    add column wait_time text,
    add column fees text,
    add column accreditations text,
    add column assured_date date,
    add column assurer_email text,
    add column licenses text,
    add column last_modified timestamptz,
    add column audiences text[] not null default '{}',
    add column exclusions text[] not null default '{}',
    add column exclusions_description text,
    add column interpretation text[] not null default '{}'
        check (interpretation <@ array ['none', 'arranged', 'video-interpreter']),
    add column edited_at timestamptz,
    add constraint service_audiences check (audiences <@ array [
        'women-only', 'men-only', 'families', 'single-parents', 'children', 'young-people', 'older-people', 'lgbtiq', 'migrants',
        'refugees', 'people-with-disabilities', 'deaf-people', 'relatives', 'homeless-people', 'prisoners', 'sex-workers',
        'students', 'employees']),
    add constraint service_exclusions check (exclusions <@ array [
        'women-only', 'men-only', 'families', 'single-parents', 'children', 'young-people', 'older-people', 'lgbtiq', 'migrants',
        'refugees', 'people-with-disabilities', 'deaf-people', 'relatives', 'homeless-people', 'prisoners', 'sex-workers',
        'students', 'employees', 'men', 'women', 'acute-addiction', 'acute-crisis', 'own-clients-only']);
create index service_program on service (program_id) where program_id is not null;

alter table location
    add column url text,
    add column alternate_name text,
    add column external_identifier text,
    add column external_identifier_type text,
    add column edited_at timestamptz;
create index location_organization on location (organization_id);

alter table service_at_location add column edited_at timestamptz;
create index service_at_location_location on service_at_location (location_id);

alter table address
    add column attention text,
    add column edited_at timestamptz;

alter table phone
    add column service_at_location_id uuid references service_at_location,
    add column edited_at timestamptz;
create index phone_service on phone (service_id) where service_id is not null;
create index phone_service_at_location on phone (service_at_location_id) where service_at_location_id is not null;

-- How a client may come to a service; its hours are schedules that name it.
create table way_in (
    id uuid primary key,
    source text not null,
    source_id text not null,
    active boolean not null default true,
    digest bytea not null,
    changed_at timestamptz not null,
    edited_at timestamptz,
    service_id uuid not null references service,
    way text not null check (way in
        ('walk-in', 'appointment', 'phone', 'chat', 'video', 'home-visit', 'accompanied', 'outreach')),
    note text,
    unique (source, source_id)
);
create index way_in_service on way_in (service_id);

alter table schedule
    add column dtstart date,
    add column timezone text,
    add column until date,
    add column count integer,
    add column wkst text check (wkst in ('MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU')),
    add column byweekno text,
    add column byyearday text,
    add column schedule_link text,
    add column way_in_id uuid references way_in,
    add column edited_at timestamptz;
create index schedule_location on schedule (location_id) where location_id is not null;
create index schedule_service_at_location on schedule (service_at_location_id) where service_at_location_id is not null;
create index schedule_way_in on schedule (way_in_id) where way_in_id is not null;

alter table language
    add column phone_id uuid references phone,
    add column name text,
    add column level text check (level in ('basic', 'fluent', 'native')),
    add column edited_at timestamptz;
create index language_location on language (location_id) where location_id is not null;
create index language_phone on language (phone_id) where phone_id is not null;

alter table service_area
    add column uri text,
    add column edited_at timestamptz;

create table accessibility (
    id uuid primary key,
    source text not null,
    source_id text not null,
    active boolean not null default true,
    digest bytea not null,
    changed_at timestamptz not null,
    edited_at timestamptz,
    location_id uuid not null references location,
    description text,
    details text,
    url text,
    unique (source, source_id)
);
create index accessibility_location on accessibility (location_id);

create table cost_option (
    id uuid primary key,
    source text not null,
    source_id text not null,
    active boolean not null default true,
    digest bytea not null,
    changed_at timestamptz not null,
    edited_at timestamptz,
    service_id uuid not null references service,
    valid_from date,
    valid_to date,
    option text,
    currency text check (currency ~ '^[A-Z]{3}$'),
    amount numeric check (amount >= 0),
    amount_description text,
    unique (source, source_id)
);
create index cost_option_service on cost_option (service_id);

create table required_document (
    id uuid primary key,
    source text not null,
    source_id text not null,
    active boolean not null default true,
    digest bytea not null,
    changed_at timestamptz not null,
    edited_at timestamptz,
    service_id uuid not null references service,
    document text,
    uri text,
    unique (source, source_id)
);
create index required_document_service on required_document (service_id);

-- HSDS calls the funder `source`, which here is where a row came from.
create table funding (
    id uuid primary key,
    source text not null,
    source_id text not null,
    active boolean not null default true,
    digest bytea not null,
    changed_at timestamptz not null,
    edited_at timestamptz,
    organization_id uuid references organization,
    service_id uuid references service,
    funder text,
    unique (source, source_id),
    constraint funding_of_something check (num_nonnulls(organization_id, service_id) >= 1)
);
create index funding_organization on funding (organization_id) where organization_id is not null;
create index funding_service on funding (service_id) where service_id is not null;

create table unit (
    id uuid primary key,
    source text not null,
    source_id text not null,
    active boolean not null default true,
    digest bytea not null,
    changed_at timestamptz not null,
    edited_at timestamptz,
    name text not null,
    scheme text,
    identifier text,
    uri text,
    unique (source, source_id)
);

alter table service_capacity
    add column unit_id uuid references unit,
    add column maximum integer,
    add column description text,
    add column edited_at timestamptz;

create table meta_table_description (
    id uuid primary key,
    source text not null,
    source_id text not null,
    active boolean not null default true,
    digest bytea not null,
    changed_at timestamptz not null,
    edited_at timestamptz,
    name text,
    language text,
    character_set text,
    unique (source, source_id)
);

-- Taxonomies: lotse-themen comes from the repository, others by import.

alter table taxonomy
    add column source text not null default 'lotse-themen',
    add column source_id text not null default 'lotse-themen',
    add column active boolean not null default true,
    add column digest bytea not null default '',
    add column changed_at timestamptz not null default now(),
    add column edited_at timestamptz,
    add column uri text,
    drop constraint taxonomy_name_key,
    alter column description set default '',
    alter column version drop not null,
    add unique (source, source_id);

alter table taxonomy_term
    add column source text not null default 'lotse-themen',
    add column source_id text,
    add column digest bytea not null default '',
    add column changed_at timestamptz not null default now(),
    add column edited_at timestamptz,
    add column name text,
    add column description text,
    add column language text,
    add column term_uri text,
    alter column code drop not null,
    alter column position set default 0,
    alter column labels set default '{}',
    alter column synonyms set default '{}',
    alter column explanations set default '{}',
    alter column sensitive set default false,
    add unique (source, source_id),
    add constraint taxonomy_term_has_a_name check (name is not null or labels ? 'de');
create index taxonomy_term_parent on taxonomy_term (parent_id) where parent_id is not null;

-- An attribute may stand on any row (link_entity, link_id); those of services are searched by.
alter table attribute
    add column link_entity text,
    add column link_id uuid,
    add column value text,
    add column edited_at timestamptz;
update attribute set link_entity = 'service', link_id = service_id;
alter table attribute
    drop column service_id,
    alter column link_entity set not null,
    alter column link_id set not null,
    add column service_id uuid generated always as (case link_entity when 'service' then link_id end) stored
        references service,
    add constraint attribute_link_entity check (link_entity in (
        'organization', 'service', 'location', 'service_at_location', 'program', 'address', 'phone', 'schedule', 'language',
        'service_area', 'accessibility', 'cost_option', 'required_document', 'funding', 'organization_identifier',
        'service_capacity', 'unit', 'taxonomy_term', 'meta_table_description'));
create index attribute_service on attribute (service_id) where service_id is not null;
create index attribute_link on attribute (link_id);
create index attribute_term on attribute (taxonomy_term_id);

alter table regime add column edited_at timestamptz;

-- Who said when that a part of the entry is right; organization.confirmed_at says it of the whole.
create table confirmation (
    organization_id uuid not null references organization,
    field_group text not null check (field_group in
        ('contact', 'opening-hours', 'services', 'languages', 'responsibility', 'capacity', 'handover')),
    confirmed_at timestamptz not null,
    confirmed_how text not null check (confirmed_how in ('agency', 'phone', 'import')),
    is_own boolean not null default false,  -- the agency said it here, and no source said it of it
    primary key (organization_id, field_group)
);

-- Partner-only: names, direct lines and deputies

alter table partner_contact
    add column service_id uuid references service,
    add column location_id uuid references location,
    add column service_at_location_id uuid references service_at_location,
    add column is_deputy boolean not null default false,
    add column edited_at timestamptz,
    alter column organization_id drop not null,
    add constraint partner_contact_of_something
        check (num_nonnulls(organization_id, service_id, location_id, service_at_location_id) >= 1);
create index partner_contact_organization on partner_contact (organization_id);

create table partner_phone (
    id uuid primary key,
    source text not null,
    source_id text not null,
    active boolean not null default true,
    digest bytea not null,
    changed_at timestamptz not null,
    edited_at timestamptz,
    contact_id uuid not null references partner_contact,
    number text not null,
    extension text,
    type text,
    description text,
    unique (source, source_id)
);
create index partner_phone_contact on partner_phone (contact_id);

create table partner_note (
    id uuid primary key default uuidv7(),
    organization_id uuid not null references organization,
    agency_id uuid not null,
    text text not null check (length(text) <= 2000),
    written_at timestamptz not null,
    active boolean not null default true
);
create index partner_note_organization on partner_note (organization_id);

alter table partner_capacity add column edited_at timestamptz;
create index partner_capacity_service on partner_capacity (service_id);
alter table partner_answer_time add column edited_at timestamptz;
create index partner_answer_time_organization on partner_answer_time (organization_id);

-- Change log by field. Triggers write it, whoever changes a row, and nobody else can.

alter table metadata
    add column field_name text,
    add column previous_value text,
    add column replacement_value text,
    add column agency_id uuid;
create index metadata_time on metadata (last_action_date);
revoke insert on metadata from {import};

create table metadata_person (
    metadata_id uuid primary key references metadata on delete cascade,
    person_id uuid not null
);
comment on column metadata_person.person_id is 'erasure: two years after the change; staff, kept so that a coordinator sees who changed the entry';

create function note_created() returns trigger language plpgsql security definer set search_path = pg_catalog, public as $$
declare
    agency uuid = nullif(current_setting('lotse.agency', true), '')::uuid;
    person uuid = nullif(current_setting('lotse.person', true), '')::uuid;
begin
    if agency is null and tg_table_name not in ('organization', 'service', 'location') then
        return null;  -- what an import brings with a new organization, service or location is new with it
    end if;
    with noted as (
        insert into metadata (resource_id, resource_type, last_action_date, last_action_type, updated_by, agency_id)
        select n.id, tg_table_name, now(), 'create', case when agency is null then 'import ' || n.source else 'agency' end, agency
        from after_rows n
        returning id
    )
    insert into metadata_person (metadata_id, person_id) select id, person from noted where person is not null;
    return null;
end $$;

-- Of a protected location only the name of a field is noted where its values could say the way there.
create function note_updated() returns trigger language plpgsql security definer set search_path = pg_catalog, public as $$
declare
    agency uuid = nullif(current_setting('lotse.agency', true), '')::uuid;
    person uuid = nullif(current_setting('lotse.person', true), '')::uuid;
begin
    with changed as (
        select n.id, n.source, b.value as before, a.value as after, b.key as field,
               coalesce((to_jsonb(n) ->> 'protected')::boolean, false) and b.key <> 'protected' as secret
        from after_rows n
            join before_rows o on o.id = n.id
            cross join lateral jsonb_each_text(to_jsonb(o)) as b
            join lateral jsonb_each_text(to_jsonb(n)) as a on a.key = b.key
        where (to_jsonb(o) - array ['digest', 'changed_at', 'edited_at', 'last_modified'])
                is distinct from (to_jsonb(n) - array ['digest', 'changed_at', 'edited_at', 'last_modified'])
            and b.key not in ('digest', 'changed_at', 'edited_at', 'last_modified')
            and a.value is distinct from b.value
    ), noted as (
        insert into metadata (resource_id, resource_type, last_action_date, last_action_type, field_name, previous_value,
            replacement_value, updated_by, agency_id)
        select id, tg_table_name, now(), case when field = 'active' and after = 'false' then 'deactivate' else 'update' end, field,
               case when not secret then before end, case when not secret then after end,
               case when agency is null then 'import ' || source else 'agency' end, agency
        from changed
        returning id
    )
    insert into metadata_person (metadata_id, person_id) select id, person from noted where person is not null;
    return null;
end $$;

-- What the log still knows of a place goes when the place becomes protected.
create function forget_address() returns trigger language plpgsql security definer set search_path = pg_catalog, public as $$
begin
    update metadata set previous_value = null, replacement_value = null where resource_id in (select id from before_rows);
    return null;
end $$;

create function forget_place() returns trigger language plpgsql security definer set search_path = pg_catalog, public as $$
begin
    update metadata set previous_value = null, replacement_value = null where resource_id = new.id and field_name <> 'protected';
    return null;
end $$;

do $$
declare
    logged text;
begin
    foreach logged in array array [
        'organization', 'program', 'organization_identifier', 'service', 'location', 'service_at_location', 'address', 'phone',
        'way_in', 'schedule', 'language', 'service_area', 'accessibility', 'cost_option', 'required_document', 'funding', 'unit',
        'service_capacity', 'meta_table_description', 'attribute', 'regime']
    loop
        execute format('create trigger note_created after insert on %I referencing new table as after_rows '
            'for each statement execute function note_created()', logged);
        execute format('create trigger note_updated after update on %I referencing old table as before_rows new table as after_rows '
            'for each statement execute function note_updated()', logged);
    end loop;
end $$;
create trigger forget_address after delete on address referencing old table as before_rows
    for each statement execute function forget_address();
create trigger zz_forget_place after update on location for each row when (new.protected and not old.protected)
    execute function forget_place();

-- Keeping it true

create table error_report (
    id uuid primary key,
    organization_id uuid not null references organization,
    resource_type text not null,
    resource_id uuid not null,
    field_name text not null,
    message text not null check (length(message) between 1 and 2000),
    reported_at timestamptz not null,
    reporter_agency_id uuid not null,
    state text not null default 'open' check (state in ('open', 'corrected', 'answered')),
    answer text check (length(answer) <= 2000),
    answered_at timestamptz,
    request_id uuid not null,
    unique (reporter_agency_id, request_id)
);
create index error_report_organization on error_report (organization_id, reported_at);
create index error_report_reporter on error_report (reporter_agency_id, reported_at);

-- Searches that found nothing: how many per month, district, topic and language, and nothing else.
create table unmet_need (
    month date not null,
    district_code text not null default '',
    topic text not null default '',
    language text not null default '',
    searches integer not null check (searches > 0),
    primary key (month, district_code, topic, language)
);

-- Imports, for the operator

create table import_run (
    id uuid primary key,
    source text not null,
    format text not null,
    finished_at timestamptz not null,
    dry_run boolean not null,
    loaded boolean not null,
    counts jsonb not null,
    findings integer not null
);
create index import_run_finished on import_run (finished_at desc);

create table import_finding (
    import_id uuid not null references import_run on delete cascade,
    number integer not null,
    file text not null,
    row integer not null,
    field text not null,
    value text not null,
    reason text not null,
    suggestion text not null,
    mended boolean not null,
    primary key (import_id, number)
);

grant select on
    program, organization_identifier, way_in, accessibility, cost_option, required_document, funding, unit, meta_table_description,
    confirmation
    to {run}, {worker}, {import}, {edit};
grant insert, update on
    program, organization_identifier, way_in, accessibility, cost_option, required_document, funding, unit, meta_table_description,
    taxonomy, taxonomy_term, partner_phone, confirmation
    to {import};
grant select on partner_phone, reference_file to {import};
grant select on reference_file to {run};
grant select, insert, delete on import_run, import_finding to {import};

-- The agencies' own writing
grant select on
    district, place, taxonomy, taxonomy_term, organization, service, location, service_at_location, address, phone,
    schedule, language, service_area, attribute, metadata, metadata_person, regime, service_capacity, search_entry, lexicon,
    partner_contact, partner_phone, partner_capacity, partner_answer_time, partner_note, error_report, unmet_need, import_run,
    import_finding
    to {edit};
grant insert, update on
    organization, program, organization_identifier, service, location, service_at_location, address, phone, way_in, schedule,
    language, service_area, accessibility, cost_option, required_document, funding, service_capacity, attribute, confirmation,
    partner_contact, partner_phone, partner_capacity, partner_answer_time, partner_note, error_report, lexicon
    to {edit};
grant delete on address to {edit};
grant insert, delete on search_entry to {edit};

-- Background work: counting what was not found, forgetting who changed what
grant select, insert, update, delete on unmet_need to {worker};
grant select, delete on metadata_person to {worker};
grant delete on import_run, import_finding to {worker};
grant select on import_run, import_finding to {worker};
grant select on unmet_need to {run};
