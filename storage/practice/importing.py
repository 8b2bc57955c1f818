"""What an import is held against: the bank as it stands, and how much of it is the office's own."""

from domain.practice.importing import BankOverview, KnownBank
from domain.questions import Question, Topic
from storage.database import Connection
from storage.practice.running import body_of, question_of, whole_bank


async def bank_overview(tx: Connection) -> BankOverview:
    """The live bank in numbers, every topic."""
    rows = await tx.all(
        """SELECT topic, count(*) AS n, sum(CASE WHEN origin = 'office' THEN 1 ELSE 0 END) AS own
             FROM questions WHERE live = 1 GROUP BY topic"""
    )
    found = {row["topic"]: (int(row["n"]), int(row["own"])) for row in rows}
    return BankOverview({topic: found.get(topic.value, (0, 0)) for topic in Topic})


async def known_bank(tx: Connection) -> KnownBank:
    """The live questions, and the highest version of every id that ever was."""
    known, live = await whole_bank(tx)
    latest: dict[str, int] = {}
    for question_id, version in known:
        latest[question_id] = max(version, latest.get(question_id, 0))
    return KnownBank({question.id: question for question in live}, latest)


def text_of(question: Question) -> str:
    """A question as text, for a draft."""
    return body_of(question)


def question_in(text: str) -> Question:
    """The question that ``text_of`` made the text of."""
    return question_of({"body": text})
