-- name: insert_task
insert into deletion_task (case_id, deletion_task_id, referral_id, agency_id, withdrawal_id, categories, due_at)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict do nothing -- naming the columns would need the right to see the row, which a discloser has not

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
with task as (
    update deletion_task set keys_destroyed_at = clock_timestamp()
    where deletion_task_id = $1 and keys_destroyed_at is null
    returning case_id, referral_id, agency_id, categories),
back as (
    update outcome o set sent_back_at = null
    from task t
    where o.case_id = t.case_id and o.referral_id = t.referral_id and o.agency_id <> t.agency_id)
update referral r set keys_destroyed_at = clock_timestamp()
from task t
where r.case_id = t.case_id and r.referral_id = t.referral_id and r.recipient_id = t.agency_id
  and cardinality(t.categories) = 0 and r.keys_destroyed_at is null

-- name: referrals_with_keys_due
select referral_id, recipient_id from referral where keys_due and keys_destroyed_at is null limit 100

-- name: mark_referral_destroyed
update referral set keys_destroyed_at = clock_timestamp() where referral_id = $1

-- name: lock_case
select pg_advisory_xact_lock(hashtextextended($1, 0))

-- name: insert_withdrawal
insert into withdrawal (case_id, withdrawal_id, discloser_id, recipient_id, everything, categories, at)
select $1, $2, $3, $4, $5, $6, $7
where exists (select from referral_case where case_id = $1)
on conflict do nothing
returning withdrawal_id

-- name: withdrawals_to_tell
select w.withdrawal_id, w.case_id, t.tasks, t.acknowledged_by,
       t.tasks > 0 and t.acknowledged and not w.told_acknowledged as acknowledged,
       t.destroyed and not w.told_destroyed as destroyed
from withdrawal w
cross join lateral (
    select count(*) as tasks,
           coalesce(bool_and(d.acknowledged_at is not null), true) as acknowledged,
           coalesce(bool_and(d.keys_destroyed_at is not null), true) and not exists (
               select from referral r
               where r.case_id = w.case_id and r.discloser_id = w.discloser_id and r.recipient_id = w.recipient_id
                 and r.keys_due and r.keys_destroyed_at is null) as destroyed,
           (array_agg(d.acknowledged_by order by d.acknowledged_at))[1] as acknowledged_by
    from deletion_task d
    where d.case_id = w.case_id and d.withdrawal_id = w.withdrawal_id) t
where not (w.told_acknowledged and w.told_destroyed)
  and ((t.tasks > 0 and t.acknowledged and not w.told_acknowledged) or (t.destroyed and not w.told_destroyed))
order by w.withdrawal_id
limit 100

-- name: mark_told
update withdrawal set told_acknowledged = told_acknowledged or $3, told_destroyed = told_destroyed or $4
where case_id = $1 and withdrawal_id = $2

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
where referral_id = $1 and sent_at is not null and ended_at is null
  and (cardinality($2::text[]) = 0 or category = any ($2::text[]))
returning category

-- name: referrals_past_deadline
select case_id, referral_id, discloser_id, recipient_id, service_id, kind, purpose, topics, urgency, language,
       answer_by, state, draft_revision, row_version, recipient_case_id, assigned_person_id, reason, created_at,
       changed_at, sent_at
from referral
where state = 'offered' and answer_by <= clock_timestamp()
order by answer_by
limit 100
for update skip locked

-- name: live_keys
select k.item_id, k.version, k.agency_id, k.held_for
from unnest($1::uuid[], $2::integer[], $3::uuid[], $4::uuid[]) as k (item_id, version, agency_id, held_for)
where exists (
        select from section_version s
        where s.item_id = k.item_id and s.version = k.version and s.agency_id = k.agency_id and s.case_id = k.held_for)
   or exists (
        select from referral_item i
        join referral r on r.case_id = i.case_id and r.referral_id = i.referral_id
        where i.referral_id = k.held_for and i.item_id = k.item_id and i.version = k.version
          and r.recipient_id = k.agency_id and i.sent_at is not null and r.keys_destroyed_at is null)
   or exists (
        select from outcome o
        join referral r on r.case_id = o.case_id and r.referral_id = o.referral_id
        where o.item_id = k.item_id
          and ((o.agency_id = k.agency_id and r.recipient_case_id = k.held_for)
               or (r.discloser_id = k.agency_id and r.referral_id = k.held_for and o.sent_back_at is not null)))

-- name: installation
select id from installation
