-- minimum program: 0.1.0
-- What keeping entries true needs more: notes between agencies about a service, which are gone when they are removed; a change
-- log of what only partners see; and an index that is renewed in part.

alter table partner_note
    add column service_id uuid references service,
    add column request_id uuid not null,
    drop column active,
    drop constraint partner_note_text_check,
    add constraint partner_note_text_check check (length(text) between 1 and 500),
    add unique (agency_id, request_id);
create index partner_note_service on partner_note (service_id) where service_id is not null;

-- What was confirmed, and whether there is room, is written into the index without making it anew.
grant update (confirmed_at, capacity_state, capacity_said_at, capacity_expires_at) on search_entry to {edit};

grant delete on partner_note to {edit};
revoke update on partner_note from {edit};

-- What only partners see is logged beside the rest, and read by the role of agencies' own entries alone.
alter table metadata enable row level security;
create policy public_facts on metadata to {run}, {worker}, {import} using (left(resource_type, 8) <> 'partner_');
create policy all_facts on metadata to {edit} using (true);
comment on column metadata.previous_value is 'erasure: of partner-only facts two years after the change';
comment on column metadata.replacement_value is 'erasure: of partner-only facts two years after the change';

do $$
declare
    logged text;
begin
    foreach logged in array array ['partner_contact', 'partner_phone', 'partner_capacity', 'partner_answer_time']
    loop
        execute format('create trigger note_created after insert on %I referencing new table as after_rows '
            'for each statement execute function note_created()', logged);
        execute format('create trigger note_updated after update on %I referencing old table as before_rows new table as after_rows '
            'for each statement execute function note_updated()', logged);
    end loop;
end $$;

-- Who changed what, and what was said of people between partners, is forgotten; the worker need not read it for that.
create function forget_changes(before timestamptz) returns void
language sql security definer set search_path = pg_catalog, public as $$
delete from metadata_person p using metadata m where m.id = p.metadata_id and m.last_action_date < before;
delete from metadata where last_action_date < before and left(resource_type, 8) = 'partner_';
$$;
revoke execute on function forget_changes from public;
grant execute on function forget_changes to {worker};
