-- name: insert_evidence
insert into evidence_item (case_id, item_id, referral_id, role, media_type, ciphertext, item_hash, agency_id, person_id, request_id)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
on conflict do nothing

-- name: get_evidence
select case_id, item_id, referral_id, role, media_type, item_hash, agency_id, written_at, ciphertext
from evidence_item where case_id = $1 and referral_id = $2 and item_id = $3

-- name: list_evidence
select case_id, item_id, referral_id, role, media_type, item_hash, agency_id, written_at
from evidence_item where case_id = $1 and referral_id = $2
order by written_at, item_id

-- name: insert_evidence_read
insert into own_read (case_id, item_id, version, agency_id, person_id) values ($1, $2, 1, $3, $4)
