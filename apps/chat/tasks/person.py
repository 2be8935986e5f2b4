"""Look somebody up in the directory."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from numpy.random import Generator

from gristmill.apps.base import EndsWith, Level, Task, TaskFamily, TaskKind, View
from gristmill.apps.chat.services.people import Card, read_directory
from gristmill.apps.chat.tasks.directory import Description, close_account, describe, everybody
from gristmill.apps.chat.tasks.drawing import TIME as TIME_OF_DAY
from gristmill.apps.chat.tasks.drawing import draw_member, gives_time
from gristmill.apps.chat.tasks.moves import Talker
from gristmill.apps.chat.tasks.registry import TASKS
from gristmill.apps.chat.tasks.verdicts import page_of, refused
from gristmill.apps.kit.oracle_page import quoted
from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.world.models import Person as WorldPerson
from gristmill.apps.world.world import World
from gristmill.verifiers.answers import NAME, NAMES, answers_name, answers_names, name_of, names_of
from gristmill.verifiers.base import Check, Evidence, Verdict, verdict
from gristmill.verifiers.checks import check, trap
from gristmill.verifiers.visits import opened, unchanged

ROLE = "Answer with the role alone."
ZONE = "Answer with the time zone alone, such as UTC+2."
TIME = "Answer with the time of day alone, such as 09:15."
ZONE_WORDS = re.compile(r"(?:utc|gmt)?\s*([+\u2212-])\s*(\d{1,2})(?::?(\d\d))?")
LISTS = ("people", r"people\?.*", r"c/\d+/members")
WORDINGS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "train": {
        "role": (
            "What is the role of {who}?",
            "Look up what {who} does in the company: which role?",
            "I need the role of {who}, as it stands in the directory.",
            "Which role does {who} have?",
        ),
        "manager": (
            "Who is the manager of {who}?",
            "To whom does {who} report?",
            "Find the name of the manager of {who}.",
            "{who} has a manager. Who is it?",
        ),
        "zone": (
            "Which time zone does {who} work in?",
            "Look up the time zone of {who}.",
            "I want to call {who} and need to know the time zone.",
            "What does the directory say about the time zone of {who}?",
        ),
        "time": (
            "When it is {time} in UTC-5, what time of day is it for {who}?",
            "A call begins at {time} (UTC-5). Which local time is that for {who}?",
            "I plan something for {time} UTC-5. What do the clocks show then where {who} works?",
            "Convert {time}, UTC-5, into the local time of {who}.",
        ),
        "staff": (
            "Who works in the {team} team at {site}? Leave out people whose account is closed.",
            "List the people of the {team} team at {site} who still have an open account.",
            "I need the names of everybody in {team} at {site}, without those who have left.",
            "Which people at {site} belong to the {team} team? Closed accounts do not count.",
        ),
    },
    "test": {
        "role": (
            "Tell me what {who} works as.",
            "The directory has a role for {who}. Which one?",
            "Find out which role {who} has.",
        ),
        "manager": (
            "Whose report is {who}?",
            "Tell me who manages {who}.",
            "Look in the directory for the manager of {who}.",
        ),
        "zone": (
            "Find out the time zone of {who}.",
            "In which time zone is {who}?",
            "Tell me the time zone that the directory has for {who}.",
        ),
        "time": (
            "It is {time} at UTC-5. Tell me the time of day for {who}.",
            "What is {time} of UTC-5 on the clock of {who}?",
            "If I ring at {time} (UTC-5), what time will it be for {who}?",
        ),
        "staff": (
            "Name the people who are in the {team} team, work at {site} and have not left.",
            "Whom does the {team} team have at {site}, not counting closed accounts?",
            "Everybody of {team} at {site}, please, but nobody whose account is closed.",
        ),
    },
}
FORMS = {"role": ROLE, "manager": NAME, "zone": ZONE, "time": TIME, "staff": NAMES}


@TASKS.add(
    "Chat-Person-v0", tags=("people",), max_steps=30, level=Level.EASY, kind=TaskKind.ANSWER, axes=("brief",)
)
class Person(TaskFamily):
    """Find role, manager, time zone or local time of one of several namesakes, or who is in a team."""

    def draw(self, world: World, rng: Generator, *, seed: int, split: str, wordings: str) -> Task:
        """Somebody with a namesake, or a team at a site with somebody who has left; now and then nobody."""
        sampler = Sampler(rng)
        person = draw_member(world, sampler, channels=0)
        question = ask(world, sampler, person.id)
        goal = sampler.pick(WORDINGS[wordings][question.kind]).format(**question.words)
        return Task(
            family=self.id, seed=seed, split=split, wordings=wordings,
            goal=f"{goal[0].upper()}{goal[1:]} {FORMS[question.kind]}",
            start_url="http://chat.test/", person_id=person.id,
            terms={"kind": question.kind, "about": question.about, "right": question.right,
                   "gone": question.gone},
            ends_with=EndsWith.ANSWER if question.right else EndsWith.GIVE_UP,
        )  # fmt: skip

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        """Check the answer, that the entry was looked up, and that nothing changed."""
        kind, about, right = str(task.terms["kind"]), task.terms["about"], str(task.terms["right"])
        if task.ends_with is EndsWith.GIVE_UP:
            return verdict(*refused(evidence, task.person_id, page_of("/people")))
        pages = LISTS if kind == "staff" else (f"people/{about}", *(LISTS if kind == "role" else ()))
        gone = name_of(str(task.terms["gone"]))
        listed = names_of(evidence.answer or "")
        return verdict(
            CHECKS[kind](evidence, right),
            *([trap("nobody who has left", gone not in listed, gone)] if kind == "staff" else []),
            opened(evidence, rf"chat\.test/({'|'.join(pages)})"),
            unchanged(evidence),
        )

    def oracle(self, view: View) -> str:
        """Open the entry, then answer."""
        page, task = Talker(view), view.task
        about, right = int(str(task.terms["about"])), str(task.terms["right"])
        undone = page.undo()
        if undone:
            return undone
        path = f"/people/{about}" if about else "/people"
        if page.has_opened(path):
            return f"answer {quoted(right)}" if right else page.give_up("There is nobody like that.")
        if about:
            return page.to_person(view.db.get_one(WorldPerson, about)) or f"goto {path}"
        return page.click("link", "People") or "goto /people"


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """What is asked, about whom, and the right answer; empty if there is nobody like that."""

    kind: str
    words: Mapping[str, str]
    about: int = 0
    right: str = ""
    gone: str = ""


def ask(world: World, sampler: Sampler, person_id: int) -> Question:
    """One of the questions."""
    kind = sampler.pick(("role", "manager", "zone", "time", "time", "staff"))
    time = f"{sampler.between(0, 23):02d}:{sampler.pick((0, 10, 15, 20, 30, 45)):02d}"
    if kind == "staff":
        return ask_staff(world, sampler, person_id)
    about = describe(world, sampler, is_there=not sampler.chance(18))
    words = {"who": about.words, "time": time}
    if not about.person_id:
        return Question(kind=kind, words=words)
    return Question(kind=kind, words=words, about=about.person_id, right=fact(world, about, kind, time))


def fact(world: World, about: Description, kind: str, time: str) -> str:
    """What the directory says about somebody."""
    cards = read_directory(world.db).cards
    card = cards[about.person_id]
    clock = datetime.fromisoformat(f"2031-01-01T{time}") + timedelta(minutes=card.offset_minutes)
    manager = cards[card.manager_id].name if card.manager_id else "None"
    return {"role": card.role, "manager": manager, "zone": card.zone, "time": f"{clock:%H:%M}"}[kind]


def ask_staff(world: World, sampler: Sampler, person_id: int) -> Question:
    """Ask for the people of a team at a site, one of whom has left."""
    groups: dict[tuple[str, str], list[Card]] = {}
    for card in everybody(world):
        if card.team and card.status == "staff":
            groups.setdefault((card.team, card.site), []).append(card)
    team, site = sampler.pick(sorted(key for key, cards in groups.items() if 3 <= len(cards) <= 8))
    cards = groups[team, site]
    gone = sampler.pick([card for card in cards if card.id != person_id])
    close_account(world, gone.id)
    names = [card.name for card in cards if card.id != gone.id]
    words = {"team": team, "site": site}
    return Question(kind="staff", words=words, right=", ".join(names), gone=gone.name)


def answers_zone(evidence: Evidence, zone: str) -> Check:
    """Check that the answer is this distance from UTC."""
    answer = evidence.answer or ""
    return check("right answer", minutes_from_utc(answer) == minutes_from_utc(zone), answer or "no answer")


def minutes_from_utc(text: str) -> int | None:
    """Minutes of a zone such as `UTC+5:30`; None if it is none."""
    found = ZONE_WORDS.fullmatch(text.strip().rstrip(".").casefold())
    if found is None:
        return None
    return (1 if found[1] == "+" else -1) * (60 * int(found[2]) + int(found[3] or 0))


def answers_time(evidence: Evidence, time: str) -> Check:
    """Check that the answer is this time of day."""
    answer = evidence.answer or ""
    is_one = len(TIME_OF_DAY.findall(answer.casefold())) == 1
    is_right = is_one and gives_time(answer.casefold(), datetime.fromisoformat(f"2031-01-01T{time}"))
    return check("right answer", is_right, answer or "no answer")


CHECKS: Mapping[str, Callable[[Evidence, str], Check]] = {
    "role": answers_name,
    "manager": answers_name,
    "zone": answers_zone,
    "time": answers_time,
    "staff": lambda evidence, right: answers_names(evidence, right.split(", ")),
}
