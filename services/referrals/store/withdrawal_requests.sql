-- name: insert_request
insert into withdrawal_request (withdrawal_request_id, from_agency_id, to_agency_id, receipt_id, other_agency_id, month, topic,
                                language, created_by, answer_by, request_id)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
on conflict (from_agency_id, request_id) do nothing

-- name: request_by_repeat
select withdrawal_request_id, from_agency_id, to_agency_id, receipt_id, other_agency_id, month, topic, language, created_at,
       answer_by, answer, answered_at, withdrawal_receipt_id, escalated_at
from withdrawal_request where from_agency_id = $1 and request_id = $2

-- name: get_request
select withdrawal_request_id, from_agency_id, to_agency_id, receipt_id, other_agency_id, month, topic, language, created_at,
       answer_by, answer, answered_at, withdrawal_receipt_id, escalated_at
from withdrawal_request where withdrawal_request_id = $1 and to_agency_id = $2

-- name: incoming
select withdrawal_request_id, from_agency_id, to_agency_id, receipt_id, other_agency_id, month, topic, language, created_at,
       answer_by, answer, answered_at, withdrawal_receipt_id, escalated_at
from withdrawal_request where to_agency_id = $1
order by answered_at is null desc, created_at desc, withdrawal_request_id
limit 200

-- name: outgoing
select withdrawal_request_id, from_agency_id, to_agency_id, receipt_id, other_agency_id, month, topic, language, created_at,
       answer_by, answer, answered_at, withdrawal_receipt_id, escalated_at
from withdrawal_request where from_agency_id = $1
order by answered_at is null desc, created_at desc, withdrawal_request_id
limit 200

-- name: referrals_by_hints
-- $1 agency · $2 person · $3 sees all of the agency · $4 other agency, or null · $5 month, $6 topic, $7 language, or ''
-- She remembers a month roughly: the one before and the one after count too. What rests on a law cannot be taken back.
select r.case_id, r.referral_id, r.discloser_id, r.recipient_id, r.service_id, r.kind, r.purpose, r.topics, r.urgency,
       r.language, r.answer_by, r.state, r.draft_revision, r.row_version, r.recipient_case_id, r.assigned_person_id,
       r.reason, r.created_at, r.changed_at, r.sent_at, r.basis
from referral r
where (r.discloser_id = $1 or r.recipient_id = $1) and r.basis = 'consent'
  and ((r.recipient_id = $1 and r.sent_at is not null) or (r.discloser_id = $1 and ($3 or exists (
          select from case_assignment a where a.case_id = r.case_id and a.person_id = $2))))
  and ($4::uuid is null or $4 in (r.discloser_id, r.recipient_id))
  and ($5::text = '' or (r.created_at >= to_date(nullif($5, ''), 'YYYY-MM') - interval '1 month'
                         and r.created_at < to_date(nullif($5, ''), 'YYYY-MM') + interval '2 months'))
  and ($6::text = '' or $6 = any (r.topics))
  and ($7::text = '' or $7 = r.language)
order by r.created_at desc, r.referral_id
limit 20

-- name: referrals_of_receipt
-- $1 agency · $2 person · $3 sees all of the agency · $4 case · $5 discloser · $6 recipient
select r.case_id, r.referral_id, r.discloser_id, r.recipient_id, r.service_id, r.kind, r.purpose, r.topics, r.urgency,
       r.language, r.answer_by, r.state, r.draft_revision, r.row_version, r.recipient_case_id, r.assigned_person_id,
       r.reason, r.created_at, r.changed_at, r.sent_at, r.basis
from referral r
where r.case_id = $4 and r.discloser_id = $5 and r.recipient_id = $6 and r.basis = 'consent'
  and ((r.recipient_id = $1 and r.sent_at is not null) or (r.discloser_id = $1 and ($3 or exists (
          select from case_assignment a where a.case_id = r.case_id and a.person_id = $2))))
order by r.created_at desc, r.referral_id
limit 20

-- name: answer_request
update withdrawal_request
set answer = $2, withdrawal_receipt_id = $3, answered_at = clock_timestamp(), answered_by = $4
where withdrawal_request_id = $1 and answered_at is null
returning answered_at

-- name: escalate_overdue
update withdrawal_request set escalated_at = clock_timestamp()
where escalated_at is null and answered_at is null and answer_by <= clock_timestamp()
returning withdrawal_request_id

-- name: delete_old
delete from withdrawal_request
where created_at < clock_timestamp() - interval '90 days' or answered_at < clock_timestamp() - interval '30 days'
