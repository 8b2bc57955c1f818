"""What training, practice and the bot itself keep about one person, and what goes when their data are erased.

Areas that know their own part better have a ``kept_about`` of their own: plan, notices, deeds, scores, awards.
"""

from storage.database import Connection
from storage.scores import awards

Rows = list[dict[str, object]]


async def _rows(tx: Connection, sql: str, person_id: int) -> Rows:
    return [dict(row) for row in await tx.all(sql, id=person_id)]


# for the export --------------------------------------------------------------------------------------------------


async def history(tx: Connection, person_id: int) -> Rows:
    """What a person was before: role, unit and batch until a moment (ms UTC), oldest first."""
    return await _rows(
        tx,
        """SELECT h.role, u.name AS unit, h.batch, h.until FROM people_history h JOIN units u ON u.id = h.unit_id
            WHERE h.person_id = :id ORDER BY h.id""",
        person_id,
    )


async def muted(tx: Connection, person_id: int) -> list[str]:
    """Kinds of reminders that a person does not want."""
    rows = await tx.all("SELECT kind FROM mutes WHERE person_id = :id ORDER BY kind", id=person_id)
    return [row["kind"] for row in rows]


async def training(tx: Connection, person_id: int) -> dict[str, Rows]:
    """A person's attendance, make-ups, requests to change batches and self-study. Times are ms UTC.

    ``counted_at`` is when the roll call was confirmed; None: the mark is only noted. Of a request: ``role`` is asker or
    colleague, ``batch`` the one that the person would leave; the other one's name is not theirs to take along.
    """
    return {
        "attendance": await _rows(
            tx,
            """SELECT c.title AS course, s.batch, s.starts_at, a.mark, a.marked_at, r.confirmed_at AS counted_at
                 FROM attendance a JOIN sessions s ON s.id = a.session_id JOIN courses c ON c.code = s.course_code
                 LEFT JOIN roll_calls r ON r.session_id = a.session_id
                WHERE a.person_id = :id ORDER BY s.starts_at, s.id""",
            person_id,
        ),
        "makeups": await _rows(
            tx,
            """SELECT c.title AS course, o.starts_at AS offered, m.state, m.changed_at
                 FROM makeups m JOIN sessions s ON s.id = m.missed_id JOIN courses c ON c.code = s.course_code
                 LEFT JOIN sessions o ON o.id = m.offered_id
                WHERE m.person_id = :id ORDER BY m.id""",
            person_id,
        ),
        "swap_requests": await _rows(
            tx,
            """SELECT CASE WHEN asker_id = :id THEN 'asker' ELSE 'colleague' END AS role,
                      CASE WHEN asker_id = :id THEN asker_batch ELSE 3 - asker_batch END AS batch, state, changed_at
                 FROM swaps WHERE asker_id = :id OR colleague_id = :id ORDER BY id""",
            person_id,
        ),
        "self_study": await _rows(
            tx,
            """SELECT c.title AS course, k.number, k.state, i.question_id, i.question_version, i.ticked, i.answered_at
                 FROM checks k JOIN courses c ON c.code = k.course_code JOIN check_items i ON i.check_id = k.id
                WHERE k.person_id = :id ORDER BY k.id, i.position""",
            person_id,
        ),
    }


async def practice(tx: Connection, person_id: int) -> dict[str, Rows]:
    """What practice remembers of a person beside the answers themselves: guesses, and a card for each question.

    ``stability`` is in days, ``difficulty`` from 1 to 10 (FSRS), ``missed_last`` 1: in the wrong book.
    """
    return {
        "guesses": await _rows(
            tx,
            """SELECT i.question_id, i.question_version, i.answered_at, i.guessed_at
                 FROM run_items i JOIN runs r ON r.id = i.run_id
                WHERE r.person_id = :id AND i.guessed_at IS NOT NULL ORDER BY i.guessed_at, i.question_id""",
            person_id,
        ),
        "cards": await _rows(
            tx,
            """SELECT question_id, shown, missed, missed_last, last_at, stability, difficulty, due_at
                 FROM cards WHERE person_id = :id ORDER BY question_id""",
            person_id,
        ),
    }


# erasing ---------------------------------------------------------------------------------------------------------

# What a person typed that is of no use without them, and where an account shows: ``origin`` begins with the chat's id.
_OWN_DEEDS = "SELECT id FROM deeds WHERE author_id = :id"
_ERASED = (
    "UPDATE task_asks SET text = '', origin = 'erased:' || id WHERE person_id = :id",
    "UPDATE question_reports SET words = '' WHERE person_id = :id",
    "UPDATE swaps SET origin = 'erased:' || id WHERE asker_id = :id",
    "UPDATE task_evidence SET origin = 'erased:' || id WHERE person_id = :id",
    "UPDATE notices SET origin = 'erased:' || id WHERE author_id = :id",
    "DELETE FROM notice_copies WHERE item_id IN (SELECT id FROM outbox WHERE person_id = :id)",
    "DELETE FROM outbox WHERE person_id = :id AND action <> 'send'",  # changes of messages, which some name by chat
    "UPDATE outbox SET chat_id = NULL, message_id = NULL WHERE person_id = :id",
    "DELETE FROM notice_cards WHERE person_id = :id",
    "DELETE FROM notice_templates WHERE owner_id = :id",
    "DELETE FROM mutes WHERE person_id = :id",
    # Deeds that were signed stay as the office's record, without pictures; all others go.
    "UPDATE deed_people SET agreed = 0 WHERE person_id = :id",
    f"DELETE FROM deed_photos WHERE deed_id IN ({_OWN_DEEDS})",
    f"DELETE FROM deed_people WHERE deed_id IN ({_OWN_DEEDS} AND state <> 'confirmed')",
    f"DELETE FROM deeds WHERE id IN ({_OWN_DEEDS} AND state <> 'confirmed')",
    "UPDATE deeds SET origin = 'erased:' || id, return_words = '' WHERE author_id = :id",
    # An origin names a draft, whose id is given again once the drafts are gone. What was typed about the person goes too.
    "UPDATE score_entries SET origin = 'erased:' || id WHERE proposer_id = :id",
    "UPDATE score_entries SET reason = '' WHERE person_id = :id",
    "UPDATE score_steps SET text = '' WHERE person_id = :id AND step = 'appealed'",
    "UPDATE score_steps SET text = '' WHERE entry_id IN (SELECT id FROM score_entries WHERE person_id = :id)",
)


async def erase(tx: Connection, person_id: int) -> None:
    """A person who left and is known by a pseudonym: their own words and their account go from what they did.

    Requests and reports stay as such, without words. What they handed in or sent as their work stays: evidence, notices.
    """
    for statement in _ERASED:
        await tx.run(statement, id=person_id)
    await awards.erase_about(tx, person_id)
