-- name: insert_text
insert into consent_text (text_version_id, subject, language, variety, title, body, translator, reviewer, reviewed_on, demo,
                          content_hash, published_at, published_by, request_id)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, legal_time(), $12, $13)
on conflict do nothing

-- name: find_text_by_hash
select t.text_version_id, t.subject, t.language, t.variety, t.title, t.body, t.translator, t.reviewer, t.reviewed_on, t.demo,
       t.content_hash, t.published_at, r.retired_at
from consent_text t left join consent_text_retirement r using (text_version_id)
where t.content_hash = $1

-- name: get_texts
select t.text_version_id, t.subject, t.language, t.variety, t.title, t.body, t.translator, t.reviewer, t.reviewed_on, t.demo,
       t.content_hash, t.published_at, r.retired_at
from consent_text t left join consent_text_retirement r using (text_version_id)
where t.text_version_id = any ($1::uuid[])

-- name: retire_text
insert into consent_text_retirement (text_version_id, retired_at, retired_by) values ($1, legal_time(), $2)
on conflict do nothing

-- name: list_texts
select t.text_version_id, t.subject, t.language, t.variety, t.title, t.body, t.translator, t.reviewer, t.reviewed_on, t.demo,
       t.content_hash, t.published_at, r.retired_at
from consent_text t left join consent_text_retirement r using (text_version_id)
order by t.published_at desc, t.text_version_id desc

-- name: current_texts
select distinct on (t.subject) t.text_version_id, t.subject
from consent_text t
where t.language = $1 and t.variety = $2 and t.subject = any ($3::text[]) and t.reviewer <> ''
  and (not t.demo or $4)
  and not exists (select from consent_text_retirement r where r.text_version_id = t.text_version_id)
order by t.subject, t.published_at desc
