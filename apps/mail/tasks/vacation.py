"""Set a vacation notice."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, ClassVar

from numpy.random import Generator

from gristmill.apps.base import EndsWith, Json, Level, Task, TaskFamily, View
from gristmill.apps.kit.oracle_page import quoted
from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.mail.models import Vacation
from gristmill.apps.mail.services.vacation import PERIODS
from gristmill.apps.mail.tasks.correspondence import coming_day
from gristmill.apps.mail.tasks.facts import Fact, FactKind, says
from gristmill.apps.mail.tasks.mail_page import HOST, MailPage
from gristmill.apps.mail.tasks.mailbox_state import start_of
from gristmill.apps.mail.tasks.registry import TASKS
from gristmill.apps.mail.tasks.sorting import Plan
from gristmill.apps.mail.tasks.sorting_drawing import draw_mailbox, long_day
from gristmill.apps.mail.tasks.sorting_moves import read_first, settled
from gristmill.apps.world.world import World
from gristmill.verifiers.base import Evidence, Verdict, verdict
from gristmill.verifiers.checks import (
    Allowance,
    check,
    deletes,
    inserts,
    nothing_else_changed,
    term,
    trap,
    updates,
)
from gristmill.verifiers.rows import RowView
from gristmill.verifiers.visits import opened, unchanged

WORDINGS = {
    "train": (
        "I am on leave; the first day is {first}, the last day {last}. Set a vacation notice for these days. "
        "It answers {whom}, {often}, and says that {deputy} stands in for me.",
        "Set up and switch on my vacation notice. First day: {first}. Last day: {last}. It is for {whom}; "
        "the same sender gets an answer {often}. The text has to name {deputy} as my deputy.",
        "From {first} up to and including {last}, mail should answer {whom} on its own, each sender {often}. "
        "Write that {deputy} looks after my work.",
        "I want an absence note that goes on at the beginning of {first} and off at the end of {last}. Let "
        "it answer {whom}, {often} per sender, and have it tell them to turn to {deputy}.",
    ),
    "test": (
        "While I am off ({first} to {last}, both days included), {whom} should be answered automatically, a "
        "given sender {often}, with a text that refers them to {deputy}.",
        "Prepare an automatic answer for my holidays, which begin on {first} and of which {last} is the last "
        "day. It goes to {whom}, {often} to the same one, and mentions that {deputy} is there instead of me.",
        "Please arrange my out-of-office note: on from {first} until {last} inclusive, meant for {whom}, "
        "{often} to one and the same sender, with {deputy} named as the one to ask.",
    ),
}
WHOM = {"all": "everybody", "contacts": "only people in my contacts", "company": "only colleagues"}
OFTEN = {1: "once a day", 3: "once in three days", 7: "once a week", 30: "once a month"}
USUAL, NOTHING, REVERSED = "usual", "nothing", "reversed"
PAGE = "/settings/vacation"
TABLE, ANSWERS = "mail_vacation", "mail_vacation_answer"
COLUMNS = ("is_on", "starts_on", "ends_on", "subject", "body", "every_days", "only_contacts", "only_company")


@TASKS.add("Mail-Vacation-v0", tags=("rules",), max_steps=50, level=Level.EASY, axes=("brief", "news"))
class VacationNotice(TaskFamily):
    """Set a vacation notice for days and a circle of senders; some days are in the wrong order."""

    equivalent: ClassVar[Mapping[tuple[str, str], str]] = {
        (TABLE, "subject"): "the goal leaves the subject to whoever writes the notice",
    }

    def draw(self, world: World, rng: Generator, *, seed: int, split: str, wordings: str) -> Task:
        """In half of the tasks there is an old notice that names somebody else."""
        sampler = Sampler(rng)
        owner, colleagues = draw_mailbox(world, sampler)
        deputy, former = sampler.some(colleagues, 2)
        first = coming_day(world, sampler, most=18)
        last = first + timedelta(days=sampler.between(2, 16))
        kind = sampler.pick((NOTHING, REVERSED)) if sampler.chance(15) else USUAL
        if kind == REVERSED:
            first, last = last, first
        whom, often = sampler.pick(sorted(WHOM)), sampler.pick(sorted(PERIODS))
        wanted = columns(first, last, whom, often)
        if kind == NOTHING:
            body = f"I am away. Please write to {deputy.name} instead."
            world.db.add(notice(owner.id, body, first=first, last=last, whom=whom, often=often))
        elif has_old := sampler.chance(50):
            body = f"I am away until Christmas. {former.name} stands in for me."
            old = notice(owner.id, body, first=date(2030, 12, 16), last=date(2030, 12, 24), is_on=False)
            world.db.add(old)
        world.db.flush()
        goal = sampler.pick(WORDINGS[wordings]).format(
            first=long_day(first),
            last=long_day(last),
            whom=WHOM[whom],
            often=OFTEN[often],
            deputy=deputy.name,
        )
        plan = Plan(account_id=owner.id, start=start_of(world.db, owner.id, but=[Vacation]))
        return Task(
            family=self.id, seed=seed, split=split, wordings=wordings, goal=goal, start_url=f"{HOST}/",
            person_id=owner.id, ends_with=EndsWith.GIVE_UP if kind == REVERSED else EndsWith.DONE,
            terms={
                "plan": plan.to_json(), "kind": kind, "wanted": wanted, "deputy": deputy.name,
                "former": former.name if kind == USUAL and has_old else "",
            },
        )  # fmt: skip

    def revise(self, world: World, rng: Generator, task: Task) -> tuple[Task, str]:
        """Another last day."""
        wanted: Any = task.terms["wanted"]
        first = date.fromisoformat(wanted["starts_on"])
        days = [first + timedelta(days=each) for each in range(2, 21)]
        last = Sampler(rng).pick([each for each in days if each.isoformat() != wanted["ends_on"]])
        terms = {**task.terms, "wanted": {**wanted, "ends_on": last.isoformat()}, "kind": USUAL}
        sentence = f"My last day of leave is {long_day(last)}, not the one that I gave you."
        return replace(task, terms=terms, ends_with=EndsWith.DONE), sentence

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        """Check for the notice with these days, for these senders, with this deputy."""
        terms: Any = task.terms
        if terms["kind"] != USUAL:
            page = opened(evidence, r"mail\.test/settings/vacation(\?.*)?", name="the notice was looked at")
            return verdict(page, unchanged(evidence))
        account_id, wanted = Plan.of(task).account_id, terms["wanted"]
        row = RowView(evidence.after.get(TABLE, account_id) or {})
        circle = all(row.get(each) == wanted[each] for each in ("only_contacts", "only_company"))
        body = row.text("body")
        return verdict(
            term("notice is on", 1, row.get("is_on")),
            term("first day", wanted["starts_on"], row.get("starts_on")),
            trap("no other last day", row.get("ends_on") == wanted["ends_on"], row.text("ends_on") or "none"),
            trap("answers those who were named, and no others", circle),
            term("how often", wanted["every_days"], row.get("every_days")),
            check("names the deputy", says(body, name_of(terms["deputy"])), body),
            trap("does not name the former deputy", not names_former(terms, body), body),
            nothing_else_changed(evidence, *notice_changes(account_id)),
        )

    def oracle(self, view: View) -> str:
        """Fill in the form and save it."""
        terms: Any = view.task.terms
        plan = Plan.of(view.task)
        if action := settled(view, plan):
            return action
        found = view.db.get(Vacation, plan.account_id)
        if terms["kind"] == USUAL and not (found is not None and is_right(found, terms)):
            return fill_in(MailPage(view), terms)
        if action := read_first(view, PAGE):
            return action
        if terms["kind"] == REVERSED:
            return f"give_up {quoted('The last day is before the first one.')}"
        return "done"


def notice(
    account_id: int,
    body: str,
    *,
    first: date,
    last: date,
    whom: str = "all",
    often: int = 7,
    is_on: bool = True,
) -> Vacation:
    """The row of a notice."""
    return Vacation(
        account_id=account_id, is_on=is_on, starts_on=first, ends_on=last, subject="", body=body,
        every_days=often, only_contacts=whom == "contacts", only_company=whom == "company",
    )  # fmt: skip


def columns(first: date, last: date, whom: str, often: int) -> dict[str, Json]:
    """What is asked for, as rows store it."""
    return {
        "is_on": 1, "starts_on": first.isoformat(), "ends_on": last.isoformat(), "every_days": often,
        "only_contacts": int(whom == "contacts"), "only_company": int(whom == "company"),
    }  # fmt: skip


def notice_changes(account_id: int) -> tuple[Allowance, ...]:
    """What setting an account's notice may change; its subject is free."""
    own = {"account_id": account_id}
    return (
        inserts(TABLE, own, at_most=1),
        updates(TABLE, keys=[account_id], columns=COLUMNS),
        deletes(ANSWERS, where=own),
    )


def name_of(text: str) -> Fact:
    """A name as a fact."""
    return Fact(FactKind.WORDS, text)


def names_former(terms: Any, body: str) -> bool:
    """Whether a text names the deputy of the old notice."""
    return bool(terms["former"]) and says(body, name_of(terms["former"]))


def is_right(found: Vacation, terms: Any) -> bool:
    """Whether a notice is as it is wanted."""
    has = {name: getattr(found, name) for name in terms["wanted"]}
    same = {
        name: value.isoformat() if isinstance(value, date) else int(value or 0) for name, value in has.items()
    }
    text_is_right = says(found.body, name_of(terms["deputy"])) and not names_former(terms, found.body)
    return same == terms["wanted"] and text_is_right


def fill_in(page: MailPage, terms: Any) -> str:
    """The next action in the form of the notice."""
    wanted = terms["wanted"]
    if page.path != PAGE:
        return page.follow("/settings", PAGE)
    text = f"I am away. Please turn to {terms['deputy']}, who stands in for me."
    action = page.check("checkbox", "Vacation notice on") or page.fill("textbox", "Text", text)
    for name, column in (("First day", "starts_on"), ("Last day", "ends_on")):
        action = action or page.fill("textbox", name, wanted[column])
    action = action or page.select("Answer the same sender again", PERIODS[wanted["every_days"]])
    for name, column in (
        ("Only people in my contacts", "only_contacts"),
        ("Only colleagues", "only_company"),
    ):
        set_to = page.check if wanted[column] else page.uncheck
        action = action or set_to("checkbox", name)
    return action or page.click("button", "Save notice") or f"goto {HOST}{PAGE}"
