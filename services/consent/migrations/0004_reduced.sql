-- A client who makes less of what she permitted has a receipt of it as well. A revision that a withdrawal left has none of
-- its own: the withdrawal's row has it.

alter table consent_revision drop constraint consent_revision_check1;
alter table consent_revision add constraint consent_revision_receipt check (
    case act when 'granted' then receipt_id is not null when 'reduced' then true else receipt_id is null end);
