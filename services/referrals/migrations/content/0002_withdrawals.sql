-- What consent told of withdrawals: a send or an outcome under way sees it, and consent is told what was done about it.

create table withdrawal (
    case_id           uuid not null references referral_case,
    withdrawal_id     uuid not null,
    discloser_id      uuid not null,
    recipient_id      uuid not null,
    everything        boolean not null,
    categories        text[] not null,
    at                timestamptz not null,
    told_acknowledged boolean not null default false,
    told_destroyed    boolean not null default false,
    primary key (case_id, withdrawal_id)
);
create index withdrawal_to_tell on withdrawal (withdrawal_id) where not (told_acknowledged and told_destroyed);
comment on column withdrawal.case_id is 'erasure: with the case';
comment on column withdrawal.withdrawal_id is 'erasure: with the case';

alter table withdrawal enable row level security;
alter table withdrawal force row level security;
create policy worker on withdrawal to {worker} using (true);
create policy parties on withdrawal for select to {run}
    using (scope_kind() = 'staff' and scope_agency() in (discloser_id, recipient_id));
grant select on withdrawal to {run};
grant select, insert, update on withdrawal to {worker};

-- Telling is per withdrawal, not per task: where nothing had crossed there is no task, and she is told so at once.
drop index deletion_task_to_tell;
alter table deletion_task drop column told_acknowledged, drop column told_destroyed;
create index deletion_task_of_withdrawal on deletion_task (case_id, withdrawal_id);

alter table outcome add column sent_back_at timestamptz;
grant update (sent_back_at) on outcome to {run}, {worker};

-- The id under which this database and that of the keys know each other; never that of a restored stranger.
create table installation (id uuid primary key default gen_random_uuid());
insert into installation default values;
grant select on installation to {worker};

-- ── narrower than before ─────────────────────────────────────────────────────────────────────────────────────────────

-- What one's own agency wrote is for those assigned; what is pinned or crossed has its own policy.
drop policy author on section_version;
create policy assigned_author on section_version to {run}
    using (scope_kind() = 'staff' and agency_id = scope_agency() and exists (
        select from case_assignment a
        where a.case_id = section_version.case_id and a.person_id = scope_person()));

-- A client only looks.
drop policy parties on referral_item;
create policy parties on referral_item to {run}
    using (scope_kind() = 'staff' and exists (
        select from referral r
        where r.case_id = referral_item.case_id and r.referral_id = referral_item.referral_id
          and (r.discloser_id = scope_agency() or referral_item.sent_at is not null)));
create policy client on referral_item for select to {run}
    using (scope_kind() = 'client' and case_id = scope_case());

-- The discloser asks for deletion; only the agency that has to delete sees its task and acknowledges.
drop policy own_agency on deletion_task;
create policy own_agency on deletion_task to {run}
    using (scope_kind() = 'staff' and agency_id = scope_agency())
    with check (scope_kind() = 'staff' and (agency_id = scope_agency() or exists (
        select from referral r
        where r.case_id = deletion_task.case_id and r.referral_id = deletion_task.referral_id
          and r.discloser_id = scope_agency())));
