-- name: insert_referral
insert into referral (case_id, referral_id, discloser_id, recipient_id, service_id, kind, purpose, topics, urgency,
                      language, state, created_by, request_id)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'draft', $11, $12)
on conflict (discloser_id, request_id) do nothing
returning referral_id

-- name: referral_by_request
select referral_id, case_id from referral where discloser_id = $1 and request_id = $2

-- name: get_referral
select case_id, referral_id, discloser_id, recipient_id, service_id, kind, purpose, topics, urgency, language,
       answer_by, state, draft_revision, row_version, recipient_case_id, assigned_person_id, reason, created_at,
       changed_at, sent_at, basis
from referral where referral_id = $1

-- name: lock_referral
select case_id, referral_id, discloser_id, recipient_id, service_id, kind, purpose, topics, urgency, language,
       answer_by, state, draft_revision, row_version, recipient_case_id, assigned_person_id, reason, created_at,
       changed_at, sent_at, basis
from referral where referral_id = $1
for update

-- name: inbox
select case_id, referral_id, discloser_id, recipient_id, service_id, kind, purpose, topics, urgency, language,
       answer_by, state, draft_revision, row_version, recipient_case_id, assigned_person_id, reason, created_at,
       changed_at, sent_at, basis
from referral
where recipient_id = $1 and state not in ('draft', 'discarded')
  and (cardinality($2::text[]) = 0 or state = any ($2::text[]))
  and (answer_by, referral_id) > ($3, $4)
order by answer_by, referral_id
limit $5

-- name: outbox
select r.case_id, r.referral_id, r.discloser_id, r.recipient_id, r.service_id, r.kind, r.purpose, r.topics, r.urgency,
       r.language, r.answer_by, r.state, r.draft_revision, r.row_version, r.recipient_case_id, r.assigned_person_id,
       r.reason, r.created_at, r.changed_at, r.sent_at, r.basis
from referral r
where r.discloser_id = $1 and (cardinality($2::text[]) = 0 or r.state = any ($2::text[]))
  and (r.created_at, r.referral_id) < ($3, $4)
  and exists (select from case_assignment a where a.case_id = r.case_id and a.person_id = $6)
order by r.created_at desc, r.referral_id desc
limit $5

-- name: count_declines
-- $1 agency · $2 reason · $3 since, or null · $4 days at most · $5 counts below are left out
with since as (
    select greatest($3::timestamptz, clock_timestamp() - make_interval(days => $4)) as at
), counted as (
    select r.service_id, count(*)::integer as declines
    from referral r
        cross join since
    where r.recipient_id = $1 and r.state = 'declined' and r.reason = $2 and r.changed_at > since.at
    group by r.service_id
    having count(*) >= $5
)
select since.at, counted.service_id, counted.declines
from since
    left join counted on true
order by counted.declines desc, counted.service_id

-- name: update_draft
update referral
set recipient_id = $2, service_id = $3, kind = $4, purpose = $5, topics = $6, urgency = $7, language = $8,
    draft_revision = draft_revision + 1
where referral_id = $1 and state = 'draft'

-- name: move
update referral
set state = $3, reason = $4, row_version = row_version + 1, changed_at = clock_timestamp(),
    recipient_case_id = coalesce($5, recipient_case_id), assigned_person_id = coalesce($6, assigned_person_id),
    answer_by = coalesce($7, answer_by), sent_at = case when $3 = 'offered' then clock_timestamp() else sent_at end,
    keys_due = keys_due or $8, unused_due = unused_due or $9
where referral_id = $1 and row_version = $2
returning row_version

-- name: insert_transition
insert into transition (case_id, referral_id, row_version, action, from_state, to_state, agency_id, person_id, reason,
                        request_id)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)

-- name: transition_by_request
select action from transition where referral_id = $1 and request_id = $2

-- name: delete_items
delete from referral_item where referral_id = $1

-- name: insert_item
insert into referral_item (case_id, referral_id, item_id, version, category) values ($1, $2, $3, $4, $5)

-- name: items_of_referrals
select i.referral_id, s.case_id, s.item_id, s.version, s.category, s.labels, s.agency_id, s.written_at,
       s.entrusted_by_another, i.sent_at, i.ended_at
from referral_item i
join section_version s on s.case_id = i.case_id and s.item_id = i.item_id and s.version = i.version
where i.referral_id = any ($1::uuid[])
order by i.referral_id, s.category

-- name: mark_sent
update referral_item set sent_at = clock_timestamp() where referral_id = $1 and item_id = any ($2::uuid[])

-- name: insert_outcome
insert into outcome (case_id, referral_id, item_id, agency_id, person_id, ciphertext, sent_back_at)
values ($1, $2, $3, $4, $5, $6, $7)

-- name: mark_sent_back
update outcome set sent_back_at = clock_timestamp() where referral_id = $1 and sent_back_at is null

-- name: get_outcome
select case_id, referral_id, item_id, agency_id, written_at, sent_back_at, ciphertext from outcome where referral_id = $1

-- name: withdrawn_since
select exists (
    select from withdrawal
    where case_id = $1 and discloser_id = $2 and recipient_id = $3 and at >= $4
      and (everything or categories && $5::text[]))
