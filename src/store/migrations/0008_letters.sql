-- A document that somebody sent. The bytes lie in the data directory under their SHA-256. Waiting for
-- the scanner: next_try_at is given. Scanned: scanned_at is; infection tells what was found. Neither:
-- given up until the next start.
CREATE TABLE document (
    id TEXT PRIMARY KEY,
    sha256 TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    added_by TEXT NOT NULL,
    added_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    next_try_at BIGINT,
    scanned_at BIGINT,
    infection TEXT NOT NULL DEFAULT '',
    last_error TEXT NOT NULL
);
CREATE INDEX document_due ON document (next_try_at);
CREATE INDEX document_by_hash ON document (sha256);

-- The last number that a register of the office gave in a year. Who takes the next one holds the row
-- until the letter stands: no gap, no twin.
CREATE TABLE register (
    series TEXT NOT NULL,
    year BIGINT NOT NULL,
    last BIGINT NOT NULL,
    PRIMARY KEY (series, year)
);

-- A letter to the office. Only its state changes. key is the sender's own: a letter that is sent twice
-- under one key stands once. content is canonical JSON, confirmation the evidence of who sent it,
-- receipt the sealed XML.
CREATE TABLE letter (
    id TEXT PRIMARY KEY,
    series TEXT NOT NULL,
    year BIGINT NOT NULL,
    number BIGINT NOT NULL,
    account_id TEXT NOT NULL,
    key TEXT NOT NULL,
    sender TEXT NOT NULL,
    procedure TEXT NOT NULL,
    version BIGINT NOT NULL,
    title TEXT NOT NULL,
    unit TEXT NOT NULL,
    state TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    content TEXT NOT NULL,
    content_sha256 TEXT NOT NULL,
    confirmation TEXT NOT NULL,
    check_code TEXT NOT NULL,
    receipt TEXT NOT NULL,
    receipt_sha256 TEXT NOT NULL,
    UNIQUE (series, year, number),
    UNIQUE (account_id, key)
);
CREATE INDEX letter_of_unit ON letter (unit, state, id);

-- The documents of a letter, in the order of the form.
CREATE TABLE enclosure (
    letter_id TEXT NOT NULL REFERENCES letter (id),
    position BIGINT NOT NULL,
    question TEXT NOT NULL,
    document_id TEXT NOT NULL REFERENCES document (id),
    PRIMARY KEY (letter_id, position)
);
CREATE INDEX enclosure_of_document ON enclosure (document_id);

-- A letter of the office that went out.
CREATE TABLE outgoing (
    id TEXT PRIMARY KEY,
    series TEXT NOT NULL,
    year BIGINT NOT NULL,
    number BIGINT NOT NULL,
    account_id TEXT NOT NULL,
    unit TEXT NOT NULL,
    title TEXT NOT NULL,
    document_id TEXT NOT NULL REFERENCES document (id),
    sent_at BIGINT NOT NULL,
    UNIQUE (series, year, number)
);
CREATE INDEX outgoing_of_account ON outgoing (account_id, id);

-- The audit log is a chain from here on: each entry's hash covers the hash before it. Entries that
-- were there before have none.
ALTER TABLE audit ADD COLUMN hash TEXT NOT NULL DEFAULT '';
ALTER TABLE audit_head ADD COLUMN hash TEXT NOT NULL DEFAULT '';

-- The head of the audit log at the first look of each day, to be stamped.
CREATE TABLE audit_day (
    day TEXT PRIMARY KEY,
    seq BIGINT NOT NULL,
    hash TEXT NOT NULL
);
