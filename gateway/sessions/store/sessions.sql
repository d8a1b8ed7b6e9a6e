-- name: insert_session
insert into session (id_hash, kind, sealed, sid_hash, expires_at) values ($1, $2, $3, $4, $5)

-- name: session_by_id
select sealed, created_at, used_at, expires_at
from session
where id_hash = $1 and kind = $2 and expires_at > clock_timestamp()

-- name: take_session
delete from session
where id_hash = $1 and kind = $2 and expires_at > clock_timestamp()
returning sealed, created_at, used_at, expires_at

-- name: lock_session
select sealed, created_at, used_at, expires_at
from session
where id_hash = $1 and kind = $2 and expires_at > clock_timestamp()
for update

-- name: touch_session
update session set used_at = clock_timestamp(), expires_at = greatest(expires_at, $2) where id_hash = $1 -- a lock lasts longer

-- name: reseal_session
update session set sealed = $2, used_at = clock_timestamp(), expires_at = $3 where id_hash = $1

-- name: delete_session
delete from session where id_hash = $1

-- name: delete_sessions_of_login
delete from session where sid_hash = $1

-- name: delete_expired
delete from session where expires_at <= clock_timestamp()
