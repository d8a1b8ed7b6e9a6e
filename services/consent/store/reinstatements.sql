-- name: pair_of
select discloser_id, recipient_id from withdrawal where case_id = $1 and withdrawal_id = $2

-- name: find
select receipt_id, leaf_hash, at from reinstatement where case_id = $1 and withdrawal_id = $2

-- name: insert_reinstatement
with row as (
    insert into reinstatement (case_id, withdrawal_id, consent_id, discloser_id, recipient_id, referral_id, revision, at,
        receipt_id, made_by, agency_id, person_id, request_id, salt, leaf_hash)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
)
insert into log_pending (kind, case_id, row_id, revision, leaf_hash) values ('reinstated', $1, $2, 0, $15)
