-- The first schema. Columns are explained in storage/schema.sql. Once released this file is frozen: changes go into a new one.

-- ── storage ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

CREATE TABLE migrations (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
    applied_at INTEGER NOT NULL
) STRICT;

-- ── inbox ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

CREATE TABLE inbox (
    update_id INTEGER PRIMARY KEY,
    lane INTEGER NOT NULL,
    body TEXT NOT NULL CHECK (length(body) > 0),
    received_at INTEGER NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'done', 'dead')),
    attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    next_try_at INTEGER NOT NULL,
    fault TEXT
) STRICT;

CREATE INDEX inbox_waiting ON inbox (next_try_at) WHERE state = 'waiting';
CREATE INDEX inbox_dead ON inbox (update_id) WHERE state = 'dead';

-- people ---------------------------------------------------------------------------------------------------------

CREATE TABLE units (
    id        INTEGER PRIMARY KEY,
    kind      TEXT NOT NULL CHECK (kind IN ('bureau', 'toll_office', 'station', 'branch', 'team')),
    name      TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 40),
    parent_id INTEGER REFERENCES units (id),
    path      TEXT NOT NULL UNIQUE,
    UNIQUE (parent_id, name)
) STRICT;

CREATE TABLE people (
    id        INTEGER PRIMARY KEY,
    staff_no  TEXT NOT NULL UNIQUE,
    name      TEXT NOT NULL,
    role      TEXT NOT NULL CHECK (role IN ('collector', 'team_leader', 'station_head', 'office', 'bureau')),
    unit_id   INTEGER NOT NULL REFERENCES units (id),
    batch     INTEGER CHECK (batch IN (1, 2)),
    locale    TEXT NOT NULL DEFAULT 'zh_CN' CHECK (locale IN ('zh_CN', 'zh_TW', 'en')),
    left_at   INTEGER,
    erased_at INTEGER
) STRICT;
CREATE INDEX people_by_unit ON people (unit_id);

CREATE TABLE people_history (
    id         INTEGER PRIMARY KEY,
    person_id  INTEGER NOT NULL REFERENCES people (id),
    role       TEXT NOT NULL,
    unit_id    INTEGER NOT NULL REFERENCES units (id),
    batch      INTEGER,
    until      INTEGER NOT NULL
) STRICT;
CREATE INDEX people_history_by_person ON people_history (person_id);

CREATE TABLE bindings (
    id         INTEGER PRIMARY KEY,
    person_id  INTEGER NOT NULL REFERENCES people (id),
    account_id INTEGER NOT NULL,
    chat_id    INTEGER NOT NULL,
    bound_at   INTEGER NOT NULL,
    blocked_at INTEGER,
    ended_at   INTEGER
) STRICT;
CREATE UNIQUE INDEX bindings_one_account_a_person ON bindings (person_id) WHERE ended_at IS NULL;
CREATE UNIQUE INDEX bindings_one_person_an_account ON bindings (account_id) WHERE ended_at IS NULL;

CREATE TABLE invitations (
    id         INTEGER PRIMARY KEY,
    person_id  INTEGER NOT NULL REFERENCES people (id),
    token_hash TEXT NOT NULL UNIQUE,
    issued_by  INTEGER REFERENCES people (id),
    issued_at  INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    opened_by  INTEGER,
    used_at    INTEGER,
    revoked_at INTEGER
) STRICT;
CREATE INDEX invitations_by_person ON invitations (person_id);

CREATE TABLE invitation_tries (
    account_id INTEGER NOT NULL,
    tried_at   INTEGER NOT NULL
) STRICT;
CREATE INDEX invitation_tries_by_account ON invitation_tries (account_id, tried_at);

-- forms in progress ----------------------------------------------------------------------------------------------

CREATE TABLE drafts (
    id         INTEGER PRIMARY KEY,
    person_id  INTEGER NOT NULL REFERENCES people (id),
    kind       TEXT NOT NULL,
    step       TEXT NOT NULL,
    data       TEXT NOT NULL,
    origin     TEXT NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    closed_at  INTEGER
) STRICT;
CREATE UNIQUE INDEX drafts_one_open_of_a_kind ON drafts (person_id, kind) WHERE closed_at IS NULL;

-- training -------------------------------------------------------------------------------------------------------

CREATE TABLE courses (
    code      TEXT PRIMARY KEY,
    title     TEXT NOT NULL,
    half_days INTEGER NOT NULL CHECK (half_days BETWEEN 1 AND 10)
) STRICT;

CREATE TABLE sessions (
    id           INTEGER PRIMARY KEY,
    uid          TEXT NOT NULL UNIQUE,
    course_code  TEXT NOT NULL REFERENCES courses (code),
    batch        INTEGER NOT NULL CHECK (batch IN (1, 2)),
    starts_at    INTEGER,
    ends_at      INTEGER,
    venue        TEXT,
    lecturer     TEXT,
    bring        TEXT,
    sequence     INTEGER NOT NULL DEFAULT 0,
    cancelled_at INTEGER,
    updated_at   INTEGER NOT NULL,
    CHECK ((starts_at IS NULL) = (ends_at IS NULL)),
    CHECK (ends_at IS NULL OR ends_at > starts_at)
) STRICT;

-- plan -----------------------------------------------------------------------------------------------------------

CREATE TABLE phases (
    number    INTEGER PRIMARY KEY,
    title     TEXT NOT NULL,
    starts_on TEXT,
    ends_on   TEXT
) STRICT;

-- practice -------------------------------------------------------------------------------------------------------

CREATE TABLE questions (
    id      TEXT NOT NULL,
    version INTEGER NOT NULL,
    topic   TEXT NOT NULL,
    body    TEXT NOT NULL,
    live    INTEGER NOT NULL CHECK (live IN (0, 1)),
    PRIMARY KEY (id, version)
) STRICT;
CREATE UNIQUE INDEX questions_one_live_version ON questions (id) WHERE live = 1;

CREATE TABLE runs (
    id          INTEGER PRIMARY KEY,
    person_id   INTEGER NOT NULL REFERENCES people (id),
    ordinal     INTEGER NOT NULL,
    topic       TEXT,
    state       TEXT NOT NULL CHECK (state IN ('open', 'finished', 'dropped')),
    created_at  INTEGER NOT NULL,
    UNIQUE (person_id, ordinal)
) STRICT;
CREATE UNIQUE INDEX runs_one_open_a_person ON runs (person_id) WHERE state = 'open';

CREATE TABLE run_items (
    run_id           INTEGER NOT NULL REFERENCES runs (id),
    position         INTEGER NOT NULL,
    question_id      TEXT NOT NULL,
    question_version INTEGER NOT NULL,
    shown_order      TEXT NOT NULL,
    ticked           TEXT NOT NULL DEFAULT '',
    answered_at      INTEGER,
    correct          INTEGER CHECK (correct IN (0, 1)),
    noted_at         INTEGER,
    PRIMARY KEY (run_id, position),
    FOREIGN KEY (question_id, question_version) REFERENCES questions (id, version)
) STRICT;

CREATE TABLE cards (
    person_id   INTEGER NOT NULL REFERENCES people (id),
    question_id TEXT NOT NULL,
    shown       INTEGER NOT NULL,
    missed      INTEGER NOT NULL,
    last_at     INTEGER NOT NULL,
    PRIMARY KEY (person_id, question_id)
) STRICT;

-- audit and settings of the installation ---------------------------------------------------------------------------

CREATE TABLE audit (
    id        INTEGER PRIMARY KEY,
    at        INTEGER NOT NULL,
    actor_id  INTEGER,
    verb      TEXT NOT NULL,
    target    TEXT NOT NULL,
    detail    TEXT NOT NULL DEFAULT '{}',
    seal      TEXT NOT NULL
) STRICT;

CREATE TABLE installation (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;
