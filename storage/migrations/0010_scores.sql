-- Scores: the standard by versions, the ledger of entries and their steps, what waits, and closed months.

CREATE TABLE score_standards (
    id             INTEGER PRIMARY KEY,
    version        INTEGER NOT NULL UNIQUE CHECK (version > 0),
    title          TEXT NOT NULL,
    effective_from TEXT NOT NULL UNIQUE,
    loaded_by      INTEGER REFERENCES people (id),
    loaded_at      INTEGER NOT NULL
) STRICT;

CREATE TABLE score_clauses (
    id          INTEGER PRIMARY KEY,
    standard_id INTEGER NOT NULL REFERENCES score_standards (id),
    position    INTEGER NOT NULL,
    subject     TEXT NOT NULL CHECK (subject IN ('person', 'team')),
    code        TEXT NOT NULL CHECK (length(code) > 0),
    text        TEXT NOT NULL CHECK (length(text) > 0),
    points      INTEGER NOT NULL CHECK (points <> 0),
    cap         INTEGER CHECK (cap > 0),
    evidence    TEXT NOT NULL DEFAULT '',
    deeds       TEXT NOT NULL DEFAULT '[]',
    UNIQUE (standard_id, code)
) STRICT;

CREATE TABLE score_entries (
    id          INTEGER PRIMARY KEY,
    subject     TEXT NOT NULL CHECK (subject IN ('person', 'team')),
    person_id   INTEGER REFERENCES people (id),
    unit_id     INTEGER NOT NULL REFERENCES units (id),
    clause_id   INTEGER NOT NULL REFERENCES score_clauses (id),
    points      INTEGER NOT NULL CHECK (points <> 0),
    happened_on TEXT NOT NULL,
    reason      TEXT NOT NULL,
    deed_id     INTEGER REFERENCES deeds (id),
    reverses    INTEGER REFERENCES score_entries (id),
    proposer_id INTEGER NOT NULL REFERENCES people (id),
    proposed_at INTEGER NOT NULL,
    origin      TEXT NOT NULL UNIQUE,
    CHECK ((subject = 'person') = (person_id IS NOT NULL)),
    CHECK (person_id IS NULL OR person_id <> proposer_id),
    CHECK (deed_id IS NULL OR person_id IS NOT NULL)
) STRICT;
CREATE INDEX score_entries_by_person ON score_entries (person_id, id) WHERE person_id IS NOT NULL;
CREATE INDEX score_entries_by_unit ON score_entries (unit_id, id);
CREATE INDEX score_entries_by_deed ON score_entries (deed_id) WHERE deed_id IS NOT NULL;
CREATE INDEX score_entries_by_reversed ON score_entries (reverses) WHERE reverses IS NOT NULL;

CREATE TABLE score_steps (
    id        INTEGER PRIMARY KEY,
    entry_id  INTEGER NOT NULL REFERENCES score_entries (id),
    step      TEXT NOT NULL CHECK (step IN ('confirmed', 'refused', 'withdrawn', 'appealed', 'granted', 'dismissed')),
    person_id INTEGER NOT NULL REFERENCES people (id),
    at        INTEGER NOT NULL,
    text      TEXT NOT NULL DEFAULT '',
    until     INTEGER,
    UNIQUE (entry_id, step),
    CHECK ((step = 'confirmed') = (until IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX score_steps_one_decision ON score_steps (entry_id)
 WHERE step IN ('confirmed', 'refused', 'withdrawn');
CREATE UNIQUE INDEX score_steps_one_reply ON score_steps (entry_id) WHERE step IN ('granted', 'dismissed');

CREATE TABLE score_waiting (
    entry_id INTEGER PRIMARY KEY REFERENCES score_entries (id),
    since    INTEGER NOT NULL
) STRICT;

CREATE TABLE score_closes (
    id        INTEGER PRIMARY KEY,
    unit_id   INTEGER NOT NULL REFERENCES units (id),
    month     TEXT NOT NULL CHECK (length(month) = 7),
    closed_by INTEGER NOT NULL REFERENCES people (id),
    closed_at INTEGER NOT NULL,
    UNIQUE (unit_id, month)
) STRICT;

CREATE TABLE score_close_entries (
    close_id INTEGER NOT NULL REFERENCES score_closes (id),
    entry_id INTEGER NOT NULL UNIQUE REFERENCES score_entries (id),
    PRIMARY KEY (close_id, entry_id)
) STRICT;
