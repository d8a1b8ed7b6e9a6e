-- What follows a withdrawal: an objection of the agency that should delete, and her taking the withdrawal back.

-- Several agencies may object to one withdrawal, each once; the other steps are of the withdrawal as a whole.
alter table acknowledgement drop constraint acknowledgement_step_check;
alter table acknowledgement add constraint acknowledgement_step_check
    check (step in ('acknowledged', 'keys-destroyed', 'objected', 'objection-closed'));
alter table acknowledgement drop constraint acknowledgement_case_id_withdrawal_id_step_key;
create unique index acknowledgement_once on acknowledgement (case_id, withdrawal_id, step)
    where step in ('acknowledged', 'keys-destroyed');
create unique index acknowledgement_repeat on acknowledgement (case_id, withdrawal_id, step, request_id);

-- A consent in force again is a further revision, which says whole what is permitted.
alter table consent_revision drop constraint consent_revision_act_check;
alter table consent_revision add constraint consent_revision_act_check
    check (act in ('granted', 'confirmed', 'reduced', 'withdrawn', 'reinstated', 'locked'));

-- Each withdrawal is taken back for itself, once.
create table reinstatement (
    case_id       uuid not null,
    withdrawal_id uuid not null,
    consent_id    uuid not null,
    discloser_id  uuid not null,
    recipient_id  uuid not null,
    referral_id   uuid,
    revision      bigint not null,
    at            timestamptz not null,
    receipt_id    uuid not null unique,
    made_by       text not null check (made_by in ('client', 'staff')),
    agency_id     uuid,
    person_id     uuid,
    request_id    uuid not null,
    salt          bytea not null check (octet_length(salt) = 16),
    leaf_hash     bytea not null check (octet_length(leaf_hash) = 32),
    primary key (case_id, withdrawal_id),
    foreign key (case_id, withdrawal_id) references withdrawal,
    foreign key (case_id, discloser_id, recipient_id, revision) references consent_revision,
    check ((made_by = 'staff') = (person_id is not null))
);
create index reinstatement_row on reinstatement (withdrawal_id);
comment on column reinstatement.case_id is 'erasure: with the case';
comment on column reinstatement.receipt_id is 'erasure: with the case';
comment on column reinstatement.person_id is 'erasure: with the case';
comment on column reinstatement.referral_id is 'erasure: with the case, when its proof may go';
comment on column reinstatement.made_by is 'erasure: with the case, when its proof may go; staff who acted for the client';

alter table reinstatement enable row level security;
alter table reinstatement force row level security;
create policy client on reinstatement to {run} using (scope_kind() = 'client' and case_id = scope_case());
create policy worker on reinstatement for select to {worker} using (true);
create policy eraser_reads on reinstatement for select to {eraser} using (true);
create policy eraser_deletes on reinstatement for delete to {eraser} using (true);
grant select, insert on reinstatement to {run};
grant select on reinstatement to {worker};
grant select, delete on reinstatement to {eraser};

-- Both sides see that it was taken back. Only the discloser does it for her: a recipient that could would give itself
-- what it was just denied.
create policy parties_read on reinstatement for select to {run}
    using (scope_kind() = 'staff' and scope_agency() in (discloser_id, recipient_id));
create policy discloser on reinstatement for insert to {run}
    with check (scope_kind() = 'staff' and scope_agency() = discloser_id and case_id = scope_case()
                and agency_id = scope_agency() and person_id = scope_person());
create policy discloser_reinstates on consent_revision for insert to {run}
    with check (scope_kind() = 'staff' and scope_agency() = discloser_id and case_id = scope_case()
                and act = 'reinstated');

-- Whether it is too late is read from the steps.
create policy parties_read on acknowledgement for select to {run}
    using (scope_kind() = 'staff' and exists (
        select from withdrawal w
        where w.case_id = acknowledgement.case_id and w.withdrawal_id = acknowledgement.withdrawal_id));
