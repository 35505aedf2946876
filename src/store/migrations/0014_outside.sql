-- Identities that somebody else vouches for, and answers encrypted at rest.

-- A log-in on its way to a provider and back. What comes back names it by its state; of the state and
-- of the browser's cookie only the SHA-256 is kept. kept: what the provider needs to finish, encrypted.
-- session_id: of the owner who links their account; empty for a log-in.
CREATE TABLE outside_errand (
    state_hash TEXT PRIMARY KEY,
    browser_hash TEXT NOT NULL,
    kept TEXT NOT NULL,
    session_id TEXT NOT NULL,
    next TEXT NOT NULL,
    kiosk BIGINT NOT NULL,
    asked_from TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX outside_errand_by_end ON outside_errand (expires_at);
CREATE INDEX outside_errand_asked_from ON outside_errand (asked_from);

-- The account that an outside identity opens. identity_index finds it by issuer and subject and tells
-- nothing of them. Exactly one of the two holders is given.
CREATE TABLE outside_link (
    identity_index TEXT PRIMARY KEY,
    account_id TEXT UNIQUE REFERENCES account (id),
    citizen_id TEXT UNIQUE REFERENCES citizen (id),
    linked_at BIGINT NOT NULL,
    CHECK (CASE WHEN account_id IS NULL THEN 0 ELSE 1 END
        + CASE WHEN citizen_id IS NULL THEN 0 ELSE 1 END = 1)
);

-- How well an outside identity showed who it is; NULL for a log-in by password.
ALTER TABLE session ADD COLUMN outside_assurance TEXT;

-- An account that a provider's word founded may have no e-mail address.
DROP INDEX citizen_of_email;
CREATE UNIQUE INDEX citizen_of_email ON citizen (email, kind)
    WHERE state IN ('pending', 'confirmed') AND email <> '';

-- The answers of drafts and the contents of letters are encrypted from here on. Those that stand in
-- clear text are encrypted at the start; the row goes once nothing of them is left in the file.
CREATE TABLE clear_answers (id BIGINT PRIMARY KEY);
INSERT INTO clear_answers (id) VALUES (1);
