-- Training that changes: who organises, what was changed and told, roll calls and what is made up for.

ALTER TABLE sessions ADD COLUMN organiser_id INTEGER REFERENCES people (id); -- who calls the roll; NULL: the office

-- A change of a session that people are told of once, a minute after the first of its steps.
CREATE TABLE session_changes (
    id         INTEGER PRIMARY KEY,
    session_id INTEGER NOT NULL REFERENCES sessions (id),
    old        TEXT NOT NULL,                           -- JSON: what people knew before the first step
    made_by    INTEGER NOT NULL REFERENCES people (id),
    tell_at    INTEGER NOT NULL                         -- later steps before it belong to the same change
) STRICT;
CREATE INDEX session_changes_by_session ON session_changes (session_id, tell_at);

CREATE TABLE attendance (
    session_id INTEGER NOT NULL REFERENCES sessions (id),
    person_id  INTEGER NOT NULL REFERENCES people (id),
    mark       TEXT NOT NULL CHECK (mark IN ('present', 'late', 'leave', 'absent')),
    marked_by  INTEGER NOT NULL REFERENCES people (id),
    marked_at  INTEGER NOT NULL,
    PRIMARY KEY (session_id, person_id)
) STRICT;
CREATE INDEX attendance_by_person ON attendance (person_id);

-- A roll call counts from here on; before it marks are only noted.
CREATE TABLE roll_calls (
    session_id   INTEGER PRIMARY KEY REFERENCES sessions (id),
    confirmed_by INTEGER NOT NULL REFERENCES people (id),
    confirmed_at INTEGER NOT NULL
) STRICT;

-- Whoever missed a session is offered another of the same course.
CREATE TABLE makeups (
    id         INTEGER PRIMARY KEY,
    missed_id  INTEGER NOT NULL REFERENCES sessions (id),
    person_id  INTEGER NOT NULL REFERENCES people (id),
    offered_id INTEGER REFERENCES sessions (id),        -- NULL: none is dated yet, the office sees it
    state      TEXT NOT NULL CHECK (state IN ('waiting', 'offered', 'accepted', 'declined')),
    changed_at INTEGER NOT NULL,
    UNIQUE (missed_id, person_id)
) STRICT;
CREATE INDEX makeups_by_offer ON makeups (offered_id) WHERE state = 'accepted';

-- 换期: two people change batches once the colleague and a leader of each side agree.
CREATE TABLE swaps (
    id           INTEGER PRIMARY KEY,
    asker_id     INTEGER NOT NULL REFERENCES people (id),
    colleague_id INTEGER NOT NULL REFERENCES people (id),
    asker_batch  INTEGER NOT NULL CHECK (asker_batch IN (1, 2)), -- the batch that the asker leaves
    state        TEXT NOT NULL CHECK (state IN ('asked', 'agreed', 'done', 'declined', 'refused', 'withdrawn', 'moot')),
    asker_by     INTEGER REFERENCES people (id),        -- the leader who approved for the asker's side
    colleague_by INTEGER REFERENCES people (id),
    origin       TEXT NOT NULL UNIQUE,                  -- chat:message:moment of the press, so that a replay asks once
    changed_at   INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX swaps_one_open_an_asker ON swaps (asker_id) WHERE state IN ('asked', 'agreed');
CREATE INDEX swaps_open ON swaps (colleague_id) WHERE state IN ('asked', 'agreed');

-- 自学: what the office puts up to read.
CREATE TABLE materials (
    id          INTEGER PRIMARY KEY,
    course_code TEXT NOT NULL REFERENCES courses (code),
    kind        TEXT NOT NULL CHECK (kind IN ('text', 'link', 'document', 'photo')),
    title       TEXT NOT NULL,
    body        TEXT NOT NULL,                          -- HTML of a text, address of a link, file id of the others
    added_by    INTEGER NOT NULL REFERENCES people (id),
    added_at    INTEGER NOT NULL,
    removed_at  INTEGER
) STRICT;

-- Three questions that complete a course.
CREATE TABLE checks (
    id          INTEGER PRIMARY KEY,
    person_id   INTEGER NOT NULL REFERENCES people (id),
    course_code TEXT NOT NULL REFERENCES courses (code),
    number      INTEGER NOT NULL,                       -- the person's n-th check of the course
    state       TEXT NOT NULL CHECK (state IN ('open', 'passed', 'failed')),
    UNIQUE (person_id, course_code, number)
) STRICT;
CREATE UNIQUE INDEX checks_one_open_a_course ON checks (person_id, course_code) WHERE state = 'open';

CREATE TABLE check_items (
    check_id         INTEGER NOT NULL REFERENCES checks (id),
    position         INTEGER NOT NULL,                  -- from 0
    question_id      TEXT NOT NULL,
    question_version INTEGER NOT NULL,
    shown_order      TEXT NOT NULL,                     -- option indexes in the order shown, '2013'
    ticked           TEXT NOT NULL DEFAULT '',          -- option indexes chosen, '13'
    answered_at      INTEGER,
    noted_at         INTEGER,                           -- a wrong answer's explanation was acknowledged
    PRIMARY KEY (check_id, position),
    FOREIGN KEY (question_id, question_version) REFERENCES questions (id, version)
) STRICT;
