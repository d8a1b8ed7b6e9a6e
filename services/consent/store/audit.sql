-- name: find_case
select c.case_id from consent_case c
where c.case_id = $1
union
select r.case_id from consent_request r where r.discloser_id = $2 and $1 in (r.consent_request_id, r.referral_id)
union
select v.case_id from consent_revision v join consent_case using (case_id)
where v.discloser_id = $2 and v.receipt_id = $1
union
select f.case_id from refusal f where f.receipt_id = $1
union
select w.case_id from withdrawal w join consent_case using (case_id) where w.receipt_id = $1
union
select i.case_id from reinstatement i join consent_case using (case_id) where i.receipt_id = $1
union
select s.case_id from statutory_act s where s.discloser_id = $2 and $1 in (s.act_id, s.referral_id)

-- name: owns_case
select exists (select from consent_case where case_id = $1)

-- name: insert_export
with row as (
    insert into evidence_export (case_id, export_id, agency_id, person_id, at, request_id, salt)
    values ($1, $2, $3, $4, $5, $6, $7)
    on conflict (case_id, request_id) do nothing
    returning export_id
)
insert into log_pending (kind, case_id, row_id, revision, leaf_hash) select 'exported', $1, export_id, 0, $8 from row

-- name: overdue
select w.withdrawal_id, w.referral_id, w.discloser_id, w.recipient_id, w.at, w.due_at,
       (select min(a.at) from acknowledgement a
        where a.case_id = w.case_id and a.withdrawal_id = w.withdrawal_id and a.step = 'acknowledged') as acknowledged_at,
       (select count(*) filter (where a.step = 'objected') > count(*) filter (where a.step = 'objection-closed')
        from acknowledgement a where a.case_id = w.case_id and a.withdrawal_id = w.withdrawal_id) as is_objected
from withdrawal w
where (w.discloser_id = $1 or w.recipient_id = $1) and w.due_at < legal_time()
  and not exists (select from acknowledgement a
                  where a.case_id = w.case_id and a.withdrawal_id = w.withdrawal_id and a.step = 'keys-destroyed')
  and not exists (select from reinstatement i where i.case_id = w.case_id and i.withdrawal_id = w.withdrawal_id)
order by w.due_at, w.withdrawal_id
limit $2

-- name: count_requests
select r.language, coalesce(e.state, 'expired') as outcome, count(*) as count
from consent_request r left join consent_request_end e using (case_id, consent_request_id)
where r.discloser_id = $1 and r.requested_at >= $2 and r.requested_at < $3 and e.ground is distinct from 'replaced'
group by r.language, outcome

-- name: count_denial
insert into denial_count (agency_id, day, reason, count) values ($1, ($2::timestamptz at time zone 'Europe/Berlin')::date, $3, $4)
on conflict (agency_id, day, reason) do update set count = denial_count.count + excluded.count

-- name: denials
select date_trunc('month', day)::date as month, reason, sum(count)::bigint as count
from denial_count where agency_id = $1 and day >= $2 and day < $3
group by month, reason order by month desc, count desc, reason

-- name: granted
select distinct on (c.discloser_id, c.recipient_id, c.base_permits, c.exceptions, c.purposes, c.way_back)
       c.case_id, c.discloser_id, c.recipient_id, c.revision, c.consent_id, c.act, c.at, c.base_permits, c.exceptions, c.purposes,
       c.way_back, c.secrecy_release_forward, c.secrecy_release_back, c.excluded_persons, c.valid_from, c.valid_until,
       c.recipient_in_network, c.grantor_ground, c.grantor_categories, c.grantor_way_back, c.grantor_until, c.both_parents_needed,
       c.parents_agreed, c.assent, c.unconfirmed_since
from consent_revision c
where (c.discloser_id = $1 or c.recipient_id = $1) and c.act = 'granted'
order by c.discloser_id, c.recipient_id, c.base_permits, c.exceptions, c.purposes, c.way_back, c.at

-- name: acted
select a.recipient_id, a.recipient_body, array_agg(distinct a.ground) as grounds, array_agg(distinct c.category) as categories,
       min(a.at) as since, max(a.at) as newest
from statutory_act a cross join unnest(a.categories) as c (category)
where a.discloser_id = $1
group by a.recipient_id, a.recipient_body
order by a.recipient_body nulls last, a.recipient_id

-- name: checkpoint
select size, signed_note from log_checkpoint where $1::bigint is null or size = $1 order by size desc limit 1

-- name: leaves_of_case
select seq, kind, row_id, revision, leaf_hash from log_leaf
where case_id = $1 and seq > $2 and seq < $3 order by seq limit $4

-- name: kinds_of_case
select kind, count(*) as count from log_leaf where case_id = $1 group by kind order by kind

-- name: erased
select id as ledger_row_id, 0::bigint as ledger_revision, salt as ledger_salt, at as ledger_written_at,
       case_id, erased_kind, erased_row_id, erased_revision, ground, at
from log_erased where case_id = $1
