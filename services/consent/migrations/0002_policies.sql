-- Who sees which rows: a net under a forgotten WHERE, held by the database itself. Also the owner is bound.

-- ── what is no case's ────────────────────────────────────────────────────────────────────────────────────────────────

grant select, insert on consent_text, consent_text_retirement to {run};
grant select on regime to {run};
grant select, insert, update, delete on regime to {worker};
grant select, insert on secret_attempt to {run};
grant select, delete on secret_attempt to {worker};
grant select on consent_text, consent_text_retirement to {worker};

-- ── tables of a case ─────────────────────────────────────────────────────────────────────────────────────────────────

do $$
declare
    name text;
begin
    foreach name in array array['consent_case', 'consent_request', 'consent_request_end', 'refusal', 'access_code',
                                'client_session', 'pass', 'second_secret_attempt', 'consent_revision', 'withdrawal',
                                'acknowledgement', 'statutory_act', 'disclosure']
    loop
        execute format('alter table %I enable row level security', name);
        execute format('alter table %I force row level security', name);
        -- A client sees and writes her case; background work sees all and writes nothing; the eraser deletes.
        execute format('create policy client on %I to {run} using (scope_kind() = ''client'' and case_id = scope_case())', name);
        execute format('create policy worker on %I for select to {worker} using (true)', name);
        execute format('create policy eraser_reads on %I for select to {eraser} using (true)', name);
        execute format('create policy eraser_deletes on %I for delete to {eraser} using (true)', name);
        execute format('grant select, insert on %I to {run}', name);
        execute format('grant select on %I to {worker}', name);
        execute format('grant select, delete on %I to {eraser}', name);
    end loop;
end
$$;

-- Asking is the discloser's; a recipient never learns of a request that was not granted.
create policy discloser on consent_case to {run}
    using (scope_kind() = 'staff' and discloser_id = scope_agency() and case_id = scope_case());
create policy discloser on consent_request to {run}
    using (scope_kind() = 'staff' and discloser_id = scope_agency() and case_id = scope_case());
create policy discloser on consent_request_end to {run}
    using (scope_kind() = 'staff' and case_id = scope_case() and exists (
        select from consent_request r
        where r.case_id = consent_request_end.case_id and r.consent_request_id = consent_request_end.consent_request_id));
create policy discloser on access_code to {run}
    using (scope_kind() = 'staff' and case_id = scope_case() and exists (
        select from consent_request r
        where r.case_id = access_code.case_id and r.consent_request_id = access_code.consent_request_id));

-- What somebody typed leads to its one row. Staff need it to find a name that is free.
create policy named on access_code for select to {run} using (name_digest = scope_name());
create policy named on pass for select to {run} using (name_digest = scope_name());

-- Both sides see the consent between them, what was withdrawn, and what was disclosed on it.
create policy parties_read on consent_revision for select to {run}
    using (scope_kind() = 'staff' and scope_agency() in (discloser_id, recipient_id));
-- Staff take back for her; only she grants.
create policy parties_withdraw on consent_revision for insert to {run}
    with check (scope_kind() = 'staff' and scope_agency() in (discloser_id, recipient_id) and case_id = scope_case()
                and act in ('reduced', 'withdrawn'));
create policy parties on withdrawal to {run}
    using (scope_kind() = 'staff' and scope_agency() in (discloser_id, recipient_id));
create policy parties on statutory_act for select to {run}
    using (scope_kind() = 'staff' and scope_agency() in (discloser_id, recipient_id));
create policy parties_read on disclosure for select to {run}
    using (scope_kind() = 'staff' and scope_agency() in (discloser_id, recipient_id));
-- Written only for oneself.
create policy reader on disclosure for insert to {run}
    with check (scope_kind() = 'staff' and scope_agency() in (discloser_id, recipient_id)
                and reader_agency_id = scope_agency() and reader_id = scope_person() and case_id = scope_case());

-- Referrals' worker reports what was done about a withdrawal.
create policy service on withdrawal for select to {run} using (scope_kind() = 'service' and case_id = scope_case());
create policy service on acknowledgement to {run} using (scope_kind() = 'service' and case_id = scope_case());
