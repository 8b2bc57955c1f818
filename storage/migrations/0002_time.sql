-- What will happen, what is to be sent, and when people are left in peace.

-- The subject whose dates make occurrences: a session, a phase, a task, a notice with a time, the weekly digest (subject 0).
CREATE TABLE schedules (
    id         INTEGER PRIMARY KEY,
    kind       TEXT NOT NULL CHECK (kind IN ('session', 'phase', 'task', 'notice', 'digest')),
    subject_id INTEGER NOT NULL,
    UNIQUE (kind, subject_id)
) STRICT;

-- One thing that happens once. The key holds the day it is about, so that a clock set back repeats nothing.
CREATE TABLE occurrences (
    schedule_id INTEGER NOT NULL REFERENCES schedules (id),
    local_date  TEXT NOT NULL,                          -- ISO date in the office's time zone: the session's day, the task's due day
    slot        TEXT NOT NULL,                          -- which of the subject's reminders: 'eve', 'soon', 'due', 'send'
    due_at      INTEGER NOT NULL,
    late_until  INTEGER NOT NULL CHECK (late_until >= due_at), -- later than this it is missed
    state       TEXT NOT NULL DEFAULT 'planned' CHECK (state IN ('planned', 'expanded', 'missed', 'cancelled')),
    settled_at  INTEGER,                                -- when it left 'planned'
    PRIMARY KEY (schedule_id, local_date, slot)
) STRICT;
CREATE INDEX occurrences_planned ON occurrences (due_at) WHERE state = 'planned';

-- Every message that speaks first: kind and ids, rendered when it is sent.
CREATE TABLE outbox (
    id          INTEGER PRIMARY KEY,
    dedupe_key  TEXT NOT NULL UNIQUE,                   -- the same key is never sent twice
    kind        TEXT NOT NULL,                          -- which message: 'notice', 'session', 'task_ask'
    person_id   INTEGER NOT NULL REFERENCES people (id),
    subject_id  INTEGER NOT NULL,                       -- the row it is about; which table follows from the kind
    detail      TEXT NOT NULL DEFAULT '{}',             -- JSON: what else rendering needs
    urgent      INTEGER NOT NULL DEFAULT 0 CHECK (urgent IN (0, 1)), -- 1: in quiet hours too, and beyond the day's three
    action      TEXT NOT NULL DEFAULT 'send' CHECK (action IN ('send', 'edit', 'delete')),
    target_id   INTEGER REFERENCES outbox (id),         -- whose message is edited or deleted; for a merged row: the bundle
    state       TEXT NOT NULL DEFAULT 'pending'
                CHECK (state IN ('pending', 'leased', 'sent', 'merged', 'failed', 'blocked', 'unknown', 'cancelled')),
    planned_at  INTEGER NOT NULL,                       -- when it should be sent
    due_at      INTEGER NOT NULL,                       -- when it may be sent: later than planned in quiet hours or after a failure
    late        INTEGER NOT NULL DEFAULT 0 CHECK (late IN (0, 1)), -- 1: it came after its time, and says so
    attempts    INTEGER NOT NULL DEFAULT 0,             -- calls made
    uncertain   INTEGER NOT NULL DEFAULT 0,             -- calls of which nobody knows whether they were carried out
    cause       TEXT,                                   -- why it failed or was cancelled
    chat_id     INTEGER,                                -- where it went
    message_id  INTEGER,                                -- what it became there
    created_at  INTEGER NOT NULL,
    settled_at  INTEGER,                                -- when it left 'pending' and 'leased' for good
    CHECK (action = 'send' OR target_id IS NOT NULL)
) STRICT;
CREATE INDEX outbox_pending ON outbox (urgent DESC, due_at, id) WHERE state = 'pending';
CREATE INDEX outbox_leased ON outbox (id) WHERE state = 'leased';
CREATE INDEX outbox_by_subject ON outbox (kind, subject_id);
CREATE INDEX outbox_by_person ON outbox (person_id, settled_at);
CREATE INDEX outbox_by_target ON outbox (target_id) WHERE target_id IS NOT NULL;

-- Kinds of reminders a person does not want.
CREATE TABLE mutes (
    person_id INTEGER NOT NULL REFERENCES people (id),
    kind      TEXT NOT NULL,                            -- an outbox kind
    PRIMARY KEY (person_id, kind)
) STRICT;

-- How a team's shifts go round.
CREATE TABLE shift_patterns (
    unit_id   INTEGER PRIMARY KEY REFERENCES units (id),
    first_day TEXT NOT NULL,                            -- ISO date of the cycle's first day
    cycle     TEXT NOT NULL CHECK (length(cycle) BETWEEN 1 AND 60) -- D day shift, N night shift, R rest; one letter a day
) STRICT;

-- The office's own calendar: what differs from the public one.
CREATE TABLE calendar_days (
    day     TEXT PRIMARY KEY,                           -- ISO date
    working INTEGER NOT NULL CHECK (working IN (0, 1)),
    name    TEXT NOT NULL DEFAULT ''                    -- 春节, 调休上班
) STRICT;

-- A form takes each message in once: a message that is handled again is known by its id.
ALTER TABLE drafts ADD COLUMN seen INTEGER NOT NULL DEFAULT 0;
