-- Rows of proof by the number of their receipt, with exactly the columns of the leaf (ledger.sql; a test compares them).

-- name: list_of_case
select receipt_id, act as kind, at, consent_id, recipient_id, false as by_service
from consent_revision where case_id = $1 and receipt_id is not null
union all
select receipt_id, 'refused', at, null, recipient_id, false from refusal where case_id = $1
union all
select receipt_id, 'withdrawn', at, consent_id, recipient_id, made_by = 'service' from withdrawal where case_id = $1
union all
select receipt_id, 'reinstated', at, consent_id, recipient_id, false from reinstatement where case_id = $1
order by at desc, receipt_id

-- name: find_revision
select consent_id as ledger_row_id, revision as ledger_revision, salt as ledger_salt, leaf_hash as ledger_leaf_hash,
       case_id, discloser_id, recipient_id, revision, consent_id, act, at, receipt_id, basis, base_permits, exceptions, purposes,
       way_back, secrecy_release_forward, secrecy_release_back, excluded_persons, valid_from, valid_until, recipient_in_network,
       grantor, grantor_ground, grantor_categories, grantor_way_back, grantor_until, both_parents_needed, parents_agreed, assent,
       evidence_kind, evidence_hash, evidence_relation, unconfirmed_since, assisted_by, language, text_hashes, consent_request_id,
       referral_id, discloser_regime, discloser_overlays, recipient_regime, recipient_overlays, request_id
from consent_revision where case_id = $1 and receipt_id = $2

-- name: find_refusal
select consent_request_id as ledger_row_id, 0::bigint as ledger_revision, salt as ledger_salt, leaf_hash as ledger_leaf_hash,
       case_id, consent_request_id, receipt_id, referral_id, discloser_id, recipient_id, language, text_hashes, evidence_kind, at,
       request_id
from refusal where case_id = $1 and receipt_id = $2

-- name: find_withdrawal
select withdrawal_id as ledger_row_id, 0::bigint as ledger_revision, salt as ledger_salt, leaf_hash as ledger_leaf_hash,
       case_id, withdrawal_id, consent_id, discloser_id, recipient_id, referral_id, revision, everything, categories, at, due_at,
       receipt_id, made_by, agency_id, person_id, request_id
from withdrawal where case_id = $1 and receipt_id = $2

-- name: find_reinstatement
select withdrawal_id as ledger_row_id, 0::bigint as ledger_revision, salt as ledger_salt, leaf_hash as ledger_leaf_hash,
       case_id, withdrawal_id, consent_id, discloser_id, recipient_id, referral_id, revision, at, receipt_id, made_by, agency_id,
       person_id, request_id
from reinstatement where case_id = $1 and receipt_id = $2
