-- name: search
-- $1 words · $2 topics · $3 languages · $4 cells · $5 latitude · $6 longitude · $7 kilometres
with given as (select $1::text as words, $2::text[] as topics, $3::text[] as languages, $4::integer[] as cells)
select service_id, agency_id, service_name, agency_name, kilometres, count(*) over () as total
from service cross join lateral (
    select 2 * 6371.0 * asin(sqrt(least(1.0, sin(radians(latitude - $5::float8) / 2) ^ 2
        + cos(radians($5)) * cos(radians(latitude)) * sin(radians(longitude - $6::float8) / 2) ^ 2))) as kilometres) d
where true
    and words @@ $1::text::tsquery  -- if words
    and topics && $2  -- if topics
    and languages @> $3  -- if languages
    and cells && $4 and kilometres <= $7::float8  -- if near
    and $7::float8 > 0
order by kilometres, service_id
limit 20
