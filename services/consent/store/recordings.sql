-- name: put_recording
insert into consent_text_recording (text_version_id, media_type, content, digest) values ($1, $2, $3, $4)
on conflict (text_version_id) do update set media_type = excluded.media_type, content = excluded.content, digest = excluded.digest

-- name: remove_recording
delete from consent_text_recording where text_version_id = $1
returning digest

-- name: get_recording
select s.media_type, s.content, s.digest
from consent_text_recording s join consent_text t using (text_version_id)
where t.content_hash = $1
