-- Who takes part in a case conference is shown to her when she is asked about one of them: the list stands with the question
-- and is an entry of the log. Questions of other purposes have neither list nor leaf.

alter table consent_request
    add column participants uuid[] not null default '{}' check (
        participants = '{}' or (discloser_id = any (participants) and recipient_id = any (participants))),
    add column salt bytea check (octet_length(salt) = 16),
    add column leaf_hash bytea check (octet_length(leaf_hash) = 32),
    add check ((participants = '{}') = (salt is null)),
    add check ((salt is null) = (leaf_hash is null));
