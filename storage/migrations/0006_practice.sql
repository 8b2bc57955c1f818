-- Practice that teaches: what a person remembers of a question, guesses, reports about questions, questions of the office.

ALTER TABLE questions ADD COLUMN origin TEXT NOT NULL DEFAULT 'shipped' CHECK (origin IN ('shipped', 'office'));
ALTER TABLE questions ADD COLUMN made_at INTEGER NOT NULL DEFAULT 0;

ALTER TABLE runs ADD COLUMN exam_at INTEGER;

ALTER TABLE run_items ADD COLUMN guessed_at INTEGER;

ALTER TABLE cards ADD COLUMN stability REAL;
ALTER TABLE cards ADD COLUMN difficulty REAL;
ALTER TABLE cards ADD COLUMN due_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE cards ADD COLUMN before TEXT;
ALTER TABLE cards ADD COLUMN missed_last INTEGER NOT NULL DEFAULT 0 CHECK (missed_last IN (0, 1));

-- [题目有误]: what people say of a question, and what the office answered.
CREATE TABLE question_reports (
    id               INTEGER PRIMARY KEY,
    question_id      TEXT NOT NULL,
    question_version INTEGER NOT NULL,
    person_id        INTEGER NOT NULL REFERENCES people (id),
    reason           TEXT NOT NULL CHECK (reason IN ('key', 'text', 'outdated', 'other')),
    words            TEXT NOT NULL DEFAULT '',
    state            TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'fixed', 'rejected', 'retired')),
    reply            TEXT NOT NULL DEFAULT '',
    settled_by       INTEGER REFERENCES people (id),
    settled_at       INTEGER,
    created_at       INTEGER NOT NULL,
    FOREIGN KEY (question_id, question_version) REFERENCES questions (id, version),
    UNIQUE (question_id, question_version, person_id)
) STRICT;
CREATE INDEX question_reports_open ON question_reports (question_id) WHERE state = 'open';

-- The messenger's ids of pictures it has already; a picture that changed is sent anew.
CREATE TABLE pictures (
    name    TEXT PRIMARY KEY,
    digest  TEXT NOT NULL,
    file_id TEXT NOT NULL
) STRICT;
