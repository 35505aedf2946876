-- Who had a hand in a reply: none of them approves it. Of replies under way these are the holder of the
-- position that writes, and who asked for approval in that case.
CREATE TABLE reply_writer (
    reply_id TEXT NOT NULL REFERENCES reply (id) ON DELETE CASCADE,
    account_id TEXT NOT NULL REFERENCES account (id),
    PRIMARY KEY (reply_id, account_id)
);
INSERT INTO reply_writer (reply_id, account_id)
SELECT reply.id, position.account_id FROM reply
JOIN position ON position.id = reply.author_id
WHERE reply.state <> 'sent' AND position.account_id IS NOT NULL
UNION
SELECT reply.id, case_event.who FROM reply
JOIN case_event ON case_event.case_id = reply.case_id
WHERE reply.state <> 'sent' AND case_event.what = 'reply.submitted';

-- What a case is found by, folded: its sign, its title, the names and numbers of its letters. Empty
-- until the server has written it, which it does at its start for cases that were there before.
ALTER TABLE case_file ADD COLUMN sought TEXT NOT NULL DEFAULT '';

-- Letters that wait anywhere, cases by their deadlines, and the documents of one sender.
CREATE INDEX letter_by_state ON letter (state, id);
CREATE INDEX case_by_deadline ON case_file (deadline);
CREATE INDEX document_by_sender ON document (added_by);
