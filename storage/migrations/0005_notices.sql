-- Notices: what leaders write, who is to receive it, and what became of it.

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

CREATE TABLE notice_templates (
    id         INTEGER PRIMARY KEY,
    owner_id   INTEGER NOT NULL REFERENCES people (id),
    title      TEXT NOT NULL,
    text       TEXT NOT NULL,                           -- Telegram's HTML
    created_at INTEGER NOT NULL,
    UNIQUE (owner_id, title)
) STRICT;
