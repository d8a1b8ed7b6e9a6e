-- name: insert_task
insert into deletion_task (case_id, deletion_task_id, referral_id, agency_id, withdrawal_id, categories, due_at)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict do nothing -- naming the columns would need the right to see the row, which a discloser has not

-- name: get_task
select case_id, deletion_task_id, referral_id, agency_id, withdrawal_id, categories, created_at, due_at,
       acknowledged_at, acknowledged_by, keys_destroyed_at, taken_back_at, escalated_at, objection_ground, objected_at,
       objection_closed_at, kept, rest_destroyed_at
from deletion_task where deletion_task_id = $1 and agency_id = $2

-- name: list_tasks
select case_id, deletion_task_id, referral_id, agency_id, withdrawal_id, categories, created_at, due_at,
       acknowledged_at, acknowledged_by, keys_destroyed_at, taken_back_at, escalated_at, objection_ground, objected_at,
       objection_closed_at, kept, rest_destroyed_at
from deletion_task
where agency_id = $1
  and (acknowledged_at is null and taken_back_at is null, created_at, deletion_task_id) < ($2, $3, $4)
order by acknowledged_at is null and taken_back_at is null desc, created_at desc, deletion_task_id desc
limit $5

-- name: list_escalated
select case_id, deletion_task_id, referral_id, agency_id, withdrawal_id, categories, created_at, due_at,
       acknowledged_at, acknowledged_by, keys_destroyed_at, taken_back_at, escalated_at, objection_ground, objected_at,
       objection_closed_at, kept, rest_destroyed_at
from deletion_task
where agency_id = $1 and acknowledged_at is null and taken_back_at is null
  and (escalated_at is not null or (objected_at is not null and objection_closed_at is null))
order by due_at, deletion_task_id
limit 200

-- name: acknowledge
update deletion_task set acknowledged_at = clock_timestamp(), acknowledged_by = $2, request_id = $3
where deletion_task_id = $1 and acknowledged_at is null and taken_back_at is null
  and (objected_at is null or objection_closed_at is not null)
returning acknowledged_at

-- name: object_to
update deletion_task
set objected_at = clock_timestamp(), objected_by = $2, objection_ground = $3, objection_item_id = $4,
    objection_ciphertext = $5, kept = $6
where deletion_task_id = $1 and objected_at is null and acknowledged_at is null and taken_back_at is null
  and keys_destroyed_at is null and due_at > clock_timestamp() -- a key that is due is none's to keep any more
returning objected_at

-- name: get_objection
select objection_ground, objection_item_id, objection_ciphertext
from deletion_task where deletion_task_id = $1 and agency_id = $2 and objected_at is not null

-- name: close_objection
update deletion_task set objection_closed_at = clock_timestamp(), objection_closed_by = $2
where deletion_task_id = $1 and objected_at is not null and objection_closed_at is null
returning objection_closed_at

-- name: escalate_overdue
update deletion_task set escalated_at = clock_timestamp()
where escalated_at is null and acknowledged_at is null and taken_back_at is null and due_at <= clock_timestamp()
  and (objected_at is null or objection_closed_at is not null)
returning deletion_task_id

-- name: due_tasks
-- Those that an objection still holds back come last, the longest not looked at first: they keep no other waiting.
select case_id, deletion_task_id, referral_id, agency_id, withdrawal_id, categories, created_at, due_at,
       acknowledged_at, acknowledged_by, keys_destroyed_at, taken_back_at, escalated_at, objection_ground, objected_at,
       objection_closed_at, kept, rest_destroyed_at
from deletion_task
where keys_destroyed_at is null and taken_back_at is null
  and (((acknowledged_at is not null or due_at <= clock_timestamp())
        and (objected_at is null or objection_closed_at is not null))
       or (cardinality(kept) > 0 and rest_destroyed_at is null))
  and ($1::uuid is null or deletion_task_id = $1)
order by rest_destroyed_at nulls first, deletion_task_id
limit 100

-- name: at_hand
select d.deletion_task_id, array(
    select distinct i.category from referral_item i
    where i.case_id = d.case_id and i.referral_id = d.referral_id and i.sent_at is not null
      and (cardinality(d.categories) = 0 or i.category = any (d.categories))
    order by 1) as categories
from deletion_task d
join referral r on r.case_id = d.case_id and r.referral_id = d.referral_id and r.recipient_id = d.agency_id
where d.deletion_task_id = any ($1::uuid[])

-- name: kept_by_objections
-- What open objections of this agency keep of the referral, this one's or another's; a row without categories keeps all
-- that its task is about. One that was closed before the task is due keeps its part until that is answered.
select case when cardinality(kept) > 0 then kept else categories end as categories
from deletion_task
where referral_id = $1 and agency_id = $2 and objected_at is not null and keys_destroyed_at is null and taken_back_at is null
  and (objection_closed_at is null
       or (deletion_task_id = $3 and acknowledged_at is null and due_at > clock_timestamp()))

-- name: items_to_destroy
select item_id from referral_item
where referral_id = $1 and (cardinality($2::text[]) = 0 or category = any ($2::text[])) and category <> all ($3::text[])
union all
select item_id from outcome
where referral_id = $1 and (cardinality($2::text[]) = 0 or $2::text[] && '{outcome,arrival}')
  and not $3::text[] && '{outcome,arrival}'

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

-- name: mark_rest_destroyed
update deletion_task set rest_destroyed_at = clock_timestamp()
where deletion_task_id = $1

-- name: referrals_with_keys_due
select referral_id, recipient_id from referral where keys_due and keys_destroyed_at is null limit 100

-- name: mark_referral_destroyed
update referral set keys_destroyed_at = clock_timestamp() where referral_id = $1

-- name: lock_case
select pg_advisory_xact_lock(hashtextextended($1, 0))

-- name: insert_withdrawal
insert into withdrawal (case_id, withdrawal_id, discloser_id, recipient_id, everything, categories, at, due_at)
select $1, $2, $3, $4, $5, $6, $7, $8
where exists (select from referral_case where case_id = $1)
on conflict do nothing
returning withdrawal_id

-- name: insert_contact_task
insert into contact_task (case_id, contact_task_id, withdrawal_id, agency_id)
select case_id, $2, $3, agency_id from referral_case where case_id = $1 and in_danger
on conflict (case_id, withdrawal_id) do nothing
returning contact_task_id

-- name: mark_reinstated
update withdrawal set reinstated_at = $3
where case_id = $1 and withdrawal_id = $2 and reinstated_at is null
returning discloser_id, recipient_id

-- name: take_tasks_back
update deletion_task set taken_back_at = clock_timestamp()
where referral_id = $1 and withdrawal_id = $2 and acknowledged_at is null and taken_back_at is null
  and keys_destroyed_at is null and cardinality(kept) = 0 and due_at > clock_timestamp()

-- name: task_is_done
select exists (
    select from deletion_task
    where referral_id = $1 and withdrawal_id = $2 and agency_id = $3 and taken_back_at is null)

-- name: reinstate_items
update referral_item set ended_at = null, ended_by_withdrawal = null
where referral_id = $1 and ended_by_withdrawal = $2

-- name: state_before
select from_state from transition where referral_id = $1 and request_id = $2

-- name: withdrawals_of_referral
select withdrawal_id, everything, categories, at, due_at, acknowledged, reinstated_at
from withdrawal
where case_id = $1 and discloser_id = $2 and recipient_id = $3
order by at desc, withdrawal_id

-- name: objections_to_tell
select deletion_task_id, withdrawal_id, case_id, objected_by, objection_closed_by as closed_by, kept
from deletion_task
where withdrawal_id is not null and objected_at is not null and (cardinality(kept) = 0 or rest_destroyed_at is not null)
  and (not told_objected or (objection_closed_at is not null and not told_closed))
order by deletion_task_id
limit 100

-- name: mark_objection_told
-- Where only a part is kept the rest is gone, so the withdrawal cannot be taken back any more.
with told as (
    update deletion_task set told_objected = true, told_closed = told_closed or $2 where deletion_task_id = $1
    returning case_id, withdrawal_id, kept)
update withdrawal w set acknowledged = true
from told t
where w.case_id = t.case_id and w.withdrawal_id = t.withdrawal_id and cardinality(t.kept) > 0

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
    where d.case_id = w.case_id and d.withdrawal_id = w.withdrawal_id and d.taken_back_at is null) t
where not (w.told_acknowledged and w.told_destroyed) and (w.reinstated_at is null or t.tasks > 0)
  and ((t.tasks > 0 and t.acknowledged and not w.told_acknowledged) or (t.destroyed and not w.told_destroyed))
order by w.withdrawal_id
limit 100

-- name: mark_told
update withdrawal
set told_acknowledged = told_acknowledged or $3, told_destroyed = told_destroyed or $4, acknowledged = acknowledged or $5
where case_id = $1 and withdrawal_id = $2

-- name: referrals_of_pair
select case_id, referral_id, discloser_id, recipient_id, service_id, kind, purpose, topics, urgency, language,
       answer_by, state, draft_revision, row_version, recipient_case_id, assigned_person_id, reason, created_at,
       changed_at, sent_at, basis
from referral
where case_id = $1 and discloser_id = $2 and recipient_id = $3 and sent_at is not null and basis = 'consent'
order by referral_id
for update

-- name: end_items
update referral_item set ended_at = clock_timestamp(), ended_by_withdrawal = $3
where referral_id = $1 and sent_at is not null and ended_at is null
  and (cardinality($2::text[]) = 0 or category = any ($2::text[]))
returning category

-- name: referrals_past_deadline
select case_id, referral_id, discloser_id, recipient_id, service_id, kind, purpose, topics, urgency, language,
       answer_by, state, draft_revision, row_version, recipient_case_id, assigned_person_id, reason, created_at,
       changed_at, sent_at, basis
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
        select from evidence_item e
        where e.item_id = k.item_id and k.version = 1 and e.agency_id = k.agency_id and e.case_id = k.held_for)
   or exists (
        select from outcome o
        join referral r on r.case_id = o.case_id and r.referral_id = o.referral_id
        where o.item_id = k.item_id
          and ((o.agency_id = k.agency_id and r.recipient_case_id = k.held_for)
               or (r.discloser_id = k.agency_id and r.referral_id = k.held_for and o.sent_back_at is not null)))
   or exists (
        select from deletion_task d
        where d.objection_item_id = k.item_id and d.agency_id = k.agency_id and d.deletion_task_id = k.held_for)
   or exists (
        select from statutory_reason s
        where s.act_id = k.item_id and s.agency_id = k.agency_id and s.case_id = k.held_for)
   or exists (
        select from name_check n
        where n.name_check_id = k.item_id and n.agency_id = k.agency_id and n.held_for = k.held_for
          and (n.agency_id <> n.recipient_id or n.answered_at is null or exists (
                select from referral r
                where r.case_id = n.case_id and r.recipient_id = n.recipient_id and r.basis = 'consent'
                  and r.sent_at is not null and r.keys_destroyed_at is null)))

-- name: installation
select id from installation

-- name: hear_all_again
update feed_cursor set position = -1, moved_at = clock_timestamp() where name = 'consent'
