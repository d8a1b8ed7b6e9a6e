-- Referrals that a law permits instead of the client, and the reasons for such acts, encrypted like a section.

alter table referral add column basis text not null default 'consent' check (basis in ('consent', 'statutory'));

create table statutory_reason (
    case_id     uuid not null references referral_case,
    act_id      uuid not null,
    referral_id uuid,
    ciphertext  bytea not null,
    agency_id   uuid not null,
    person_id   uuid not null,
    written_at  timestamptz not null default clock_timestamp(),
    request_id  uuid not null,
    primary key (case_id, act_id),
    unique (case_id, request_id),
    foreign key (case_id, referral_id) references referral (case_id, referral_id)
);
create index statutory_reason_by_act on statutory_reason (act_id);
comment on table statutory_reason is 'Why a law permitted it; what was permitted stands in consent under the same id.';
comment on column statutory_reason.case_id is 'erasure: with the case';
comment on column statutory_reason.referral_id is 'erasure: with the case';
comment on column statutory_reason.ciphertext is 'erasure: unreadable once its key is destroyed; row with the case';
comment on column statutory_reason.person_id is 'erasure: with the case; staff, kept as proof of who acted';

alter table statutory_reason enable row level security;
alter table statutory_reason force row level security;
create policy worker on statutory_reason to {worker} using (true);
create policy own_agency on statutory_reason to {run}
    using (scope_kind() = 'staff' and agency_id = scope_agency());
grant select, insert on statutory_reason to {run};
grant select on statutory_reason to {worker};
