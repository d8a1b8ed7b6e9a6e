-- minimum program: 0.1.0
-- What keeping entries true needs more: notes between agencies about a service, which are gone when they are removed.

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
