-- What follows a withdrawal: objections, escalation, taking it back, and asking her by the safe contact.

-- An agency that a law makes keep something objects instead of acknowledging, once; its note is encrypted.
alter table deletion_task
    add column taken_back_at        timestamptz,
    add column escalated_at         timestamptz,
    add column objected_at          timestamptz,
    add column objected_by          uuid,
    add column objection_ground     text,
    add column objection_item_id    uuid unique,
    add column objection_ciphertext bytea,
    add column objection_closed_at  timestamptz,
    add column objection_closed_by  uuid,
    add column told_objected        boolean not null default false,
    add column told_closed          boolean not null default false,
    add check ((objected_at is null) = (objection_ground is null)),
    add check ((objection_item_id is null) = (objection_ciphertext is null));
create index deletion_task_to_escalate on deletion_task (due_at) where escalated_at is null and acknowledged_at is null;
create index deletion_task_escalated on deletion_task (agency_id, due_at) where acknowledged_at is null;
create index deletion_task_to_tell on deletion_task (deletion_task_id)
    where objected_at is not null and withdrawal_id is not null and not told_closed;
comment on column deletion_task.objected_by is 'erasure: with the case; staff, kept as proof of who objected';
comment on column deletion_task.objection_closed_by is 'erasure: with the case; staff, kept as proof of who closed it';
comment on column deletion_task.objection_item_id is 'erasure: keys first, then the row, with the case';
comment on column deletion_task.objection_ciphertext is 'erasure: unreadable once its keys are destroyed; row with the case';

-- Each withdrawal is taken back for itself, so an item says which one ended it.
alter table withdrawal
    add column due_at        timestamptz,
    add column acknowledged  boolean not null default false,
    add column reinstated_at timestamptz;
alter table withdrawal no force row level security; -- which binds the owner, and with it this statement
alter table deletion_task no force row level security;
update withdrawal w set acknowledged = told_acknowledged and exists (
    select from deletion_task d where d.case_id = w.case_id and d.withdrawal_id = w.withdrawal_id);
alter table withdrawal force row level security;
alter table deletion_task force row level security;
alter table referral_item add column ended_by_withdrawal uuid;
comment on column referral_item.ended_by_withdrawal is 'erasure: with the case';

-- She withdrew with her pass and is in danger: whoever counsels her asks by the safe contact whether it was her.
create table contact_task (
    case_id         uuid not null references referral_case,
    contact_task_id uuid not null unique,
    withdrawal_id   uuid not null,
    agency_id       uuid not null,
    created_at      timestamptz not null default clock_timestamp(),
    closed_at       timestamptz,
    closed_by       uuid,
    result          text check (result in ('confirmed', 'not-hers', 'not-reached')),
    primary key (case_id, contact_task_id),
    unique (case_id, withdrawal_id),
    check ((closed_at is null) = (result is null))
);
create index contact_task_by_agency on contact_task (agency_id, created_at desc, contact_task_id desc);
comment on column contact_task.case_id is 'erasure: with the case';
comment on column contact_task.withdrawal_id is 'erasure: with the case';
comment on column contact_task.closed_by is 'erasure: with the case; staff, kept as proof of who asked';

alter table contact_task enable row level security;
alter table contact_task force row level security;
create policy worker on contact_task to {worker} using (true);
create policy own_agency on contact_task to {run}
    using (scope_kind() = 'staff' and agency_id = scope_agency());
grant select, update (closed_at, closed_by, result) on contact_task to {run};
grant select, insert on contact_task to {worker};

-- An agency that has nothing to do with it asks another one to take back for a client who is with it. No case stands here,
-- and no name: the sender knows none, and what the addressee found is not told.
create table withdrawal_request (
    withdrawal_request_id uuid primary key,
    from_agency_id        uuid not null,
    to_agency_id          uuid not null,
    receipt_id            uuid,
    other_agency_id       uuid,
    month                 text not null,
    topic                 text not null,
    language              text not null,
    created_by            uuid not null,
    created_at            timestamptz not null default clock_timestamp(),
    answer_by             timestamptz not null,
    answer                text check (answer in ('withdrawn', 'nothing-permitted', 'not-found')),
    answered_at           timestamptz,
    answered_by           uuid,
    withdrawal_receipt_id uuid,
    escalated_at          timestamptz,
    request_id            uuid not null,
    unique (from_agency_id, request_id),
    check (from_agency_id <> to_agency_id),
    check ((answered_at is null) = (answer is null))
);
create index withdrawal_request_incoming on withdrawal_request (to_agency_id, created_at desc);
create index withdrawal_request_outgoing on withdrawal_request (from_agency_id, created_at desc);
create index withdrawal_request_open on withdrawal_request (answer_by) where answered_at is null;
create index withdrawal_request_by_age on withdrawal_request (created_at);
comment on column withdrawal_request.receipt_id is 'erasure: thirty days after the answer, ninety without one';
comment on column withdrawal_request.withdrawal_receipt_id is 'erasure: thirty days after the answer';
comment on column withdrawal_request.created_by is 'erasure: thirty days after the answer, ninety without one; staff';
comment on column withdrawal_request.answered_by is 'erasure: thirty days after the answer; staff';

alter table withdrawal_request enable row level security;
alter table withdrawal_request force row level security;
create policy worker on withdrawal_request to {worker} using (true);
create policy sender_writes on withdrawal_request for insert to {run}
    with check (scope_kind() = 'staff' and from_agency_id = scope_agency() and created_by = scope_person());
create policy both_read on withdrawal_request for select to {run}
    using (scope_kind() = 'staff' and scope_agency() in (from_agency_id, to_agency_id));
create policy addressee_answers on withdrawal_request for update to {run}
    using (scope_kind() = 'staff' and to_agency_id = scope_agency());
grant select, insert, update (answer, answered_at, answered_by, withdrawal_receipt_id) on withdrawal_request to {run};
grant select, update (escalated_at), delete on withdrawal_request to {worker};
