-- name: list_checksums
select name, checksum from reference_file order by name

-- name: put_checksum
insert into reference_file (name, checksum) values ($1, $2)
on conflict (name) do update set checksum = excluded.checksum

-- name: put_district
insert into district (code, name, state) values ($1, $2, $3)
on conflict (code) do update set name = excluded.name, state = excluded.state

-- name: clear_places
delete from place

-- name: put_taxonomy
insert into taxonomy (id, name, description, version) values ($1, $2, $3, $4)
on conflict (id) do update set description = excluded.description, version = excluded.version

-- name: retire_terms
update taxonomy_term set active = false where taxonomy_id = $1

-- name: put_term
insert into taxonomy_term (id, taxonomy_id, code, parent_id, position, labels, synonyms, explanations, sensitive)
values ($1, $2, $3, $4, $5, $6::text::jsonb, $7::text::jsonb, $8::text::jsonb, $9)
on conflict (id) do update set parent_id = excluded.parent_id, position = excluded.position, labels = excluded.labels,
    synonyms = excluded.synonyms, explanations = excluded.explanations, sensitive = excluded.sensitive, active = true

-- name: put_words
insert into lexicon (word, stem)
select word, stem from unnest($1::text[], $2::text[]) as w(word, stem)
on conflict (word) do update set stem = excluded.stem

-- name: list_districts
select code, name, state from district order by code

-- name: list_places
select postcode, name, district_code, latitude, longitude, kind = 'bulk' as is_bulk
from place
order by postcode, kind desc, name

-- name: list_terms
select t.id, t.code, coalesce(p.code, '') as parent, t.labels, t.synonyms, t.explanations, t.sensitive
from taxonomy_term t
    join taxonomy x on x.id = t.taxonomy_id and x.name = $1
    left join taxonomy_term p on p.id = t.parent_id
where t.active
order by t.position
