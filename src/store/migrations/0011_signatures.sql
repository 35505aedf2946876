-- The signatures of a letter's documents are to be checked: one row for each letter. Due: next_try_at is
-- given. Checked: checked_at is.
CREATE TABLE signature_check (
    letter_id TEXT PRIMARY KEY REFERENCES letter (id),
    attempts BIGINT NOT NULL,
    next_try_at BIGINT,
    checked_at BIGINT,
    last_error TEXT NOT NULL
);
CREATE INDEX signature_check_due ON signature_check (next_try_at);
INSERT INTO signature_check (letter_id, attempts, next_try_at, last_error)
SELECT id, 0, received_at, '' FROM letter;

-- What a check found of one document; never changed. A later check adds a row. sha256 is the document's,
-- beside those of the letter's other documents (JSON), judged_at the moment for which certificates were
-- judged, anchors the SHA-256 of the file of trusted issuers (empty without one), findings one entry for
-- each signature (JSON). NONE: it carries no signature.
CREATE TABLE signature_evidence (
    id TEXT PRIMARY KEY,
    letter_id TEXT NOT NULL REFERENCES letter (id),
    document_id TEXT NOT NULL REFERENCES document (id),
    checked_at BIGINT NOT NULL,
    judged_at BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    beside TEXT NOT NULL,
    anchors TEXT NOT NULL,
    checker TEXT NOT NULL,
    verdict TEXT NOT NULL
        CHECK (verdict IN ('NONE', 'TOTAL-PASSED', 'INDETERMINATE', 'TOTAL-FAILED')),
    findings TEXT NOT NULL
);
CREATE INDEX signature_evidence_of ON signature_evidence (letter_id, document_id, id);

-- What a person made of evidence that did not pass. Written once.
CREATE TABLE signature_decision (
    evidence_id TEXT PRIMARY KEY REFERENCES signature_evidence (id),
    is_accepted BIGINT NOT NULL,
    reason TEXT NOT NULL,
    decided_by TEXT NOT NULL REFERENCES account (id),
    decided_at BIGINT NOT NULL
);
