-- Each statement gives lines of text in a stable order; what belongs to extensions or to the history of migrations is left out.

-- name: extensions
select format('extension %s', extname) from pg_extension where extname <> 'plpgsql' order by extname collate "C"

-- name: schemas
select format('schema %s%s', n.nspname, case when cardinality(g.rights) > 0 then ' grants ' || array_to_string(g.rights, ', ') else '' end)
from pg_namespace n
cross join lateral (
    select array_agg(format('%s to %s', lower(a.privilege_type), coalesce(r.rolname, 'public'))
                     order by coalesce(r.rolname, 'public') collate "C", a.privilege_type collate "C") as rights
    from aclexplode(n.nspacl) a left join pg_roles r on r.oid = a.grantee
) g
where n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'lotse_migration')
order by n.nspname collate "C"

-- name: types
select line from (
select format('type %s.%s as enum (%s)', n.nspname, t.typname,
              (select string_agg(quote_literal(e.enumlabel), ', ' order by e.enumsortorder) from pg_enum e where e.enumtypid = t.oid)) as line
from pg_type t join pg_namespace n on n.oid = t.typnamespace
where t.typtype = 'e' and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
  and not exists (select from pg_depend d where d.classid = 'pg_type'::regclass and d.objid = t.oid and d.deptype = 'e')
union all
select format('domain %s.%s as %s%s%s', n.nspname, t.typname, format_type(t.typbasetype, t.typtypmod),
              case when t.typnotnull then ' not null' else '' end,
              coalesce((select string_agg(' ' || pg_get_constraintdef(c.oid), '' order by c.conname collate "C")
                        from pg_constraint c where c.contypid = t.oid and c.contype = 'c'), ''))
from pg_type t join pg_namespace n on n.oid = t.typnamespace
where t.typtype = 'd' and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
  and not exists (select from pg_depend d where d.classid = 'pg_type'::regclass and d.objid = t.oid and d.deptype = 'e')
union all
select format('type %s.%s as (%s)', n.nspname, t.typname,
              (select string_agg(format('%s %s', a.attname, format_type(a.atttypid, a.atttypmod)), ', ' order by a.attnum)
               from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped)) as line
from pg_type t join pg_class c on c.oid = t.typrelid and c.relkind = 'c' join pg_namespace n on n.oid = t.typnamespace
where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
  and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
) every order by line collate "C"

-- name: relations
select c.oid, format('%s %s.%s', case c.relkind when 'r' then 'table' when 'p' then 'partitioned table' when 'v' then 'view'
                                 when 'm' then 'materialized view' when 'S' then 'sequence' else c.relkind::text end,
                     n.nspname, c.relname)
              || case when c.relrowsecurity then ' with row security' else '' end
              || case when c.relforcerowsecurity then ' forced' else '' end as line
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p', 'v', 'm', 'S') and n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'lotse_migration')
  and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
  and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'i')
order by n.nspname collate "C", c.relname collate "C"

-- name: columns
select format('column %s %s', a.attname, format_type(a.atttypid, a.atttypmod))
       || case when a.attcollation <> 0 and a.attcollation <> t.typcollation then ' collate ' || l.collname else '' end
       || case when a.attnotnull then ' not null' else '' end
       || case when a.attidentity <> '' then ' generated ' || case a.attidentity when 'a' then 'always' else 'by default' end || ' as identity' else '' end
       || case when d.adbin is not null then case when a.attgenerated <> '' then ' generated as ' else ' default ' end || pg_get_expr(d.adbin, d.adrelid) else '' end
       || coalesce(' -- ' || col_description(a.attrelid, a.attnum), '')
from pg_attribute a
join pg_type t on t.oid = a.atttypid
left join pg_collation l on l.oid = a.attcollation
left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
where a.attrelid = $1 and a.attnum > 0 and not a.attisdropped
order by a.attnum

-- name: constraints
select format('constraint %s %s', conname, pg_get_constraintdef(oid))
from pg_constraint where conrelid = $1 and contype <> 'n' order by conname collate "C"

-- name: indexes
select pg_get_indexdef(i.indexrelid)
from pg_index i join pg_class c on c.oid = i.indexrelid where i.indrelid = $1 order by c.relname collate "C"

-- name: triggers
select pg_get_triggerdef(oid) from pg_trigger where tgrelid = $1 and not tgisinternal order by tgname collate "C"

-- name: policies
select format('policy %s as %s for %s to %s', p.polname, case when p.polpermissive then 'permissive' else 'restrictive' end,
              case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' else 'all' end,
              (select string_agg(coalesce(r.rolname, 'public'), ', ' order by coalesce(r.rolname, 'public') collate "C")
               from unnest(p.polroles) o(oid) left join pg_roles r on r.oid = o.oid))
       || coalesce(' using ' || pg_get_expr(p.polqual, p.polrelid), '')
       || coalesce(' with check ' || pg_get_expr(p.polwithcheck, p.polrelid), '')
from pg_policy p where p.polrelid = $1 order by p.polname collate "C"

-- name: view_definition
select pg_get_viewdef($1::oid, true) where (select relkind from pg_class where oid = $1) in ('v', 'm')

-- name: grants
select format('grant %s to %s', string_agg(lower(a.privilege_type), ', ' order by a.privilege_type collate "C"), coalesce(r.rolname, 'public'))
from pg_class c cross join lateral aclexplode(c.relacl) a left join pg_roles r on r.oid = a.grantee
where c.oid = $1 and a.grantee <> c.relowner
group by r.rolname order by r.rolname collate "C" nulls first

-- name: column_grants
select format('grant %s (%s) to %s', lower(x.privilege_type), string_agg(a.attname, ', ' order by a.attnum), coalesce(r.rolname, 'public'))
from pg_attribute a cross join lateral aclexplode(a.attacl) x left join pg_roles r on r.oid = x.grantee
where a.attrelid = $1
group by x.privilege_type, r.rolname order by r.rolname collate "C" nulls first, x.privilege_type collate "C"

-- name: functions
select p.oid, pg_get_functiondef(p.oid) as line
from pg_proc p join pg_namespace n on n.oid = p.pronamespace
where p.prokind in ('f', 'p') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
  and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
order by n.nspname collate "C", p.proname collate "C", pg_get_function_identity_arguments(p.oid) collate "C"

-- name: function_grants
select format('grant execute to %s', coalesce(r.rolname, 'public'))
from pg_proc p cross join lateral aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a left join pg_roles r on r.oid = a.grantee
where p.oid = $1 and a.grantee <> p.proowner
order by r.rolname collate "C" nulls first
