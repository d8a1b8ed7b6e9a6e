-- name: insert_act
with row as (
    insert into statutory_act (case_id, act_id, discloser_id, recipient_id, recipient_body, referral_id, ground, channel, categories,
        at, until, confirm_by, notice_withheld, reason_hash, recorded_by, request_id, salt, leaf_hash)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
)
insert into log_pending (kind, case_id, row_id, revision, leaf_hash) values ('acted', $1, $2, 0, $18)

-- name: insert_review
with row as (
    insert into statutory_review (case_id, act_id, review_id, verdict, person_id, at, request_id, act_ended_at, salt, leaf_hash)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
)
insert into log_pending (kind, case_id, row_id, revision, leaf_hash) values ($11, $1, $2, 0, $10)

-- name: is_unreviewed
select exists (
    select from statutory_act a
    where a.case_id = $1 and a.act_id = $2 and not exists (
        select from statutory_review v where v.case_id = a.case_id and v.act_id = a.act_id))

-- name: find_repeat
select a.case_id, a.act_id, a.discloser_id, a.recipient_id, a.recipient_body, a.referral_id, a.ground, a.channel, a.categories, a.at,
       a.until, a.confirm_by, a.notice_withheld, a.reason_hash, a.recorded_by, a.request_id,
       v.review_id, v.verdict, v.person_id, v.at as reviewed_at, v.request_id as review_request_id
from statutory_act a left join statutory_review v using (case_id, act_id)
where a.case_id = $1 and a.request_id = $2

-- name: get
select a.case_id, a.act_id, a.discloser_id, a.recipient_id, a.recipient_body, a.referral_id, a.ground, a.channel, a.categories, a.at,
       a.until, a.confirm_by, a.notice_withheld, a.reason_hash, a.recorded_by, a.request_id,
       v.review_id, v.verdict, v.person_id, v.at as reviewed_at, v.request_id as review_request_id
from statutory_act a left join statutory_review v using (case_id, act_id)
where a.case_id = $1 and a.act_id = $2 and a.discloser_id = $3

-- name: list_of_agency
select a.case_id, a.act_id, a.discloser_id, a.recipient_id, a.recipient_body, a.referral_id, a.ground, a.channel, a.categories, a.at,
       a.until, a.confirm_by, a.notice_withheld, a.reason_hash, a.recorded_by, a.request_id,
       v.review_id, v.verdict, v.person_id, v.at as reviewed_at, v.request_id as review_request_id
from statutory_act a left join statutory_review v using (case_id, act_id)
where a.discloser_id = $1
order by v.act_id is not null, a.at desc
limit $2

-- name: list_of_case
select a.case_id, a.act_id, a.discloser_id, a.recipient_id, a.recipient_body, a.referral_id, a.ground, a.channel, a.categories, a.at,
       a.until, a.confirm_by, a.notice_withheld, a.reason_hash, a.recorded_by, a.request_id,
       v.review_id, v.verdict, v.person_id, v.at as reviewed_at, v.request_id as review_request_id
from statutory_act a left join statutory_review v using (case_id, act_id)
where a.case_id = $1
order by a.at desc
