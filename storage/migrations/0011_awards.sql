-- Rewards and penalties: proposals, their steps, objections, and which are not over.

CREATE TABLE awards (
    id          INTEGER PRIMARY KEY,
    kind        TEXT NOT NULL CHECK (kind IN ('reward', 'penalty')),
    subject     TEXT NOT NULL CHECK (subject IN ('person', 'team')),
    person_id   INTEGER REFERENCES people (id),
    unit_id     INTEGER NOT NULL REFERENCES units (id),
    what        TEXT NOT NULL,
    why         TEXT NOT NULL,
    proposer_id INTEGER NOT NULL REFERENCES people (id),
    proposed_at INTEGER NOT NULL,
    origin      TEXT NOT NULL UNIQUE,
    CHECK ((subject = 'person') = (person_id IS NOT NULL)),
    CHECK (person_id IS NULL OR person_id <> proposer_id)
) STRICT;
CREATE INDEX awards_by_person ON awards (person_id, id) WHERE person_id IS NOT NULL;
CREATE INDEX awards_by_unit ON awards (unit_id, id);
CREATE INDEX awards_by_proposer ON awards (proposer_id, id);

CREATE TABLE award_steps (
    id        INTEGER PRIMARY KEY,
    award_id  INTEGER NOT NULL REFERENCES awards (id),
    step      TEXT NOT NULL CHECK (step IN ('agreed', 'refused', 'withdrawn', 'passed', 'rejected')),
    person_id INTEGER NOT NULL REFERENCES people (id),
    at        INTEGER NOT NULL,
    text      TEXT NOT NULL DEFAULT '',
    until     INTEGER,
    UNIQUE (award_id, step),
    CHECK ((step = 'agreed') = (until IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX award_steps_one_end ON award_steps (award_id) WHERE step <> 'agreed';
CREATE INDEX award_steps_by_passed ON award_steps (at) WHERE step = 'passed';

CREATE TABLE award_objections (
    award_id   INTEGER NOT NULL REFERENCES awards (id),
    person_id  INTEGER NOT NULL REFERENCES people (id),
    text       TEXT NOT NULL,
    sent_at    INTEGER NOT NULL,
    changed_at INTEGER,
    PRIMARY KEY (award_id, person_id)
) STRICT;
CREATE INDEX award_objections_by_person ON award_objections (person_id, award_id);

CREATE TABLE award_open (
    award_id INTEGER PRIMARY KEY REFERENCES awards (id)
) STRICT;
