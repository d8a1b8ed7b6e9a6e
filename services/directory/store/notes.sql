-- Notes between agencies. Who may remove one is a condition of each statement that could.

-- name: insert_note
-- Nothing for an agency or service that is not there, and nothing on a repeat.
insert into partner_note (id, organization_id, service_id, agency_id, text, written_at, request_id)
select $1, o.id, $3::uuid, $4, $5, $6, $7
from organization o
where o.id = $2 and o.active
    and ($3 is null or exists (select from service s where s.id = $3 and s.organization_id = o.id and s.active))
on conflict (agency_id, request_id) do nothing

-- name: list_notes
-- $1 about this agency or null · $2 written by this one or null · $3 repeat key or null · $4 how many to leave out · $5 per page
select n.id, n.organization_id, n.service_id, coalesce(s.name, '') as service_name, n.text, n.written_at,
       n.agency_id as author_id, coalesce(a.name, '') as author_name
from partner_note n
    left join service s on s.id = n.service_id and s.active
    left join organization a on a.id = n.agency_id
where ($1::uuid is null or n.organization_id = $1)
    and ($2::uuid is null or n.agency_id = $2)
    and ($3::uuid is null or n.request_id = $3)
    and (n.service_id is null or s.id is not null)
order by n.written_at desc, n.id
offset $4 limit $5

-- name: delete_note
-- $1 note · $2 agency that wrote it · $3 agency that it is about, or null for whoever does not coordinate
delete from partner_note where id = $1 and (agency_id = $2 or organization_id = $3::uuid)
