-- name: describe
-- The statement that copies each table of the directory: a copy's ids are made of the ids copied, so that what belongs together still does.
-- Topics and units are what all copies share.
select t.name as table,
       format('insert into %1$I (%2$s) select %3$s from %1$I r cross join generate_series(1, $1::integer) as n', t.name,
              string_agg(quote_ident(a.attname), ', ' order by a.attnum),
              string_agg(case when a.atttypid = 'uuid'::regtype and a.attname not in ('taxonomy_term_id', 'unit_id')
                                  then format('md5(r.%1$I || ''/'' || n)::uuid', a.attname)
                              when a.attname = 'source_id' then 'r.source_id || ''/'' || n'
                              else format('r.%I', a.attname) end, ', ' order by a.attnum)) as statement
from unnest(array ['organization', 'organization_identifier', 'program', 'service', 'location', 'service_at_location', 'address',
                   'phone', 'way_in', 'schedule', 'language', 'service_area', 'accessibility', 'cost_option', 'required_document',
                   'funding', 'service_capacity', 'attribute', 'regime', 'confirmation', 'search_entry'])
         with ordinality as t(name, position)
    join pg_attribute a on a.attrelid = t.name::regclass and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
group by t.name, t.position
order by t.position

-- name: count_services
select count(*) from visible_service
