-- Forms that are not sent. visit_code: the desk finds by it a form that was prepared for a visit.
-- handed_over_at: when its citizen took it to the central service in charge.
ALTER TABLE draft ADD COLUMN visit_code TEXT;
ALTER TABLE draft ADD COLUMN handed_over_at BIGINT;
CREATE UNIQUE INDEX draft_of_visit_code ON draft (visit_code);

-- One more reason to come. The check of a column goes with it, on both databases.
ALTER TABLE visit ADD COLUMN aim TEXT NOT NULL DEFAULT 'application'
    CHECK (aim IN ('registration', 'recovery', 'renewal', 'revocation', 'application'));
UPDATE visit SET aim = purpose;
ALTER TABLE visit DROP COLUMN purpose;
ALTER TABLE visit RENAME COLUMN aim TO purpose;
