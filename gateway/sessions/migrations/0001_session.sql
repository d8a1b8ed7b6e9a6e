-- Sessions of browsers. What they carry is encrypted with a key outside the database.
create table session (
    id_hash      bytea primary key check (octet_length(id_hash) = 32),
    kind         text not null check (kind in ('login', 'staff', 'client')),
    sealed       bytea not null,
    sid_hash     bytea check (octet_length(sid_hash) = 32),
    created_at   timestamptz not null default clock_timestamp(),
    used_at      timestamptz not null default clock_timestamp(),
    expires_at   timestamptz not null
);

create index session_by_sid on session (sid_hash) where sid_hash is not null;
create index session_by_expiry on session (expires_at);

comment on table session is 'Sessions of browsers; a row is gone at logout, at its end, or when Keycloak ends the login.';
comment on column session.id_hash is 'SHA-256 of the id in the cookie; erasure: with the row, at the end of the session';
comment on column session.sealed is 'tokens, encrypted; erasure: with the row, at the end of the session';
comment on column session.sid_hash is 'SHA-256 of the session id of Keycloak; erasure: with the row';

grant usage on schema public to {run}, {worker};
grant select, insert, update, delete on session to {run};
grant select (expires_at), delete on session to {worker};
