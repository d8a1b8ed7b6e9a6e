-- One statement answers a question: who is responsible, what matches, the features and the score (rules/ranking.py),
-- the total, facets, one page.
--
-- Lines that end in "if …" stand only in statements that ask for that, so that each shape keeps its one plan: near (a place was
-- asked for), far (and its circle is wide), wide (no place was asked for), placed (near or far), anywhere (far or wide).
--
-- $1 tsquery or null · $2 topics or null · $3 languages or null · $4 cells or null (null: no place was asked for)
-- $5 latitude · $6 longitude · $7 radius in km · $8 postcodes as int4multirange · $9 districts · $10 state
-- $11 only with handover · $12 only with room · $13 time of the question · $14 age or null · $15 groups that must not be excluded
-- $16 day and $17 minute in German time at which it must be open · $18 ways in for which the hours must be, or null for any

-- part: fitting
-- Rows of the index that hold all that was asked, with their distance; where a place was asked for, those in its cells and
-- those of services that name it as their area.
given as (  -- never run; says the types of what this shape leaves out
    select $1::tsquery as tsquery, $2::text[] as topics, $3::text[] as languages, $4::integer[] as cells, $5::float8 as latitude,
           $6::float8 as longitude, $8::int4multirange as postcodes, $9::text[] as districts, $10::text as state,
           $16::date as day, $17::integer as minute, $18::text[] as ways
), moment as (  -- if open
    -- The day and the one before, whose hours may go past midnight, as rules/openings.py names them.  -- if open
    select t.day, $17::integer + t.back * 1440 as minute, (t.day - date '0001-01-01') / 7 as week,  -- if open
           extract(year from t.day)::integer * 12 + extract(month from t.day)::integer - 1 as month,  -- if open
           array [t.name, (t.date - 1) / 7 + 1 || t.name, '-' || (t.length - t.date) / 7 + 1 || t.name] as days,  -- if open
           array [t.date, t.date - t.length - 1] as month_days  -- if open
    from (  -- if open
        select $16::date - back as day, back, extract(day from $16::date - back)::integer as date,  -- if open
               (array ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'])[extract(isodow from $16::date - back)] as name,  -- if open
               extract(day from date_trunc('month', $16::date - back) + interval '1 month - 1 day')::integer  -- if open
                   as length  -- if open
        from generate_series(0, 1) as back) t  -- if open
), responsible as materialized (  -- if placed
    select distinct v.service_id  -- if placed
    from service_area v  -- if placed
    where v.active and (v.postcodes && $8::int4multirange or v.district_code = any ($9::text[]) or v.state = $10)  -- if placed
), reached as (  -- if near
    -- Each way of being here has its index, and the offset keeps words from choosing another one for the second: asked with  -- if near
    -- "or", or left to the planner, all of the country that has the words is read.  -- if near
    select e.id, e.service_id, e.words, e.topics, e.languages, e.cells, e.latitude, e.longitude, e.protected, e.has_area,  -- if near
           e.accepts_handover, e.capacity_state, e.capacity_expires_at, e.confirmed_at, e.openings, e.exclusions,  -- if near
           e.minimum_age, e.maximum_age  -- if near
    from search_entry e  -- if near
    where e.cells && $4  -- if near
    union all  -- if near
    (select e.id, e.service_id, e.words, e.topics, e.languages, e.cells, e.latitude, e.longitude, e.protected,  -- if near
            e.has_area, e.accepts_handover, e.capacity_state, e.capacity_expires_at, e.confirmed_at, e.openings,  -- if near
            e.exclusions, e.minimum_age, e.maximum_age  -- if near
     from responsible  -- if near
         join search_entry e on e.service_id = responsible.service_id  -- if near
     offset 0)  -- if near
), fitting as (
    select s.id, s.service_id, s.words, s.topics, s.protected, s.has_area, s.accepts_handover, s.capacity_state,
           s.capacity_expires_at, s.confirmed_at,
           r.service_id is not null as is_responsible, d.kilometres  -- if placed
           false as is_responsible, null::float8 as kilometres  -- if wide
    from reached s  -- if near
    from search_entry s  -- if anywhere
        left join responsible r on r.service_id = s.service_id  -- if placed
        cross join lateral (  -- if placed
            -- least() passes over null, so a missing point has to be said  -- if placed
            select case when s.latitude is not null and $5 is not null then 2 * 6371.0 * asin(sqrt(least(1.0,  -- if placed
                sin(radians(s.latitude - $5) / 2) ^ 2  -- if placed
                + cos(radians($5)) * cos(radians(s.latitude)) * sin(radians(s.longitude - $6) / 2) ^ 2  -- if placed
            ))) end as kilometres) d  -- if placed
    where (not $11::boolean or s.accepts_handover)
        and s.words @@ $1  -- if words
        and s.topics && $2  -- if topics
        and s.languages @> $3  -- if languages
        and (s.latitude is not null or s.cells && $4 or r.service_id is not null)  -- if far
        and (not $12::boolean or not (s.capacity_state = 'closed' and s.capacity_expires_at > $13::timestamptz))
        and ($14::integer is null or $14 >= coalesce(s.minimum_age, 0) and $14 <= coalesce(s.maximum_age, 1000))
        and not s.exclusions && $15::text[]
        and exists (select from unnest(s.openings) o cross join moment m  -- if open
            where o.opens <= m.minute and m.minute < o.closes  -- if open
                and (o.first_day is null or m.day >= o.first_day)  -- if open
                and (o.last_day is null or m.day <= o.last_day)  -- if open
                and case when o.monthly then m.month else m.week end % o.every = o.phase  -- if open
                and (o.days is null or o.days && m.days)  -- if open
                and (o.month_days is null or o.month_days && m.month_days)  -- if open
                and ($18::text[] is null or o.ways && $18))  -- if open
)

-- name: search
-- $19 topics named themselves · $20 these and narrower ones · $21 wider ones · $22 weights · $23 score and $24 service after
-- which the page begins · $25 page size · $26 confirmed since · $27 tsquery of the words alone · $28 the most that is ranked where
-- no place was asked for, and from which facets are counted · $29 how well kept, best first · $30 each thing asked for, where one of them will do
with types as (  -- never run, like "given" below
    select $7::float8 as radius, $27::tsquery as words, $28::integer as most, $29::tsquery[] as kept, $30::text[] as alternatives
),
-- include: fitting
, candidate as (
    -- Only numbers from here on: what is shown is read for the page alone.
    select f.*
    -- Where no place was asked for and more fits than can be ranked, the best kept entries are (rules/properties.py): the
    -- loop over the marks ends when there are enough.
    from unnest($29::tsquery[]) as kept (mark) cross join lateral (  -- if wide
    from (  -- if placed
        select s.id, s.service_id, s.is_responsible, s.kilometres,
               case when s.is_responsible then 1 when s.has_area then -1 else 0 end::float8  -- if placed
               0::float8  -- if wide
                   as responsible,
               case when s.topics && $19::text[] then 1 when s.topics && $20::text[] then 0.6
                   when s.topics && $21::text[] then -1 else 0 end::float8
                   * (select avg((s.words @@ a.alternative::tsquery)::integer)::float8  -- if several
                       from unnest($30::text[]) a (alternative))  -- if several
                   as topic,
               coalesce(greatest(0, 1 - s.kilometres / $7), 0)::float8 as nearness,
               coalesce(ts_rank(s.words, $27), 0)::float8 as words,
               case when s.topics && $20 then 1.0 / cardinality(s.topics) else 0 end::float8 as focus,
               case when s.capacity_expires_at > $13 then
                   case s.capacity_state when 'free' then 1 when 'waiting-list' then -0.5 when 'closed' then -1 else 0 end
                   else 0 end::float8 as room,
               case when s.confirmed_at is null then 0 when s.confirmed_at >= $26::timestamptz then 1 else -1 end::float8
                   as freshness,
               s.accepts_handover::integer::float8 as handover
        from fitting s
        where s.words @@ kept.mark  -- if wide
        where s.protected or s.kilometres <= $7 or s.is_responsible  -- if placed
        offset 0) f
    limit $28 + 1  -- if wide
), matching as (
    select distinct on (c.service_id) c.*
    from candidate c
    order by c.service_id, c.kilometres nulls last, c.id
), scored as (
    select m.*,
           floor((m.responsible * ($22::float8[])[1] + m.topic * ($22)[2] + m.nearness * ($22)[3] + m.words * ($22)[4]
               + m.focus * ($22)[5] + m.room * ($22)[6] + m.freshness * ($22)[7] + m.handover * ($22)[8]
               ) * 1e6::float8 + 0.5::float8) / 1e6::float8 as score
    from matching m
), counted as (  -- if facets
    select p.kind, p.value, count(*)::integer as services  -- if facets
    from (select id from matching order by service_id limit $28) m  -- if facets
        join search_entry e on e.id = m.id  -- if facets
        cross join lateral (  -- if facets
            select 'topic' as kind, unnest(e.topics) as value  -- if facets
            union all select 'language', unnest(e.languages)  -- if facets
            union all select 'audience', unnest(e.audiences)  -- if facets
            union all select 'way-in', unnest(e.ways_in)  -- if facets
            union all select 'interpretation', unnest(e.interpretation)  -- if facets
            union all select 'room', 'true'  -- if facets
                where e.capacity_state is distinct from 'closed' or e.capacity_expires_at <= $13  -- if facets
            union all select 'handover', 'true' where e.accepts_handover) p  -- if facets
    group by p.kind, p.value  -- if facets
), page as (
    select *
    from scored
    where $23::float8 is null or score < $23 or (score = $23 and service_id > $24::uuid)
    order by score desc, service_id
    limit $25
)
select e.service_id, e.agency_id, e.service_name, e.agency_name, e.topics, e.languages, e.place, e.protected, e.has_area,
       e.accepts_handover, e.confirmed_at, e.openings,
       case when e.capacity_expires_at > $13 then e.capacity_state else '' end as capacity_state, e.capacity_said_at,
       e.capacity_expires_at, p.is_responsible, p.kilometres, e.state, e.audiences, e.exclusions, e.exclusions_description,
       e.ways_in, e.interpretation, e.latitude, e.longitude, p.responsible, p.topic, p.nearness, p.words, p.focus, p.room,
       p.freshness, p.handover, p.score,
       (select count(*) from matching)::integer as total,
       case when row_number() over (order by p.score desc, p.service_id) = 1 then (  -- if facets
           select jsonb_agg(jsonb_build_array(kind, value, services) order by kind, services desc, value)  -- if facets
           from counted) end as facets,  -- if facets
       (select count(*) from candidate) > $28 and $4 is null as is_capped
from page p
    join search_entry e on e.id = p.id
order by p.score desc, p.service_id

-- name: count_within
-- $7 radii in km: one count for each. A wide circle has a thousand cells to look up; where words or topics leave few rows, only
-- the Land of a protected place is looked up (far) and the distance of all others is reckoned.
-- $19 the most that is counted where no place was asked for
with types as (select $19::integer as most),  -- never run, like "given" below
-- include: fitting
, counted as (
    -- What is responsible or has no point of its own counts at any distance.
    select f.service_id, case when f.protected or f.is_responsible then 0 else f.kilometres end as kilometres
    from fitting f
    limit $19  -- if wide
), matching as (
    select coalesce(min(c.kilometres), 0) as kilometres from counted c group by c.service_id
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

-- name: count_words
select count(*)::integer from lexicon

-- name: list_words
select word from lexicon order by word
