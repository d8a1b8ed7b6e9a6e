-- The ticket that leads a handed-over tablet to the client's host: good once, for a minute.
alter table session drop constraint session_kind_check;
alter table session add constraint session_kind_check
    check (kind in ('login', 'staff', 'client', 'search', 'hand-over'));
