-- name: insert_text
insert into consent_text (text_version_id, subject, language, variety, title, body, translator, reviewer, reviewed_on, demo,
                          material, content_hash, published_at, published_by, request_id)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, legal_time(), $13, $14)
on conflict do nothing

-- name: insert_artefact
insert into consent_text_artefact (text_version_id, html, html_hash) values ($1, $2, $3)
on conflict do nothing

-- name: find_text_by_hash
select t.text_version_id, t.subject, t.language, t.variety, t.title, t.body, t.translator, t.reviewer, t.reviewed_on, t.demo,
       t.material, t.content_hash, t.published_at, r.retired_at, a.html_hash,
       s.media_type as recording_type
from consent_text t left join consent_text_retirement r using (text_version_id)
left join consent_text_artefact a using (text_version_id) left join consent_text_recording s using (text_version_id)
where t.content_hash = $1

-- name: get_texts
select t.text_version_id, t.subject, t.language, t.variety, t.title, t.body, t.translator, t.reviewer, t.reviewed_on, t.demo,
       t.material, t.content_hash, t.published_at, r.retired_at, a.html_hash,
       s.media_type as recording_type
from consent_text t left join consent_text_retirement r using (text_version_id)
left join consent_text_artefact a using (text_version_id) left join consent_text_recording s using (text_version_id)
where t.text_version_id = any ($1::uuid[])

-- name: get_artefact
select html, html_hash from consent_text_artefact where text_version_id = $1

-- name: retire_text
insert into consent_text_retirement (text_version_id, retired_at, retired_by) values ($1, legal_time(), $2)
on conflict do nothing

-- name: list_texts
select t.text_version_id, t.subject, t.language, t.variety, t.title, case when $1::boolean then t.body else '' end as body, t.translator,
       t.reviewer, t.reviewed_on, t.demo, t.material, t.content_hash, t.published_at, r.retired_at, a.html_hash,
       s.media_type as recording_type
from consent_text t left join consent_text_retirement r using (text_version_id)
left join consent_text_artefact a using (text_version_id) left join consent_text_recording s using (text_version_id)
order by t.published_at desc, t.text_version_id desc

-- name: standings
select t.text_version_id, t.subject, t.language, t.variety, t.published_at, t.material, t.reviewer <> '' as reviewed, t.demo,
       r.text_version_id is not null as retired, coalesce(a.html_hash, t.content_hash) as words
from consent_text t left join consent_text_retirement r using (text_version_id)
left join consent_text_artefact a using (text_version_id)
where t.subject = any ($1::text[])
