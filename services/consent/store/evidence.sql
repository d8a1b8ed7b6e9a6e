-- name: insert_evidence
insert into evidence (case_id, evidence_id, consent_request_id, evidence_role, item_id, item_hash, relation, question_id,
                      answered_right, recorded_by, recording_agency_id, at, request_id, salt, leaf_hash)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)

-- name: log
insert into log_pending (kind, case_id, row_id, leaf_hash) values ($1, $2, $3, $4)

-- name: was_at_desk
select exists (select from evidence where case_id = $1 and request_id = $2 and evidence_role = 'at-desk')
