-- The campaign: what it says, its phases' details, its tasks with owner and date, what was handed in, what was asked.

CREATE TABLE campaign_facts (
    code     TEXT PRIMARY KEY,                          -- 'F12', as docs/plan-coverage.md names it
    kind     TEXT NOT NULL CHECK (kind IN ('title', 'theme', 'purpose', 'objective', 'target', 'focus', 'group', 'measure', 'requirement', 'rule')),
    element  TEXT NOT NULL,                             -- the plan's numbered element it comes from: '六2'
    text     TEXT NOT NULL,
    position INTEGER NOT NULL                           -- order of reading
) STRICT;

ALTER TABLE phases ADD COLUMN brief TEXT NOT NULL DEFAULT ''; -- what happens in it, in a sentence
ALTER TABLE phases ADD COLUMN edits INTEGER NOT NULL DEFAULT 0; -- grows with each change: a button changes what it stands under

CREATE TABLE tasks (
    id         INTEGER PRIMARY KEY,
    code       TEXT NOT NULL UNIQUE,                    -- 'B07'; rows of an imported table are matched by it
    phase      INTEGER NOT NULL REFERENCES phases (number),
    title      TEXT NOT NULL,
    detail     TEXT NOT NULL DEFAULT '',                -- what is to be done
    element    TEXT NOT NULL DEFAULT '',                -- the plan's elements it serves: '七(二)3、六2'
    measure    INTEGER,                                 -- which of the plan's measures (六) it carries out; NULL: none
    evidence   TEXT NOT NULL DEFAULT '',                -- what is expected as evidence; '': nothing
    owner_id   INTEGER REFERENCES people (id),          -- one person; NULL: nobody yet
    due_on     TEXT,                                    -- ISO date; NULL: undecided
    state      TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'done', 'dropped')),
    settled_at INTEGER,                                 -- when it was done or dropped
    settled_by INTEGER REFERENCES people (id),
    edits      INTEGER NOT NULL DEFAULT 0,              -- grows with each change: a button's freshness, a calendar's SEQUENCE
    changed_at INTEGER NOT NULL,
    CHECK ((state = 'open') = (settled_at IS NULL))
) STRICT;
CREATE INDEX tasks_by_phase ON tasks (phase, code);
CREATE INDEX tasks_open_by_owner ON tasks (owner_id) WHERE state = 'open';

-- What was handed in for a task; files stay with the messenger.
CREATE TABLE task_evidence (
    id         INTEGER PRIMARY KEY,
    task_id    INTEGER NOT NULL REFERENCES tasks (id),
    person_id  INTEGER NOT NULL REFERENCES people (id),
    kind       TEXT NOT NULL CHECK (kind IN ('photo', 'document', 'text')),
    file_id    TEXT,                                    -- the messenger's
    file_name  TEXT NOT NULL DEFAULT '',
    text       TEXT NOT NULL DEFAULT '',                -- the words, or what stood under the file
    origin     TEXT NOT NULL UNIQUE,                    -- chat:message it came with
    created_at INTEGER NOT NULL,
    removed_at INTEGER,                                 -- when it was taken back
    CHECK ((kind = 'text') = (file_id IS NULL))
) STRICT;
CREATE INDEX task_evidence_by_task ON task_evidence (task_id) WHERE removed_at IS NULL;

-- What an owner asked the office: help in a line, or another date.
CREATE TABLE task_asks (
    id         INTEGER PRIMARY KEY,
    task_id    INTEGER NOT NULL REFERENCES tasks (id),
    person_id  INTEGER NOT NULL REFERENCES people (id),
    kind       TEXT NOT NULL CHECK (kind IN ('help', 'move')),
    text       TEXT NOT NULL DEFAULT '',                -- the line
    wanted_on  TEXT,                                    -- ISO date
    state      TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'granted', 'refused', 'answered', 'moot')),
    answer     TEXT NOT NULL DEFAULT '',                -- the office's line
    origin     TEXT NOT NULL UNIQUE,                    -- what it came with, so that a replay asks once
    created_at INTEGER NOT NULL,
    settled_by INTEGER REFERENCES people (id),          -- NULL with 'moot': the task moved on by itself
    settled_at INTEGER,
    CHECK ((kind = 'move') = (wanted_on IS NOT NULL)),
    CHECK ((state = 'open') = (settled_at IS NULL))
) STRICT;
CREATE UNIQUE INDEX task_asks_one_open_of_a_kind ON task_asks (task_id, kind) WHERE state = 'open';
CREATE INDEX task_asks_open ON task_asks (created_at) WHERE state = 'open';
