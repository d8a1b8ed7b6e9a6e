-- What a data-protection officer proves and counts: a scope of her own, exports of evidence, refused reads by number.

-- ── her scope ────────────────────────────────────────────────────────────────────────────────────────────────────────

-- Kind "audit": she reads what is on record about her agency over all its cases, and writes nothing but that she exported.
create policy audit on consent_case for select to {run}
    using (scope_kind() = 'audit' and discloser_id = scope_agency());
create policy audit on consent_request for select to {run}
    using (scope_kind() = 'audit' and discloser_id = scope_agency());
create policy audit on consent_request_end for select to {run}
    using (scope_kind() = 'audit' and exists (
        select from consent_request r
        where r.case_id = consent_request_end.case_id and r.consent_request_id = consent_request_end.consent_request_id));
create policy audit on refusal for select to {run}
    using (scope_kind() = 'audit' and discloser_id = scope_agency());
create policy audit on consent_revision for select to {run}
    using (scope_kind() = 'audit' and scope_agency() in (discloser_id, recipient_id));
create policy audit on withdrawal for select to {run}
    using (scope_kind() = 'audit' and scope_agency() in (discloser_id, recipient_id));
create policy audit on acknowledgement for select to {run}
    using (scope_kind() = 'audit' and exists (
        select from withdrawal w
        where w.case_id = acknowledgement.case_id and w.withdrawal_id = acknowledgement.withdrawal_id));

create policy audit on reinstatement for select to {run}
    using (scope_kind() = 'audit' and scope_agency() in (discloser_id, recipient_id));

create index consent_revision_of_discloser on consent_revision (discloser_id) where act = 'granted';
create index consent_revision_of_recipient on consent_revision (recipient_id) where act = 'granted';
create index withdrawal_of_discloser on withdrawal (discloser_id, due_at);
create index withdrawal_of_recipient on withdrawal (recipient_id, due_at);

-- ── exports ──────────────────────────────────────────────────────────────────────────────────────────────────────────

create table evidence_export (
    case_id    uuid not null references consent_case,
    export_id  uuid not null,
    agency_id  uuid not null,
    person_id  uuid not null,
    at         timestamptz not null,
    request_id uuid not null,
    salt       bytea not null check (octet_length(salt) = 16),
    primary key (case_id, export_id),
    unique (case_id, request_id)
);
comment on table evidence_export is 'That an officer took the evidence of a case out of the system; the file itself is not kept.';
comment on column evidence_export.case_id is 'erasure: with the case';
comment on column evidence_export.person_id is 'erasure: with the case';

alter table evidence_export enable row level security;
alter table evidence_export force row level security;
create policy client on evidence_export for select to {run}
    using (scope_kind() = 'client' and case_id = scope_case());
create policy audit on evidence_export to {run}
    using (scope_kind() = 'audit' and agency_id = scope_agency())
    with check (scope_kind() = 'audit' and agency_id = scope_agency() and person_id = scope_person()
                and case_id = scope_case());
create policy worker on evidence_export for select to {worker} using (true);
create policy eraser_reads on evidence_export for select to {eraser} using (true);
create policy eraser_deletes on evidence_export for delete to {eraser} using (true);
grant select, insert on evidence_export to {run};
grant select on evidence_export to {worker};
grant select, delete on evidence_export to {eraser};

-- ── refused reads ────────────────────────────────────────────────────────────────────────────────────────────────────

-- A number and no proof, so it is counted up in place. Neither case nor person: who asks for what it may not have is no
-- suspect, and a row for each refusal would be a list of who looked for whom.
create table denial_count (
    agency_id uuid not null,
    day       date not null,
    reason    text not null,
    count     bigint not null check (count > 0),
    primary key (agency_id, day, reason)
);
comment on table denial_count is 'Items that were refused to the people of an agency, by German day and reason.';
alter table denial_count enable row level security;
alter table denial_count force row level security;
create policy own on denial_count to {run} using (agency_id = scope_agency());
grant select, insert, update on denial_count to {run};

-- ── statutory acts ───────────────────────────────────────────────────────────────────────────────────────────────────

-- No program wrote one before. A second person's word is a row of its own, since nothing is updated in place.
alter table statutory_act drop column confirmed_by;
alter table statutory_act alter column recipient_id drop not null;
alter table statutory_act
    add column recipient_body text check (recipient_body in ('youth-welfare-office', 'police', 'court', 'health-service',
                                                             'emergency-service', 'other-authority')),
    add column referral_id uuid,
    add column confirm_by timestamptz not null,
    add column notice_withheld text check (notice_withheld in ('danger-to-client', 'danger-to-others', 'defeats-purpose')),
    add column reason_hash bytea not null check (octet_length(reason_hash) = 32),
    add column request_id uuid not null,
    add constraint statutory_act_recipient_check check ((recipient_id is null) <> (recipient_body is null)),
    add constraint statutory_act_network_check check ((channel = 'network') = (referral_id is not null)
                                                      and (channel <> 'network' or recipient_id is not null)),
    add constraint statutory_act_of_case_fkey foreign key (case_id) references consent_case,
    add constraint statutory_act_repeat unique (case_id, request_id);
create index statutory_act_of_discloser on statutory_act (discloser_id, at desc);
comment on column statutory_act.referral_id is 'erasure: with the case';
comment on column statutory_act.confirm_by is 'erasure: with the case; a time and no person';
comment on column statutory_act.reason_hash is 'erasure: with the case; the reason itself stands encrypted in referrals';

create table statutory_review (
    case_id    uuid not null,
    act_id     uuid not null,
    review_id  uuid not null,
    verdict    text not null check (verdict in ('confirmed', 'objected')),
    person_id  uuid not null,
    at         timestamptz not null,
    request_id uuid not null,
    salt       bytea not null check (octet_length(salt) = 16),
    leaf_hash  bytea not null check (octet_length(leaf_hash) = 32),
    primary key (case_id, act_id),
    foreign key (case_id, act_id) references statutory_act
);
comment on column statutory_review.case_id is 'erasure: with the case';
comment on column statutory_review.person_id is 'erasure: with the case';

alter table statutory_review enable row level security;
alter table statutory_review force row level security;
create policy client on statutory_review for select to {run}
    using (scope_kind() = 'client' and case_id = scope_case() and exists (
        select from statutory_act a where a.case_id = statutory_review.case_id and a.act_id = statutory_review.act_id));
create policy worker on statutory_review for select to {worker} using (true);
create policy eraser_reads on statutory_review for select to {eraser} using (true);
create policy eraser_deletes on statutory_review for delete to {eraser} using (true);
create policy parties_read on statutory_review for select to {run}
    using (scope_kind() in ('staff', 'audit') and exists (
        select from statutory_act a where a.case_id = statutory_review.case_id and a.act_id = statutory_review.act_id));
-- Never by whoever acted.
create policy second_person on statutory_review for insert to {run}
    with check (scope_kind() = 'staff' and person_id = scope_person() and case_id = scope_case() and exists (
        select from statutory_act a
        where a.case_id = statutory_review.case_id and a.act_id = statutory_review.act_id
          and a.discloser_id = scope_agency() and a.recorded_by <> scope_person()));
grant select, insert on statutory_review to {run};
grant select on statutory_review to {worker};
grant select, delete on statutory_review to {eraser};

create policy discloser_records on statutory_act for insert to {run}
    with check (scope_kind() = 'staff' and discloser_id = scope_agency() and recorded_by = scope_person()
                and case_id = scope_case());
create policy audit on statutory_act for select to {run}
    using (scope_kind() = 'audit' and discloser_id = scope_agency());

-- What a client must not know yet is no row of hers: neither the act nor what crossed on it.
drop policy client on statutory_act;
create policy client on statutory_act for select to {run}
    using (scope_kind() = 'client' and case_id = scope_case() and notice_withheld is null);
create policy withheld on disclosure as restrictive for select to {run}
    using (basis = 'consent' or scope_kind() is distinct from 'client' or exists (
        select from statutory_act a
        where a.case_id = disclosure.case_id and a.discloser_id = disclosure.discloser_id
          and a.recipient_id = disclosure.recipient_id and disclosure.category = any (a.categories)
          and disclosure.at >= a.at and disclosure.at < a.until));
