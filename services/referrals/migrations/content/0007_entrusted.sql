-- What another person entrusted to the counsellor goes nowhere on the client's consent alone (§ 65 SGB VIII).

alter table section_version add column entrusted_by_another boolean not null default false;
