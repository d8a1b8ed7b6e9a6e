-- name: insert_case
insert into referral_case (case_id, agency_id, handle, in_danger, created_by, request_id)
values ($1, $2, $3, $4, $5, $6)
on conflict (agency_id, request_id) do nothing
returning case_id, agency_id, handle, in_danger, created_at

-- name: case_by_request
select case_id, agency_id, handle, in_danger, created_at
from referral_case where agency_id = $1 and request_id = $2 and created_by = $3

-- name: insert_assignment
insert into case_assignment (case_id, person_id) values ($1, $2) on conflict do nothing

-- name: delete_assignments
delete from case_assignment where case_id = $1 and person_id <> $2

-- name: assigned_case
select c.case_id, c.agency_id, c.handle, c.in_danger, c.created_at
from referral_case c join case_assignment a on a.case_id = c.case_id
where c.case_id = $1 and c.agency_id = $2 and a.person_id = $3

-- name: assigned_cases
select c.case_id, c.agency_id, c.handle, c.in_danger, c.created_at
from referral_case c join case_assignment a on a.case_id = c.case_id
where c.agency_id = $1 and a.person_id = $2 and (c.created_at, c.case_id) < ($3, $4)
order by c.created_at desc, c.case_id desc
limit $5

-- name: newest_sections
select distinct on (category) case_id, item_id, version, category, labels, agency_id, written_at, entrusted_by_another
from section_version
where case_id = $1 and agency_id = $2
order by category, version desc

-- name: newest_section
select case_id, item_id, version, category, labels, agency_id, written_at, entrusted_by_another
from section_version
where case_id = $1 and category = $2
order by version desc
limit 1

-- name: section_by_request
select case_id, item_id, version, category, labels, agency_id, written_at, entrusted_by_another
from section_version where case_id = $1 and request_id = $2

-- name: insert_section
insert into section_version (case_id, item_id, version, category, labels, ciphertext, agency_id, person_id, request_id,
                             entrusted_by_another)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
on conflict do nothing
returning case_id, item_id, version, category, labels, agency_id, written_at, entrusted_by_another

-- name: own_section
select case_id, item_id, version, category, labels, agency_id, written_at, entrusted_by_another, ciphertext
from section_version
where case_id = $1 and category = $2 and agency_id = $3 and ($4 = 0 or version = $4)
order by version desc
limit 1

-- name: insert_own_read
insert into own_read (case_id, item_id, version, agency_id, person_id) values ($1, $2, $3, $4, $5)

-- name: crossed_section
select s.case_id, s.item_id, s.version, s.category, s.labels, s.agency_id, s.written_at, s.entrusted_by_another,
       s.ciphertext
from section_version s
where s.case_id = $1 and s.item_id = $2 and s.version = $3
