-- name: format_leaf_hash
-- The hash under which a row `r` of a table ($1) is logged as a kind ($2), as an expression; services/common/ledger/README.md says
-- what is hashed. Verification afterwards shows that it is the program's.
select format(
    'sha256(''\x00''::bytea || r.salt || convert_to((select row_to_json(leaf) from (select %s) leaf)::text, ''UTF8''))',
    string_agg(format('%s as %I', value, name), ', ' order by name collate "C"))
from (
    select attname as name,
           case atttypid when 'timestamptz'::regtype then format('(extract(epoch from r.%I) * 1000000)::bigint', attname)
                         when 'bytea'::regtype then format('encode(r.%I, ''hex'')', attname)
                         else format('r.%I', attname) end as value
    from pg_attribute
    where attrelid = $1::text::regclass and attnum > 0 and not attisdropped and attname not in ('salt', 'leaf_hash')
    union all select 'v', '1'
    union all select 'kind', format('%L::text', $2::text)) leaf_column

-- name: list_indexes
-- What has to be dropped before a table ($1) is filled, and how it is made again.
select format('alter table %s drop constraint %I', c.conrelid::regclass, c.conname) as remove,
       format('alter table %s add constraint %I %s', c.conrelid::regclass, c.conname, pg_get_constraintdef(c.oid)) as make
from pg_constraint c where c.conrelid = $1::text::regclass and c.contype in ('p', 'u')
union all
select format('drop index %s', i.indexrelid::regclass), pg_get_indexdef(i.indexrelid)
from pg_index i where i.indrelid = $1::text::regclass
    and not exists (select from pg_constraint c where c.conindid = i.indexrelid)

-- name: keep_pattern
-- The consent that somebody really gave ($1: its case); all others are made of it.
create table pattern as select * from consent_revision where case_id = $1 and act = 'granted'

-- name: add_cases
insert into consent_case (case_id, discloser_id)
select md5('case/' || n)::uuid, p.discloser_id from generate_series($1::bigint, $2::bigint) n, pattern p

-- name: format_add_consents
-- Makes the statement that adds a consent for each number from $1 to $2, with ids of its own, and logs it; $1 here: the leaf's hash.
select format(
    $statement$
    with added as (
        insert into consent_revision
        select hashed.*
        from generate_series($1::bigint, $2::bigint) n, pattern p
        cross join lateral jsonb_populate_record(p, jsonb_build_object(
            'case_id', md5('case/' || n)::uuid, 'consent_id', md5('consent/' || n)::uuid, 'receipt_id', md5('receipt/' || n)::uuid,
            'request_id', md5('request/' || n)::uuid, 'referral_id', md5('referral/' || n)::uuid,
            'consent_request_id', md5('question/' || n)::uuid, 'salt', '\x' || md5('salt/' || n))) r
        cross join lateral jsonb_populate_record(r, jsonb_build_object('leaf_hash', %1$s)) hashed
        returning consent_id, revision, case_id, leaf_hash
    )
    insert into log_pending (kind, case_id, row_id, revision, leaf_hash)
    select 'granted', case_id, consent_id, revision, leaf_hash from added
    $statement$, $1::text)

-- name: format_add_disclosures
-- Makes the statement that adds a reading for each number from $1 to $2, of one of the first $3 consents that a hash chooses: those of a case
-- lie far apart, as those of a year do. $1 here: the leaf's hash.
select format(
    $statement$
    with added as (
        insert into disclosure (case_id, disclosure_id, at, basis, consent_id, revision, referral_id, discloser_id, recipient_id,
            direction, purpose, disclosure_kind, item_id, item_version, category, labels, written_on, authoring_agency_id, reader_id,
            reader_agency_id, reader_role, request_id, salt)
        select md5('case/' || of.n)::uuid, uuidv7(), clock_timestamp(), 'consent', md5('consent/' || of.n)::uuid, p.revision,
               md5('referral/' || of.n)::uuid, p.discloser_id, p.recipient_id, 'forward', 'handing-over', 'read',
               md5('item/' || of.n)::uuid, 1, 'contact', '{}', clock_timestamp(), p.discloser_id, md5('person/' || i %% 1000)::uuid,
               p.recipient_id, 'counsellor', md5('reading/' || i)::uuid, decode(md5('grain/' || i), 'hex')
        from generate_series($1::bigint, $2::bigint) i, pattern p,
             lateral (select abs(hashint8extended(i, 7) %% $3::bigint) as n) of
        returning *
    )
    insert into log_pending (kind, case_id, row_id, revision, leaf_hash)
    select 'disclosed', r.case_id, r.disclosure_id, 0, %1$s from added r
    $statement$, $1::text)

-- name: count_pending
select count(*) from log_pending

-- name: bytes_on_disk
select pg_database_size(current_database())

-- name: forget_bare_entries
-- Nobody takes the bare side's entries out of the queue, and nobody reads its log.
truncate log_pending, log_leaf, log_checkpoint
