-- name: make_disclosures
insert into disclosure (case_id, disclosure_id, at, basis, consent_id, revision, referral_id, discloser_id, recipient_id, direction,
    purpose, disclosure_kind, item_id, item_version, category, labels, written_on, authoring_agency_id, reader_id, reader_agency_id,
    reader_role, request_id, salt)
select gen_random_uuid(), uuidv7(), clock_timestamp() - interval '1 minute', 'consent', gen_random_uuid(), 1, gen_random_uuid(),
    gen_random_uuid(), gen_random_uuid(), 'forward', 'handing-over', 'read', gen_random_uuid(), 1, 'contact', array['violence'],
    clock_timestamp(), gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'counsellor', gen_random_uuid(),
    substring(sha256(uuid_send(gen_random_uuid())) for 16)
from generate_series(1, $1::integer)

-- name: count_leaves
select count(*) from log_leaf

-- name: settle
vacuum analyze
