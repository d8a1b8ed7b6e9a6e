-- name: newest
select case_id, discloser_id, recipient_id, revision, consent_id, act, at, base_permits, exceptions, purposes, way_back,
       secrecy_release_forward, secrecy_release_back, excluded_persons, valid_from, valid_until, recipient_in_network,
       grantor_ground, grantor_categories, grantor_way_back, grantor_until, both_parents_needed, parents_agreed, assent,
       unconfirmed_since, clock_timestamp() as asked_at
from consent_revision where case_id = $1 and discloser_id = $2 and recipient_id = $3
order by revision desc limit 1

-- name: write_down
with written as (
    insert into disclosure (case_id, disclosure_id, at, basis, consent_id, revision, referral_id, discloser_id,
        recipient_id, direction, purpose, disclosure_kind, item_id, item_version, category, labels, written_on,
        authoring_agency_id, reader_id, reader_agency_id, reader_role, request_id, salt)
    values ($1, $2, $3, 'consent', $4, $5, $6, $7, $8, 'forward', 'handing-over', 'read', $9, $10, 'contact', '{}', null,
        null, $11, $8, 'counsellor', $12, $13)
    returning disclosure_id
)
insert into log_pending (kind, case_id, row_id, revision, leaf_hash)
select 'disclosed', $1, disclosure_id, 0, $14 from written
