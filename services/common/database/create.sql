-- name: take_lock
select pg_advisory_xact_lock(hashtextextended('lotse_create_database', 0))

-- name: role_exists
select exists (select from pg_roles where rolname = $1)

-- name: format_create_role
select format('create role %I login nosuperuser nocreatedb nocreaterole nobypassrls', $1::text)

-- name: format_set_password
select format('alter role %I with login password %L', $1::text, $2::text)

-- name: format_reset_settings
select format('alter role %I reset all', $1::text)

-- name: format_set_setting
select format('alter role %I set %I = %L', $1::text, $2::text, $3::text)

-- name: format_join_role
select format('grant %I to current_user with set true, inherit true', $1::text)

-- name: is_superuser
select rolsuper from pg_roles where rolname = current_user

-- name: database_exists
select exists (select from pg_database where datname = $1)

-- name: format_create_database
select format('create database %I owner %I template template0 encoding ''UTF8'' locale_provider builtin '
              'builtin_locale ''C.UTF-8'' locale ''C''', $1::text, $2::text)

-- name: format_revoke_public
select format('revoke all on database %I from public', $1::text)

-- name: format_grant_connect
select format('grant connect on database %I to %I', $1::text, $2::text)

-- name: format_drop_database
select format('drop database if exists %I with (force)', $1::text)
