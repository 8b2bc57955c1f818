-- Good deeds: what was done, by whom, with which pictures; two signatures; who agreed to stand on the honour roll.

CREATE TABLE deeds (
    id            INTEGER PRIMARY KEY,
    unit_id       INTEGER NOT NULL REFERENCES units (id),
    author_id     INTEGER NOT NULL REFERENCES people (id),
    state         TEXT NOT NULL DEFAULT 'draft'
                  CHECK (state IN ('draft', 'submitted', 'vouched', 'confirmed', 'returned', 'withdrawn')),
    opened        INTEGER NOT NULL DEFAULT 0 CHECK (opened IN (0, 1)),
    kind          TEXT NOT NULL CHECK (kind IN ('found', 'aid', 'service', 'charity', 'courage', 'other')),
    happened_at   INTEGER NOT NULL,
    exact         INTEGER NOT NULL CHECK (exact IN (0, 1)),
    place         TEXT NOT NULL,
    text          TEXT NOT NULL,
    tags          TEXT NOT NULL DEFAULT '[]',
    witness_id    INTEGER REFERENCES people (id),
    album         TEXT,
    edits         INTEGER NOT NULL DEFAULT 0,
    origin        TEXT NOT NULL UNIQUE,
    created_at    INTEGER NOT NULL,
    submitted_at  INTEGER,
    first_by      INTEGER REFERENCES people (id),
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

CREATE TABLE deed_people (
    deed_id   INTEGER NOT NULL REFERENCES deeds (id),
    person_id INTEGER NOT NULL REFERENCES people (id),
    agreed    INTEGER CHECK (agreed IN (0, 1)),
    PRIMARY KEY (deed_id, person_id)
) STRICT;
CREATE INDEX deed_people_by_person ON deed_people (person_id, deed_id);

CREATE TABLE deed_photos (
    id         INTEGER PRIMARY KEY,
    deed_id    INTEGER NOT NULL REFERENCES deeds (id),
    kind       TEXT NOT NULL CHECK (kind IN ('photo', 'document')),
    file_id    TEXT NOT NULL,
    unique_id  TEXT NOT NULL,
    album      TEXT,
    origin     TEXT NOT NULL UNIQUE,
    sha256     TEXT,
    copy_tries INTEGER NOT NULL DEFAULT 0,
    added_at   INTEGER NOT NULL,
    removed_at INTEGER
) STRICT;
CREATE INDEX deed_photos_by_deed ON deed_photos (deed_id);
CREATE INDEX deed_photos_by_picture ON deed_photos (unique_id);
CREATE INDEX deed_photos_by_copy ON deed_photos (sha256) WHERE sha256 IS NOT NULL;
