-- name: entries
-- All that can be found, with the facts that grades come from and the words that the peers index.
select s.id::text as service_id, s.name, o.name as agency, coalesce(s.description, '') as description,
       array (select distinct t.code from attribute a join taxonomy_term t on t.id = a.taxonomy_term_id
              where a.service_id = s.id and a.active order by t.code) as topics,
       array (select distinct l.code from language l where l.service_id = s.id and l.active order by l.code) as languages,
       array (select distinct e.place from search_entry e where e.service_id = s.id order by e.place) as places,
       array (select e.latitude from search_entry e where e.service_id = s.id and e.latitude is not null order by e.id) as latitudes,
       array (select e.longitude from search_entry e where e.service_id = s.id and e.latitude is not null order by e.id) as longitudes,
       array (select lower(v.postcodes) from service_area v where v.service_id = s.id and v.active and v.postcodes is not null
              order by v.id) as firsts,
       array (select upper(v.postcodes) from service_area v where v.service_id = s.id and v.active and v.postcodes is not null
              order by v.id) as ends,
       array (select v.district_code from service_area v where v.service_id = s.id and v.active and v.district_code is not null
              order by v.district_code) as districts,
       array (select v.state from service_area v where v.service_id = s.id and v.active and v.state is not null
              order by v.state) as states
from service s
    join organization o on o.id = s.organization_id
where exists (select from search_entry e where e.service_id = s.id)
order by s.id

-- name: make_full_text
create temporary table full_text (service_id text primary key, words tsvector not null)

-- name: index_full_text
create index on full_text using gin (words)

-- name: insert_full_text
insert into full_text (service_id, words) values ($1, to_tsvector('german', $2))

-- name: ask_full_text
-- Any of the words; of those with all of them nearly none fits all of a sentence.
select service_id
from full_text, to_tsquery('german', nullif(replace(plainto_tsquery('german', $1)::text, ' & ', ' | '), '')) as asked
where words @@ asked
order by ts_rank(words, asked) desc, service_id
limit 10
