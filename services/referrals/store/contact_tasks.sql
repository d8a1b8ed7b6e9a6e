-- name: open_tasks
select t.case_id, t.contact_task_id, c.handle, a.person_id is not null as is_assigned, t.created_at, t.closed_at, t.result
from contact_task t
join referral_case c on c.case_id = t.case_id
left join case_assignment a on a.case_id = t.case_id and a.person_id = $2
where t.agency_id = $1 and t.closed_at is null
order by t.created_at, t.contact_task_id
limit 200

-- name: get_task
select t.case_id, t.contact_task_id, c.handle, a.person_id is not null as is_assigned, t.created_at, t.closed_at, t.result
from contact_task t
join referral_case c on c.case_id = t.case_id
left join case_assignment a on a.case_id = t.case_id and a.person_id = $3
where t.contact_task_id = $1 and t.agency_id = $2

-- name: close_task
update contact_task set closed_at = clock_timestamp(), closed_by = $2, result = $3
where contact_task_id = $1 and closed_at is null
returning closed_at
