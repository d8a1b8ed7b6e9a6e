-- name: lock_draft
select pg_advisory_xact_lock(hashtextextended('consent_text_draft ' || $1::uuid::text, 0))

-- name: insert_revision
insert into consent_text_draft (draft_id, revision, subject, language, variety, title, body, translator, material, content_hash)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)

-- name: newest_revision
select draft_id, revision, subject, language, variety, title, body, translator, material, content_hash
from consent_text_draft where draft_id = $1
order by revision desc limit 1

-- name: open_drafts
select distinct on (d.draft_id) d.draft_id, d.revision, d.subject, d.language, d.variety, d.title, '' as body, d.translator,
       d.material, d.content_hash
from consent_text_draft d
where not exists (select from consent_text_act ended
                  where ended.draft_id = d.draft_id and ended.act in ('published', 'discarded'))
order by d.draft_id, d.revision desc

-- name: acts_of_drafts
select act_id, at, act, draft_id, revision, text_version_id, content_hash, person_id, role, reviewer, reviewed_on, request_id
from consent_text_act where draft_id = any ($1::uuid[])
order by at, act_id

-- name: acts_of_version
select act_id, at, act, draft_id, revision, text_version_id, content_hash, person_id, role, reviewer, reviewed_on, request_id
from consent_text_act
where text_version_id = $1
   or draft_id in (select published.draft_id from consent_text_act published
                   where published.text_version_id = $1 and published.act = 'published')
order by at, act_id

-- name: find_act
select act_id, at, act, draft_id, revision, text_version_id, content_hash, person_id, role, reviewer, reviewed_on, request_id
from consent_text_act where request_id = $1

-- name: writers_of_words
select distinct written.person_id, written.role
from consent_text_artefact a
join consent_text_artefact same on same.html_hash = a.html_hash
join consent_text_act published on published.text_version_id = same.text_version_id and published.act = 'published'
join consent_text_act written on written.draft_id = published.draft_id and written.act = 'written'
where a.text_version_id = $1

-- name: insert_act
with row as (
    insert into consent_text_act (act_id, at, act, draft_id, revision, text_version_id, content_hash, person_id, role, reviewer,
                                  reviewed_on, request_id, salt, leaf_hash)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
)
insert into log_pending (kind, case_id, row_id, revision, leaf_hash) values ('text', null, $1, 0, $14)
