-- Tables of no service: something small with a case, a policy and grants, for tests of the kit.

create table note (
    case_id   uuid not null,
    id        uuid not null,
    agency_id uuid not null,
    text      text not null,
    primary key (case_id, id)
);

alter table note enable row level security;
alter table note force row level security;

create policy staff_of_the_agency on note for all to {run}
    using (current_setting('lotse.kind', true) = 'staff'
           and agency_id = nullif(current_setting('lotse.agency', true), '')::uuid)
    with check (agency_id = nullif(current_setting('lotse.agency', true), '')::uuid);
create policy client_of_the_case on note for select to {run}
    using (current_setting('lotse.kind', true) = 'client'
           and case_id = nullif(current_setting('lotse.case', true), '')::uuid);
create policy worker on note for all to {worker} using (true) with check (true);

grant select, insert on note to {run};
grant select, insert, delete on note to {worker};
