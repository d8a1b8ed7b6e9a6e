-- minimum program: 0.1.0
-- What keeping entries true needs beside 0002: reasons of reports, who sees them, and a log without confirmations.

alter table error_report
    add column reason text not null check (reason in ('wrong', 'outdated', 'missing', 'closed')),
    drop constraint error_report_message_check,
    add constraint error_report_message_check check (length(message) <= 2000);

-- A report is for the agency it is about, for the one that reported it, and for operators, who alone are staff without agency.
alter table error_report enable row level security;
create policy of_agency on error_report to {edit}
    using (nullif(current_setting('lotse.agency', true), '')::uuid in (organization_id, reporter_agency_id));
create policy of_operator on error_report to {edit}
    using (current_setting('lotse.kind', true) = 'staff' and coalesce(current_setting('lotse.agency', true), '') = '');

-- Whether somebody of an agency has ever kept its entry here.
create index metadata_agency on metadata (agency_id) where agency_id is not null;

-- As in 0002, but a confirmation is no change: it would hide what was changed.
create or replace function note_updated() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
    agency uuid = nullif(current_setting('lotse.agency', true), '')::uuid;
    person uuid = nullif(current_setting('lotse.person', true), '')::uuid;
    untold text[] = array ['digest', 'changed_at', 'edited_at', 'last_modified', 'confirmed_at', 'confirmed_how'];
begin
    with changed as (
        select n.id, n.source, b.value as before, a.value as after, b.key as field,
               coalesce((to_jsonb(n) ->> 'protected')::boolean, false) and b.key <> 'protected' as secret
        from after_rows n
            join before_rows o on o.id = n.id
            cross join lateral jsonb_each_text(to_jsonb(o)) as b
            join lateral jsonb_each_text(to_jsonb(n)) as a on a.key = b.key
        where (to_jsonb(o) - untold) is distinct from (to_jsonb(n) - untold)
            and not b.key = any (untold)
            and a.value is distinct from b.value
    ), noted as (
        insert into metadata (resource_id, resource_type, last_action_date, last_action_type, field_name, previous_value,
            replacement_value, updated_by, agency_id)
        select id, tg_table_name, now(), case when field = 'active' and after = 'false' then 'deactivate' else 'update' end, field,
               case when not secret then before end, case when not secret then after end,
               case when agency is null then 'import ' || source else 'agency' end, agency
        from changed
        returning id
    )
    insert into metadata_person (metadata_id, person_id) select id, person from noted where person is not null;
    return null;
end $$;
