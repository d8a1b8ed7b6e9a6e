-- name: insert_check
insert into name_check (case_id, name_check_id, recipient_id, consent_request_id, agency_id, held_for, ciphertext, request_id)
values ($1, $2, $3, $4, $5, $1, $6, $7)
on conflict do nothing

-- name: take_back
-- What was named in the same sitting under another repeat key; the keys follow with the sweep.
delete from name_check
where case_id = $1 and consent_request_id = $2 and request_id <> $3 and answered_at is null

-- name: count_open
select count(*) from name_check where case_id = $1 and recipient_id = $2 and answered_at is null

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
-- What was named for a question counts once something was sent since.
select n.case_id, n.name_check_id, n.agency_id, n.held_for, n.named_at, n.answered_at, n.excluded_persons,
       r.referral_id, r.recipient_id, r.discloser_id, r.state, r.assigned_person_id, r.answer_by
from name_check n
cross join lateral (
    select referral_id, recipient_id, discloser_id, state, assigned_person_id, answer_by
    from referral
    where case_id = n.case_id and recipient_id = n.recipient_id and basis = 'consent' and sent_at is not null
      and (n.consent_request_id is null or sent_at >= n.named_at)
    order by sent_at desc
    limit 1) r
where n.case_id = $1
order by n.named_at desc, n.name_check_id

-- name: list_of_agency
-- Each with one referral: where somebody who was found works on it, else the one that was sent last.
select n.case_id, n.name_check_id, n.agency_id, n.held_for, n.named_at, n.answered_at, n.excluded_persons,
       r.referral_id, r.recipient_id, r.discloser_id, r.state, r.assigned_person_id, r.answer_by
from name_check n
cross join lateral (
    select referral_id, recipient_id, discloser_id, state, assigned_person_id, answer_by
    from referral
    where case_id = n.case_id and recipient_id = n.recipient_id and basis = 'consent' and state = any ($2::text[])
    order by coalesce(assigned_person_id = any (n.excluded_persons), false) desc, sent_at desc
    limit 1) r
where n.agency_id = $1
order by n.answered_at is not null, n.named_at desc, n.name_check_id
limit 200

-- name: get_check
select n.case_id, n.name_check_id, n.agency_id, n.held_for, n.named_at, n.answered_at, n.excluded_persons, n.ciphertext,
       r.referral_id, r.recipient_id, r.discloser_id, r.state, r.assigned_person_id, r.answer_by
from name_check n
cross join lateral (
    select referral_id, recipient_id, discloser_id, state, assigned_person_id, answer_by
    from referral
    where case_id = n.case_id and recipient_id = n.recipient_id and basis = 'consent' and state = any ($3::text[])
    order by coalesce(assigned_person_id = any (n.excluded_persons), false) desc, sent_at desc
    limit 1) r
where n.name_check_id = $1 and n.agency_id = $2

-- name: is_open
select exists (
    select from name_check where case_id = $1 and recipient_id = $2 and agency_id = $3 and answered_at is null)

-- name: answered_without_keys
-- Names that a recipient looked up, when none of what was sent to it has keys any more; after the end of one referral.
select n.held_for, n.agency_id, n.name_check_id
from referral ended
join name_check n
    on n.case_id = ended.case_id and n.recipient_id = ended.recipient_id and n.agency_id = ended.recipient_id
where ended.referral_id = $1 and n.answered_at is not null and not exists (
    select from referral r
    where r.case_id = n.case_id and r.recipient_id = n.recipient_id and r.basis = 'consent'
      and r.sent_at is not null and r.keys_destroyed_at is null)

-- name: answer_check
update name_check
set answered_at = clock_timestamp(), answered_by = $4,
    excluded_persons = array(select distinct unnest(excluded_persons || $5::uuid[]))
where case_id = $1 and name_check_id = $2 and answered_at is not distinct from $3
returning answered_at

-- name: insert_read
insert into own_read (case_id, item_id, version, agency_id, person_id) values ($1, $2, 1, $3, $4)
