-- Searches that a session may come back to for an hour, so that no address and no log holds what was asked.
alter table session drop constraint session_kind_check;
alter table session add constraint session_kind_check check (kind in ('login', 'staff', 'client', 'search'));
