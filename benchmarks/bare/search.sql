-- name: make
create table service (
    service_id   uuid not null,
    agency_id    uuid not null,
    service_name text not null,
    agency_name  text not null,
    words        tsvector not null,
    topics       text[] not null,
    languages    text[] not null,
    cells        integer[] not null,
    latitude     double precision,
    longitude    double precision
)

-- name: index
create index service_all on service using gin (words, topics, languages, cells) with (fastupdate = off)

-- name: read_product
select service_id, agency_id, service_name, agency_name, words, topics, languages, cells, latitude, longitude
from search_entry order by cells

-- name: search
-- $1 words · $2 topics · $3 languages · $4 cells · $5 latitude · $6 longitude · $7 kilometres
select service_id, agency_id, service_name, agency_name, kilometres, count(*) over () as total
from service cross join lateral (
    select 2 * 6371.0 * asin(sqrt(least(1.0, sin(radians(latitude - $5) / 2) ^ 2
        + cos(radians($5)) * cos(radians(latitude)) * sin(radians(longitude - $6::float8) / 2) ^ 2))) as kilometres) d
where ($1::text is null or words @@ $1::text::tsquery) and ($2::text[] is null or topics && $2) and ($3::text[] is null or languages @> $3::text[])
    and cells && $4::integer[] and kilometres <= $7::float8
order by kilometres, service_id
limit 20
