-- Cases, dossiers and referrals. Content is encrypted; its keys are in another database.
-- The case stands first in the key of each table of a case.

create function scope_kind() returns text language sql stable parallel safe
    return nullif(current_setting('lotse.kind', true), '');
create function scope_agency() returns uuid language sql stable parallel safe
    return nullif(current_setting('lotse.agency', true), '')::uuid;
create function scope_person() returns uuid language sql stable parallel safe
    return nullif(current_setting('lotse.person', true), '')::uuid;
create function scope_case() returns uuid language sql stable parallel safe
    return nullif(current_setting('lotse.case', true), '')::uuid;

create table referral_case (
    case_id    uuid primary key,
    agency_id  uuid not null,
    handle     text not null check (char_length(handle) between 1 and 60),
    in_danger  boolean not null,
    created_by uuid not null,
    request_id uuid not null,
    created_at timestamptz not null default clock_timestamp(),
    unique (agency_id, request_id)
);
create index referral_case_by_agency on referral_case (agency_id, created_at desc, case_id desc);
comment on column referral_case.case_id is 'erasure: with the case';
comment on column referral_case.handle is 'erasure: with the case';
comment on column referral_case.created_by is 'erasure: with the case; staff, kept as proof of who acted';

create table case_assignment (
    case_id     uuid not null references referral_case,
    person_id   uuid not null,
    assigned_at timestamptz not null default clock_timestamp(),
    primary key (case_id, person_id)
);
create index case_assignment_by_person on case_assignment (person_id, case_id);
comment on column case_assignment.case_id is 'erasure: with the case';
comment on column case_assignment.person_id is 'erasure: with the case, or when she leaves the agency';

create table section_version (
    case_id    uuid not null references referral_case,
    item_id    uuid not null,
    version    integer not null check (version >= 1),
    category   text not null,
    labels     text[] not null,
    ciphertext bytea not null,
    agency_id  uuid not null,
    person_id  uuid not null,
    written_at timestamptz not null default clock_timestamp(),
    request_id uuid not null,
    primary key (case_id, item_id, version),
    unique (case_id, category, version),
    unique (case_id, request_id)
);
create index section_version_by_item on section_version (item_id, version);
comment on column section_version.case_id is 'erasure: with the case';
comment on column section_version.item_id is 'erasure: keys first, then the row, with the case';
comment on column section_version.ciphertext is 'erasure: unreadable once its keys are destroyed; row with the case';
comment on column section_version.person_id is 'erasure: with the case; staff, kept as proof of who wrote';

create table referral (
    case_id            uuid not null references referral_case,
    referral_id        uuid not null unique,
    discloser_id       uuid not null,
    recipient_id       uuid not null,
    service_id         uuid,
    kind               text not null,
    purpose            text not null,
    topics             text[] not null,
    urgency            text not null,
    language           text not null,
    answer_by          timestamptz,
    state              text not null,
    draft_revision     integer not null default 1,
    row_version        integer not null default 1,
    recipient_case_id  uuid,
    assigned_person_id uuid,
    reason             text not null default '',
    created_by         uuid not null,
    request_id         uuid not null,
    created_at         timestamptz not null default clock_timestamp(),
    changed_at         timestamptz not null default clock_timestamp(),
    sent_at            timestamptz,
    keys_due           boolean not null default false,
    keys_destroyed_at  timestamptz,
    primary key (case_id, referral_id),
    unique (discloser_id, request_id),
    check (discloser_id <> recipient_id)
);
create index referral_inbox on referral (recipient_id, answer_by, referral_id) where state not in ('draft', 'discarded');
create index referral_outbox on referral (discloser_id, created_at desc, referral_id desc);
create index referral_by_deadline on referral (answer_by) where state = 'offered';
create index referral_keys_due on referral (referral_id) where keys_due and keys_destroyed_at is null;
comment on column referral.case_id is 'erasure: with the case';
comment on column referral.referral_id is 'erasure: with the case';
comment on column referral.recipient_case_id is 'erasure: with the case of the recipient';
comment on column referral.assigned_person_id is 'erasure: with the case; staff';
comment on column referral.created_by is 'erasure: with the case; staff, kept as proof of who acted';
comment on column referral.topics is 'erasure: with the case; hidden from the recipient after an ending';

create table referral_item (
    case_id     uuid not null,
    referral_id uuid not null,
    item_id     uuid not null,
    version     integer not null,
    category    text not null,
    sent_at     timestamptz,
    ended_at    timestamptz,
    primary key (case_id, referral_id, item_id),
    foreign key (case_id, referral_id) references referral (case_id, referral_id),
    foreign key (case_id, item_id, version) references section_version (case_id, item_id, version)
);
create index referral_item_by_referral on referral_item (referral_id);
comment on column referral_item.case_id is 'erasure: with the case';
comment on column referral_item.referral_id is 'erasure: with the case';
comment on column referral_item.item_id is 'erasure: with the case';

create table outcome (
    case_id     uuid not null,
    referral_id uuid not null,
    item_id     uuid not null unique,
    agency_id   uuid not null,
    person_id   uuid not null,
    ciphertext  bytea not null,
    written_at  timestamptz not null default clock_timestamp(),
    primary key (case_id, referral_id),
    foreign key (case_id, referral_id) references referral (case_id, referral_id)
);
comment on column outcome.case_id is 'erasure: with the case';
comment on column outcome.referral_id is 'erasure: with the case';
comment on column outcome.item_id is 'erasure: keys first, then the row, with the case';
comment on column outcome.person_id is 'erasure: with the case; staff, kept as proof of who wrote';
comment on column outcome.ciphertext is 'erasure: unreadable once its keys are destroyed; row with the case';

create table transition (
    case_id     uuid not null,
    referral_id uuid not null,
    row_version integer not null,
    action      text not null,
    from_state  text not null,
    to_state    text not null,
    agency_id   uuid,
    person_id   uuid,
    reason      text not null,
    request_id  uuid not null,
    at          timestamptz not null default clock_timestamp(),
    primary key (case_id, referral_id, row_version),
    unique (referral_id, request_id),
    foreign key (case_id, referral_id) references referral (case_id, referral_id)
);
comment on column transition.case_id is 'erasure: with the case';
comment on column transition.referral_id is 'erasure: with the case';
comment on column transition.person_id is 'erasure: with the case; staff, kept as proof of who acted';

create table own_read (
    case_id   uuid not null references referral_case,
    read_id   uuid not null default uuidv7(),
    item_id   uuid not null,
    version   integer not null,
    agency_id uuid not null,
    person_id uuid not null,
    at        timestamptz not null default clock_timestamp(),
    primary key (case_id, read_id)
);
comment on table own_read is 'reads of what the own agency wrote; what crossed stands in the ledger of consent';
comment on column own_read.case_id is 'erasure: stays as proof until the period of proof ends';
comment on column own_read.item_id is 'erasure: stays as proof until the period of proof ends';
comment on column own_read.person_id is 'erasure: stays as proof until the period of proof ends; staff';

create table deletion_task (
    case_id           uuid not null,
    deletion_task_id  uuid not null unique,
    referral_id       uuid not null,
    agency_id         uuid not null,
    withdrawal_id     uuid,
    categories        text[] not null,
    created_at        timestamptz not null default clock_timestamp(),
    due_at            timestamptz not null,
    acknowledged_at   timestamptz,
    acknowledged_by   uuid,
    request_id        uuid,
    keys_destroyed_at timestamptz,
    told_acknowledged boolean not null default false,
    told_destroyed    boolean not null default false,
    primary key (case_id, deletion_task_id),
    unique nulls not distinct (referral_id, agency_id, withdrawal_id),
    foreign key (case_id, referral_id) references referral (case_id, referral_id)
);
create index deletion_task_by_agency on deletion_task (agency_id, created_at desc, deletion_task_id desc);
create index deletion_task_open on deletion_task (due_at) where keys_destroyed_at is null;
create index deletion_task_to_tell on deletion_task (withdrawal_id) where not told_destroyed and withdrawal_id is not null;
comment on column deletion_task.case_id is 'erasure: with the case';
comment on column deletion_task.referral_id is 'erasure: with the case';
comment on column deletion_task.acknowledged_by is 'erasure: with the case; staff, kept as proof of who acknowledged';
comment on column deletion_task.withdrawal_id is 'erasure: with the case';

create table feed_cursor (name text primary key, position bigint not null, moved_at timestamptz not null);

-- ── grants and who sees which rows ───────────────────────────────────────────────────────────────────────────────────

grant usage on schema public to {run}, {worker};
grant select, insert, update on feed_cursor to {worker};

do $$
declare
    name text;
begin
    foreach name in array array['referral_case', 'case_assignment', 'section_version', 'referral', 'referral_item',
                                'outcome', 'transition', 'own_read', 'deletion_task']
    loop
        execute format('alter table %I enable row level security', name);
        execute format('alter table %I force row level security', name);
        execute format('create policy worker on %I to {worker} using (true)', name);
        execute format('grant select, insert on %I to {run}', name);
        execute format('grant select on %I to {worker}', name);
    end loop;
end
$$;

grant update on referral, referral_item, deletion_task to {run};
grant delete on referral_item, case_assignment to {run};
grant insert, update on referral, referral_item, deletion_task, transition to {worker};

create policy own_agency on referral_case to {run}
    using (scope_kind() = 'staff' and agency_id = scope_agency());
create policy own_agency on case_assignment to {run}
    using (scope_kind() = 'staff' and exists (
        select from referral_case c where c.case_id = case_assignment.case_id));
create policy own_agency on own_read to {run}
    using (scope_kind() = 'staff' and agency_id = scope_agency());
create policy parties on referral to {run}
    using (scope_kind() = 'staff'
           and (discloser_id = scope_agency()
                or (recipient_id = scope_agency() and state not in ('draft', 'discarded'))));
create policy client on referral for select to {run}
    using (scope_kind() = 'client' and case_id = scope_case());
create policy parties on referral_item to {run}
    using (scope_kind() in ('staff', 'client') and exists (
        select from referral r
        where r.case_id = referral_item.case_id and r.referral_id = referral_item.referral_id
          and (r.discloser_id = scope_agency() or scope_kind() = 'client' or referral_item.sent_at is not null)));
create policy author on section_version to {run}
    using (scope_kind() = 'staff' and agency_id = scope_agency());
create policy crossed on section_version for select to {run}
    using (scope_kind() in ('staff', 'client') and exists (
        select from referral_item i
        where i.case_id = section_version.case_id and i.item_id = section_version.item_id
          and i.version = section_version.version));
create policy parties on outcome to {run}
    using (scope_kind() = 'staff' and exists (
        select from referral r where r.case_id = outcome.case_id and r.referral_id = outcome.referral_id));
create policy parties on transition to {run}
    using (scope_kind() = 'staff' and exists (
        select from referral r where r.case_id = transition.case_id and r.referral_id = transition.referral_id));
create policy own_agency on deletion_task to {run}
    using (scope_kind() = 'staff' and (agency_id = scope_agency() or exists (
        select from referral r
        where r.case_id = deletion_task.case_id and r.referral_id = deletion_task.referral_id
          and r.discloser_id = scope_agency())));
