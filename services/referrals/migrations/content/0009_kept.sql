-- An objection may keep single categories: the keys of everything else are destroyed at once.

alter table deletion_task
    add column kept              text[] not null default '{}',
    add column rest_destroyed_at timestamptz,
    add check (cardinality(kept) = 0 or objected_at is not null);
create index deletion_task_with_rest on deletion_task (deletion_task_id)
    where cardinality(kept) > 0 and rest_destroyed_at is null;
