-- name: grounds
select q.number, legal_time() as asked_at, pg_advisory_xact_lock(hashtextextended($4, 2)) as repeat_lock,
       c.case_id, c.discloser_id, c.recipient_id, c.revision, c.consent_id, c.act, c.at, c.base_permits, c.exceptions, c.purposes,
       c.way_back, c.secrecy_release_forward, c.secrecy_release_back, c.excluded_persons, c.valid_from, c.valid_until,
       c.recipient_in_network, c.grantor_ground, c.grantor_categories, c.grantor_way_back, c.grantor_until, c.both_parents_needed,
       c.parents_agreed, c.assent, c.unconfirmed_since,
       (select jsonb_agg(jsonb_build_array(r.agency_id, r.regime, r.overlays, r.valid_from, r.valid_until))
        from regime r where r.agency_id in (q.discloser_id, q.recipient_id)) as regimes,
       (select jsonb_agg(jsonb_build_array(a.categories, extract(epoch from a.until) * 1000000))
        from statutory_act a
        where a.case_id = q.case_id and a.discloser_id = q.discloser_id and a.recipient_id = q.recipient_id
          and a.channel = 'network' and not exists (
              select from statutory_review v
              where v.case_id = a.case_id and v.act_id = a.act_id and v.verdict = 'objected')) as acts
from unnest($1::uuid[], $2::uuid[], $3::uuid[]) with ordinality as q (case_id, discloser_id, recipient_id, number)
left join lateral (
    select n.case_id, n.discloser_id, n.recipient_id, n.revision, n.consent_id, n.act, n.at, n.base_permits, n.exceptions, n.purposes,
           n.way_back, n.secrecy_release_forward, n.secrecy_release_back, n.excluded_persons, n.valid_from, n.valid_until,
           n.recipient_in_network, n.grantor_ground, n.grantor_categories, n.grantor_way_back, n.grantor_until,
           n.both_parents_needed, n.parents_agreed, n.assent, n.unconfirmed_since
    from consent_revision n
    where n.case_id = q.case_id and n.discloser_id = q.discloser_id and n.recipient_id = q.recipient_id
    order by n.revision desc limit 1
) c on true
order by q.number

-- name: insert_disclosures
with asked as (
    select disclosure_id, item_id, item_version, category, labels, written_on, authoring_agency_id, salt, leaf_hash
    from unnest($18::uuid[], $19::uuid[], $20::integer[], $21::text[], $22::text[], $23::timestamptz[], $24::uuid[], $25::bytea[],
                $26::bytea[])
         as a (disclosure_id, item_id, item_version, category, labels, written_on, authoring_agency_id, salt, leaf_hash)
), written as (
    insert into disclosure (case_id, at, basis, consent_id, revision, referral_id, discloser_id, recipient_id, direction, purpose,
        disclosure_kind, reader_id, reader_agency_id, reader_role, request_id,
        disclosure_id, item_id, item_version, category, labels, written_on, authoring_agency_id, salt)
    select $1::uuid, $2::timestamptz, $3::text, $4::uuid, $5::bigint, $6::uuid, $7::uuid, $8::uuid, $9::text, $10::text,
        $11::text, $12::uuid, $13::uuid, $14::text, $15::uuid,
        a.disclosure_id, a.item_id, a.item_version, a.category, string_to_array(a.labels, ','), a.written_on, a.authoring_agency_id,
        a.salt
    from asked a
    where not exists (
        select from disclosure d
        where d.case_id = $1 and d.request_id = $15 and d.item_id = a.item_id and d.item_version = a.item_version
          and d.referral_id = $6 and d.direction = $9 and d.purpose = $10 and d.disclosure_kind = $11 and d.basis = $3
          and d.reader_id = $12 and d.reader_agency_id = $13 and d.at between $16 and $17)
    returning disclosure_id
)
insert into log_pending (kind, case_id, row_id, revision, leaf_hash)
select 'disclosed', $1, a.disclosure_id, 0, a.leaf_hash from asked a join written using (disclosure_id)

-- name: list_of_case
select disclosure_id, at, reader_agency_id, reader_role, category, disclosure_kind, direction
from disclosure where case_id = $1 and disclosure_id < $2 order by disclosure_id desc limit $3
