-- name: insert_revision
insert into consent_revision (case_id, discloser_id, recipient_id, revision, consent_id, act, at, receipt_id, basis, base_permits,
    exceptions, purposes, way_back, secrecy_release_forward, secrecy_release_back, excluded_persons, valid_from, valid_until,
    recipient_in_network, grantor, grantor_ground, grantor_categories, grantor_way_back, grantor_until, both_parents_needed,
    parents_agreed, assent, evidence_kind, evidence_hash, evidence_relation, unconfirmed_since, assisted_by, language, text_hashes,
    consent_request_id, referral_id, discloser_regime, discloser_overlays, recipient_regime, recipient_overlays, request_id,
    salt, leaf_hash)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27,
    $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, $41, $42, $43)

-- name: insert_refusal
insert into refusal (case_id, consent_request_id, receipt_id, referral_id, discloser_id, recipient_id, language, text_hashes,
    evidence_kind, at, request_id, salt, leaf_hash)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)

-- name: log
insert into log_pending (kind, case_id, row_id, revision, leaf_hash) values ($1, $2, $3, $4, $5)

-- name: newest_of_pair
select case_id, discloser_id, recipient_id, revision, consent_id, act, at, base_permits, exceptions, purposes, way_back,
       secrecy_release_forward, secrecy_release_back, excluded_persons, valid_from, valid_until, recipient_in_network,
       grantor_ground, grantor_categories, grantor_way_back, grantor_until, both_parents_needed, parents_agreed, assent,
       unconfirmed_since, receipt_id, evidence_kind, evidence_hash, evidence_relation, assisted_by, language, text_hashes, consent_request_id, referral_id, discloser_regime,
       discloser_overlays, recipient_regime, recipient_overlays, request_id
from consent_revision where case_id = $1 and discloser_id = $2 and recipient_id = $3
order by revision desc limit 1

-- name: list_of_case
select case_id, discloser_id, recipient_id, revision, consent_id, act, at, base_permits, exceptions, purposes, way_back,
       secrecy_release_forward, secrecy_release_back, excluded_persons, valid_from, valid_until, recipient_in_network,
       grantor_ground, grantor_categories, grantor_way_back, grantor_until, both_parents_needed, parents_agreed, assent,
       unconfirmed_since, receipt_id, evidence_kind, evidence_hash, evidence_relation, assisted_by, language, text_hashes, consent_request_id, referral_id, discloser_regime,
       discloser_overlays, recipient_regime, recipient_overlays, request_id
from consent_revision where case_id = $1 order by discloser_id, recipient_id, revision

-- name: find_decision
select consent_id, receipt_id, leaf_hash, at, consent_request_id
from consent_revision where case_id = $1 and request_id = $2 and act in ('granted', 'confirmed')
union all
select null, receipt_id, leaf_hash, at, consent_request_id from refusal where case_id = $1 and request_id = $2

-- name: find_receipt
select case_id, discloser_id, recipient_id from consent_revision where receipt_id = $1
union all
select case_id, discloser_id, recipient_id from withdrawal where receipt_id = $1
union all
select case_id, discloser_id, recipient_id from reinstatement where receipt_id = $1

-- name: find_reduction
select consent_id, discloser_id, recipient_id, receipt_id, leaf_hash, at, valid_until, excluded_persons
from consent_revision where case_id = $1 and request_id = $2 and act = 'reduced' and receipt_id is not null
