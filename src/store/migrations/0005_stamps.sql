-- Time stamps of digests. Waiting: next_try_at is given. Done: stamped_at is. Neither: given up until
-- the next start. The token is DER, in base64.
CREATE TABLE stamp (
    digest TEXT PRIMARY KEY,
    attempts BIGINT NOT NULL,
    next_try_at BIGINT,
    stamped_at BIGINT,
    token TEXT,
    last_error TEXT NOT NULL
);
CREATE INDEX stamp_due ON stamp (next_try_at);

-- What was sealed before stamps were kept.
INSERT INTO stamp (digest, attempts, next_try_at, last_error)
SELECT DISTINCT head, 0, emitted_at, '' FROM filing;
