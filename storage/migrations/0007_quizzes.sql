-- Questions in group chats: which group belongs to which unit, the daily question, the class quiz, and their totals.

CREATE TABLE groups (
    id         INTEGER PRIMARY KEY,
    chat_id    INTEGER NOT NULL UNIQUE,
    title      TEXT NOT NULL,
    unit_id    INTEGER NOT NULL REFERENCES units (id),
    bound_by   INTEGER NOT NULL REFERENCES people (id),
    bound_at   INTEGER NOT NULL,
    left_at    INTEGER,
    daily_at   TEXT,
    daily_from INTEGER,
    CHECK ((daily_at IS NULL) = (daily_from IS NULL))
) STRICT;
CREATE INDEX groups_by_unit ON groups (unit_id) WHERE left_at IS NULL;

CREATE TABLE class_quizzes (
    id         INTEGER PRIMARY KEY,
    group_id   INTEGER NOT NULL REFERENCES groups (id),
    session_id INTEGER REFERENCES sessions (id),
    leader_id  INTEGER NOT NULL REFERENCES people (id),
    subject    TEXT NOT NULL,
    size       INTEGER NOT NULL CHECK (size BETWEEN 1 AND 5),
    state      TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'finished', 'dropped')),
    origin     TEXT NOT NULL UNIQUE,
    chat_id    INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    shown      TEXT NOT NULL DEFAULT '',
    shown_at   INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    ended_at   INTEGER
) STRICT;
CREATE UNIQUE INDEX class_quizzes_one_open_a_group ON class_quizzes (group_id) WHERE state = 'open';
CREATE INDEX class_quizzes_ended ON class_quizzes (ended_at);

CREATE TABLE quizzes (
    id               INTEGER PRIMARY KEY,
    group_id         INTEGER NOT NULL REFERENCES groups (id),
    unit_id          INTEGER NOT NULL REFERENCES units (id),
    class_id         INTEGER REFERENCES class_quizzes (id),
    local_date       TEXT NOT NULL,
    slot             TEXT NOT NULL,
    question_id      TEXT,
    question_version INTEGER,
    shown_order      TEXT NOT NULL DEFAULT '',
    state            TEXT NOT NULL DEFAULT 'planned'
                     CHECK (state IN ('planned', 'posting', 'posted', 'unknown', 'failed', 'missed')),
    due_at           INTEGER NOT NULL,
    late_until       INTEGER NOT NULL,
    closes_at        INTEGER NOT NULL,
    cause            TEXT,
    poll_id          TEXT UNIQUE,
    message_id       INTEGER,
    votes            TEXT NOT NULL DEFAULT '[]',
    answered         INTEGER NOT NULL DEFAULT 0,
    closed_at        INTEGER,
    FOREIGN KEY (question_id, question_version) REFERENCES questions (id, version),
    UNIQUE (group_id, local_date, slot)
) STRICT;
CREATE INDEX quizzes_waiting ON quizzes (due_at) WHERE state IN ('planned', 'posting');
CREATE INDEX quizzes_open ON quizzes (closes_at) WHERE state = 'posted' AND closed_at IS NULL;
CREATE INDEX quizzes_unknown ON quizzes (id) WHERE state = 'unknown' AND poll_id IS NULL;
CREATE INDEX quizzes_by_class ON quizzes (class_id) WHERE class_id IS NOT NULL;
