-- name: ends_of_cases
-- When the last of it ended: a consent by time, withdrawal or lock; what was asked, decided, disclosed, acknowledged.
select c.case_id,
       greatest(
           (select max(newest.ended_at) from (
                select distinct on (r.discloser_id, r.recipient_id)
                       case when r.act in ('withdrawn', 'locked') then r.at else greatest(r.valid_until, r.at) end as ended_at
                from consent_revision r where r.case_id = c.case_id
                order by r.discloser_id, r.recipient_id, r.revision desc) newest),
           (select max(q.requested_at) from consent_request q where q.case_id = c.case_id),
           (select max(f.at) from refusal f where f.case_id = c.case_id),
           (select max(w.due_at) from withdrawal w where w.case_id = c.case_id),
           (select max(k.at) from acknowledgement k where k.case_id = c.case_id),
           (select max(t.at) from reinstatement t where t.case_id = c.case_id),
           (select max(s.until) from statutory_act s where s.case_id = c.case_id),
           (select max(v.at) from statutory_review v where v.case_id = c.case_id),
           (select max(x.at) from evidence_export x where x.case_id = c.case_id),
           (select max(d.at) from disclosure d where d.case_id = c.case_id)) as ended_at,
       exists (
           select from withdrawal w
           where w.case_id = c.case_id and not exists (
               select from acknowledgement k
               where k.case_id = w.case_id and k.withdrawal_id = w.withdrawal_id and k.step = 'keys-destroyed')
           and not exists (
               select from reinstatement t where t.case_id = w.case_id and t.withdrawal_id = w.withdrawal_id)) as keys_open
from consent_case c
where c.case_id > $1 and ($2::uuid is null or c.case_id = $2)
order by c.case_id
limit $3

-- name: erase_disclosures
delete from disclosure
where case_id = $1 and disclosure_id = any (array(select d.disclosure_id from disclosure d where d.case_id = $1 limit $2))
returning 'disclosed' as kind, disclosure_id as row_id, 0::bigint as revision

-- name: erase_evidence
delete from evidence
where case_id = $1 and evidence_id = any (array(select e.evidence_id from evidence e where e.case_id = $1 limit $2))
returning 'evidenced' as kind, evidence_id as row_id, 0::bigint as revision

-- name: erase_acknowledgements
delete from acknowledgement
where case_id = $1
  and acknowledgement_id = any (array(select k.acknowledgement_id from acknowledgement k where k.case_id = $1 limit $2))
returning case when categories is null then 'acknowledged' else 'kept' end as kind, acknowledgement_id as row_id, 0::bigint as revision

-- name: erase_reinstatements
delete from reinstatement
where case_id = $1
  and withdrawal_id = any (array(select t.withdrawal_id from reinstatement t where t.case_id = $1 limit $2))
returning 'reinstated' as kind, withdrawal_id as row_id, 0::bigint as revision

-- name: erase_withdrawals
delete from withdrawal
where case_id = $1 and withdrawal_id = any (array(select w.withdrawal_id from withdrawal w where w.case_id = $1 limit $2))
returning 'withdrawn' as kind, withdrawal_id as row_id, 0::bigint as revision

-- name: erase_refusals
delete from refusal
where case_id = $1
  and consent_request_id = any (array(select f.consent_request_id from refusal f where f.case_id = $1 limit $2))
returning 'refused' as kind, consent_request_id as row_id, 0::bigint as revision

-- name: erase_revisions
delete from consent_revision
where case_id = $1 and (consent_id, revision) in (
    select r.consent_id, r.revision from consent_revision r where r.case_id = $1 order by r.revision limit $2)
returning case act when 'granted' then 'granted' else 'revised' end as kind, consent_id as row_id, revision

-- name: erase_statutory_reviews
delete from statutory_review
where case_id = $1 and act_id = any (array(select v.act_id from statutory_review v where v.case_id = $1 limit $2))
returning case when act_ended_at is null then 'reviewed' else 'objected' end as kind, act_id as row_id, 0::bigint as revision

-- name: erase_statutory_acts
delete from statutory_act
where case_id = $1 and act_id = any (array(select s.act_id from statutory_act s where s.case_id = $1 limit $2))
returning 'acted' as kind, act_id as row_id, 0::bigint as revision

-- name: erase_evidence_exports
delete from evidence_export
where case_id = $1 and export_id = any (array(select x.export_id from evidence_export x where x.case_id = $1 limit $2))
returning 'exported' as kind, export_id as row_id, 0::bigint as revision

-- name: delete_second_secret_attempts
delete from second_secret_attempt where case_id = $1

-- name: delete_passes
delete from pass where case_id = $1

-- name: delete_sessions
delete from client_session where case_id = $1

-- name: delete_access_codes
delete from access_code where case_id = $1

-- name: delete_sittings
delete from consent_sitting where case_id = $1

-- name: delete_request_ends
delete from consent_request_end where case_id = $1

-- name: erase_requests
with gone as (
    delete from consent_request where case_id = $1 returning consent_request_id, participants
)
select 'conference' as kind, consent_request_id as row_id, 0::bigint as revision from gone where participants <> '{}' limit $2

-- name: delete_case
delete from consent_case where case_id = $1

-- name: insert_erased
with row as (
    insert into log_erased (id, case_id, erased_kind, erased_row_id, erased_revision, ground, at, salt)
    select e.id, $1, e.kind, e.row_id, e.revision, $2, $3, e.salt
    from unnest($4::uuid[], $5::text[], $6::uuid[], $7::bigint[], $8::bytea[]) as e (id, kind, row_id, revision, salt)
)
insert into log_pending (kind, case_id, row_id, revision, leaf_hash)
select 'erased', $1, e.id, 0, e.leaf_hash from unnest($4::uuid[], $9::bytea[]) as e (id, leaf_hash)
