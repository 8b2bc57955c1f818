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
