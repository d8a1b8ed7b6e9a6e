-- name: merge_regimes
merge into regime as r
using (select agency_id, valid_from, valid_until, regime, overlays
       from unnest($1::uuid[], $2::date[], $3::date[], $4::text[], $5::text[])
       as n (agency_id, valid_from, valid_until, regime, overlays)) as n
on r.agency_id = n.agency_id and r.valid_from = n.valid_from
when matched and (r.valid_until, r.regime, r.overlays) is distinct from (n.valid_until, n.regime, string_to_array(n.overlays, ','))
    then update set valid_until = n.valid_until, regime = n.regime, overlays = string_to_array(n.overlays, ','),
                    seen_at = legal_time()
when not matched by target
    then insert (agency_id, valid_from, valid_until, regime, overlays, seen_at)
         values (n.agency_id, n.valid_from, n.valid_until, n.regime, string_to_array(n.overlays, ','), legal_time())
when not matched by source then delete

-- name: count_regimes
select count(*) from regime

-- name: list_of_agencies
select agency_id, regime, overlays, valid_from, valid_until from regime where agency_id = any ($1::uuid[])
