-- When an agency takes a case, consent has to hear of it: what its sitting leaves unused ends there.

alter table referral add column unused_due boolean not null default false;
create index referral_unused_due on referral (referral_id) where unused_due;
