-- Consent holds no name, address, content or free text. What it holds counts as Art. 9 data all the same.
--
-- Nothing is updated in place: every act is a further row, written by roles that may only insert. A column that points to
-- a person says in its comment when it goes ("erasure: …"): with the case, when no claim from it can arise any more.

-- ── scope ────────────────────────────────────────────────────────────────────────────────────────────────────────────

-- Set in each transaction; unset means null, and null matches no row.
create function scope_kind() returns text language sql stable parallel safe
    return nullif(current_setting('lotse.kind', true), '');
create function scope_agency() returns uuid language sql stable parallel safe
    return nullif(current_setting('lotse.agency', true), '')::uuid;
create function scope_person() returns uuid language sql stable parallel safe
    return nullif(current_setting('lotse.person', true), '')::uuid;
create function scope_case() returns uuid language sql stable parallel safe
    return nullif(current_setting('lotse.case', true), '')::uuid;
-- The naming part of a code or pass that somebody typed: leads to its row and to no other.
create function scope_name() returns bytea language sql stable parallel safe
    return decode(nullif(current_setting('lotse.name', true), ''), 'hex');

-- The one source of legal times (grant, withdrawal, disclosure). Never now(): that is when the transaction began.
create function legal_time() returns timestamptz language sql volatile
    return clock_timestamp();

-- ── texts ────────────────────────────────────────────────────────────────────────────────────────────────────────────

create table consent_text (
    text_version_id uuid primary key,
    subject         text not null,
    language        text not null,
    variety         text not null check (variety in ('standard', 'leichte-sprache')),
    title           text not null,
    body            text not null,
    translator      text not null,
    reviewer        text not null,
    reviewed_on     date,
    demo            boolean not null,
    content_hash    bytea not null unique check (octet_length(content_hash) = 32),
    published_at    timestamptz not null,
    published_by    uuid,
    request_id      uuid not null unique
);
comment on column consent_text.published_by is 'erasure: never, an operator''s official act; null for the command line';
comment on column consent_text.translator is 'erasure: never, named on the text by agreement';
comment on column consent_text.reviewer is 'erasure: never, named on the text by agreement';
create index consent_text_current on consent_text (subject, language, published_at desc);

create table consent_text_retirement (
    text_version_id uuid primary key references consent_text,
    retired_at      timestamptz not null,
    retired_by      uuid
);
comment on column consent_text_retirement.retired_by is 'erasure: never, an operator''s official act';

-- ── regimes ──────────────────────────────────────────────────────────────────────────────────────────────────────────

-- Consent's own dated copy of what the directory says; days are those of German time, half-open.
create table regime (
    agency_id   uuid not null,
    valid_from  date not null,
    valid_until date,
    regime      text not null check (regime in ('gdpr', 'kdg', 'dsg-ekd')),
    overlays    text[] not null,
    seen_at     timestamptz not null,
    primary key (agency_id, valid_from),
    check (valid_until is null or valid_until > valid_from)
);

-- ── requests ─────────────────────────────────────────────────────────────────────────────────────────────────────────

-- Whose case an id is. It cannot be taken over: the first agency to ask about a case is the only one that ever may.
create table consent_case (
    case_id      uuid primary key,
    discloser_id uuid not null
);
comment on column consent_case.case_id is 'erasure: with the case';

create table consent_request (
    case_id            uuid not null references consent_case,
    consent_request_id uuid not null,
    referral_id        uuid not null,
    draft_revision     integer not null,
    discloser_id       uuid not null,
    recipient_id       uuid not null,
    categories         text not null check (categories is json array),
    purposes           text[] not null,
    language           text not null,
    in_danger          boolean not null,
    text_version_ids   uuid[] not null,
    requested_by       uuid not null,
    requested_at       timestamptz not null,
    request_id         uuid not null,
    number             bigint generated always as identity,
    primary key (case_id, consent_request_id),
    unique (discloser_id, request_id),
    check (discloser_id <> recipient_id)
);
create index consent_request_of_referral on consent_request (case_id, referral_id, number desc);
comment on column consent_request.case_id is 'erasure: with the case';
comment on column consent_request.requested_by is 'erasure: with the case';
comment on column consent_request.in_danger is 'erasure: with the case';

create table consent_request_end (
    case_id            uuid not null,
    consent_request_id uuid not null,
    state              text not null check (state in ('granted', 'partly-granted', 'refused', 'cancelled')),
    ground             text not null check (ground in ('decision', 'counsellor', 'replaced', 'failures')),
    at                 timestamptz not null,
    primary key (case_id, consent_request_id),
    foreign key (case_id, consent_request_id) references consent_request
);
comment on column consent_request_end.case_id is 'erasure: with the case';

-- Proof that she was asked and said no; why is nobody's business.
create table refusal (
    case_id            uuid not null,
    consent_request_id uuid not null,
    receipt_id         uuid not null unique,
    referral_id        uuid not null,
    discloser_id       uuid not null,
    recipient_id       uuid not null,
    language           text not null,
    text_hashes        text[] not null,
    evidence_kind      text not null check (evidence_kind in ('own-device', 'tablet', 'paper', 'oral')),
    at                 timestamptz not null,
    request_id         uuid not null,
    salt               bytea not null check (octet_length(salt) = 16),
    leaf_hash          bytea not null check (octet_length(leaf_hash) = 32),
    primary key (case_id, consent_request_id),
    foreign key (case_id, consent_request_id) references consent_request
);
comment on column refusal.case_id is 'erasure: with the case';
comment on column refusal.receipt_id is 'erasure: with the case';

create table access_code (
    case_id            uuid not null,
    consent_request_id uuid not null,
    number             integer not null,
    name_digest        bytea not null check (octet_length(name_digest) = 32),
    proof_digest       bytea not null check (octet_length(proof_digest) = 32),
    made_at            timestamptz not null,
    ends_at            timestamptz not null,
    primary key (case_id, consent_request_id, number),
    foreign key (case_id, consent_request_id) references consent_request
);
create index access_code_name on access_code (name_digest, ends_at desc);
comment on column access_code.case_id is 'erasure: with the case';
comment on column access_code.name_digest is 'erasure: with the case; a digest under a key outside the database';

-- Failures by what was typed, known or not, so that the two cannot be told apart. No sender, no case.
create table secret_attempt (
    name_digest bytea not null,
    at          timestamptz not null,
    number      bigint generated always as identity primary key
);
create index secret_attempt_name on secret_attempt (name_digest, at);
comment on column secret_attempt.name_digest is 'erasure: fifteen days after the attempt';

create table client_session (
    case_id            uuid not null references consent_case,
    session_id         uuid not null,
    consent_request_id uuid,
    code_number        integer,
    pass_id            uuid,
    began_at           timestamptz not null,
    ends_at            timestamptz not null,
    request_id         uuid not null,
    number             bigint generated always as identity,
    primary key (case_id, session_id),
    unique (case_id, request_id),
    check ((consent_request_id is null) <> (pass_id is null)),
    check ((consent_request_id is null) = (code_number is null))
);
comment on column client_session.case_id is 'erasure: with the case';

create table pass (
    case_id       uuid not null references consent_case,
    pass_id       uuid not null,
    name_digest   bytea not null unique check (octet_length(name_digest) = 32),
    proof_digest  bytea not null check (octet_length(proof_digest) = 32),
    second_digest bytea check (octet_length(second_digest) = 32),
    taken_at      timestamptz not null,
    number        bigint generated always as identity,
    primary key (case_id, pass_id)
);
comment on column pass.case_id is 'erasure: with the case';
comment on column pass.name_digest is 'erasure: with the case; a digest under a key outside the database';

create table second_secret_attempt (
    case_id uuid not null,
    pass_id uuid not null,
    at      timestamptz not null,
    correct boolean not null,
    number  bigint generated always as identity,
    primary key (case_id, pass_id, number),
    foreign key (case_id, pass_id) references pass
);
comment on column second_secret_attempt.case_id is 'erasure: with the case';

-- ── consents ─────────────────────────────────────────────────────────────────────────────────────────────────────────

-- One revision of one consent, whole. `revision` counts per case, discloser and recipient over all their consents: the
-- highest is in force, whatever the clock said. `exceptions` is text, since exactly these characters were hashed.
create table consent_revision (
    case_id                 uuid not null references consent_case,
    discloser_id            uuid not null,
    recipient_id            uuid not null,
    revision                bigint not null check (revision >= 1),
    consent_id              uuid not null,
    act                     text not null check (act in ('granted', 'reduced', 'withdrawn', 'locked')),
    at                      timestamptz not null,
    receipt_id              uuid unique,
    basis                   text not null check (basis = 'consent'),
    base_permits            boolean not null,
    exceptions              text not null check (exceptions is json array),
    purposes                text[] not null,
    way_back                text not null check (way_back in ('nothing', 'arrival', 'outcome')),
    secrecy_release_forward boolean not null,
    secrecy_release_back    boolean not null,
    excluded_persons        uuid[] not null,
    valid_from              timestamptz not null,
    valid_until             timestamptz not null,
    recipient_in_network    boolean not null,
    grantor                 text not null check (grantor in ('client', 'representative')),
    grantor_ground          text check (grantor_ground in ('guardian', 'legal-carer', 'parents')),
    grantor_categories      text[],
    grantor_way_back        boolean,
    grantor_until           timestamptz,
    both_parents_needed     boolean not null,
    parents_agreed          smallint not null,
    assent                  text not null check (assent in ('not-asked', 'given', 'refused')),
    evidence_kind           text not null check (evidence_kind in ('own-device', 'tablet', 'paper', 'oral')),
    evidence_hash           bytea check (octet_length(evidence_hash) = 32),
    evidence_relation       text check (evidence_relation in ('professional', 'volunteer', 'family')),
    unconfirmed_since       timestamptz,
    assisted_by             uuid,
    language                text not null,
    text_hashes             text[] not null,
    consent_request_id      uuid,
    referral_id             uuid,
    discloser_regime        text,
    discloser_overlays      text[] not null,
    recipient_regime        text,
    recipient_overlays      text[] not null,
    request_id              uuid not null,
    salt                    bytea not null check (octet_length(salt) = 16),
    leaf_hash               bytea not null check (octet_length(leaf_hash) = 32),
    primary key (case_id, discloser_id, recipient_id, revision),
    check (valid_until > valid_from),
    check ((act = 'granted') = (receipt_id is not null)),
    check ((grantor = 'representative') = (grantor_ground is not null))
);
create index consent_revision_of_consent on consent_revision (case_id, consent_id, revision);
create index consent_revision_request on consent_revision (case_id, request_id);
create index consent_revision_row on consent_revision (consent_id, revision);
comment on column consent_revision.case_id is 'erasure: with the case';
comment on column consent_revision.receipt_id is 'erasure: with the case';
comment on column consent_revision.exceptions is 'erasure: with the case; can hold ids of persons';
comment on column consent_revision.excluded_persons is 'erasure: with the case';
comment on column consent_revision.assisted_by is 'erasure: with the case';
comment on column consent_revision.grantor_ground is 'erasure: with the case';

create table withdrawal (
    case_id       uuid not null,
    withdrawal_id uuid not null,
    consent_id    uuid not null,
    discloser_id  uuid not null,
    recipient_id  uuid not null,
    referral_id   uuid,
    revision      bigint not null,
    everything    boolean not null,
    categories    text[] not null,
    at            timestamptz not null,
    due_at        timestamptz not null,
    receipt_id    uuid not null unique,
    made_by       text not null check (made_by in ('client', 'staff')),
    agency_id     uuid,
    person_id     uuid,
    request_id    uuid not null,
    salt          bytea not null check (octet_length(salt) = 16),
    leaf_hash     bytea not null check (octet_length(leaf_hash) = 32),
    primary key (case_id, withdrawal_id),
    unique (case_id, discloser_id, recipient_id, revision),
    foreign key (case_id, discloser_id, recipient_id, revision) references consent_revision,
    check ((made_by = 'staff') = (person_id is not null))
);
create index withdrawal_request on withdrawal (case_id, request_id);
create index withdrawal_row on withdrawal (withdrawal_id);
comment on column withdrawal.case_id is 'erasure: with the case';
comment on column withdrawal.receipt_id is 'erasure: with the case';
comment on column withdrawal.person_id is 'erasure: with the case';

create table acknowledgement (
    case_id            uuid not null,
    acknowledgement_id uuid not null,
    withdrawal_id      uuid not null,
    step               text not null check (step in ('acknowledged', 'keys-destroyed')),
    person_id          uuid,
    at                 timestamptz not null,
    request_id         uuid not null,
    salt               bytea not null check (octet_length(salt) = 16),
    leaf_hash          bytea not null check (octet_length(leaf_hash) = 32),
    primary key (case_id, acknowledgement_id),
    unique (case_id, withdrawal_id, step),
    foreign key (case_id, withdrawal_id) references withdrawal
);
comment on column acknowledgement.case_id is 'erasure: with the case';
comment on column acknowledgement.person_id is 'erasure: with the case';

-- A statutory path: what it names may cross until its time box ends, nothing else. Reasons stand encrypted in referrals.
create table statutory_act (
    case_id      uuid not null,
    act_id       uuid not null,
    discloser_id uuid not null,
    recipient_id uuid not null,
    ground       text not null check (ground in ('sgb-viii-8a', 'kkg-4', 'stgb-34')),
    channel      text not null check (channel in ('network', 'phone', 'paper')),
    categories   text[] not null,
    at           timestamptz not null,
    until        timestamptz not null,
    recorded_by  uuid not null,
    confirmed_by uuid,
    salt         bytea not null check (octet_length(salt) = 16),
    leaf_hash    bytea not null check (octet_length(leaf_hash) = 32),
    primary key (case_id, act_id),
    check (until > at),
    check (confirmed_by <> recorded_by)
);
comment on column statutory_act.case_id is 'erasure: with the case';
comment on column statutory_act.recorded_by is 'erasure: with the case';
comment on column statutory_act.confirmed_by is 'erasure: with the case';

-- ── disclosures ──────────────────────────────────────────────────────────────────────────────────────────────────────

create table disclosure (
    case_id             uuid not null,
    disclosure_id       uuid not null,
    at                  timestamptz not null,
    basis               text not null check (basis in ('consent', 'statutory')),
    consent_id          uuid,
    revision            bigint,
    referral_id         uuid not null,
    discloser_id        uuid not null,
    recipient_id        uuid not null,
    direction           text not null check (direction in ('forward', 'back')),
    purpose             text not null,
    disclosure_kind     text not null check (disclosure_kind in ('read', 'send', 'print', 'export', 'download', 'hand-out')),
    item_id             uuid not null,
    item_version        integer not null,
    category            text not null,
    labels              text[] not null,
    written_on          timestamptz,
    authoring_agency_id uuid,
    reader_id           uuid not null,
    reader_agency_id    uuid not null,
    reader_role         text not null,
    request_id          uuid not null,
    salt                bytea not null check (octet_length(salt) = 16),
    primary key (case_id, disclosure_id),
    check ((basis = 'consent') = (consent_id is not null))
);
create index disclosure_request on disclosure (case_id, request_id);
create index disclosure_row on disclosure (disclosure_id);
comment on column disclosure.case_id is 'erasure: with the case';
comment on column disclosure.reader_id is 'erasure: with the case';
comment on column disclosure.item_id is 'erasure: with the case';

-- ── ledger (services/common/ledger/README.md) ────────────────────────────────────────────────────────────────────────

create table log_pending (
    id        bigint generated always as identity primary key,
    kind      text   not null,
    case_id   uuid,
    row_id    uuid   not null,
    revision  bigint not null default 0,
    leaf_hash bytea  not null check (octet_length(leaf_hash) = 32)
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
comment on column log_pending.case_id is 'erasure: within a second, by the sequencer';

create table log_leaf (
    seq       bigint primary key check (seq >= 0),
    kind      text   not null,
    case_id   uuid,
    row_id    uuid   not null,
    revision  bigint not null,
    leaf_hash bytea  not null,
    chain     bytea  not null,
    unique (kind, row_id, revision)
);
create index log_leaf_kind on log_leaf (kind, seq);
comment on column log_leaf.case_id is 'erasure: never, proof; with the case erased it leads to nothing';

create table log_checkpoint (
    size        bigint primary key,
    root        bytea  not null,
    signed_note text   not null,
    at          timestamptz not null
);

create table log_erased (
    id              uuid primary key,
    case_id         uuid,
    erased_kind     text   not null,
    erased_row_id   uuid   not null,
    erased_revision bigint not null,
    ground          text   not null,
    at              timestamptz not null,
    salt            bytea  not null check (octet_length(salt) = 16),
    unique (erased_kind, erased_row_id, erased_revision)
);
comment on column log_erased.case_id is 'erasure: never, proof; with the case erased it leads to nothing';

grant insert on log_pending to {run}, {eraser};
grant select, delete on log_pending to {sequencer};
grant select on log_pending, log_leaf, log_checkpoint, log_erased to {worker};
grant select, insert on log_leaf, log_checkpoint to {sequencer};
grant select, insert on log_erased to {eraser};

comment on column consent_request.referral_id is 'erasure: with the case, when its proof may go';
comment on column refusal.referral_id is 'erasure: with the case, when its proof may go';
comment on column consent_revision.referral_id is 'erasure: with the case, when its proof may go';
comment on column withdrawal.referral_id is 'erasure: with the case, when its proof may go';
comment on column disclosure.referral_id is 'erasure: with the case, when its proof may go';
comment on column withdrawal.made_by is 'erasure: with the case, when its proof may go; staff who acted for the client';
comment on column access_code.proof_digest is 'erasure: with the case; a keyed digest, useless once the code has ended';
comment on column pass.proof_digest is 'erasure: with the case, or when a new pass replaces it';
