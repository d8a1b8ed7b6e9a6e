-- name: format_comparison
-- Makes the statement that lays each row of a kind ($1: its reader, $2 and $3: names and types of the leaf's columns, $4: its
-- kind, $5: whether rows keep their hash) beside its entry, as far as their ids lie from $6 up to and without $7; null is no
-- bound. A row without entry is recent when it was written from $8 to $9.
-- Gives what is odd about the pair, position, hash, salt, and the columns as JSON, but for the quotes of ids and bytes.
select format(
    $statement$
    select case when judged.odd is not null then json_build_array(judged.odd, coalesce(entry.row_id, stored.ledger_row_id),
                coalesce(entry.revision, stored.ledger_revision), entry.case_id, stored.ledger_written_at between %8$L and %9$L)
           end as ledger_odd,
           entry.seq as ledger_seq, entry.leaf_hash as ledger_entry_hash, stored.ledger_salt%2$s
    from (select reader.* from (%1$s) reader where %6$s) stored
    full join (select seq, row_id, revision, case_id, leaf_hash from log_leaf where kind = %3$L and %7$s) entry
        on entry.row_id = stored.ledger_row_id and entry.revision = stored.ledger_revision
    cross join lateral (
        select case
            when stored.ledger_row_id is null then 'without-row'
            when entry.seq is null then 'without-entry'
            when octet_length(stored.ledger_salt) is distinct from 16 or %4$s then 'changed'
            when %5$s then 'other-case'
        end as odd) judged
    $statement$,
    $1::text,
    (select string_agg(format(', %s as %I', case
            -- Microseconds since 1970. What no writer can have logged, infinity too, must not overflow and stays as odd.
            when type = 'timestamptz' then format(
                'timestamptz_send(stored.%1$I)::bigint + case when stored.%1$I < ''100000-01-01'' then 946684800000000 else 0 end', name)
            when type = 'bytea' then format('encode(stored.%I, ''hex'')', name)
            when type = 'uuid' or type like 'int_' then format('stored.%I', name)
            when type like '%[]' then format('to_json(stored.%I)', name)
            else format('json_scalar(stored.%I)', name)
        end, name), '' order by number)
     from unnest($2::text[], $3::text[]) with ordinality as leaf_column (name, type, number)),
    $4::text,
    case when $5::boolean then 'stored.ledger_leaf_hash is distinct from entry.leaf_hash' else 'false' end,
    case when 'case_id' = any ($2::text[]) then 'stored.case_id is distinct from entry.case_id' else 'false' end,
    concat_ws(' and ', 'true', 'ledger_row_id >= ' || quote_literal($6::uuid), 'ledger_row_id < ' || quote_literal($7::uuid)),
    concat_ws(' and ', 'true', 'row_id >= ' || quote_literal($6::uuid), 'row_id < ' || quote_literal($7::uuid)),
    $8::timestamptz, $9::timestamptz)
