-- name: join
insert into consent_sitting (case_id, consent_request_id, led_by) values ($1, $2, $3) on conflict do nothing

-- name: leader_of
select led_by from consent_sitting where case_id = $1 and consent_request_id = $2 order by number desc limit 1

-- name: list_of
select r.case_id, r.consent_request_id, r.referral_id, r.draft_revision, r.discloser_id, r.recipient_id, r.categories,
       r.purposes, r.language, r.in_danger, r.text_version_ids, r.requested_by, r.requested_at, r.variety,
       r.with_interpreter, r.participants, e.state as ended_as
from consent_request r
    left join consent_request_end e using (case_id, consent_request_id)
    left join lateral (
        select s.led_by, s.number from consent_sitting s
        where s.case_id = r.case_id and s.consent_request_id = r.consent_request_id
        order by s.number desc limit 1) s on true
where r.case_id = $1 and (r.consent_request_id = $2 or s.led_by = $2)
order by r.consent_request_id <> $2, s.number

-- name: ended_by_acceptance
select consent_request_id from consent_request_end where case_id = $1 and ground = 'taken-on'
