-- Persons whom a client named as those who must not read. The name is encrypted for the agency where the person works, whose
-- coordinator finds out who it is; whom she excludes stands in consent by id, without a name.

create table name_check (
    case_id            uuid not null references referral_case,
    name_check_id      uuid not null unique,
    referral_id        uuid not null,
    consent_request_id uuid,
    agency_id          uuid not null,
    ciphertext         bytea not null,
    named_at           timestamptz not null default clock_timestamp(),
    answered_at        timestamptz,
    answered_by        uuid,
    excluded_persons   uuid[] not null default '{}',
    request_id         uuid not null,
    primary key (case_id, name_check_id),
    foreign key (case_id, referral_id) references referral (case_id, referral_id),
    check ((answered_at is null) = (answered_by is null)),
    check (answered_at is not null or cardinality(excluded_persons) = 0)
);
create index name_check_of_referral on name_check (case_id, referral_id, agency_id);
create index name_check_by_agency on name_check (agency_id, named_at desc);
comment on column name_check.case_id is 'erasure: with the case';
comment on column name_check.name_check_id is 'erasure: keys first, then the row, with the case';
comment on column name_check.referral_id is 'erasure: with the case';
comment on column name_check.consent_request_id is 'erasure: with the case';
comment on column name_check.ciphertext is 'erasure: unreadable once its key is destroyed, at the recipient with the referral; row with the case';
comment on column name_check.answered_by is 'erasure: with the case; staff, kept as proof of who acted';
comment on column name_check.excluded_persons is 'erasure: with the case; staff';

alter table name_check enable row level security;
alter table name_check force row level security;
create policy worker on name_check to {worker} using (true);
-- She names, looks, and takes back what nobody has seen yet: what was named for a question, of a referral not sent.
create policy client_reads on name_check for select to {run}
    using (scope_kind() = 'client' and case_id = scope_case());
create policy client_names on name_check for insert to {run}
    with check (scope_kind() = 'client' and case_id = scope_case() and answered_at is null and exists (
        select from referral r
        where r.case_id = name_check.case_id and r.referral_id = name_check.referral_id
          and name_check.agency_id in (r.discloser_id, r.recipient_id)));
create policy client_takes_back on name_check for delete to {run}
    using (scope_kind() = 'client' and case_id = scope_case() and answered_at is null and exists (
        select from referral r
        where r.case_id = name_check.case_id and r.referral_id = name_check.referral_id and r.sent_at is null));
-- An agency learns of it only once the referral was sent: before that she may still say no to everything.
create policy own_agency_reads on name_check for select to {run}
    using (scope_kind() = 'staff' and agency_id = scope_agency() and exists (
        select from referral r
        where r.case_id = name_check.case_id and r.referral_id = name_check.referral_id and r.sent_at is not null));
create policy own_agency_answers on name_check for update to {run}
    using (scope_kind() = 'staff' and agency_id = scope_agency() and exists (
        select from referral r
        where r.case_id = name_check.case_id and r.referral_id = name_check.referral_id and r.sent_at is not null))
    with check (scope_kind() = 'staff' and agency_id = scope_agency() and answered_by = scope_person());
grant select, insert, delete, update (answered_at, answered_by, excluded_persons) on name_check to {run};
grant select on name_check to {worker};
