"""Schema, queries, migrations, backup: the only importer of aiosqlite and sqlite3.

Storage functions take a ``Connection`` and speak domain: dataclasses in and out, never rows. Nothing here knows
Telegram, texts or services.
"""
