-- An objection to an act of a law is an entry of its own kind, so that the journal outside the database can tell it and a
-- restore says it again. Reviews of before keep the columns, and with them the hash, that they had.

alter table statutory_review
    add column act_ended_at timestamptz check (act_ended_at is null or verdict = 'objected'),
    alter column person_id drop not null,
    add check (person_id is not null or act_ended_at is not null); -- who objected was lost with the newer copy
create policy restore_objects on statutory_review for insert to {worker}
    with check (scope_kind() = 'service' and person_id is null and verdict = 'objected');
grant insert on statutory_review to {worker};
