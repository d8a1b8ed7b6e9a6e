-- Reports of errors; row-level security shows an agency what it reported and what was reported about it, and operators all.

-- name: insert_report
-- Nothing for an agency or service that is not there; on a repeat nothing either.
insert into error_report (id, organization_id, resource_type, resource_id, field_name, reason, message, reported_at,
    reporter_agency_id, request_id)
select $1, o.id, case when $3::uuid is null then 'organization' else 'service' end, coalesce($3, o.id), $4, $5, $6, $7, $8, $9
from organization o
where o.id = $2 and o.active
    and ($3 is null or exists (select from service s where s.id = $3 and s.organization_id = o.id and s.active))
on conflict (reporter_agency_id, request_id) do nothing

-- name: list_reports
-- $1 report or null · $2 repeat key or null · $3 about this agency or null · $4 by this agency or null
-- $5 only about agencies that nobody represents · $6 how many to leave out · $7 reports per page
select e.id, e.organization_id, coalesce(o.name, '') as agency_name, e.resource_type, e.resource_id,
       coalesce(s.name, '') as service_name, e.field_name, e.reason, e.message, e.reported_at, e.reporter_agency_id,
       coalesce(r.name, '') as reporter_name, e.state, coalesce(e.answer, '') as answer, e.answered_at
from error_report e
    join organization o on o.id = e.organization_id
    left join organization r on r.id = e.reporter_agency_id
    left join service s on e.resource_type = 'service' and s.id = e.resource_id
where ($1::uuid is null or e.id = $1)
    and ($2::uuid is null or e.request_id = $2)
    and ($3::uuid is null or e.organization_id = $3)
    and ($4::uuid is null or e.reporter_agency_id = $4)
    and (not $5::boolean or not (
        exists (select from metadata m where m.agency_id = e.organization_id)
        or exists (select from confirmation c where c.organization_id = e.organization_id and c.is_own)))
order by (e.state = 'open') desc, e.reported_at desc, e.id
offset $6 limit $7

-- name: answer_report
update error_report set state = $2, answer = nullif($3, ''), answered_at = $4 where id = $1 and state = 'open'
