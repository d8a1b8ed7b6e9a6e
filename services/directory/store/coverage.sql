-- name: list_coverage
-- Every postcode with a town, by district: is somebody responsible, else within reach? $1 topics or null · $2 language or null
-- $3 Land or null · $4 radius in km · $5 height and $6 width of a grid cell in degrees
with given as (
    select $1::text[] as topics, $4::float8 as radius
), offering as materialized (
    select e.service_id, e.latitude, e.longitude, e.protected, e.state
    from search_entry e
    where ($1 is null or e.topics && $1) and ($2::text is null or e.languages @> array [$2])
), area as materialized (
    select distinct v.postcodes, v.district_code, v.state
    from service_area v
    where v.active and v.service_id in (select service_id from offering)
), town as materialized (
    -- The middle of a postcode stands for it; the district is the one that most of its places lie in.
    select p.postcode, mode() within group (order by p.district_code) as district_code,
           avg(p.latitude) as latitude, avg(p.longitude) as longitude
    from place p
        join district d on d.code = p.district_code
    where p.kind = 'town' and ($3::text is null or d.state = $3)
    group by p.postcode
), served as materialized (
    -- An area may name any of the districts that a postcode lies in.
    select distinct p.postcode
    from place p
        join district d on d.code = p.district_code
    where p.kind = 'town' and (
        p.district_code in (select district_code from area)
        or d.state in (select state from area))
    union
    select t.postcode
    from town t
        join area a on a.postcodes @> t.postcode::integer
), point as materialized (
    select distinct o.latitude, o.longitude, floor(o.latitude / $5::float8)::integer as height,
           floor(o.longitude / $6::float8)::integer as width
    from offering o
    where o.latitude is not null
), near as materialized (
    -- Only points in the cells that the circle touches are measured.
    select t.postcode
    from town t
        cross join given g
        cross join lateral generate_series(floor((t.latitude - g.radius / 111.2) / $5)::integer,
                                           floor((t.latitude + g.radius / 111.2) / $5)::integer) as height
        cross join lateral generate_series(
            floor((t.longitude - g.radius / (111.2 * cos(radians(t.latitude)))) / $6)::integer,
            floor((t.longitude + g.radius / (111.2 * cos(radians(t.latitude)))) / $6)::integer) as width
        join point o on o.height = height.height and o.width = width.width
    where t.postcode not in (select postcode from served)
        and 2 * 6371.0 * asin(sqrt(least(1.0, sin(radians(o.latitude - t.latitude) / 2) ^ 2
            + cos(radians(t.latitude)) * cos(radians(o.latitude)) * sin(radians(o.longitude - t.longitude) / 2) ^ 2))) <= g.radius
    group by t.postcode
)
select d.code, d.name, d.state, count(*)::integer as postcodes, count(s.postcode)::integer as with_responsible,
       count(n.postcode)::integer as within_reach,
       coalesce(array_agg(t.postcode order by t.postcode) filter (where s.postcode is null and n.postcode is null), '{}')
           as without_anybody
from town t
    join district d on d.code = t.district_code
    left join served s on s.postcode = t.postcode
    left join near n on n.postcode = t.postcode
group by d.code, d.name, d.state
order by d.code

-- name: add_unmet
insert into unmet_need (month, district_code, topic, language, searches)
select month, district_code, topic, language, searches
from unnest($1::date[], $2::text[], $3::text[], $4::text[], $5::integer[]) as n (month, district_code, topic, language, searches)
on conflict (month, district_code, topic, language) do update set searches = unmet_need.searches + excluded.searches

-- name: list_unmet
-- $1 first month · $2 the least that is shown · $3 rows to pass over · $4 page size
select u.month, u.district_code, u.topic, u.language, coalesce(d.name, '') as district, u.searches
from unmet_need u
    left join district d on d.code = u.district_code
where u.month >= $1 and u.searches >= $2
order by u.searches desc, u.month desc, u.district_code, u.topic, u.language
offset $3 limit $4
