-- One statement for each kind of entry: its rows with exactly the columns of the leaf (store/columns.py). The line for one
-- case is taken out where all rows are read.

-- name: granted
select consent_id as ledger_row_id, revision as ledger_revision, salt as ledger_salt, at as ledger_written_at,
       leaf_hash as ledger_leaf_hash,
       case_id, discloser_id, recipient_id, revision, consent_id, act, at, receipt_id, basis, base_permits, exceptions, purposes,
       way_back, secrecy_release_forward, secrecy_release_back, excluded_persons, valid_from, valid_until, recipient_in_network,
       grantor, grantor_ground, grantor_categories, grantor_way_back, grantor_until, both_parents_needed, parents_agreed, assent,
       evidence_kind, evidence_hash, evidence_relation, unconfirmed_since, assisted_by, language, text_hashes, consent_request_id,
       referral_id, discloser_regime, discloser_overlays, recipient_regime, recipient_overlays, request_id
from consent_revision where act = 'granted'
  and case_id = $1 -- if case
order by consent_id, revision

-- name: revised
select consent_id as ledger_row_id, revision as ledger_revision, salt as ledger_salt, at as ledger_written_at,
       leaf_hash as ledger_leaf_hash,
       case_id, discloser_id, recipient_id, revision, consent_id, act, at, receipt_id, basis, base_permits, exceptions, purposes,
       way_back, secrecy_release_forward, secrecy_release_back, excluded_persons, valid_from, valid_until, recipient_in_network,
       grantor, grantor_ground, grantor_categories, grantor_way_back, grantor_until, both_parents_needed, parents_agreed, assent,
       evidence_kind, evidence_hash, evidence_relation, unconfirmed_since, assisted_by, language, text_hashes, consent_request_id,
       referral_id, discloser_regime, discloser_overlays, recipient_regime, recipient_overlays, request_id
from consent_revision where act <> 'granted'
  and case_id = $1 -- if case
order by consent_id, revision

-- name: conference
select consent_request_id as ledger_row_id, 0::bigint as ledger_revision, salt as ledger_salt,
       requested_at as ledger_written_at, leaf_hash as ledger_leaf_hash,
       case_id, consent_request_id, referral_id, discloser_id, recipient_id, participants, requested_by, requested_at, request_id
from consent_request
where participants <> '{}'
  and case_id = $1 -- if case
order by consent_request_id

-- name: refused
select consent_request_id as ledger_row_id, 0::bigint as ledger_revision, salt as ledger_salt, at as ledger_written_at,
       leaf_hash as ledger_leaf_hash,
       case_id, consent_request_id, receipt_id, referral_id, discloser_id, recipient_id, language, text_hashes, evidence_kind, at,
       request_id
from refusal
where case_id = $1 -- if case
order by consent_request_id

-- name: withdrawn
select withdrawal_id as ledger_row_id, 0::bigint as ledger_revision, salt as ledger_salt, at as ledger_written_at,
       leaf_hash as ledger_leaf_hash,
       case_id, withdrawal_id, consent_id, discloser_id, recipient_id, referral_id, revision, everything, categories, at, due_at,
       receipt_id, made_by, agency_id, person_id, request_id
from withdrawal
where case_id = $1 -- if case
order by withdrawal_id

-- name: acknowledged
select acknowledgement_id as ledger_row_id, 0::bigint as ledger_revision, salt as ledger_salt, at as ledger_written_at,
       leaf_hash as ledger_leaf_hash,
       case_id, acknowledgement_id, withdrawal_id, step, person_id, at, request_id
from acknowledgement
where categories is null
  and case_id = $1 -- if case
order by acknowledgement_id

-- name: kept
select acknowledgement_id as ledger_row_id, 0::bigint as ledger_revision, salt as ledger_salt, at as ledger_written_at,
       leaf_hash as ledger_leaf_hash,
       case_id, acknowledgement_id, withdrawal_id, step, person_id, at, request_id, categories
from acknowledgement
where categories is not null
  and case_id = $1 -- if case
order by acknowledgement_id

-- name: disclosed
select disclosure_id as ledger_row_id, 0::bigint as ledger_revision, salt as ledger_salt, at as ledger_written_at,
       case_id, disclosure_id, at, basis, consent_id, revision, referral_id, discloser_id, recipient_id, direction, purpose,
       disclosure_kind, item_id, item_version, category, labels, written_on, authoring_agency_id, reader_id, reader_agency_id,
       reader_role, request_id
from disclosure
where case_id = $1 -- if case
order by disclosure_id

-- name: exported
select export_id as ledger_row_id, 0::bigint as ledger_revision, salt as ledger_salt, at as ledger_written_at,
       case_id, export_id, agency_id, person_id, at, request_id
from evidence_export
where case_id = $1 -- if case
order by export_id

-- name: acted
select act_id as ledger_row_id, 0::bigint as ledger_revision, salt as ledger_salt, at as ledger_written_at,
       leaf_hash as ledger_leaf_hash,
       case_id, act_id, discloser_id, recipient_id, recipient_body, referral_id, ground, channel, categories, at, until, confirm_by,
       notice_withheld, reason_hash, recorded_by, request_id
from statutory_act
where case_id = $1 -- if case
order by act_id

-- name: reviewed
select act_id as ledger_row_id, 0::bigint as ledger_revision, salt as ledger_salt, at as ledger_written_at,
       leaf_hash as ledger_leaf_hash,
       case_id, act_id, review_id, verdict, person_id, at, request_id
from statutory_review
where act_ended_at is null
  and case_id = $1 -- if case
order by act_id

-- name: objected
select act_id as ledger_row_id, 0::bigint as ledger_revision, salt as ledger_salt, at as ledger_written_at,
       leaf_hash as ledger_leaf_hash,
       case_id, act_id, review_id, verdict, person_id, at, request_id, act_ended_at
from statutory_review
where act_ended_at is not null
  and case_id = $1 -- if case
order by act_id

-- name: reinstated
select withdrawal_id as ledger_row_id, 0::bigint as ledger_revision, salt as ledger_salt, at as ledger_written_at,
       leaf_hash as ledger_leaf_hash,
       case_id, withdrawal_id, consent_id, discloser_id, recipient_id, referral_id, revision, at, receipt_id, made_by, agency_id,
       person_id, request_id
from reinstatement
where case_id = $1 -- if case
order by withdrawal_id

-- name: restored
select restoration_id as ledger_row_id, 0::bigint as ledger_revision, salt as ledger_salt, at as ledger_written_at,
       restoration_id, at, kept_size, signed_size, signed_root, missing_entries, locked_cases
from restoration order by restoration_id

-- name: evidenced
select evidence_id as ledger_row_id, 0::bigint as ledger_revision, salt as ledger_salt, at as ledger_written_at,
       leaf_hash as ledger_leaf_hash,
       case_id, evidence_id, consent_request_id, evidence_role, item_id, item_hash, relation, question_id, answered_right,
       recorded_by, recording_agency_id, at, request_id
from evidence
where case_id = $1 -- if case
order by evidence_id

-- name: text
select act_id as ledger_row_id, 0::bigint as ledger_revision, salt as ledger_salt, at as ledger_written_at,
       leaf_hash as ledger_leaf_hash,
       act_id, at, act, draft_id, revision, text_version_id, content_hash, person_id, role, reviewer, reviewed_on, request_id
from consent_text_act order by act_id
