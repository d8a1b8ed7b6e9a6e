-- name: insert_withdrawal
with row as (
    insert into withdrawal (case_id, withdrawal_id, consent_id, discloser_id, recipient_id, referral_id, revision, everything,
        categories, at, due_at, receipt_id, made_by, agency_id, person_id, request_id, salt, leaf_hash)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
)
insert into log_pending (kind, case_id, row_id, revision, leaf_hash) values ('withdrawn', $1, $2, 0, $18)

-- name: insert_acknowledgement
with row as (
    insert into acknowledgement (case_id, acknowledgement_id, withdrawal_id, step, person_id, at, request_id, categories, salt,
        leaf_hash)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
)
insert into log_pending (kind, case_id, row_id, revision, leaf_hash) values ($11, $1, $2, 0, $10)

-- name: find_by_repeat
select case_id, withdrawal_id, consent_id, discloser_id, recipient_id, referral_id, revision, everything, categories, at, due_at,
       receipt_id, agency_id, person_id, request_id, leaf_hash
from withdrawal where case_id = $1 and request_id = $2 order by withdrawal_id

-- name: newest_of_pair
select case_id, withdrawal_id, consent_id, discloser_id, recipient_id, referral_id, revision, everything, categories, at, due_at,
       receipt_id, agency_id, person_id, request_id, leaf_hash
from withdrawal where case_id = $1 and discloser_id = $2 and recipient_id = $3 and everything order by revision desc limit 1

-- name: exists
select exists (select from withdrawal where case_id = $1 and withdrawal_id = $2)

-- name: list_of_case
select w.withdrawal_id, w.consent_id, w.revision, w.at, w.due_at, w.everything, w.categories,
       min(a.at) filter (where a.step = 'acknowledged') as acknowledged_at,
       min(a.at) filter (where a.step = 'keys-destroyed') as keys_destroyed_at,
       min(a.at) filter (where a.step = 'objected') as objected_at,
       case when count(*) filter (where a.step = 'objection-closed') >= count(*) filter (where a.step = 'objected')
            then max(a.at) filter (where a.step = 'objection-closed') end as objection_closed_at,
       coalesce(bool_or(a.categories is not null), false) as partly_deleted,
       case when bool_and(a.categories is not null) filter (where a.step = 'objected')
            then array(select distinct c from acknowledgement k cross join unnest(k.categories) c
                       where k.case_id = w.case_id and k.withdrawal_id = w.withdrawal_id order by c) end as kept,
       min(r.at) as reinstated_at, w.made_by = 'service' as by_service
from withdrawal w
    left join acknowledgement a using (case_id, withdrawal_id)
    left join reinstatement r using (case_id, withdrawal_id)
where w.case_id = $1
group by w.case_id, w.withdrawal_id
order by w.revision

-- name: find_acknowledgement
select at from acknowledgement where case_id = $1 and withdrawal_id = $2 and step = $3
  and (step in ('acknowledged', 'keys-destroyed') or request_id = $4)
