-- name: insert_check
insert into name_check (case_id, name_check_id, referral_id, consent_request_id, agency_id, ciphertext, request_id)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict do nothing

-- name: take_back
-- What was named in the same sitting under another repeat key; the keys follow with the sweep.
delete from name_check
where case_id = $1 and referral_id = $2 and consent_request_id = $3 and request_id <> $4 and answered_at is null

-- name: count_of_referral
select count(*) from name_check where case_id = $1 and referral_id = $2

-- name: count_of_request
select count(*) from name_check where case_id = $1 and request_id = $2

-- name: newest_of_pair
-- The referral of these two agencies that was sent last and has not ended.
select case_id, referral_id, discloser_id, recipient_id, service_id, kind, purpose, topics, urgency, language,
       answer_by, state, draft_revision, row_version, recipient_case_id, assigned_person_id, reason, created_at,
       changed_at, sent_at, basis
from referral
where case_id = $1 and discloser_id = $2 and recipient_id = $3 and sent_at is not null and basis = 'consent'
  and state = any ($4::text[])
order by sent_at desc
limit 1

-- name: list_of_case
select n.case_id, n.name_check_id, n.referral_id, n.agency_id, n.named_at, n.answered_at, n.excluded_persons,
       r.recipient_id, r.discloser_id, r.state, r.assigned_person_id, r.answer_by
from name_check n
join referral r on r.case_id = n.case_id and r.referral_id = n.referral_id
where n.case_id = $1
order by n.named_at desc, n.name_check_id

-- name: list_of_agency
select n.case_id, n.name_check_id, n.referral_id, n.agency_id, n.named_at, n.answered_at, n.excluded_persons,
       r.recipient_id, r.discloser_id, r.state, r.assigned_person_id, r.answer_by
from name_check n
join referral r on r.case_id = n.case_id and r.referral_id = n.referral_id
where n.agency_id = $1 and r.sent_at is not null and r.state = any ($2::text[])
order by n.answered_at is not null, n.named_at desc, n.name_check_id
limit 200

-- name: get_check
select n.case_id, n.name_check_id, n.referral_id, n.agency_id, n.named_at, n.answered_at, n.excluded_persons,
       r.recipient_id, r.discloser_id, r.state, r.assigned_person_id, r.answer_by, n.ciphertext
from name_check n
join referral r on r.case_id = n.case_id and r.referral_id = n.referral_id
where n.name_check_id = $1 and n.agency_id = $2 and r.sent_at is not null and r.state = any ($3::text[])

-- name: is_open
select exists (
    select from name_check where case_id = $1 and referral_id = $2 and agency_id = $3 and answered_at is null)

-- name: answer_check
update name_check
set answered_at = clock_timestamp(), answered_by = $4,
    excluded_persons = array(select distinct unnest(excluded_persons || $5::uuid[]))
where case_id = $1 and name_check_id = $2 and answered_at is not distinct from $3
returning answered_at

-- name: insert_read
insert into own_read (case_id, item_id, version, agency_id, person_id) values ($1, $2, 1, $3, $4)
