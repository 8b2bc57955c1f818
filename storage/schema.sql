-- The whole schema, for reading. Databases are made by running storage/migrations/ in order; a test proves that both give the same.
-- Common to all tables: STRICT; times are INTEGER, milliseconds since 1970-01-01 UTC; yes/no is 0/1; enums are CHECKed text; JSON is text.

-- ── storage ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

CREATE TABLE migrations (              -- what made this database
    number INTEGER PRIMARY KEY,        -- NNNN of NNNN_name.sql; the highest one equals PRAGMA user_version
    name TEXT NOT NULL,                -- NNNN_name
    sha256 TEXT NOT NULL CHECK (length(sha256) = 64), -- of the file's text as it was run
    applied_at INTEGER NOT NULL        -- time
) STRICT;

-- ── inbox ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

CREATE TABLE inbox (                   -- every update, stored before it is acknowledged to Telegram
    update_id INTEGER PRIMARY KEY,     -- Telegram's; a second delivery meets the first here
    lane INTEGER NOT NULL,             -- chat id: updates of one lane are handled in order
    body TEXT NOT NULL CHECK (length(body) > 0), -- the update as Telegram sent it, JSON
    received_at INTEGER NOT NULL,      -- time it was stored; exams count by it
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'done', 'dead')),
    attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0), -- handlings that failed
    next_try_at INTEGER NOT NULL,      -- time; before it a waiting row is left alone
    fault TEXT                         -- what went wrong at the last attempt; NULL: nothing
) STRICT;

-- Partial, so that a handled update leaves them and nothing on a tap grows with history.
CREATE INDEX inbox_waiting ON inbox (next_try_at) WHERE state = 'waiting';
CREATE INDEX inbox_dead ON inbox (update_id) WHERE state = 'dead';

-- people ---------------------------------------------------------------------------------------------------------

CREATE TABLE units (
    id        INTEGER PRIMARY KEY,
    kind      TEXT NOT NULL CHECK (kind IN ('bureau', 'toll_office', 'station', 'branch', 'team')),
    name      TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 40),
    parent_id INTEGER REFERENCES units (id),
    path      TEXT NOT NULL UNIQUE,                     -- ids from the root to this unit, each followed by a dot: '1.4.9.'
    UNIQUE (parent_id, name)
) STRICT;

CREATE TABLE people (
    id        INTEGER PRIMARY KEY,
    staff_no  TEXT NOT NULL UNIQUE,                     -- 工号; a pseudonym once the person's data are erased
    name      TEXT NOT NULL,                            -- display name
    role      TEXT NOT NULL CHECK (role IN ('collector', 'team_leader', 'station_head', 'office', 'bureau')),
    unit_id   INTEGER NOT NULL REFERENCES units (id),
    batch     INTEGER CHECK (batch IN (1, 2)),          -- training batch 期; NULL: in no batch
    locale    TEXT NOT NULL DEFAULT 'zh_CN' CHECK (locale IN ('zh_CN', 'zh_TW', 'en')),
    left_at   INTEGER,                                  -- when the person left the office
    erased_at INTEGER                                   -- when the personal data were erased
) STRICT;
CREATE INDEX people_by_unit ON people (unit_id);

-- Transfers and role changes: what a person was until a moment.
CREATE TABLE people_history (
    id         INTEGER PRIMARY KEY,
    person_id  INTEGER NOT NULL REFERENCES people (id),
    role       TEXT NOT NULL,
    unit_id    INTEGER NOT NULL REFERENCES units (id),
    batch      INTEGER,
    until      INTEGER NOT NULL
) STRICT;
CREATE INDEX people_history_by_person ON people_history (person_id);

-- Which account (the messenger's user id) speaks for which person.
CREATE TABLE bindings (
    id         INTEGER PRIMARY KEY,
    person_id  INTEGER NOT NULL REFERENCES people (id),
    account_id INTEGER NOT NULL,
    chat_id    INTEGER NOT NULL,                        -- the private chat with that account
    bound_at   INTEGER NOT NULL,
    blocked_at INTEGER,                                 -- since when the account blocks the bot
    ended_at   INTEGER
) STRICT;
CREATE UNIQUE INDEX bindings_one_account_a_person ON bindings (person_id) WHERE ended_at IS NULL;
CREATE UNIQUE INDEX bindings_one_person_an_account ON bindings (account_id) WHERE ended_at IS NULL;

CREATE TABLE invitations (
    id         INTEGER PRIMARY KEY,
    person_id  INTEGER NOT NULL REFERENCES people (id),
    token_hash TEXT NOT NULL UNIQUE,                    -- SHA-256 of the token; the token is stored nowhere
    issued_by  INTEGER REFERENCES people (id),          -- NULL: from the command line
    issued_at  INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    opened_by  INTEGER,                                 -- the account that last opened the link; only it may confirm
    used_at    INTEGER,
    revoked_at INTEGER
) STRICT;
CREATE INDEX invitations_by_person ON invitations (person_id);

-- Wrong invitations, to slow down guessing: five an hour per account.
CREATE TABLE invitation_tries (
    account_id INTEGER NOT NULL,
    tried_at   INTEGER NOT NULL
) STRICT;
CREATE INDEX invitation_tries_by_account ON invitation_tries (account_id, tried_at);

-- forms in progress ----------------------------------------------------------------------------------------------

CREATE TABLE drafts (
    id         INTEGER PRIMARY KEY,
    person_id  INTEGER NOT NULL REFERENCES people (id),
    kind       TEXT NOT NULL,                           -- what is being filled in: 'roster'
    step       TEXT NOT NULL,
    data       TEXT NOT NULL,                           -- JSON
    origin     TEXT NOT NULL UNIQUE,                    -- chat:message it began with, so that a replay begins it once
    created_at INTEGER NOT NULL,
    closed_at  INTEGER,                                 -- confirmed or dropped
    seen       INTEGER NOT NULL DEFAULT 0               -- the newest message id that was taken in
) STRICT;
CREATE UNIQUE INDEX drafts_one_open_of_a_kind ON drafts (person_id, kind) WHERE closed_at IS NULL;

-- time -----------------------------------------------------------------------------------------------------------

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

-- training -------------------------------------------------------------------------------------------------------

CREATE TABLE courses (
    code      TEXT PRIMARY KEY,
    title     TEXT NOT NULL,
    half_days INTEGER NOT NULL CHECK (half_days BETWEEN 1 AND 10)
) STRICT;

CREATE TABLE sessions (
    id           INTEGER PRIMARY KEY,
    uid          TEXT NOT NULL UNIQUE,                  -- stable identity in calendars (RFC 5545 UID)
    course_code  TEXT NOT NULL REFERENCES courses (code),
    batch        INTEGER NOT NULL CHECK (batch IN (1, 2)),
    starts_at    INTEGER,                               -- NULL: not decided yet (待定)
    ends_at      INTEGER,
    venue        TEXT,
    lecturer     TEXT,
    bring        TEXT,                                  -- what to bring along
    sequence     INTEGER NOT NULL DEFAULT 0,            -- RFC 5545 SEQUENCE: grows with each change
    cancelled_at INTEGER,
    updated_at   INTEGER NOT NULL,
    organiser_id INTEGER REFERENCES people (id),        -- who calls the roll; NULL: the office
    CHECK ((starts_at IS NULL) = (ends_at IS NULL)),
    CHECK (ends_at IS NULL OR ends_at > starts_at)
) STRICT;

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

-- plan -----------------------------------------------------------------------------------------------------------

CREATE TABLE phases (
    number    INTEGER PRIMARY KEY,
    title     TEXT NOT NULL,
    starts_on TEXT,                                     -- ISO date in the office's time zone; NULL: not decided yet
    ends_on   TEXT,
    brief     TEXT NOT NULL DEFAULT '',                 -- what happens in it, in a sentence
    edits     INTEGER NOT NULL DEFAULT 0                -- grows with each change: a button changes what it stands under
) STRICT;

-- plan -----------------------------------------------------------------------------------------------------------

-- What the campaign says of itself.
CREATE TABLE campaign_facts (
    code     TEXT PRIMARY KEY,                          -- 'F12', as docs/plan-coverage.md names it
    kind     TEXT NOT NULL CHECK (kind IN ('title', 'theme', 'purpose', 'objective', 'target', 'focus', 'group', 'measure', 'requirement', 'rule')),
    element  TEXT NOT NULL,                             -- the plan's numbered element it comes from: '六2'
    text     TEXT NOT NULL,
    position INTEGER NOT NULL                           -- order of reading
) STRICT;

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

-- practice -------------------------------------------------------------------------------------------------------

-- Every version of a question that anybody may have seen; the bank's files are their source.
CREATE TABLE questions (
    id      TEXT NOT NULL,
    version INTEGER NOT NULL,
    topic   TEXT NOT NULL,
    body    TEXT NOT NULL,                              -- JSON: kind, stem, options, key, explanation, source …
    live    INTEGER NOT NULL CHECK (live IN (0, 1)),    -- 1: the version that new runs draw
    origin  TEXT NOT NULL DEFAULT 'shipped' CHECK (origin IN ('shipped', 'office')), -- office: imported or mended there
    made_at INTEGER NOT NULL DEFAULT 0,                 -- when this version came
    PRIMARY KEY (id, version)
) STRICT;
CREATE UNIQUE INDEX questions_one_live_version ON questions (id) WHERE live = 1;

CREATE TABLE runs (
    id          INTEGER PRIMARY KEY,
    person_id   INTEGER NOT NULL REFERENCES people (id),
    ordinal     INTEGER NOT NULL,                       -- the person's n-th run: a menu can start only the next one
    topic       TEXT,                                   -- a topic, 'weak' or 'wrong'; NULL: mixed
    state       TEXT NOT NULL CHECK (state IN ('open', 'finished', 'dropped')),
    created_at  INTEGER NOT NULL,
    exam_at     INTEGER,                                -- the exam ahead when it began; NULL: its day is undecided
    UNIQUE (person_id, ordinal)
) STRICT;
CREATE UNIQUE INDEX runs_one_open_a_person ON runs (person_id) WHERE state = 'open';

CREATE TABLE run_items (
    run_id           INTEGER NOT NULL REFERENCES runs (id),
    position         INTEGER NOT NULL,                  -- from 0
    question_id      TEXT NOT NULL,
    question_version INTEGER NOT NULL,
    shown_order      TEXT NOT NULL,                     -- option indexes in the order shown, '2013'
    ticked           TEXT NOT NULL DEFAULT '',          -- option indexes chosen, '13'
    answered_at      INTEGER,
    correct          INTEGER CHECK (correct IN (0, 1)),
    noted_at         INTEGER,                           -- a wrong answer's explanation was acknowledged
    guessed_at       INTEGER,                           -- [蒙对的] under a right answer
    PRIMARY KEY (run_id, position),
    FOREIGN KEY (question_id, question_version) REFERENCES questions (id, version)
) STRICT;

-- What is known of one person and one question; a tap never has to read history.
CREATE TABLE cards (
    person_id   INTEGER NOT NULL REFERENCES people (id),
    question_id TEXT NOT NULL,
    shown       INTEGER NOT NULL,                       -- 0: its key changed since: it counts as new
    missed      INTEGER NOT NULL,
    last_at     INTEGER NOT NULL,
    stability   REAL,                                   -- days until recall falls to 90 % (FSRS); NULL: not known yet
    difficulty  REAL,                                   -- 1 to 10 (FSRS)
    due_at      INTEGER NOT NULL DEFAULT 0,             -- when it should be asked again
    before      TEXT,                                   -- JSON: the memory before the last answer, for [蒙对的]
    missed_last INTEGER NOT NULL DEFAULT 0 CHECK (missed_last IN (0, 1)), -- 1: the last answer was wrong: in the wrong book
    PRIMARY KEY (person_id, question_id)
) STRICT;

-- [题目有误]: what people say of a question, and what the office answered.
CREATE TABLE question_reports (
    id               INTEGER PRIMARY KEY,
    question_id      TEXT NOT NULL,
    question_version INTEGER NOT NULL,
    person_id        INTEGER NOT NULL REFERENCES people (id),
    reason           TEXT NOT NULL CHECK (reason IN ('key', 'text', 'outdated', 'other')),
    words            TEXT NOT NULL DEFAULT '',          -- in the reporter's own words
    state            TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'fixed', 'rejected', 'retired')),
    reply            TEXT NOT NULL DEFAULT '',          -- what the reporter hears
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
    digest  TEXT NOT NULL,                              -- SHA-256 of the file
    file_id TEXT NOT NULL
) STRICT;

-- quizzes in groups ----------------------------------------------------------------------------------------------

-- A group chat that belongs to a unit. One that the bot left keeps its row: bound again, its questions do not repeat.
CREATE TABLE groups (
    id         INTEGER PRIMARY KEY,
    chat_id    INTEGER NOT NULL UNIQUE,                 -- the messenger's; another one after the upgrade to a supergroup
    title      TEXT NOT NULL,
    unit_id    INTEGER NOT NULL REFERENCES units (id),
    bound_by   INTEGER NOT NULL REFERENCES people (id),
    bound_at   INTEGER NOT NULL,
    left_at    INTEGER,                                 -- when the bot was removed; NULL: it is there
    daily_at   TEXT,                                    -- local time of the daily question, '08:00'; NULL: none
    daily_from INTEGER,                                 -- when that was set: nothing is due before it
    CHECK ((daily_at IS NULL) = (daily_from IS NULL))
) STRICT;
CREATE INDEX groups_by_unit ON groups (unit_id) WHERE left_at IS NULL;

-- 课堂小测: a few questions one after the other, each closed by whoever leads it, from a private chat.
CREATE TABLE class_quizzes (
    id         INTEGER PRIMARY KEY,
    group_id   INTEGER NOT NULL REFERENCES groups (id),
    session_id INTEGER REFERENCES sessions (id),        -- NULL: begun with /quiz
    leader_id  INTEGER NOT NULL REFERENCES people (id),
    subject    TEXT NOT NULL,                           -- a topic, a course or 'all'
    size       INTEGER NOT NULL CHECK (size BETWEEN 1 AND 5),
    state      TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'finished', 'dropped')),
    origin     TEXT NOT NULL UNIQUE,                    -- the press it began with, so that a replay begins it once
    chat_id    INTEGER NOT NULL,                        -- where the leader's card stands
    message_id INTEGER NOT NULL,
    shown      TEXT NOT NULL DEFAULT '',                -- the figures that the card shows
    shown_at   INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    ended_at   INTEGER
) STRICT;
CREATE UNIQUE INDEX class_quizzes_one_open_a_group ON class_quizzes (group_id) WHERE state = 'open';
CREATE INDEX class_quizzes_ended ON class_quizzes (ended_at);

-- One question to a group, as a quiz poll. Totals only: who answered what is never known.
CREATE TABLE quizzes (
    id               INTEGER PRIMARY KEY,
    group_id         INTEGER NOT NULL REFERENCES groups (id),
    unit_id          INTEGER NOT NULL REFERENCES units (id), -- the group's at that time: its leaders read the totals
    class_id         INTEGER REFERENCES class_quizzes (id),
    local_date       TEXT NOT NULL,                     -- ISO date in the office's time zone
    slot             TEXT NOT NULL,                     -- 'daily', or 'class:12:0' for the first of a class quiz
    question_id      TEXT,                              -- NULL with 'missed'
    question_version INTEGER,
    shown_order      TEXT NOT NULL DEFAULT '',          -- option indexes in the order shown, '2013'
    state            TEXT NOT NULL DEFAULT 'planned'
                     CHECK (state IN ('planned', 'posting', 'posted', 'unknown', 'failed', 'missed')),
    due_at           INTEGER NOT NULL,                  -- not before it; later after a failure
    late_until       INTEGER NOT NULL,                  -- later than this it is missed
    closes_at        INTEGER NOT NULL,
    cause            TEXT,                              -- why it failed
    poll_id          TEXT UNIQUE,                       -- the messenger's
    message_id       INTEGER,
    votes            TEXT NOT NULL DEFAULT '[]',        -- JSON: how many chose each option, in the order shown
    answered         INTEGER NOT NULL DEFAULT 0,        -- how many people answered
    closed_at        INTEGER,                           -- when the totals became final
    FOREIGN KEY (question_id, question_version) REFERENCES questions (id, version),
    UNIQUE (group_id, local_date, slot)
) STRICT;
CREATE INDEX quizzes_waiting ON quizzes (due_at) WHERE state IN ('planned', 'posting');
CREATE INDEX quizzes_open ON quizzes (closes_at) WHERE state = 'posted' AND closed_at IS NULL;
CREATE INDEX quizzes_unknown ON quizzes (id) WHERE state = 'unknown' AND poll_id IS NULL;
CREATE INDEX quizzes_by_class ON quizzes (class_id) WHERE class_id IS NOT NULL;

-- notices --------------------------------------------------------------------------------------------------------

-- What leaders write, who is to receive it, and what became of it.
CREATE TABLE notices (
    id             INTEGER PRIMARY KEY,
    origin         TEXT NOT NULL UNIQUE,                -- what it began with, so that a replay begins it once
    author_id      INTEGER NOT NULL REFERENCES people (id),
    unit_id        INTEGER NOT NULL REFERENCES units (id), -- the author's when it was written; the office's reach over it follows from it
    text           TEXT NOT NULL,                       -- Telegram's HTML; may be empty under a file or picture
    attached       TEXT CHECK (attached IN ('photo', 'document')),
    file_id        TEXT,                                -- the messenger's
    needs_confirm  INTEGER NOT NULL CHECK (needs_confirm IN (0, 1)),
    urgent         INTEGER NOT NULL DEFAULT 0 CHECK (urgent IN (0, 1)),
    reason         TEXT,                                -- why it is urgent; receivers see it
    audience_unit  INTEGER REFERENCES units (id),       -- NULL: not chosen yet
    audience_role  TEXT,                                -- NULL: every role
    audience_batch INTEGER CHECK (audience_batch IN (1, 2)), -- NULL: both
    unheard_of     INTEGER REFERENCES notices (id),     -- only those who have not confirmed that one
    state          TEXT NOT NULL DEFAULT 'draft'
                   CHECK (state IN ('draft', 'waiting', 'scheduled', 'sending', 'sent', 'cancelled', 'recalled')),
    send_at        INTEGER,                             -- NULL: at once
    edits          INTEGER NOT NULL DEFAULT 0,          -- grows with each change of the draft: a button sends what it stands under
    asked          INTEGER NOT NULL DEFAULT 0,          -- how often a second person was asked to agree
    agreed_by      INTEGER REFERENCES people (id),      -- the second person
    returned       TEXT,                                -- why the second person sent it back
    released_at    INTEGER,                             -- when its messages were made
    version        INTEGER NOT NULL DEFAULT 1,          -- grows with each correction; a confirmation is of one version
    corrected_at   INTEGER,
    new_text       TEXT,                                -- a correction that is not made yet
    new_by         INTEGER REFERENCES people (id),
    new_asked      INTEGER NOT NULL DEFAULT 0 CHECK (new_asked IN (0, 1)), -- 1: it waits for a second person
    nudges         INTEGER NOT NULL DEFAULT 0,          -- reminders sent to those who have not confirmed this version
    cascaded_at    INTEGER,                             -- when leaders were asked to tell them in person
    created_at     INTEGER NOT NULL,
    changed_at     INTEGER NOT NULL,
    pulse          INTEGER NOT NULL DEFAULT 0,          -- grows with every change that a card shows, deliveries apart
    CHECK ((attached IS NULL) = (file_id IS NULL)),
    CHECK (urgent = 0 OR reason IS NOT NULL),
    CHECK (new_text IS NULL OR new_by IS NOT NULL)
) STRICT;
CREATE INDEX notices_by_author ON notices (author_id, id);
CREATE INDEX notices_by_unit ON notices (unit_id, id);
CREATE INDEX notices_on_their_way ON notices (state) WHERE state IN ('scheduled', 'sending');

-- Whom a notice went to, fixed when its messages were made.
CREATE TABLE notice_receivers (
    notice_id         INTEGER NOT NULL REFERENCES notices (id),
    person_id         INTEGER NOT NULL REFERENCES people (id),
    unit_id           INTEGER NOT NULL REFERENCES units (id), -- the person's at that time: figures stay what they were after a transfer
    confirmed_at      INTEGER,
    confirmed_version INTEGER,                          -- which text was confirmed
    told_at           INTEGER,                          -- told in person; never counts as confirmed
    told_by           INTEGER REFERENCES people (id),
    told_version      INTEGER,
    PRIMARY KEY (notice_id, person_id)
) STRICT;
CREATE INDEX notice_receivers_by_person ON notice_receivers (person_id, notice_id);

-- Which leader was asked to tell whom in person.
CREATE TABLE notice_cascades (
    notice_id INTEGER NOT NULL REFERENCES notices (id),
    leader_id INTEGER NOT NULL REFERENCES people (id),
    person_id INTEGER NOT NULL REFERENCES people (id),
    version   INTEGER NOT NULL,                         -- of the text that they are asked to pass on
    PRIMARY KEY (notice_id, leader_id, person_id)
) STRICT;

-- Messages that show a sender's card and are kept current.
CREATE TABLE notice_cards (
    chat_id    INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    notice_id  INTEGER NOT NULL REFERENCES notices (id),
    person_id  INTEGER NOT NULL REFERENCES people (id),
    mark       TEXT NOT NULL,                           -- of the figures that it shows
    pulse      INTEGER NOT NULL,                        -- the notice's, when they were last compared
    PRIMARY KEY (chat_id, message_id),
    UNIQUE (notice_id, person_id)
) STRICT;

-- Messages in which somebody opened a notice for themselves: a correction or a recall reaches them too.
CREATE TABLE notice_copies (
    chat_id    INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    item_id    INTEGER NOT NULL REFERENCES outbox (id), -- the message to them that they opened, a line of a bundle or not
    listed     INTEGER NOT NULL CHECK (listed IN (0, 1)), -- 1: a screen of /notice, which shows something else when left
    PRIMARY KEY (chat_id, message_id)
) STRICT;
CREATE INDEX notice_copies_by_item ON notice_copies (item_id);

CREATE TABLE notice_templates (
    id         INTEGER PRIMARY KEY,
    owner_id   INTEGER NOT NULL REFERENCES people (id),
    title      TEXT NOT NULL,
    text       TEXT NOT NULL,                           -- Telegram's HTML
    created_at INTEGER NOT NULL,
    UNIQUE (owner_id, title)
) STRICT;

-- good deeds ----------------------------------------------------------------------------------------------------------

CREATE TABLE deeds (
    id            INTEGER PRIMARY KEY,
    unit_id       INTEGER NOT NULL REFERENCES units (id), -- the author's when it was logged
    author_id     INTEGER NOT NULL REFERENCES people (id),
    state         TEXT NOT NULL DEFAULT 'draft'
                  CHECK (state IN ('draft', 'submitted', 'vouched', 'confirmed', 'returned', 'withdrawn')),
    opened        INTEGER NOT NULL DEFAULT 0 CHECK (opened IN (0, 1)), -- 0: a stray message that was only offered to be one
    kind          TEXT NOT NULL CHECK (kind IN ('found', 'aid', 'service', 'charity', 'courage', 'other')),
    happened_at   INTEGER NOT NULL,
    exact         INTEGER NOT NULL CHECK (exact IN (0, 1)), -- 0: only the day of happened_at is known
    place         TEXT NOT NULL,
    text          TEXT NOT NULL,
    tags          TEXT NOT NULL DEFAULT '[]',           -- JSON list of conduct standards
    witness_id    INTEGER REFERENCES people (id),
    album         TEXT,                                 -- of the message that began it
    edits         INTEGER NOT NULL DEFAULT 0,           -- counts changes: a signature is for what was shown
    origin        TEXT NOT NULL UNIQUE,                 -- chat:message that began it
    created_at    INTEGER NOT NULL,
    submitted_at  INTEGER,
    first_by      INTEGER REFERENCES people (id),       -- the signatures that stand; those of before an edit are in audit
    first_at      INTEGER,
    second_by     INTEGER REFERENCES people (id),
    second_at     INTEGER,
    returned_by   INTEGER REFERENCES people (id),
    returned_at   INTEGER,
    return_reason TEXT CHECK (return_reason IN ('time', 'people', 'unclear', 'photo', 'untrue', 'other')),
    return_words  TEXT NOT NULL DEFAULT '',
    CHECK ((first_by IS NULL) = (first_at IS NULL)),
    CHECK ((second_by IS NULL) = (second_at IS NULL)),
    CHECK (first_by IS NULL OR first_by <> author_id),
    CHECK (second_by IS NULL OR (second_by <> author_id AND second_by <> first_by)),
    CHECK (state <> 'confirmed' OR (first_by IS NOT NULL AND second_by IS NOT NULL))
) STRICT;
CREATE INDEX deeds_by_author ON deeds (author_id, id);
CREATE INDEX deeds_waiting ON deeds (id) WHERE state IN ('submitted', 'vouched');
CREATE INDEX deeds_confirmed ON deeds (second_at) WHERE state = 'confirmed';
CREATE INDEX deeds_by_hour ON deeds (kind, happened_at);
CREATE INDEX deeds_unsubmitted ON deeds (created_at) WHERE state = 'draft';

-- Who took part, the author among them.
CREATE TABLE deed_people (
    deed_id   INTEGER NOT NULL REFERENCES deeds (id),
    person_id INTEGER NOT NULL REFERENCES people (id),
    agreed    INTEGER CHECK (agreed IN (0, 1)),         -- to stand on the honour roll; NULL: has not said
    PRIMARY KEY (deed_id, person_id)
) STRICT;
CREATE INDEX deed_people_by_person ON deed_people (person_id, deed_id);

CREATE TABLE deed_photos (
    id         INTEGER PRIMARY KEY,
    deed_id    INTEGER NOT NULL REFERENCES deeds (id),
    kind       TEXT NOT NULL CHECK (kind IN ('photo', 'document')),
    file_id    TEXT NOT NULL,
    unique_id  TEXT NOT NULL,                           -- the messenger's name of the picture, wherever it is shown
    album      TEXT,
    origin     TEXT NOT NULL UNIQUE,
    sha256     TEXT,                                    -- of the local copy without EXIF; NULL: there is none
    copy_tries INTEGER NOT NULL DEFAULT 0,
    added_at   INTEGER NOT NULL,
    removed_at INTEGER
) STRICT;
CREATE INDEX deed_photos_by_deed ON deed_photos (deed_id);
CREATE INDEX deed_photos_by_picture ON deed_photos (unique_id);
CREATE INDEX deed_photos_by_copy ON deed_photos (sha256) WHERE sha256 IS NOT NULL;

-- scores --------------------------------------------------------------------------------------------------------------

-- Versions of the scoring standard; what was loaded never changes.
CREATE TABLE score_standards (
    id             INTEGER PRIMARY KEY,
    version        INTEGER NOT NULL UNIQUE CHECK (version > 0),
    title          TEXT NOT NULL,
    effective_from TEXT NOT NULL UNIQUE,                -- ISO date; in force until a later one begins
    loaded_by      INTEGER REFERENCES people (id),      -- NULL: with the sample office
    loaded_at      INTEGER NOT NULL
) STRICT;

CREATE TABLE score_clauses (
    id          INTEGER PRIMARY KEY,
    standard_id INTEGER NOT NULL REFERENCES score_standards (id),
    position    INTEGER NOT NULL,                       -- in the order of the file
    subject     TEXT NOT NULL CHECK (subject IN ('person', 'team')),
    code        TEXT NOT NULL CHECK (length(code) > 0), -- 'P03'
    text        TEXT NOT NULL CHECK (length(text) > 0),
    points      INTEGER NOT NULL CHECK (points <> 0),   -- tenths of a point
    cap         INTEGER CHECK (cap > 0),                -- tenths: the most per subject and month, in absolute value; NULL: none
    evidence    TEXT NOT NULL DEFAULT '',
    deeds       TEXT NOT NULL DEFAULT '[]',             -- JSON list of kinds of deeds that are proposed under it in one tap
    UNIQUE (standard_id, code)
) STRICT;

-- The ledger: facts that never change. Only free words go when a person is erased.
CREATE TABLE score_entries (
    id          INTEGER PRIMARY KEY,
    subject     TEXT NOT NULL CHECK (subject IN ('person', 'team')),
    person_id   INTEGER REFERENCES people (id),         -- NULL: the team's
    unit_id     INTEGER NOT NULL REFERENCES units (id), -- the team, or the person's unit when it was proposed
    clause_id   INTEGER NOT NULL REFERENCES score_clauses (id),
    points      INTEGER NOT NULL CHECK (points <> 0),   -- tenths: the clause's, negated for a reversal
    happened_on TEXT NOT NULL,                          -- ISO date in the office's time zone
    reason      TEXT NOT NULL,                          -- '' where the deed's words say it
    deed_id     INTEGER REFERENCES deeds (id),          -- the verified deed from which it comes
    reverses    INTEGER REFERENCES score_entries (id),  -- 冲正: the entry that it takes back
    proposer_id INTEGER NOT NULL REFERENCES people (id),
    proposed_at INTEGER NOT NULL,
    origin      TEXT NOT NULL UNIQUE,                   -- the form or the deed and person it came from, so that a second press adds nothing
    CHECK ((subject = 'person') = (person_id IS NOT NULL)),
    CHECK (person_id IS NULL OR person_id <> proposer_id),
    CHECK (deed_id IS NULL OR person_id IS NOT NULL)
) STRICT;
CREATE INDEX score_entries_by_person ON score_entries (person_id, id) WHERE person_id IS NOT NULL;
CREATE INDEX score_entries_by_unit ON score_entries (unit_id, id);
CREATE INDEX score_entries_by_deed ON score_entries (deed_id) WHERE deed_id IS NOT NULL;
CREATE INDEX score_entries_by_reversed ON score_entries (reverses) WHERE reverses IS NOT NULL;

-- What happened to an entry; where it stands follows from these rows and the time.
CREATE TABLE score_steps (
    id        INTEGER PRIMARY KEY,
    entry_id  INTEGER NOT NULL REFERENCES score_entries (id),
    step      TEXT NOT NULL CHECK (step IN ('confirmed', 'refused', 'withdrawn', 'appealed', 'granted', 'dismissed')),
    person_id INTEGER NOT NULL REFERENCES people (id),
    at        INTEGER NOT NULL,
    text      TEXT NOT NULL DEFAULT '',                 -- why it was refused, the appeal, the reply
    until     INTEGER,                                  -- of a confirmation: when its appeal window ends
    UNIQUE (entry_id, step),
    CHECK ((step = 'confirmed') = (until IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX score_steps_one_decision ON score_steps (entry_id)
 WHERE step IN ('confirmed', 'refused', 'withdrawn');
CREATE UNIQUE INDEX score_steps_one_reply ON score_steps (entry_id) WHERE step IN ('granted', 'dismissed');

-- Entries that wait for a signature or a reply: found without reading history. Follows from score_steps.
CREATE TABLE score_waiting (
    entry_id INTEGER PRIMARY KEY REFERENCES score_entries (id),
    since    INTEGER NOT NULL
) STRICT;

-- 月结: closed months of a station, a branch point or the toll office itself. A closed month never changes.
CREATE TABLE score_closes (
    id        INTEGER PRIMARY KEY,
    unit_id   INTEGER NOT NULL REFERENCES units (id),
    month     TEXT NOT NULL CHECK (length(month) = 7),  -- '2026-11'
    closed_by INTEGER NOT NULL REFERENCES people (id),
    closed_at INTEGER NOT NULL,
    UNIQUE (unit_id, month)
) STRICT;

CREATE TABLE score_close_entries (
    close_id INTEGER NOT NULL REFERENCES score_closes (id),
    entry_id INTEGER NOT NULL UNIQUE REFERENCES score_entries (id),
    PRIMARY KEY (close_id, entry_id)
) STRICT;

-- rewards and penalties ----------------------------------------------------------------------------------------------

-- 奖惩: proposals. The facts never change.
CREATE TABLE awards (
    id          INTEGER PRIMARY KEY,
    kind        TEXT NOT NULL CHECK (kind IN ('reward', 'penalty')),
    subject     TEXT NOT NULL CHECK (subject IN ('person', 'team')),
    person_id   INTEGER REFERENCES people (id),         -- NULL: the team's
    unit_id     INTEGER NOT NULL REFERENCES units (id), -- the team, or the person's unit when it was proposed
    what        TEXT NOT NULL,                          -- the reward or the penalty
    why         TEXT NOT NULL,                          -- the facts and the clause
    proposer_id INTEGER NOT NULL REFERENCES people (id),
    proposed_at INTEGER NOT NULL,
    origin      TEXT NOT NULL UNIQUE,                   -- the form it came from, so that a second press adds nothing
    CHECK ((subject = 'person') = (person_id IS NOT NULL)),
    CHECK (person_id IS NULL OR person_id <> proposer_id)
) STRICT;
CREATE INDEX awards_by_person ON awards (person_id, id) WHERE person_id IS NOT NULL;
CREATE INDEX awards_by_unit ON awards (unit_id, id);
CREATE INDEX awards_by_proposer ON awards (proposer_id, id);

-- What happened to a proposal; where it stands follows from these rows and the time.
CREATE TABLE award_steps (
    id        INTEGER PRIMARY KEY,
    award_id  INTEGER NOT NULL REFERENCES awards (id),
    step      TEXT NOT NULL CHECK (step IN ('agreed', 'refused', 'withdrawn', 'passed', 'rejected')),
    person_id INTEGER NOT NULL REFERENCES people (id),
    at        INTEGER NOT NULL,
    text      TEXT NOT NULL DEFAULT '',                 -- why it was refused, passed or rejected
    until     INTEGER,                                  -- of an agreement: when the notice period is over
    UNIQUE (award_id, step),
    CHECK ((step = 'agreed') = (until IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX award_steps_one_end ON award_steps (award_id) WHERE step <> 'agreed';
CREATE INDEX award_steps_by_passed ON award_steps (at) WHERE step = 'passed';

-- 异议, 陈述申辩: one of a person; that it was changed, and when, stands in the audit.
CREATE TABLE award_objections (
    award_id   INTEGER NOT NULL REFERENCES awards (id),
    person_id  INTEGER NOT NULL REFERENCES people (id),
    text       TEXT NOT NULL,
    sent_at    INTEGER NOT NULL,
    changed_at INTEGER,                                 -- NULL: as it was sent first
    PRIMARY KEY (award_id, person_id)
) STRICT;
CREATE INDEX award_objections_by_person ON award_objections (person_id, award_id);

-- Proposals that are not over: found without reading history. Follows from award_steps.
CREATE TABLE award_open (
    award_id INTEGER PRIMARY KEY REFERENCES awards (id)
) STRICT;

-- audit and settings of the installation ---------------------------------------------------------------------------

-- Who did what, in the transaction of the act; each row seals the one before (HMAC chain).
CREATE TABLE audit (
    id        INTEGER PRIMARY KEY,
    at        INTEGER NOT NULL,
    actor_id  INTEGER,                                  -- person; NULL: command line or the bot itself
    verb      TEXT NOT NULL,                            -- 'people.join'
    target    TEXT NOT NULL,                            -- 'person:12'
    detail    TEXT NOT NULL DEFAULT '{}',               -- JSON, no secrets
    seal      TEXT NOT NULL                             -- HMAC-SHA-256 over the previous seal and this row
) STRICT;

CREATE TABLE installation (
    name  TEXT PRIMARY KEY,                             -- 'bot_username', 'bank_digest', 'nightly_done_on'
    value TEXT NOT NULL
) STRICT;
