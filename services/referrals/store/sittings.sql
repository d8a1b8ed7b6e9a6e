-- name: to_tell
select r.case_id, r.referral_id, array(
    select o.referral_id from referral o
    where o.case_id = r.case_id and o.discloser_id = r.discloser_id and o.referral_id <> r.referral_id
      and o.state in ('accepted', 'in-progress', 'completed')
    order by o.created_at desc, o.referral_id
    limit 1000) as used
from referral r
where r.unused_due
order by r.referral_id
limit 100

-- name: mark_told
update referral set unused_due = false where referral_id = $1
