-- What proves a decision given aloud or on paper and names somebody: scans, interpreters, witnesses, representatives,
-- reasons. Encrypted like a section; consent holds id, hash and relation.

create table evidence_item (
    case_id     uuid not null references referral_case,
    item_id     uuid not null unique,
    referral_id uuid not null,
    role        text not null check (role in ('interpreter', 'witness', 'scan', 'representative', 'ground')),
    media_type  text not null check (media_type in ('application/json', 'text/plain', 'application/pdf', 'image/jpeg', 'image/png')),
    ciphertext  bytea not null,
    item_hash   bytea not null check (octet_length(item_hash) = 32),
    agency_id   uuid not null,
    person_id   uuid not null,
    written_at  timestamptz not null default clock_timestamp(),
    request_id  uuid not null,
    primary key (case_id, item_id),
    foreign key (case_id, referral_id) references referral (case_id, referral_id)
);
create index evidence_item_of_referral on evidence_item (case_id, referral_id, written_at);
comment on column evidence_item.case_id is 'erasure: with the case';
comment on column evidence_item.item_id is 'erasure: keys first, then the row, with the case';
comment on column evidence_item.referral_id is 'erasure: with the case';
comment on column evidence_item.ciphertext is 'erasure: unreadable once its keys are destroyed; row with the case';
comment on column evidence_item.person_id is 'erasure: with the case; staff, kept as proof of who acted';

alter table evidence_item enable row level security;
alter table evidence_item force row level security;
create policy worker on evidence_item to {worker} using (true);
create policy assigned on evidence_item to {run}
    using (scope_kind() = 'staff' and agency_id = scope_agency() and exists (
        select from case_assignment a
        where a.case_id = evidence_item.case_id and a.person_id = scope_person()));
grant select, insert on evidence_item to {run};
grant select on evidence_item to {worker};
