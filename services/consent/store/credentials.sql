-- name: set_name
select set_config('lotse.name', encode($1, 'hex'), true), pg_advisory_xact_lock(hashtextextended(encode($1, 'hex'), 1))

-- name: narrow_to_case
select set_config('lotse.kind', 'client', true), set_config('lotse.case', $1::uuid::text, true)

-- name: name_is_taken
select exists (select from access_code where name_digest = $1 and ends_at > $2)

-- name: insert_code
insert into access_code (case_id, consent_request_id, number, name_digest, proof_digest, made_at, ends_at, on_tablet_of)
select $1, $2, coalesce(max(number), 0) + 1, $3, $4, $5, $6, $7
from access_code where case_id = $1 and consent_request_id = $2

-- name: on_tablet_of
select on_tablet_of from access_code where case_id = $1 and consent_request_id = $2 and number = $3

-- name: find_code
select case_id, consent_request_id, number, proof_digest, made_at
from access_code where name_digest = $1 order by ends_at desc, made_at desc limit 1

-- name: newest_code_number
select max(number) from access_code where case_id = $1 and consent_request_id = $2

-- name: find_pass
select p.case_id, p.pass_id, p.proof_digest from pass p where p.name_digest = $1

-- name: newest_pass
select pass_id, second_digest from pass where case_id = $1 order by number desc limit 1

-- name: insert_pass
insert into pass (case_id, pass_id, name_digest, proof_digest, second_digest, taken_at)
values ($1, $2, $3, $4, $5, $6) on conflict (name_digest) do nothing returning pass_id

-- name: count_failures
select count(*) from secret_attempt where name_digest = $1 and at >= $2

-- name: insert_failure
insert into secret_attempt (name_digest, at) values ($1, $2)

-- name: delete_old_failures
delete from secret_attempt where at < legal_time() - interval '15 days'

-- name: insert_session
insert into client_session (case_id, session_id, consent_request_id, code_number, pass_id, began_at, ends_at, request_id)
values ($1, $2, $3, $4, $5, $6, $7, $8)

-- name: find_session_by_repeat
select session_id, consent_request_id, code_number, pass_id, ends_at from client_session where case_id = $1 and request_id = $2

-- name: newest_session_of_request
select session_id, code_number, ends_at from client_session
where case_id = $1 and consent_request_id = $2 order by number desc limit 1

-- name: newest_session_of_pass
select session_id, pass_id, ends_at from client_session
where case_id = $1 and pass_id is not null order by number desc limit 1

-- name: second_secret_failures
with wrong as (
    select at from second_secret_attempt
    where case_id = $1 and pass_id = $2 and not correct
      and number > coalesce((select max(number) from second_secret_attempt where case_id = $1 and pass_id = $2 and correct), 0)
), latest as (select max(at) as at from wrong)
select count(*) as failures, latest.at as last_at from wrong, latest where wrong.at > latest.at - $3::interval group by latest.at

-- name: insert_second_secret_attempt
insert into second_secret_attempt (case_id, pass_id, at, correct) values ($1, $2, $3, $4)
