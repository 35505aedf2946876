-- Forms that citizens have begun. A draft keeps the version of its procedure; it is deleted when it
-- was not saved for long.
CREATE TABLE draft (
    id TEXT PRIMARY KEY,
    citizen_id TEXT NOT NULL REFERENCES citizen (id),
    procedure_id TEXT NOT NULL,
    version BIGINT NOT NULL,
    answers TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    saved_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX draft_of_citizen ON draft (citizen_id);
CREATE INDEX draft_expiring ON draft (expires_at);
