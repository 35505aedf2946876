-- Accounts of citizens and firms, and what proves who they are.

-- Two roles more. The check of a column goes with it, on both databases.
ALTER TABLE account ADD COLUMN duty TEXT NOT NULL DEFAULT 'clerk'
    CHECK (duty IN ('admin', 'officer', 'auditor', 'registrar', 'clerk'));
UPDATE account SET duty = role;
ALTER TABLE account DROP COLUMN role;
ALTER TABLE account RENAME COLUMN duty TO role;

-- state: unconfirmed (the e-mail address is not), pending (to visit the office), confirmed (the
-- identity document was seen), rejected. number is the PESEL or NIP, encrypted; number_index finds it
-- and tells nothing of it; both are empty where none was given. login and password are given with the
-- confirmation.
CREATE TABLE citizen (
    id TEXT PRIMARY KEY,
    reference TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('person', 'firm')),
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    phone TEXT NOT NULL,
    number TEXT NOT NULL,
    number_index TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('unconfirmed', 'pending', 'confirmed', 'rejected')),
    assurance TEXT NOT NULL,
    lang TEXT NOT NULL,
    login TEXT UNIQUE,
    password TEXT NOT NULL DEFAULT '',
    must_change BIGINT NOT NULL DEFAULT 1,
    issued_at BIGINT NOT NULL DEFAULT 0,
    blocked_at BIGINT,
    asked_from TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX citizen_of_email ON citizen (email, kind) WHERE state IN ('pending', 'confirmed');
CREATE INDEX citizen_by_number ON citizen (number_index);
CREATE INDEX citizen_asked_from ON citizen (asked_from, created_at);

-- Of the token in the link only its SHA-256 is kept.
CREATE TABLE address_token (
    token_hash TEXT PRIMARY KEY,
    citizen_id TEXT NOT NULL REFERENCES citizen (id),
    expires_at BIGINT NOT NULL
);
CREATE INDEX address_token_of_citizen ON address_token (citizen_id);

-- What a registrar saw. last_chars: the last four characters of the document's number.
CREATE TABLE visit (
    id TEXT PRIMARY KEY,
    citizen_id TEXT NOT NULL REFERENCES citizen (id),
    registrar_id TEXT NOT NULL REFERENCES account (id),
    at BIGINT NOT NULL,
    purpose TEXT NOT NULL CHECK (purpose IN ('registration', 'recovery', 'renewal', 'revocation')),
    confirmed BIGINT NOT NULL,
    document TEXT NOT NULL,
    last_chars TEXT NOT NULL,
    matched TEXT NOT NULL,
    reason TEXT NOT NULL
);
CREATE INDEX visit_of_citizen ON visit (citizen_id);

-- Identity codes: at most one of a citizen is not revoked. hash is argon2id.
CREATE TABLE identity_code (
    id TEXT PRIMARY KEY,
    citizen_id TEXT NOT NULL REFERENCES citizen (id),
    hash TEXT NOT NULL,
    issued_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    revoked_at BIGINT,
    revoked_by TEXT NOT NULL DEFAULT '',
    reminded_at BIGINT
);
CREATE UNIQUE INDEX identity_code_in_force ON identity_code (citizen_id) WHERE revoked_at IS NULL;
CREATE INDEX identity_code_by_end ON identity_code (expires_at);

-- What was confirmed with a code.
CREATE TABLE code_evidence (
    id TEXT PRIMARY KEY,
    citizen_id TEXT NOT NULL REFERENCES citizen (id),
    code_id TEXT NOT NULL REFERENCES identity_code (id),
    document_hash TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX code_evidence_of_citizen ON code_evidence (citizen_id);

-- The second factor of a member of the staff or a citizen, by id. secret is encrypted; step is the
-- last time step of which a code was taken: none is taken twice.
CREATE TABLE second_factor (
    holder_id TEXT PRIMARY KEY,
    secret TEXT NOT NULL,
    step BIGINT NOT NULL,
    since BIGINT NOT NULL
);
CREATE TABLE recovery_code (
    hash TEXT PRIMARY KEY,
    holder_id TEXT NOT NULL REFERENCES second_factor (holder_id)
);
CREATE INDEX recovery_code_of_holder ON recovery_code (holder_id);

-- Sessions of citizens too. Exactly one of the three holders is given. kiosk: at a computer of the
-- office, where a session ends soon. awaits_factor: the password was right, the second factor is to
-- come.
CREATE TABLE session_next (
    id TEXT PRIMARY KEY,
    token_hash TEXT NOT NULL UNIQUE,
    account_id TEXT REFERENCES account (id),
    credential_id TEXT REFERENCES credential (id),
    citizen_id TEXT REFERENCES citizen (id),
    address TEXT NOT NULL,
    agent TEXT NOT NULL,
    kiosk BIGINT NOT NULL,
    awaits_factor BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    CHECK (CASE WHEN account_id IS NULL THEN 0 ELSE 1 END
        + CASE WHEN credential_id IS NULL THEN 0 ELSE 1 END
        + CASE WHEN citizen_id IS NULL THEN 0 ELSE 1 END = 1)
);
INSERT INTO session_next (id, token_hash, account_id, credential_id, address, agent, kiosk,
    awaits_factor, created_at, seen_at, expires_at)
SELECT id, token_hash, account_id, credential_id, address, agent, 0, 0, created_at, seen_at, expires_at
FROM session;
DROP TABLE session;
ALTER TABLE session_next RENAME TO session;
CREATE INDEX session_of_account ON session (account_id);
CREATE INDEX session_of_credential ON session (credential_id);
CREATE INDEX session_of_citizen ON session (citizen_id);

-- Whose notice it is: of a tender, seen by officers, or of the office.
ALTER TABLE notice ADD COLUMN realm TEXT NOT NULL DEFAULT 'tender';
