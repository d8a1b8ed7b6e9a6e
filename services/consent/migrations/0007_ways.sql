-- Ways to decide other than on a device of her own: aloud, on paper, on the agency's tablet.

-- Who interpreted or witnessed, the scan and reasons stand encrypted in referrals; here only what proves that they do.
create table evidence (
    case_id             uuid not null,
    evidence_id         uuid not null,
    consent_request_id  uuid not null,
    evidence_role       text not null check (evidence_role in ('interpreter', 'witness', 'scan', 'read-back', 'representative',
                                                               'ground')),
    item_id             uuid,
    item_hash           bytea check (octet_length(item_hash) = 32),
    relation            text check (relation in ('professional', 'volunteer', 'family')),
    question_id         text check (question_id ~ '^[a-z][a-z-]{0,39}$'),
    answered_right      boolean,
    recorded_by         uuid not null,
    recording_agency_id uuid not null,
    at                  timestamptz not null,
    request_id          uuid not null,
    salt                bytea not null check (octet_length(salt) = 16),
    leaf_hash           bytea not null check (octet_length(leaf_hash) = 32),
    primary key (case_id, evidence_id),
    foreign key (case_id, consent_request_id) references consent_request,
    check ((item_id is null) = (item_hash is null)),
    check ((evidence_role = 'read-back') = (answered_right is not null)),
    check ((evidence_role = 'read-back') = (question_id is not null)),
    check ((evidence_role = 'read-back') = (item_id is null))
);
create index evidence_of_request on evidence (case_id, consent_request_id);
comment on column evidence.case_id is 'erasure: with the case';
comment on column evidence.item_id is 'erasure: with the case; the item itself by referrals, keys first';
comment on column evidence.recorded_by is 'erasure: with the case; staff, kept as proof of who acted';

alter table evidence enable row level security;
alter table evidence force row level security;
create policy client on evidence to {run} using (scope_kind() = 'client' and case_id = scope_case());
create policy worker on evidence for select to {worker} using (true);
create policy eraser_reads on evidence for select to {eraser} using (true);
create policy eraser_deletes on evidence for delete to {eraser} using (true);
create policy discloser on evidence to {run}
    using (scope_kind() = 'staff' and recording_agency_id = scope_agency() and case_id = scope_case())
    with check (scope_kind() = 'staff' and recording_agency_id = scope_agency() and recorded_by = scope_person()
                and case_id = scope_case());
grant select, insert on evidence to {run};
grant select on evidence to {worker};
grant select, delete on evidence to {eraser};

-- On the agency's tablet the counsellor who handed it over assisted, whatever the browser says.
alter table access_code add column on_tablet_of uuid;
comment on column access_code.on_tablet_of is 'erasure: with the case; staff';

-- She confirms an oral decision by a revision of its own, with a receipt.
alter table consent_revision drop constraint consent_revision_receipt;
alter table consent_revision add constraint consent_revision_receipt check (
    case when act in ('granted', 'confirmed') then receipt_id is not null when act = 'reduced' then true else receipt_id is null end);

-- The discloser writes down what she said or wrote, only for oneself; a grant on a device is the client's alone.
create policy discloser_writes_down on consent_revision for insert to {run}
    with check (scope_kind() = 'staff' and discloser_id = scope_agency() and case_id = scope_case() and act = 'granted'
                and evidence_kind in ('oral', 'paper') and assisted_by = scope_person());
create policy discloser_writes_down on refusal for insert to {run}
    with check (scope_kind() = 'staff' and discloser_id = scope_agency() and case_id = scope_case()
                and evidence_kind in ('oral', 'paper'));
-- That she refused is no secret to whom she said it; of a refusal on a device the discloser sees only the state.
create policy discloser_wrote_down on refusal for select to {run}
    using (scope_kind() = 'staff' and discloser_id = scope_agency() and case_id = scope_case()
           and evidence_kind in ('oral', 'paper'));
