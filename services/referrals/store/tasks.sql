-- name: insert_task
insert into deletion_task (case_id, deletion_task_id, referral_id, agency_id, withdrawal_id, categories, due_at)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (referral_id, agency_id, withdrawal_id) do nothing

-- name: get_task
select case_id, deletion_task_id, referral_id, agency_id, withdrawal_id, categories, created_at, due_at,
       acknowledged_at, acknowledged_by, keys_destroyed_at
from deletion_task where deletion_task_id = $1 and agency_id = $2

-- name: list_tasks
select case_id, deletion_task_id, referral_id, agency_id, withdrawal_id, categories, created_at, due_at,
       acknowledged_at, acknowledged_by, keys_destroyed_at
from deletion_task
where agency_id = $1 and (acknowledged_at is null, created_at, deletion_task_id) < ($2, $3, $4)
order by acknowledged_at is null desc, created_at desc, deletion_task_id desc
limit $5

-- name: acknowledge
update deletion_task set acknowledged_at = clock_timestamp(), acknowledged_by = $2, request_id = $3
where deletion_task_id = $1 and acknowledged_at is null
returning acknowledged_at

-- name: due_tasks
select case_id, deletion_task_id, referral_id, agency_id, withdrawal_id, categories, created_at, due_at,
       acknowledged_at, acknowledged_by, keys_destroyed_at
from deletion_task
where keys_destroyed_at is null and (acknowledged_at is not null or due_at <= clock_timestamp())
order by deletion_task_id
limit 100

-- name: items_of_categories
select item_id from referral_item where referral_id = $1 and category = any ($2::text[])

-- name: outcome_item
select item_id from outcome where referral_id = $1

-- name: mark_destroyed
update deletion_task set keys_destroyed_at = clock_timestamp() where deletion_task_id = $1

-- name: referrals_with_keys_due
select referral_id, recipient_id from referral where keys_due and keys_destroyed_at is null limit 100

-- name: mark_referral_destroyed
update referral set keys_destroyed_at = clock_timestamp() where referral_id = $1

-- name: withdrawals_to_tell
select withdrawal_id, min(case_id::text)::uuid as case_id,
       bool_and(acknowledged_at is not null) and not bool_and(told_acknowledged) as acknowledged,
       (array_agg(acknowledged_by order by acknowledged_at))[1] as acknowledged_by,
       bool_and(keys_destroyed_at is not null) and not bool_and(told_destroyed) as destroyed
from deletion_task
where withdrawal_id is not null and not told_destroyed
group by withdrawal_id
limit 100

-- name: mark_told
update deletion_task set told_acknowledged = told_acknowledged or $2, told_destroyed = told_destroyed or $3
where withdrawal_id = $1

-- name: referrals_of_pair
select case_id, referral_id, discloser_id, recipient_id, service_id, kind, purpose, topics, urgency, language,
       answer_by, state, draft_revision, row_version, recipient_case_id, assigned_person_id, reason, created_at,
       changed_at, sent_at
from referral
where case_id = $1 and discloser_id = $2 and recipient_id = $3 and sent_at is not null
order by referral_id
for update

-- name: end_items
update referral_item set ended_at = clock_timestamp()
where referral_id = $1 and ended_at is null and (cardinality($2::text[]) = 0 or category = any ($2::text[]))

-- name: referrals_past_deadline
select case_id, referral_id, discloser_id, recipient_id, service_id, kind, purpose, topics, urgency, language,
       answer_by, state, draft_revision, row_version, recipient_case_id, assigned_person_id, reason, created_at,
       changed_at, sent_at
from referral
where state = 'offered' and answer_by <= clock_timestamp()
order by answer_by
limit 100
for update skip locked
