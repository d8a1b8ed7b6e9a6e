-- name: legal_time
select legal_time()

-- name: claim_case
insert into consent_case (case_id, discloser_id) values ($1, $2) on conflict do nothing

-- name: owns_case
select exists (select from consent_case where case_id = $1)

-- name: insert_request
insert into consent_request (case_id, consent_request_id, referral_id, draft_revision, discloser_id, recipient_id, categories,
                             purposes, language, in_danger, text_version_ids, requested_by, requested_at, request_id, variety,
                             with_interpreter, participants, salt, leaf_hash)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
on conflict do nothing returning true

-- name: get_request
select r.case_id, r.consent_request_id, r.referral_id, r.draft_revision, r.discloser_id, r.recipient_id, r.categories,
       r.purposes, r.language, r.in_danger, r.text_version_ids, r.requested_by, r.requested_at, r.variety,
       r.with_interpreter, r.participants, e.state as ended_as
from consent_request r left join consent_request_end e using (case_id, consent_request_id)
where r.case_id = $1 and r.consent_request_id = $2

-- name: find_repeat
select r.case_id, r.consent_request_id, r.referral_id, r.draft_revision, r.discloser_id, r.recipient_id, r.categories,
       r.purposes, r.language, r.in_danger, r.text_version_ids, r.requested_by, r.requested_at, r.variety,
       r.with_interpreter, r.participants, e.state as ended_as
from consent_request r left join consent_request_end e using (case_id, consent_request_id)
where r.discloser_id = $1 and r.request_id = $2

-- name: list_of_referral
select r.case_id, r.consent_request_id, r.referral_id, r.draft_revision, r.discloser_id, r.recipient_id, r.categories,
       r.purposes, r.language, r.in_danger, r.text_version_ids, r.requested_by, r.requested_at, r.variety,
       r.with_interpreter, r.participants, e.state as ended_as
from consent_request r left join consent_request_end e using (case_id, consent_request_id)
where r.case_id = $1 and r.referral_id = $2
order by r.number desc

-- name: list_of_case
select r.case_id, r.consent_request_id, r.referral_id, r.draft_revision, r.discloser_id, r.recipient_id, r.categories,
       r.purposes, r.language, r.in_danger, r.text_version_ids, r.requested_by, r.requested_at, r.variety,
       r.with_interpreter, r.participants, e.state as ended_as
from consent_request r left join consent_request_end e using (case_id, consent_request_id)
where r.case_id = $1
order by r.number desc

-- name: end_request
insert into consent_request_end (case_id, consent_request_id, state, ground, at) values ($1, $2, $3, $4, $5)
on conflict do nothing returning true

-- name: case_is_in_danger
select coalesce(bool_or(in_danger), false) from consent_request where case_id = $1

-- name: log
insert into log_pending (kind, case_id, row_id, leaf_hash) values ($1, $2, $3, $4)
