-- One text for SQLite and PostgreSQL: ids are UUIDv7 as TEXT, moments milliseconds since 1970 UTC,
-- yes and no are 1 and 0.

CREATE TABLE account (
    id TEXT PRIMARY KEY,
    login TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('admin', 'officer', 'auditor')),
    password TEXT NOT NULL,
    must_change BIGINT NOT NULL,
    blocked_at BIGINT,
    created_at BIGINT NOT NULL
);

CREATE TABLE tender (
    id TEXT PRIMARY KEY,
    number TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    procedure TEXT NOT NULL,
    above_threshold BIGINT NOT NULL,
    cpv TEXT NOT NULL,
    notice_url TEXT NOT NULL,
    test BIGINT NOT NULL,
    created_by TEXT NOT NULL REFERENCES account (id),
    created_at BIGINT NOT NULL
);

-- state: draft (terms may change), publishing (terms are frozen, the log may be half begun),
-- published. opens_at is the opening that the officer wants; the log says which one holds.
CREATE TABLE lot (
    id TEXT PRIMARY KEY,
    tender_id TEXT NOT NULL REFERENCES tender (id),
    number TEXT NOT NULL,
    title TEXT NOT NULL,
    terms TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('draft', 'publishing', 'published')),
    auction_id TEXT UNIQUE,
    opens_at BIGINT,
    created_at BIGINT NOT NULL,
    UNIQUE (tender_id, number)
);

CREATE TABLE bidder (
    id TEXT PRIMARY KEY,
    tender_id TEXT NOT NULL REFERENCES tender (id),
    identity TEXT NOT NULL,
    email TEXT NOT NULL,
    blocked_at BIGINT,
    created_at BIGINT NOT NULL
);
CREATE INDEX bidder_of_tender ON bidder (tender_id);

CREATE TABLE credential (
    id TEXT PRIMARY KEY,
    bidder_id TEXT NOT NULL REFERENCES bidder (id),
    login TEXT NOT NULL UNIQUE,
    password TEXT NOT NULL,
    must_change BIGINT NOT NULL,
    revoked_at BIGINT,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX credential_in_force ON credential (bidder_id) WHERE revoked_at IS NULL;

-- The identity is kept as it was when it was committed to. passed_at is empty until the auction
-- has admitted the bidder with this offer.
CREATE TABLE admission (
    lot_id TEXT NOT NULL REFERENCES lot (id),
    bidder_id TEXT NOT NULL REFERENCES bidder (id),
    salt TEXT NOT NULL,
    identity TEXT NOT NULL,
    commitment TEXT NOT NULL UNIQUE,
    offer TEXT NOT NULL,
    passed_at BIGINT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (lot_id, bidder_id)
);
CREATE INDEX admission_of_bidder ON admission (bidder_id);

-- Exactly one of account_id and credential_id is given.
CREATE TABLE session (
    id TEXT PRIMARY KEY,
    token_hash TEXT NOT NULL UNIQUE,
    account_id TEXT REFERENCES account (id),
    credential_id TEXT REFERENCES credential (id),
    address TEXT NOT NULL,
    agent TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    CHECK ((account_id IS NULL) <> (credential_id IS NULL))
);
CREATE INDEX session_of_account ON session (account_id);
CREATE INDEX session_of_credential ON session (credential_id);

-- Append-only. The head counts without gaps and makes writers take turns, so that a hash chain can
-- stand on it.
CREATE TABLE audit (
    seq BIGINT PRIMARY KEY,
    at BIGINT NOT NULL,
    who TEXT NOT NULL,
    what TEXT NOT NULL,
    details TEXT NOT NULL
);
CREATE TABLE audit_head (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    seq BIGINT NOT NULL
);
INSERT INTO audit_head (id, seq) VALUES (1, 0);
