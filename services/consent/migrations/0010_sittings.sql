-- Up to three candidates are asked about in one sitting; each is a request and a consent of its own. What is not used when
-- one of them takes the case ends by referrals' worker, and says so.

-- Members of a sitting name the request that leads it, the newest row of each counts; the leader has none.
create table consent_sitting (
    case_id            uuid not null,
    consent_request_id uuid not null,
    led_by             uuid not null,
    number             bigint generated always as identity,
    primary key (case_id, consent_request_id, led_by),
    foreign key (case_id, consent_request_id) references consent_request,
    foreign key (case_id, led_by) references consent_request (case_id, consent_request_id),
    check (consent_request_id <> led_by)
);
comment on column consent_sitting.case_id is 'erasure: with the case';
comment on column consent_sitting.led_by is 'erasure: with the case; a request, no person';
alter table consent_sitting enable row level security;
alter table consent_sitting force row level security;
create policy client on consent_sitting for select to {run} using (scope_kind() = 'client' and case_id = scope_case());
create policy worker on consent_sitting for select to {worker} using (true);
create policy eraser_reads on consent_sitting for select to {eraser} using (true);
create policy eraser_deletes on consent_sitting for delete to {eraser} using (true);
create policy discloser on consent_sitting to {run}
    using (scope_kind() = 'staff' and case_id = scope_case() and exists (
        select from consent_request r
        where r.case_id = consent_sitting.case_id and r.consent_request_id = consent_sitting.consent_request_id));
grant select, insert on consent_sitting to {run};
grant select on consent_sitting to {worker};
grant select, delete on consent_sitting to {eraser};

-- Nobody took back what ended unused: no person stands in it, and no client.
alter table withdrawal drop constraint withdrawal_made_by_check;
alter table withdrawal add constraint withdrawal_made_by_check check (made_by in ('client', 'staff', 'service'));
alter table consent_request_end drop constraint consent_request_end_ground_check;
alter table consent_request_end add constraint consent_request_end_ground_check check (
    ground in ('decision', 'counsellor', 'replaced', 'failures', 'taken-on'));

create policy service on consent_request for select to {run} using (scope_kind() = 'service' and case_id = scope_case());
create policy service on consent_sitting for select to {run} using (scope_kind() = 'service' and case_id = scope_case());
create policy service on consent_revision for select to {run} using (scope_kind() = 'service' and case_id = scope_case());
create policy service_ends on consent_revision for insert to {run}
    with check (scope_kind() = 'service' and case_id = scope_case() and act = 'withdrawn');
create policy service_ends on withdrawal for insert to {run}
    with check (scope_kind() = 'service' and case_id = scope_case() and made_by = 'service');
create policy service_reads on consent_request_end for select to {run}
    using (scope_kind() = 'service' and case_id = scope_case());
create policy service_ends on consent_request_end for insert to {run}
    with check (scope_kind() = 'service' and case_id = scope_case() and state = 'cancelled' and ground = 'taken-on');
