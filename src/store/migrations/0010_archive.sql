-- Logs that were moved out of the journal, byte for byte. A log counts once it has its row in
-- archived_log, which is written after the copy was verified.
CREATE TABLE archived_batch (
    auction_id TEXT NOT NULL,
    epoch BIGINT NOT NULL,
    batch BIGINT NOT NULL,
    first_seq BIGINT NOT NULL,
    last_seq BIGINT NOT NULL,
    -- Hashes and nonce in hexadecimal digits, body and openings in base64.
    prev_head TEXT NOT NULL,
    head TEXT NOT NULL,
    nonce TEXT NOT NULL,
    body TEXT NOT NULL,
    openings TEXT NOT NULL,
    PRIMARY KEY (auction_id, epoch, batch)
);
CREATE TABLE archived_log (
    auction_id TEXT PRIMARY KEY,
    -- The last batch and its head.
    epoch BIGINT NOT NULL,
    batch BIGINT NOT NULL,
    head TEXT NOT NULL,
    archived_at BIGINT NOT NULL
);
