"""Migrations: the files make what schema.sql says, and a database that does not fit is refused untouched."""

import re
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from storage.errors import DatabaseTooNew, MigrationChanged, MigrationFailed, NotOurDatabase, StorageBusy
from storage.migrate import APPLICATION_ID, MIGRATIONS_DIR, Migration, migrate, migrations

SCHEMA = MIGRATIONS_DIR.parent / "schema.sql"

FIRST = Migration(
    1,
    "0001_first",
    """CREATE TABLE migrations (number INTEGER PRIMARY KEY, name TEXT, sha256 TEXT, applied_at INTEGER) STRICT;
       CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;
       CREATE TABLE tag (note INTEGER NOT NULL REFERENCES note (id)) STRICT;
       INSERT INTO note VALUES (1, 'one');
       INSERT INTO tag VALUES (1);""",
)
SECOND = Migration(2, "0002_second", "ALTER TABLE note ADD COLUMN state TEXT NOT NULL DEFAULT 'new';")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "test.db"


@pytest.fixture
def backups(tmp_path: Path) -> Path:
    return tmp_path / "backups"


def query(file: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(file)) as connection:
        return connection.execute(sql).fetchall()


def version(file: Path) -> object:
    return query(file, "PRAGMA user_version")[0][0]


def normalised(sql: str | None) -> str:
    """A definition without comments, and with one space where any space may stand."""
    bare = re.sub(r"--[^\n]*", " ", sql or "")
    return re.sub(r"\s*([(),=<>])\s*", r"\1", re.sub(r"\s+", " ", bare)).strip()


def described(file: Path) -> dict[tuple[object, object, object], tuple[str, list[tuple[object, ...]]]]:
    """Every table, index, trigger and view: how it is defined and what columns SQLite sees in it."""
    with closing(sqlite3.connect(file)) as connection:
        objects = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master").fetchall()
        return {
            (kind, name, table): (
                normalised(sql),
                connection.execute("SELECT * FROM pragma_table_xinfo(:name)", {"name": name}).fetchall(),
            )
            for kind, name, table, sql in objects
        }


# ── the files ──


def test_all_migrations_make_the_database_that_the_schema_describes(tmp_path: Path, backups: Path) -> None:
    migrated, written = tmp_path / "migrated.db", tmp_path / "written.db"

    migrate(migrated, migrations(), backups)
    with closing(sqlite3.connect(written)) as connection:
        connection.executescript(SCHEMA.read_text("utf-8"))

    assert described(migrated) == described(written)


def test_every_table_is_strict(file: Path, backups: Path) -> None:
    migrate(file, migrations(), backups)

    loose = query(
        file, "SELECT name FROM pragma_table_list WHERE schema = 'main' AND NOT strict AND name NOT LIKE 'sqlite_%'"
    )
    assert loose == []


def test_no_migration_opens_or_ends_a_transaction_or_sets_a_pragma() -> None:
    for migration in migrations():
        bare = re.sub(r"--[^\n]*|'[^']*'", " ", migration.sql)
        assert not re.search(
            r"(?im)(^|;)\s*(BEGIN|COMMIT|END|ROLLBACK|SAVEPOINT|PRAGMA|VACUUM|ATTACH)\b", bare
        ) or re.search(r"(?i)\bCREATE TRIGGER\b", bare), migration.name


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        (["0001_first.sql", "0003_third.sql"], "do not run 1, 2, 3"),
        (["0001_first.sql", "0001_other.sql"], "do not run 1, 2, 3"),
        (["0002_second.sql"], "do not run 1, 2, 3"),
        (["0001_first.sql", "2_second.sql"], "2_second.sql is not named NNNN_name.sql"),
    ],
)
def test_files_with_wrong_numbers_are_refused(tmp_path: Path, names: Sequence[str], sentence: str) -> None:
    for name in names:
        (tmp_path / name).write_text("", "utf-8")
    with pytest.raises(MigrationFailed, match=sentence):
        migrations(tmp_path)


def test_line_ends_do_not_count_as_an_edit(tmp_path: Path) -> None:
    sums = []
    for name, text in (("unix", b"CREATE TABLE a (b);\n"), ("dos", b"CREATE TABLE a (b);\r\n")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "0001_first.sql").write_bytes(text)
        sums += [migration.sha256 for migration in migrations(tmp_path / name)]
    assert sums[0] == sums[1]


# ── running them ──


def test_a_new_file_gets_every_step_and_no_copy(file: Path, backups: Path) -> None:
    migrate(file, [FIRST, SECOND], backups)

    assert version(file) == 2
    assert query(file, "PRAGMA application_id") == [(APPLICATION_ID,)]
    assert query(file, "SELECT number, name, sha256 FROM migrations ORDER BY number") == [
        (1, "0001_first", FIRST.sha256),
        (2, "0002_second", SECOND.sha256),
    ]
    assert query(file, "SELECT count(*) FROM migrations WHERE applied_at BETWEEN 1.7e12 AND 9e12") == [(2,)]
    assert not backups.exists()


def test_an_existing_file_is_copied_before_it_is_changed(file: Path, backups: Path) -> None:
    migrate(file, [FIRST], backups)
    migrate(file, [FIRST, SECOND], backups)

    assert query(file, "SELECT id, text, state FROM note") == [(1, "one", "new")]
    copy = backups / "before-0002_second.db"
    assert version(copy) == 1
    assert query(copy, "SELECT * FROM note") == [(1, "one")]


def test_a_file_that_is_up_to_date_is_neither_changed_nor_copied(file: Path, backups: Path) -> None:
    migrate(file, [FIRST, SECOND], backups)
    before = file.read_bytes()
    migrate(file, [FIRST, SECOND], backups)

    assert file.read_bytes() == before
    assert not backups.exists()


def test_a_step_may_rebuild_a_table_that_others_refer_to(file: Path, backups: Path) -> None:
    rebuild = Migration(
        2,
        "0002_rebuild",
        """CREATE TABLE new_note (id INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT;
           INSERT INTO new_note (id, body) SELECT id, text FROM note;
           DROP TABLE note;
           ALTER TABLE new_note RENAME TO note;""",
    )
    migrate(file, [FIRST], backups)
    migrate(file, [FIRST, rebuild], backups)

    assert query(file, "SELECT note.body FROM tag JOIN note ON note.id = tag.note") == [("one",)]


@pytest.mark.parametrize(
    ("sql", "sentence"),
    [
        ("CREATE TABLE half (a TEXT) STRICT; CREATE TABLE note (id TEXT) STRICT;", "table note already exists"),
        ("CREATE TABLE half (a TEXT) STRICT; DELETE FROM note;", "1 broken references, first in table tag"),
    ],
)
def test_a_step_that_fails_leaves_the_step_before_it(file: Path, backups: Path, sql: str, sentence: str) -> None:
    migrate(file, [FIRST], backups)
    steps = [FIRST, SECOND, Migration(3, "0003_bad", sql)]

    for _ in range(2):  # trying again ends the same way
        with pytest.raises(MigrationFailed, match=f"0003_bad.*{sentence}"):
            migrate(file, steps, backups)

    assert version(file) == 2
    assert query(file, "SELECT name FROM sqlite_master WHERE name = 'half'") == []
    assert query(file, "SELECT id, state FROM note") == [(1, "new")]


def test_a_step_that_ends_its_own_transaction_is_refused(file: Path, backups: Path) -> None:
    with pytest.raises(MigrationFailed, match="ends its own transaction"):
        migrate(file, [Migration(1, "0001_first", "CREATE TABLE a (b TEXT) STRICT; COMMIT;")], backups)


def test_an_edited_migration_is_refused_and_named(file: Path, backups: Path) -> None:
    migrate(file, [FIRST, SECOND], backups)
    before = file.read_bytes()

    with pytest.raises(MigrationChanged, match="0001_first"):
        migrate(file, [Migration(1, "0001_first", FIRST.sql + "-- edited"), SECOND], backups)
    assert file.read_bytes() == before


def test_a_database_from_a_newer_program_is_refused(file: Path, backups: Path) -> None:
    migrate(file, [FIRST, SECOND], backups)
    before = file.read_bytes()

    with pytest.raises(DatabaseTooNew, match="it is at 2, this program knows 1"):
        migrate(file, [FIRST], backups)
    assert file.read_bytes() == before


@pytest.mark.parametrize("sql", ["CREATE TABLE a (b TEXT)", "PRAGMA application_id = 252006674"])
def test_a_file_of_another_program_is_refused(file: Path, backups: Path, sql: str) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute(sql)
    before = file.read_bytes()

    with pytest.raises(NotOurDatabase):
        migrate(file, [FIRST], backups)
    assert file.read_bytes() == before


def test_a_file_that_another_program_has_locked_is_busy(file: Path, backups: Path) -> None:
    migrate(file, [FIRST], backups)
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StorageBusy):
            migrate(file, [FIRST], backups, busy_timeout=0.05)
