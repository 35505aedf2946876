-- The case of a tender: one each, none of a test.
CREATE TABLE case_tender (
    tender_id TEXT PRIMARY KEY REFERENCES tender (id),
    case_id TEXT NOT NULL UNIQUE REFERENCES case_file (id)
);

-- A record that was filed is in the case of its tender once.
CREATE TABLE case_record (
    filing_id TEXT PRIMARY KEY REFERENCES filing (id),
    case_id TEXT NOT NULL REFERENCES case_file (id),
    joined_at BIGINT NOT NULL
);
CREATE INDEX record_of_case ON case_record (case_id);

-- A position that ended is held by nobody and gets nothing; what was done under it keeps its title.
ALTER TABLE position ADD COLUMN ended_at BIGINT;
