-- name: named
-- $1 case · $2 discloser
select $2::uuid as agency_id
union
select recipient_id from referral
where case_id = $1 and discloser_id = $2 and purpose = 'case-conference' and basis = 'consent'
  and state in ('draft', 'offered', 'accepted', 'in-progress', 'completed')
order by agency_id

-- name: take_part
-- $1 case · $2 discloser
select $2::uuid as agency_id
union
select agency_id from conference_participant where case_id = $1
order by agency_id
