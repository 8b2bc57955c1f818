"""An office with two stations and a standard of six clauses, everybody joined: for tests of scores."""

from dataclasses import dataclass
from datetime import date

from domain.clock import DAY
from domain.deeds import DeedKind
from domain.people import Person, Role, Unit, UnitKind
from domain.scores import WINDOW, Clause, Entry, EntryState, Standard, SubjectKind
from domain.scores.shown import Card, DeedProposal
from services import scores
from storage import deeds, drafts, outbox, people
from storage import scores as store
from storage.database import Connection, Database
from tests.conftest import NOW, TZ

TODAY = date(2026, 11, 24)  # NOW's
P01, P02, P03, T01, T02 = "P01", "P02", "P03", "T01", "T02"


def clause(
    code: str, points: int, cap: int | None = None, deeds: frozenset[str] = frozenset(), text: str = ""
) -> Clause:
    """A clause that is not stored yet; T…: for teams."""
    subject = SubjectKind.TEAM if code.startswith("T") else SubjectKind.PERSON
    return Clause(0, 0, subject, code, text or f"条款{code}", points, cap, "照片", deeds)


CLAUSES = (
    clause(P01, 5, 10, frozenset({"found", "aid"})),
    clause(P02, -10),
    clause(P03, 20),
    clause(T01, 20, 40),
    clause(T02, -15),
)
STANDARD = Standard(0, 0, "星级评定", date(2026, 9, 1), CLAUSES)
STAFF = {
    "bureau": (Role.BUREAU, "局"),
    "office": (Role.OFFICE, "所"),
    "officer": (Role.OFFICE, "所"),
    "head": (Role.STATION_HEAD, "东站"),
    "deputy": (Role.STATION_HEAD, "东站"),
    "leader": (Role.TEAM_LEADER, "东一班"),
    "mate": (Role.TEAM_LEADER, "东一班"),
    "anna": (Role.COLLECTOR, "东一班"),
    "bert": (Role.COLLECTOR, "东一班"),
    "other": (Role.TEAM_LEADER, "东二班"),
    "carl": (Role.COLLECTOR, "东二班"),
    "far_head": (Role.STATION_HEAD, "西站"),
    "far_leader": (Role.TEAM_LEADER, "西一班"),
    "dora": (Role.COLLECTOR, "西一班"),
}
UNITS = (
    ("局", UnitKind.BUREAU, None),
    ("所", UnitKind.TOLL_OFFICE, "局"),
    ("东站", UnitKind.STATION, "所"),
    ("西站", UnitKind.BRANCH, "所"),
    ("东一班", UnitKind.TEAM, "东站"),
    ("东二班", UnitKind.TEAM, "东站"),
    ("西一班", UnitKind.TEAM, "西站"),
)


@dataclass
class ScoreOffice:
    """People by the names in STAFF, units by theirs. ``now`` goes on as a test wants it."""

    db: Database
    people: dict[str, Person]
    units: dict[str, int]
    clauses: dict[str, int]
    now: int = NOW
    messages: int = 0

    def __getitem__(self, name: str) -> Person:
        return self.people[name]

    def origin(self) -> str:
        """A message of its own."""
        self.messages += 1
        return f"1:{self.messages}"

    async def draft(self, by: str, who: str, code: str = P01, day: date = TODAY, reason: str = "主动帮扶") -> int:
        """[记一笔] up to the preview; ``who``: a person or a team. The form's id."""
        caller, db = self[by], self.db
        form = await scores.begin(db, caller, self.origin(), self.now, TZ)
        step = (db, caller, form.draft_id)
        if who in self.people:
            await scores.choose_person(*step, self[who].id, self.now, TZ)
        else:
            await scores.choose_team(*step, self.units[who], self.now, TZ)
        await scores.set_day(*step, day, self.now, TZ)
        await scores.choose_clause(*step, self.clauses[code], self.now, TZ)
        await self.types(by, reason)
        return form.draft_id

    async def types(self, by: str, text: str) -> object:
        """A message to the open form of scores."""
        self.messages += 1
        draft = await self.db.read(lambda tx: drafts.awaiting(tx, self[by].id))
        assert draft is not None
        return await scores.take(self.db, self[by], draft, text, self.messages, self.now, TZ)

    async def propose(self, by: str, who: str, code: str = P01, day: date = TODAY, reason: str = "主动帮扶") -> int:
        """An entry that waits for a signature; its id."""
        draft_id = await self.draft(by, who, code, day, reason)
        card, first = await scores.propose(self.db, self[by], draft_id, self.now, TZ)
        assert first
        return card.entry.id

    async def confirm(self, by: str, entry_id: int, window: int = WINDOW) -> Card:
        """[确认]."""
        return (await scores.confirm(self.db, self[by], entry_id, window, self.now))[0]

    async def confirmed(self, by: str, who: str, code: str = P01, day: date = TODAY, signer: str = "office") -> int:
        """An entry whose appeal window runs."""
        entry_id = await self.propose(by, who, code, day)
        await self.confirm(signer, entry_id)
        return entry_id

    async def effective(self, by: str, who: str, code: str = P01, day: date = TODAY, signer: str = "office") -> int:
        """An entry that counts; three days pass."""
        entry_id = await self.confirmed(by, who, code, day, signer)
        self.now += 3 * DAY
        return entry_id

    async def appeal(self, by: str, entry_id: int, words: str = "那天我不在班") -> Card:
        """[申诉]."""
        return (await scores.appeal(self.db, self[by], entry_id, words, self.now))[0]

    async def decide(self, by: str, entry_id: int, *, granted: bool) -> Card:
        """The reply to an appeal."""
        return (await scores.decide(self.db, self[by], entry_id, "核实过了", self.now, granted=granted))[0]

    async def reverse(self, by: str, entry_id: int) -> int:
        """[冲正], proposed."""
        form = await scores.begin_reversal(self.db, self[by], entry_id, self.origin(), self.now, TZ)
        await self.types(by, "记错人了")
        card, _ = await scores.propose(self.db, self[by], form.draft_id, self.now, TZ)
        return card.entry.id

    async def entry(self, entry_id: int) -> Entry:
        """As it stands."""
        found = await self.db.read(lambda tx: store.entry(tx, entry_id))
        assert found is not None
        return found

    async def state(self, entry_id: int) -> EntryState:
        """Where it stands now."""
        return (await self.entry(entry_id)).state(self.now)

    async def deed(
        self, author: str, *others: str, kind: DeedKind = DeedKind.AID, signed: bool = True, at: int = NOW - DAY
    ) -> int:
        """A deed, verified unless told otherwise."""

        async def unit(tx: Connection) -> int:
            who, self.messages = self[author], self.messages + 1
            deed_id = await deeds.add(
                tx,
                origin=f"deed:{self.messages}",
                author_id=who.id,
                unit_id=who.unit.id,
                kind=kind,
                happened_at=at,
                exact=True,
                place="",
                text="帮司机推车",
                tags=(),
                album=None,
                now=NOW,
            )
            assert deed_id is not None
            for name in others:
                await deeds.share(tx, deed_id, self[name].id)
            await deeds.submit(tx, deed_id, 0, NOW)
            if signed:
                await deeds.vouch(tx, deed_id, 0, self["mate"].id, NOW)
                await deeds.confirm(tx, deed_id, 0, self["head"].id, NOW)
            return deed_id

        return await self.db.write(unit)

    async def propose_deed(self, by: str, deed_id: int) -> DeedProposal:
        """[提为加分]."""
        return await scores.propose_for_deed(self.db, self[by], deed_id, self.now, TZ)

    async def told(self, kind: str, entry_id: int, state: str | None = None) -> list[str]:
        """Names of those for whom the outbox has a message of a kind about an entry."""
        items = await self.db.read(lambda tx: outbox.of_subject(tx, kind, entry_id))
        names = {person.id: name for name, person in self.people.items()}
        return [names[item.person_id] for item in items if state is None or item.state == state]

    async def audited(self) -> list[str]:
        """Verbs of scores in the audit, in order."""
        rows = await self.db.read(lambda tx: tx.all("SELECT verb FROM audit WHERE verb LIKE 'scores.%' ORDER BY id"))
        return [row["verb"] for row in rows]


async def score_office(db: Database, standard: Standard | None = STANDARD) -> ScoreOffice:
    """The office; ``standard`` None: none is loaded."""

    async def unit(tx: Connection) -> dict[str, int]:
        made: dict[str, Unit] = {}
        for name, kind, parent in UNITS:
            made[name] = await people.add_unit(tx, kind, name, made[parent] if parent else None)
        for number, (name, (role, place)) in enumerate(STAFF.items(), start=1001):
            id_ = await people.add_person(tx, str(number), name, role, made[place].id, None)
            await people.bind(tx, id_, 7000 + id_, 7000 + id_, NOW)
        if standard is not None:
            await scores.put_standard(tx, standard, None, NOW)
        return {name: one.id for name, one in made.items()}

    return await opened(db, await db.write(unit))


async def opened(db: Database, units: dict[str, int] | None = None) -> ScoreOffice:
    """The office in a database that has it already."""
    listed = await db.read(lambda tx: people.listed(tx, ""))
    known = units or {one.name: one.id for one in await db.read(people.units)}
    clauses = {one.code: one.id for standard in await db.read(store.standards) for one in standard.clauses}
    return ScoreOffice(db, {one.name: one for one in listed}, known, clauses)
