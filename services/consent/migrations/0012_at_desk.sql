-- A client at an agency's desk lets what she permitted end earlier: who wrote it down stands beside the revision, under the
-- same repeat key.

alter table evidence drop constraint evidence_evidence_role_check;
alter table evidence add constraint evidence_evidence_role_check
    check (evidence_role in ('interpreter', 'witness', 'scan', 'read-back', 'representative', 'ground', 'at-desk'));
-- Neither what she answers nor who wrote it down is an item of the case.
alter table evidence drop constraint evidence_check3;
alter table evidence add constraint evidence_check3 check ((evidence_role in ('read-back', 'at-desk')) = (item_id is null));
create index evidence_of_act on evidence (case_id, request_id) where evidence_role = 'at-desk';
