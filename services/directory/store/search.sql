-- One statement answers a question: who is responsible, what matches, the features and the score (rules/ranking.py),
-- the total, one page.
--
-- Lines that end in "if …" stand only in statements that ask for that, so that each shape keeps its one plan.
--
-- $1 tsquery or null · $2 topics or null · $3 languages or null · $4 cells or null (null: no place was asked for)
-- $5 latitude · $6 longitude · $7 radius in km · $8 postcodes as int4multirange · $9 districts · $10 state
-- $11 only with handover · $12 only with room · $13 time of the question

-- name: search
-- $14 topics asked for · $15 weights · $16 score and $17 service after which the page begins · $18 page size
-- $19 confirmed since
with given as (  -- never run; says the types of what this shape leaves out
    select $1::text as tsquery, $2::text[] as topics, $3::text[] as languages, $4::integer[] as cells
), responsible as materialized (
    select distinct v.service_id
    from service_area v
    where v.active and (v.postcodes && $8::int4multirange or v.district_code = any ($9::text[]) or v.state = $10)
), matching as (
    select distinct on (e.service_id)
           e.service_id, e.agency_id, e.service_name, e.agency_name, e.words, e.topics, e.languages, e.place,
           e.protected, e.has_area, e.accepts_handover, e.confirmed_at, e.openings,
           case when e.capacity_expires_at > $13 then e.capacity_state else '' end as capacity_state,
           e.capacity_said_at, e.capacity_expires_at,
           r.service_id is not null as is_responsible, d.kilometres
    from search_entry e
        left join responsible r on r.service_id = e.service_id
        cross join lateral (
            -- least() passes over null, so a missing point has to be said
            select case when e.latitude is not null and $5::float8 is not null then 2 * 6371.0 * asin(sqrt(least(1.0,
                sin(radians(e.latitude - $5) / 2) ^ 2
                + cos(radians($5)) * cos(radians(e.latitude)) * sin(radians(e.longitude - $6::float8) / 2) ^ 2
            ))) end as kilometres) d
    where (not $11::boolean or e.accepts_handover)
        and e.words @@ $1::text::tsquery  -- if words
        and e.topics && $2  -- if topics
        and e.languages @> $3  -- if languages
        and (e.cells && $4 and (e.protected or d.kilometres <= $7)  -- if near
            or e.service_id = any (array (select service_id from responsible)))  -- if near
        and (not $12::boolean or not (e.capacity_state = 'closed' and e.capacity_expires_at > $13::timestamptz))
    order by e.service_id, d.kilometres nulls last, e.id
), weighed as (
    select m.service_id, m.agency_id, m.service_name, m.agency_name, m.topics, m.languages, m.place, m.protected,
           m.has_area, m.accepts_handover, m.confirmed_at, m.openings, coalesce(m.capacity_state, '') as capacity_state,
           m.capacity_said_at, m.capacity_expires_at, m.is_responsible, m.kilometres,
           case when $4 is null then 0 when m.is_responsible then 1 when m.has_area then -1 else 0 end::float8
               as responsible,
           (m.topics && $14::text[])::integer::float8 as topic,
           coalesce(greatest(0, 1 - m.kilometres / $7::float8), 0)::float8 as nearness,
           coalesce(ts_rank(m.words, $1::text::tsquery), 0)::float8 as words,
           case when m.topics && $14 then 1.0 / cardinality(m.topics) else 0 end::float8 as focus,
           case m.capacity_state when 'free' then 1 when 'waiting-list' then -0.5 when 'closed' then -1 else 0 end
               ::float8 as room,
           case when m.confirmed_at is null then 0 when m.confirmed_at >= $19::timestamptz then 1 else -1 end::float8
               as freshness,
           m.accepts_handover::integer::float8 as handover,
           count(*) over ()::integer as total
    from matching m
), scored as (
    select w.service_id, w.agency_id, w.service_name, w.agency_name, w.topics, w.languages, w.place, w.protected,
           w.has_area, w.accepts_handover, w.confirmed_at, w.openings, w.capacity_state, w.capacity_said_at,
           w.capacity_expires_at, w.is_responsible, w.kilometres, w.responsible, w.topic, w.nearness, w.words, w.focus,
           w.room, w.freshness, w.handover, w.total,
           round((w.responsible * ($15::float8[])[1] + w.topic * ($15)[2] + w.nearness * ($15)[3] + w.words * ($15)[4]
               + w.focus * ($15)[5] + w.room * ($15)[6] + w.freshness * ($15)[7] + w.handover * ($15)[8])::numeric, 6
           )::float8 as score
    from weighed w
)
select service_id, agency_id, service_name, agency_name, topics, languages, place, protected, has_area,
       accepts_handover, confirmed_at, openings, capacity_state, capacity_said_at, capacity_expires_at, is_responsible,
       kilometres, responsible, topic, nearness, words, focus, room, freshness, handover, total, score
from scored
where $16::float8 is null or score < $16 or (score = $16 and service_id > $17::uuid)
order by score desc, service_id
limit $18

-- name: count_within
-- $7 radii in km: one count for each. A wide circle has a thousand cells to look up; where words or topics leave few rows, only
-- the Land of a protected place is looked up (far) and the distance of all others is reckoned.
with given as (  -- never run; says the types of what this shape leaves out
    select $1::text as tsquery, $2::text[] as topics, $3::text[] as languages, $4::integer[] as cells
), responsible as materialized (
    select distinct v.service_id
    from service_area v
    where v.active and (v.postcodes && $8::int4multirange or v.district_code = any ($9::text[]) or v.state = $10)
), matching as (
    -- What is responsible or has no point of its own counts at any distance.
    select coalesce(min(case when e.protected or r.service_id is not null then 0 else d.kilometres end), 0) as kilometres
    from search_entry e
        left join responsible r on r.service_id = e.service_id
        cross join lateral (
            select case when e.latitude is not null and $5::float8 is not null then 2 * 6371.0 * asin(sqrt(least(1.0,
                sin(radians(e.latitude - $5) / 2) ^ 2
                + cos(radians($5)) * cos(radians(e.latitude)) * sin(radians(e.longitude - $6::float8) / 2) ^ 2
            ))) end as kilometres) d
    where (not $11::boolean or e.accepts_handover)
        and e.words @@ $1::text::tsquery  -- if words
        and e.topics && $2  -- if topics
        and e.languages @> $3  -- if languages
        and (e.cells && $4 or e.service_id = any (array (select service_id from responsible)))  -- if near
        and (e.latitude is not null or e.cells && $4 or r.service_id is not null)  -- if far
        and (not $12::boolean or not (e.capacity_state = 'closed' and e.capacity_expires_at > $13::timestamptz))
    group by e.service_id
)
select array (
    select (select count(*) from matching m where m.kilometres <= r.kilometres)::integer
    from unnest($7::float8[]) with ordinality as r (kilometres, number)
    order by r.number)

-- name: list_responsible
-- Agencies that name the place as their area for one of the topics; without topics, for anything.
select distinct e.agency_name, e.agency_id
from service_area v
    join search_entry e on e.service_id = v.service_id
where v.active
    and (v.postcodes && $1::int4multirange or v.district_code = any ($2::text[]) or v.state = $3)
    and ($4::text[] is null or e.topics && $4)
order by e.agency_name, e.agency_id
limit 50

-- name: list_similar
-- Words of the lexicon that look like a word; how far they are is measured by the caller.
select l.word
from lexicon l
where l.word % $1
order by similarity(l.word, $1) desc, l.word
limit 40
