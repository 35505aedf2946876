-- The tender board and the officer's desk.

-- announced_at is empty while the tender is a draft. two_officers: publication needs a second pair
-- of eyes.
ALTER TABLE tender ADD COLUMN announced_at BIGINT;
ALTER TABLE tender ADD COLUMN self_service BIGINT NOT NULL DEFAULT 1;
ALTER TABLE tender ADD COLUMN two_officers BIGINT NOT NULL DEFAULT 0;
CREATE INDEX tender_announced ON tender (announced_at);

-- Lots of a tender stand by position, then by id.
ALTER TABLE lot ADD COLUMN position BIGINT NOT NULL DEFAULT 0;

-- The officer's secret: decimal texts, empty where not given. Apart from the lot, so that nothing
-- that shows a lot shows it by mistake.
CREATE TABLE estimate (
    lot_id TEXT PRIMARY KEY REFERENCES lot (id),
    net TEXT NOT NULL,
    gross TEXT NOT NULL,
    set_by TEXT NOT NULL REFERENCES account (id),
    set_at BIGINT NOT NULL
);

-- tax_key is country and number without separators, empty where there is no number: it finds the
-- same firm. source: who added the bidder. asked_from is the network from which a firm asked.
ALTER TABLE bidder ADD COLUMN contact TEXT NOT NULL DEFAULT '';
ALTER TABLE bidder ADD COLUMN country TEXT NOT NULL DEFAULT 'PL';
ALTER TABLE bidder ADD COLUMN tax_key TEXT NOT NULL DEFAULT '';
ALTER TABLE bidder ADD COLUMN source TEXT NOT NULL DEFAULT 'officer';
ALTER TABLE bidder ADD COLUMN asked_from TEXT NOT NULL DEFAULT '';
ALTER TABLE bidder ADD COLUMN blocked_reason TEXT NOT NULL DEFAULT '';
CREATE INDEX bidder_by_tax_key ON bidder (tender_id, tax_key);

-- A file of the specification. The bytes lie in the data directory under their SHA-256. One that
-- was withdrawn or replaced stays, for officers.
CREATE TABLE swz_file (
    id TEXT PRIMARY KEY,
    tender_id TEXT NOT NULL REFERENCES tender (id),
    name TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    added_by TEXT NOT NULL REFERENCES account (id),
    added_at BIGINT NOT NULL,
    withdrawn_by TEXT REFERENCES account (id),
    withdrawn_at BIGINT,
    withdrawn_reason TEXT NOT NULL DEFAULT '',
    replaced_by TEXT REFERENCES swz_file (id)
);
CREATE INDEX swz_file_of_tender ON swz_file (tender_id);

-- The second pair of eyes: which officer confirmed which terms for publication.
CREATE TABLE confirmation (
    lot_id TEXT NOT NULL REFERENCES lot (id),
    officer_id TEXT NOT NULL REFERENCES account (id),
    terms_hash TEXT NOT NULL,
    confirmed_at BIGINT NOT NULL,
    PRIMARY KEY (lot_id, officer_id)
);

-- Why a credential was issued again; empty for a bidder's first.
ALTER TABLE credential ADD COLUMN reason TEXT NOT NULL DEFAULT '';
