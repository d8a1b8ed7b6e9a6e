-- Whom she does not want to read holds between two agencies, also for a referral that is sent after another one ended unchecked.

drop policy client_names on name_check;
drop policy client_takes_back on name_check;
drop policy own_agency_reads on name_check;
drop policy own_agency_answers on name_check;

alter table name_check
    add column recipient_id uuid,
    add column held_for     uuid;
alter table name_check no force row level security; -- which binds the owner, and with it this statement
alter table referral no force row level security;
-- A draft may have got another recipient since. A key is bound to what it is held for, so those that are there stay as they are.
update name_check n
set recipient_id = case when n.agency_id = r.discloser_id then r.recipient_id else n.agency_id end,
    held_for = case when n.agency_id = r.discloser_id then n.case_id else n.referral_id end
from referral r
where r.case_id = n.case_id and r.referral_id = n.referral_id;
-- Nobody can find out any more whom she meant: these ended with their referral, and would keep the next one closed for good.
delete from name_check n using referral r
where n.answered_at is null and r.case_id = n.case_id and r.referral_id = n.held_for and r.keys_destroyed_at is not null;
alter table referral force row level security;
alter table name_check force row level security;
alter table name_check
    alter column recipient_id set not null,
    alter column held_for set not null,
    drop column referral_id;
comment on column name_check.ciphertext is
    'erasure: unreadable once its key is destroyed, at the recipient with its last referral after an answer; row with the case';
comment on column name_check.held_for is 'erasure: with the case';

-- With a pass it holds at once. What was named for a question holds, and is known to the agency, once something was sent
-- since: before that she may still say no to everything.
create policy client_names on name_check for insert to {run}
    with check (scope_kind() = 'client' and case_id = scope_case() and held_for = case_id and answered_at is null and exists (
        select from referral r
        where r.case_id = name_check.case_id and r.recipient_id = name_check.recipient_id
          and name_check.agency_id in (r.discloser_id, r.recipient_id)));
create policy client_takes_back on name_check for delete to {run}
    using (scope_kind() = 'client' and case_id = scope_case() and answered_at is null and consent_request_id is not null
           and not exists (
        select from referral r
        where r.case_id = name_check.case_id and r.recipient_id = name_check.recipient_id and r.basis = 'consent'
          and r.sent_at >= name_check.named_at));
create policy own_agency_reads on name_check for select to {run}
    using (scope_kind() = 'staff' and agency_id = scope_agency() and (consent_request_id is null or exists (
        select from referral r
        where r.case_id = name_check.case_id and r.recipient_id = name_check.recipient_id and r.basis = 'consent'
          and r.sent_at >= name_check.named_at)));
create policy own_agency_answers on name_check for update to {run}
    using (scope_kind() = 'staff' and agency_id = scope_agency() and (consent_request_id is null or exists (
        select from referral r
        where r.case_id = name_check.case_id and r.recipient_id = name_check.recipient_id and r.basis = 'consent'
          and r.sent_at >= name_check.named_at)))
    with check (scope_kind() = 'staff' and agency_id = scope_agency() and answered_by = scope_person());
