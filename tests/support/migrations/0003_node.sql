create table log_node (
    level    smallint not null check (level > 0),
    position bigint   not null check (position >= 0),
    hash     bytea    not null,
    primary key (level, position)
);
grant select, insert on log_node to {sequencer};
grant select on log_node to {run}, {worker};
