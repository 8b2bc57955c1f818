"""What scores keep about one person."""

from storage.database import Connection

Rows = list[dict[str, object]]


async def kept_about(tx: Connection, person_id: int) -> dict[str, Rows]:
    """For the person's own export. Points are tenths, times ms UTC.

    ``entries`` are about the person; ``steps`` what happened to those; ``proposed`` and ``signed`` what the person did
    to entries of others, without saying whose they are.
    """
    entries = await tx.all(
        """SELECT e.id, c.code, c.text AS clause, e.points, e.happened_on, e.reason, e.deed_id, e.reverses, e.proposed_at,
                  k.month AS closed_in
             FROM score_entries e JOIN score_clauses c ON c.id = e.clause_id
             LEFT JOIN score_close_entries b ON b.entry_id = e.id LEFT JOIN score_closes k ON k.id = b.close_id
            WHERE e.person_id = :id ORDER BY e.id""",
        id=person_id,
    )
    steps = await tx.all(
        """SELECT t.entry_id, t.step, t.person_id = :id AS by_me, t.at, t.text, t.until
             FROM score_steps t JOIN score_entries e ON e.id = t.entry_id WHERE e.person_id = :id ORDER BY t.id""",
        id=person_id,
    )
    proposed = await tx.all(
        """SELECT e.id, c.code, e.points, e.happened_on, e.reason, e.proposed_at
             FROM score_entries e JOIN score_clauses c ON c.id = e.clause_id WHERE e.proposer_id = :id ORDER BY e.id""",
        id=person_id,
    )
    signed = await tx.all(
        """SELECT t.entry_id, t.step, t.at, t.text FROM score_steps t JOIN score_entries e ON e.id = t.entry_id
            WHERE t.person_id = :id AND (e.person_id IS NULL OR e.person_id <> :id) ORDER BY t.id""",
        id=person_id,
    )
    named = {"entries": entries, "steps": steps, "proposed": proposed, "signed": signed}
    return {name: [dict(row) for row in rows] for name, rows in named.items()}
