-- What people are told by mail. A notice is written with the act that causes it and sent later; its
-- key makes it the only one of its kind. Waiting: next_try_at is given. Done: exactly one of
-- sent_at, failed_at and cancelled_at is.
CREATE TABLE notice (
    id TEXT PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    recipient TEXT NOT NULL,
    kind TEXT NOT NULL,
    lang TEXT NOT NULL,
    data TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    next_try_at BIGINT,
    leased_until BIGINT,
    sent_at BIGINT,
    failed_at BIGINT,
    cancelled_at BIGINT,
    last_error TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX notice_due ON notice (next_try_at);
CREATE INDEX notice_of_recipient ON notice (recipient, sent_at);

-- Auctions whose end was told to their bidders.
CREATE TABLE announced (
    auction_id TEXT PRIMARY KEY,
    at BIGINT NOT NULL
);
