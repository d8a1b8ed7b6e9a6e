-- name: item
select ciphertext, labels, written_at from section_version where case_id = $1 and item_id = $2 and version = $3
