-- Who takes part in the case conference of a case: the recipients of its referrals of that purpose from sending to ending, as
-- far as the client permitted each. It is the only place where a recipient learns of the others, so it holds nothing else of
-- their referrals. Whoever moves a referral keeps it, whichever way the referral ends.

create table conference_participant (
    case_id     uuid not null,
    referral_id uuid not null,
    agency_id   uuid not null,
    primary key (case_id, referral_id),
    foreign key (case_id, referral_id) references referral (case_id, referral_id)
);
comment on column conference_participant.case_id is 'erasure: with the case';
comment on column conference_participant.referral_id is 'erasure: with the case';

alter table conference_participant enable row level security;
alter table conference_participant force row level security;
create policy worker on conference_participant to {worker} using (true);
create policy participants on conference_participant for select to {run}
    using (scope_kind() = 'staff' and exists (
        select from referral r
        where r.case_id = conference_participant.case_id and r.purpose = 'case-conference' and r.basis = 'consent'
          and (r.discloser_id = scope_agency() or r.referral_id = conference_participant.referral_id
               or r.state in ('offered', 'accepted', 'in-progress', 'completed'))));
create policy moves_in on conference_participant for insert to {run}
    with check (scope_kind() = 'staff' and exists (
        select from referral r
        where r.case_id = conference_participant.case_id and r.referral_id = conference_participant.referral_id
          and r.recipient_id = conference_participant.agency_id));
create policy moves_out on conference_participant for delete to {run}
    using (scope_kind() = 'staff' and exists (
        select from referral r
        where r.case_id = conference_participant.case_id and r.referral_id = conference_participant.referral_id));
grant select, insert, delete on conference_participant to {run}, {worker};

create function keep_conference() returns trigger language plpgsql as $$
begin
    if new.state in ('offered', 'accepted', 'in-progress', 'completed') then
        insert into conference_participant values (new.case_id, new.referral_id, new.recipient_id) on conflict do nothing;
    else
        delete from conference_participant where case_id = new.case_id and referral_id = new.referral_id;
    end if;
    return null;
end $$;
create trigger keep_conference after update of state on referral
    for each row when (new.purpose = 'case-conference' and new.basis = 'consent' and new.state <> old.state)
    execute function keep_conference();
