-- name: granted
select case_id, consent_id as row_id, revision, discloser_id, recipient_id, referral_id, at
from consent_revision where (consent_id, revision) in (select unnest($1::uuid[]), unnest($2::bigint[])) and act = 'granted'

-- name: refused
select case_id, consent_request_id as row_id, 0::bigint as revision, discloser_id, recipient_id, referral_id, at
from refusal where consent_request_id = any ($1::uuid[])

-- name: withdrawn
select case_id, withdrawal_id, consent_id, 0::bigint as revision, discloser_id, recipient_id, referral_id, at, everything,
       categories, due_at, made_by = 'client' as by_client
from withdrawal where withdrawal_id = any ($1::uuid[])

-- name: reinstated
select case_id, withdrawal_id, consent_id, discloser_id, recipient_id, referral_id, at, made_by = 'client' as by_client
from reinstatement where withdrawal_id = any ($1::uuid[])
