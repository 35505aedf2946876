-- Who does what in the office. A position belongs to a unit and is held by an account, or by nobody;
-- letters to the unit lie with those that take letters, replies of the unit with those that approve.
CREATE TABLE position (
    id TEXT PRIMARY KEY,
    unit TEXT NOT NULL,
    title TEXT NOT NULL,
    account_id TEXT REFERENCES account (id),
    takes_letters BIGINT NOT NULL,
    approves BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX position_of_account ON position (account_id);
CREATE INDEX position_of_unit ON position (unit);

-- Days in Warsaw as YYYY-MM-DD, the first and the last included.
CREATE TABLE substitution (
    id TEXT PRIMARY KEY,
    position_id TEXT NOT NULL REFERENCES position (id),
    substitute_id TEXT NOT NULL REFERENCES position (id),
    first_day TEXT NOT NULL,
    last_day TEXT NOT NULL,
    created_by TEXT NOT NULL REFERENCES account (id),
    created_at BIGINT NOT NULL,
    ended_at BIGINT
);
CREATE INDEX substitution_by ON substitution (substitute_id);
CREATE INDEX substitution_of ON substitution (position_id);

-- The list of cases of one unit, class and year: its last number.
CREATE TABLE case_list (
    unit TEXT NOT NULL,
    jrwa TEXT NOT NULL,
    year BIGINT NOT NULL,
    last_number BIGINT NOT NULL,
    PRIMARY KEY (unit, jrwa, year)
);

-- account_id is the party. position_id handles it. The deadline is a day in
-- Warsaw as YYYY-MM-DD; empty where the matter has none. events counts what happened in it.
CREATE TABLE case_file (
    id TEXT PRIMARY KEY,
    sign TEXT NOT NULL UNIQUE,
    unit TEXT NOT NULL,
    title TEXT NOT NULL,
    account_id TEXT NOT NULL,
    position_id TEXT NOT NULL REFERENCES position (id),
    deadline TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'answered', 'closed')),
    events BIGINT NOT NULL,
    opened_at BIGINT NOT NULL,
    answered_at BIGINT,
    closed_at BIGINT
);
CREATE INDEX case_of_account ON case_file (account_id);
CREATE INDEX case_of_position ON case_file (position_id, state);
CREATE INDEX case_of_unit ON case_file (unit, state);

-- A letter is in one case at most.
CREATE TABLE case_letter (
    letter_id TEXT PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES case_file (id),
    joined_at BIGINT NOT NULL
);
CREATE INDEX letter_of_case ON case_letter (case_id);

-- A colleague is asked for an opinion.
CREATE TABLE opinion (
    id TEXT PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES case_file (id),
    asked_by TEXT NOT NULL REFERENCES position (id),
    asked_of TEXT NOT NULL REFERENCES position (id),
    question TEXT NOT NULL,
    answer TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    answered_at BIGINT
);
CREATE INDEX opinion_of_case ON opinion (case_id);
CREATE INDEX opinion_due ON opinion (asked_of, answered_at);

-- One reply at a time is on its way: a draft, waiting for approval or returned with a remark. When it is
-- sent it gets its number in the register of letters that go out, and the document that was sent.
CREATE TABLE reply (
    id TEXT PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES case_file (id),
    author_id TEXT NOT NULL REFERENCES position (id),
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('draft', 'waiting', 'returned', 'sent')),
    remark TEXT NOT NULL,
    number TEXT UNIQUE,
    document_id TEXT REFERENCES document (id),
    changed_at BIGINT NOT NULL
);
CREATE INDEX reply_of_case ON reply (case_id);
CREATE UNIQUE INDEX reply_under_way ON reply (case_id) WHERE state <> 'sent';

-- What happened in a case, in order. What is told stands in details, as JSON; the party sees what is
-- public.
CREATE TABLE case_event (
    case_id TEXT NOT NULL REFERENCES case_file (id),
    number BIGINT NOT NULL,
    at BIGINT NOT NULL,
    who TEXT NOT NULL,
    what TEXT NOT NULL,
    is_public BIGINT NOT NULL,
    details TEXT NOT NULL,
    PRIMARY KEY (case_id, number)
);

-- Who of the staff looked at what of whose; the person sees it.
CREATE TABLE access (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL,
    who TEXT NOT NULL REFERENCES account (id),
    what TEXT NOT NULL,
    thing TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX access_of_account ON access (account_id, id);
