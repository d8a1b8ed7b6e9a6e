-- minimum program: 0.1.0
-- The directory: HSDS 3 tables, what our profile adds, reference data, the search index, and the staging of imports.
--
-- Every imported row carries source, source_id and digest (SHA-256 of what was imported). A vanished row turns
-- inactive; it is never deleted, with one exception: the address of a location that became protected.

create extension if not exists pg_trgm;

-- Reference data, loaded by the migrate command from the files of the repository

create table reference_file (
    name text primary key,
    checksum bytea not null
);

create table district (
    code text primary key,
    name text not null,
    state text not null
);

create table place (
    postcode text not null,
    name text not null,
    district_code text not null references district,
    latitude double precision not null,
    longitude double precision not null,
    kind text not null check (kind in ('town', 'bulk')),
    primary key (postcode, name, district_code, latitude, longitude)
);

create table taxonomy (
    id uuid primary key,
    name text not null unique,
    description text not null,
    version text not null
);

create table taxonomy_term (
    id uuid primary key,
    taxonomy_id uuid not null references taxonomy,
    code text not null,
    parent_id uuid references taxonomy_term,
    position integer not null,
    labels jsonb not null,
    synonyms jsonb not null,
    explanations jsonb not null,
    sensitive boolean not null,
    active boolean not null default true,
    unique (taxonomy_id, code)
);

-- HSDS 3

create table organization (
    id uuid primary key,
    source text not null,
    source_id text not null,
    active boolean not null default true,
    digest bytea not null,
    changed_at timestamptz not null,
    parent_organization_id uuid references organization,
    name text not null,
    alternate_name text,
    description text,
    email text,
    website text,
    legal_status text,
    uri text,
    accepts_handover boolean not null default false,
    confirmed_at timestamptz,
    confirmed_how text check (confirmed_how in ('agency', 'phone', 'import')),
    unique (source, source_id)
);
create index organization_parent on organization (parent_organization_id);

create table service (
    id uuid primary key,
    source text not null,
    source_id text not null,
    active boolean not null default true,
    digest bytea not null,
    changed_at timestamptz not null,
    organization_id uuid not null references organization,
    name text not null,
    alternate_name text,
    description text,
    url text,
    email text,
    status text not null default 'active' check (status in ('active', 'inactive', 'defunct', 'temporarily closed')),
    interpretation_services text,
    application_process text,
    fees_description text,
    eligibility_description text,
    minimum_age integer,
    maximum_age integer,
    alert text,
    unique (source, source_id)
);
create index service_organization on service (organization_id);

create table location (
    id uuid primary key,
    source text not null,
    source_id text not null,
    active boolean not null default true,
    digest bytea not null,
    changed_at timestamptz not null,
    organization_id uuid references organization,
    name text,
    location_type text check (location_type in ('physical', 'postal', 'virtual')),
    description text,
    transportation text,
    latitude double precision,
    longitude double precision,
    state text,
    protected boolean not null default false,
    unique (source, source_id),
    unique (id, protected),
    constraint protected_location_has_no_point
        check (not protected or (latitude is null and longitude is null and transportation is null))
);

create table service_at_location (
    id uuid primary key,
    source text not null,
    source_id text not null,
    active boolean not null default true,
    digest bytea not null,
    changed_at timestamptz not null,
    service_id uuid not null references service,
    location_id uuid not null references location,
    description text,
    unique (source, source_id)
);
create index service_at_location_service on service_at_location (service_id);

-- The second column of the foreign key makes an address of a protected location impossible, whoever writes it.
create table address (
    id uuid primary key,
    source text not null,
    source_id text not null,
    active boolean not null default true,
    digest bytea not null,
    changed_at timestamptz not null,
    location_id uuid not null,
    location_protected boolean not null default false check (not location_protected),
    address_1 text,
    address_2 text,
    city text,
    region text,
    state_province text,
    postal_code text,
    country text not null default 'DE',
    address_type text not null default 'physical' check (address_type in ('physical', 'postal', 'virtual')),
    unique (source, source_id),
    foreign key (location_id, location_protected) references location (id, protected)
);
create index address_location on address (location_id);

create table phone (
    id uuid primary key,
    source text not null,
    source_id text not null,
    active boolean not null default true,
    digest bytea not null,
    changed_at timestamptz not null,
    organization_id uuid references organization,
    service_id uuid references service,
    location_id uuid references location,
    number text not null,
    extension text,
    type text,
    description text,
    unique (source, source_id)
);
create index phone_organization on phone (organization_id);
create index phone_location on phone (location_id);

create table schedule (
    id uuid primary key,
    source text not null,
    source_id text not null,
    active boolean not null default true,
    digest bytea not null,
    changed_at timestamptz not null,
    service_id uuid references service,
    location_id uuid references location,
    service_at_location_id uuid references service_at_location,
    valid_from date,
    valid_to date,
    freq text check (freq in ('WEEKLY', 'MONTHLY')),
    "interval" integer,
    byday text,
    bymonthday text,
    opens_at time,
    closes_at time,
    description text,
    attending_type text,
    notes text,
    unique (source, source_id)
);
create index schedule_service on schedule (service_id);

create table language (
    id uuid primary key,
    source text not null,
    source_id text not null,
    active boolean not null default true,
    digest bytea not null,
    changed_at timestamptz not null,
    service_id uuid references service,
    location_id uuid references location,
    code text not null,
    note text,
    unique (source, source_id)
);
create index language_service on language (service_id);

-- One of postcodes, district_code and state says where a service is responsible; none of them: only in words.
create table service_area (
    id uuid primary key,
    source text not null,
    source_id text not null,
    active boolean not null default true,
    digest bytea not null,
    changed_at timestamptz not null,
    service_id uuid not null references service,
    name text,
    description text,
    extent text,
    extent_type text,
    postcodes int4range,
    district_code text references district,
    state text,
    unique (source, source_id),
    constraint area_is_of_one_kind check (num_nonnulls(postcodes, district_code, state) <= 1)
);
create index service_area_service on service_area (service_id);
create index service_area_postcodes on service_area using gist (postcodes) where active and postcodes is not null;
create index service_area_district on service_area (district_code) where active and district_code is not null;
create index service_area_state on service_area (state) where active and state is not null;

create table attribute (
    id uuid primary key,
    source text not null,
    source_id text not null,
    active boolean not null default true,
    digest bytea not null,
    changed_at timestamptz not null,
    service_id uuid not null references service,
    taxonomy_term_id uuid not null references taxonomy_term,
    link_type text,
    label text,
    unique (source, source_id)
);
create index attribute_service on attribute (service_id);

create table metadata (
    id uuid primary key default uuidv7(),
    resource_id uuid not null,
    resource_type text not null,
    last_action_date timestamptz not null,
    last_action_type text not null check (last_action_type in ('create', 'update', 'deactivate')),
    updated_by text not null
);
create index metadata_resource on metadata (resource_id);

-- What our profile adds

create table regime (
    id uuid primary key,
    source text not null,
    source_id text not null,
    active boolean not null default true,
    digest bytea not null,
    changed_at timestamptz not null,
    organization_id uuid not null references organization,
    regime text not null check (regime in ('gdpr', 'kdg', 'dsg-ekd')),
    overlays text[] not null default '{}' check (overlays <@ array ['sgb-x', 'sgb-viii', 'schkg']),
    valid_from date not null,
    unique (source, source_id)
);
create index regime_organization on regime (organization_id, valid_from);

create table service_capacity (
    id uuid primary key,
    source text not null,
    source_id text not null,
    active boolean not null default true,
    digest bytea not null,
    changed_at timestamptz not null,
    service_id uuid not null references service,
    state text not null check (state in ('free', 'waiting-list', 'closed')),
    available integer,
    updated timestamptz not null,
    expires_at timestamptz not null,
    unique (source, source_id)
);
create index service_capacity_service on service_capacity (service_id);

-- Partner-only facts: tables of their own, so that a grant of their own protects them. The role that answers public
-- questions cannot read them.

create table partner_contact (
    id uuid primary key,
    source text not null,
    source_id text not null,
    active boolean not null default true,
    digest bytea not null,
    changed_at timestamptz not null,
    organization_id uuid not null references organization,
    name text,
    title text,
    department text,
    email text,
    phone text,
    unique (source, source_id)
);

create table partner_capacity (
    id uuid primary key,
    source text not null,
    source_id text not null,
    active boolean not null default true,
    digest bytea not null,
    changed_at timestamptz not null,
    service_id uuid not null references service,
    weeks integer not null check (weeks between 0 and 520),
    unique (source, source_id)
);

create table partner_answer_time (
    id uuid primary key,
    source text not null,
    source_id text not null,
    active boolean not null default true,
    digest bytea not null,
    changed_at timestamptz not null,
    organization_id uuid not null references organization,
    hours integer not null check (hours between 1 and 2000),
    unique (source, source_id)
);

-- Search: one row per service and place, in order of no matter what; one index over all that filters

create table search_entry (
    id uuid primary key,
    source text not null,
    service_id uuid not null,
    agency_id uuid not null,
    service_name text not null,
    agency_name text not null,
    words tsvector not null,
    topics text[] not null,
    languages text[] not null,
    cells integer[] not null,
    latitude double precision,
    longitude double precision,
    place text not null,
    protected boolean not null,
    has_area boolean not null,
    accepts_handover boolean not null,
    capacity_state text,
    capacity_said_at timestamptz,
    capacity_expires_at timestamptz,
    confirmed_at timestamptz,
    openings text[] not null
);
create index search_entry_all on search_entry using gin (words, topics, languages, cells) with (fastupdate = off);
create index search_entry_service on search_entry (service_id);
create index search_entry_source on search_entry (source);

-- Words of the directory for mending misspelt ones: as written in the index (folded) and their stems
create table lexicon (
    word text primary key,
    stem text not null
);
create index lexicon_trigrams on lexicon using gin (word gin_trgm_ops);

-- Staging of imports; unlogged, since a crash ends the import anyway

create unlogged table staged_row (
    import_id uuid not null,
    table_name text not null,
    id uuid not null,
    source_id text not null,
    digest bytea,
    fields text,
    primary key (import_id, table_name, id)
);

grant select on
    district, place, taxonomy, taxonomy_term, organization, service, location, service_at_location, address, phone,
    schedule, language, service_area, attribute, metadata, regime, service_capacity, search_entry, lexicon
    to {run}, {worker}, {import};
grant insert, update on
    organization, service, location, service_at_location, address, phone, schedule, language, service_area, attribute,
    regime, service_capacity, partner_contact, partner_capacity, partner_answer_time, lexicon
    to {import};
grant select on partner_contact, partner_capacity, partner_answer_time to {import};
grant insert on metadata to {import};
grant delete on address to {import};
grant select, insert, delete on search_entry, staged_row to {import};
-- Without statistics of what was staged, the merges are planned as if it were one row.
grant maintain on staged_row to {import};
