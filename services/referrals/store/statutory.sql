-- name: insert_reason
insert into statutory_reason (case_id, act_id, referral_id, ciphertext, agency_id, person_id, request_id)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (case_id, request_id) do nothing

-- name: find_by_request
select act_id, ciphertext from statutory_reason where case_id = $1 and request_id = $2

-- name: find_reason
select case_id, act_id, ciphertext, written_at from statutory_reason where act_id = $1 and agency_id = $2

-- name: set_basis
update referral set basis = 'statutory' where referral_id = $1 and state = 'draft'

-- name: insert_reason_read
insert into own_read (case_id, item_id, version, agency_id, person_id) values ($1, $2, 1, $3, $4)
