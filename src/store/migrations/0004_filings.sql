-- Records of auctions that are to be filed: one for each head at which a sealed log stands. Waiting:
-- next_try_at is given. Done: filed_at is. Neither: given up until the next start.
CREATE TABLE filing (
    id TEXT PRIMARY KEY,
    auction_id TEXT NOT NULL,
    head TEXT NOT NULL,
    lot_id TEXT NOT NULL REFERENCES lot (id),
    emitted_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    next_try_at BIGINT,
    filed_at BIGINT,
    last_error TEXT NOT NULL,
    UNIQUE (auction_id, head)
);
CREATE INDEX filing_due ON filing (next_try_at);

-- The files of a record. The bytes lie in the data directory under their SHA-256.
CREATE TABLE paper (
    filing_id TEXT NOT NULL REFERENCES filing (id),
    edition TEXT NOT NULL,
    format TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    PRIMARY KEY (filing_id, edition, format)
);
