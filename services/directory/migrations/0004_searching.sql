-- minimum program: 0.1.0
-- What questions ask beyond topic, language and place: for whom, which way in, open when. Entries made before hold nothing
-- of it until their source is imported again.

-- A rule of opening hours in German local time, so that one condition says whether a day fits (rules/openings.py).
-- every and phase: of weeks since Monday 1 January of year 1, or of months since then · days: MO, or 1MO, -1FR within a
-- month; null for any · opens and closes: minutes of the day; past midnight goes on beyond 1440
create type opening as (
    monthly boolean,
    every integer,
    phase integer,
    days text[],
    month_days integer[],
    first_day date,
    last_day date,
    opens integer,
    closes integer,
    ways text[],
    holidays boolean
);

alter table search_entry
    add column state text not null default '',
    add column audiences text[] not null default '{}',
    add column exclusions text[] not null default '{}',
    add column exclusions_description text not null default '',
    add column minimum_age integer,
    add column maximum_age integer,
    add column ways_in text[] not null default '{}',
    add column interpretation text[] not null default '{}',
    drop column openings,
    add column openings opening[] not null default '{}';
create index search_entry_agency on search_entry (agency_id);
