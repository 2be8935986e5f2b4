"""Set several preferences, and the signature of answers."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from numpy.random import Generator
from sqlalchemy import select

from gristmill.apps.base import Level, Task, TaskFamily, View
from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.mail.models import Account, Settings, Signature
from gristmill.apps.mail.services.numbers import new_id
from gristmill.apps.mail.services.settings_form import CHOICES, SIGNATURES, values_of
from gristmill.apps.mail.tasks.correspondence import Party
from gristmill.apps.mail.tasks.mail_page import HOST, MailPage
from gristmill.apps.mail.tasks.mailbox_state import start_of
from gristmill.apps.mail.tasks.registry import TASKS
from gristmill.apps.mail.tasks.sorting import Plan
from gristmill.apps.mail.tasks.sorting_drawing import draw_mailbox
from gristmill.apps.mail.tasks.sorting_moves import read_first, settled
from gristmill.apps.world.world import World
from gristmill.verifiers.base import Check, Evidence, Verdict, verdict
from gristmill.verifiers.checks import check, nothing_else_changed, trap, updates
from gristmill.verifiers.visits import opened, unchanged

WORDINGS = {
    "train": (
        "Change how my mail works: {wishes}. Everything else stays as it is.",
        "Please set my preferences so that {wishes}. Leave all others alone.",
        "I would like it if {wishes}. Nothing else about my settings is to change.",
        "From now on, {wishes}. Adjust the settings accordingly, and only these.",
    ),
    "test": (
        "Go through my mail settings and see to it that {wishes}. Do not alter anything else.",
        "These are my wishes for my mailbox: {wishes}. Whatever I do not mention remains.",
        "My mailbox should behave like this: {wishes}. All other settings are right already.",
    ),
}
WISHES: Mapping[tuple[str, str], str] = {
    ("density", "compact"): "the rows of lists are compact",
    ("density", "comfortable"): "the rows of lists are comfortably spaced",
    ("page_size", "10"): "lists show 10 threads on a page",
    ("page_size", "50"): "lists show 50 threads on a page",
    ("page_size", "100"): "lists show 100 threads on a page",
    ("shows_snippets", "no"): "lists do not show how a mail's text begins",
    ("shows_snippets", "yes"): "lists show how a mail's text begins",
    ("newest_first", "yes"): "a thread shows its newest mail first",
    ("newest_first", "no"): "a thread shows its oldest mail first",
    ("after_action", "next"): "I get to the next thread after I have archived or deleted one",
    ("after_action", "list"): "I get back to the list after I have archived or deleted a thread",
    ("default_reply", "reply_all"): "the first answer button of a mail replies to all",
    ("default_reply", "reply"): "the first answer button of a mail replies to its sender only",
    ("confirms_deletion", "no"): "I am not asked before mails are deleted for ever",
    ("confirms_deletion", "yes"): "I am asked before mails are deleted for ever",
    ("undo_s", "30"): "sending can be undone for 30 seconds",
    ("undo_s", "60"): "sending can be undone for 1 minute",
    ("undo_s", "300"): "sending can be undone for 5 minutes",
    ("undo_s", "600"): "sending can be undone for 10 minutes",
    ("undo_s", "0"): "there is no time at all in which sending can be undone",
    ("default_markup", "rich"): "new mails have simple formatting",
    ("default_markup", "plain"): "new mails are plain text",
    ("adds_contacts", "no"): "people whom I write to are not added to my contacts",
    ("adds_contacts", "yes"): "people whom I write to are added to my contacts",
    ("start_page", "starred"): "mail opens with the starred threads",
    ("start_page", "important"): "mail opens with the important threads",
    ("start_page", "all"): "mail opens with all mail",
    ("start_page", "agenda"): "mail opens with the agenda",
    ("notifies", "important"): "only important new mails are announced",
    ("notifies", "none"): "no new mails are announced",
    ("notifies", "all"): "all new mails are announced",
    ("uses_24_hours", "no"): "times are written like 2:05 pm",
    ("uses_24_hours", "yes"): "times are written like 14:05",
    ("week_starts_on", "6"): "weeks start on Sunday",
    ("week_starts_on", "0"): "weeks start on Monday",
}
SIGNED = 'answers end with the signature "{}" while new mails keep theirs'
TABLE = "mail_settings"
REPLY = "reply_signature_id"
BY_NAME = {each.name: each for each in CHOICES}
NAMES = (
    ("Short", "Best,\n{name}"),
    ("Formal", "Kind regards\n{name}\nWherrymoor"),
    ("Mobile", "{name}, on the go"),
    ("With number", "{name}\nPlease call 555-2040"),
)
NOTHING = 15  # per cent


@TASKS.add("Mail-Settings-v0", tags=("rules",), max_steps=45, level=Level.EASY, axes=("brief", "news"))
class MailSettings(TaskFamily):
    """Set several preferences, and which signature answers end with."""

    def draw(self, world: World, rng: Generator, *, seed: int, split: str, wordings: str) -> Task:
        """Two or three preferences, and in most tasks one of three signatures."""
        sampler = Sampler(rng)
        owner, _ = draw_mailbox(world, sampler)
        account = world.db.get_one(Account, owner.id)
        signatures = write_signatures(world, sampler, owner)
        account.settings.new_signature_id = signatures[0].id
        is_nothing = sampler.chance(NOTHING)
        wanted: dict[str, str] = {}
        for name in sampler.some(sorted({each for each, _ in WISHES}), sampler.between(2, 3)):
            wanted[name] = draw_value(sampler, name, values_of(account)[name])
        parts = [WISHES[each] for each in wanted.items()]
        if sampler.chance(75):
            wanted[REPLY] = str(signatures[1].id)
            parts.append(SIGNED.format(signatures[1].name))
        if is_nothing:
            for name, value in wanted.items():
                setattr(account.settings, name, column_of(name, value))
        world.db.flush()
        wishes = f"{', '.join(parts[:-1])} and {parts[-1]}"
        start = start_of(world.db, owner.id, but=[Settings])
        return Task(
            family=self.id, seed=seed, split=split, wordings=wordings,
            goal=sampler.pick(WORDINGS[wordings]).format(wishes=wishes), start_url=f"{HOST}/",
            person_id=owner.id,
            terms={
                "plan": Plan(account_id=owner.id, start=start).to_json(), "wanted": wanted,
                "values": values_of(account) | wanted, "is_nothing": is_nothing,
            },
        )  # fmt: skip

    def revise(self, world: World, rng: Generator, task: Task) -> tuple[Task, str]:
        """Another value of one preference."""
        sampler, terms = Sampler(rng), task.terms
        wanted: Any = terms["wanted"]
        values: Any = terms["values"]
        name = sampler.pick([each for each in wanted if each != REPLY])
        changed = {name: draw_value(sampler, name, wanted[name])}
        sentence = f"About my settings: one thing is different now, {WISHES[name, changed[name]]}."
        new = {"wanted": wanted | changed, "values": values | changed, "is_nothing": False}
        return replace(task, terms={**terms, **new}), sentence

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        """Check for each value that is wanted, and that all others are as before."""
        terms: Any = task.terms
        if terms["is_nothing"]:
            page = opened(evidence, r"mail\.test/settings(\?.*)?", name="the settings were opened")
            return verdict(page, unchanged(evidence))
        account_id, wanted = Plan.of(task).account_id, terms["wanted"]
        before, after = (rows.get(TABLE, account_id) or {} for rows in (evidence.before, evidence.after))
        others = [each for each in before if each not in wanted and before[each] != after[each]]
        return verdict(
            *(has_value(name, value, after.get(name)) for name, value in sorted(wanted.items())),
            trap("no other setting was changed", not others, ", ".join(others)),
            nothing_else_changed(evidence, updates(TABLE, keys=[account_id], columns=list(wanted))),
        )

    def oracle(self, view: View) -> str:
        """Fill in the form of the settings, and save it once."""
        plan, page = Plan.of(view.task), MailPage(view)
        if action := settled(view, plan):
            return action
        values: Any = view.task.terms["values"]
        account = view.db.get_one(Account, plan.account_id)
        if values_of(account) == values:
            return read_first(view, "/settings") or "done"
        return fill_in(page, values)


def write_signatures(world: World, sampler: Sampler, owner: Party) -> list[Signature]:
    """Three signatures of an account, with names that it does not have."""
    own = select(Signature.name).where(Signature.account_id == owner.id)
    taken = {each.casefold() for each in world.db.scalars(own)}
    free = [each for each in NAMES if each[0].casefold() not in taken]
    found = [
        Signature(
            id=new_id(world, Signature), account_id=owner.id, name=name, text=text.format(name=owner.name)
        )
        for name, text in sampler.some(free, 3)
    ]
    world.db.add_all(found)
    world.db.flush()
    return found


def draw_value(sampler: Sampler, name: str, now: str) -> str:
    """Another value of a preference."""
    return sampler.pick([value for each, value in WISHES if each == name and value != now])


def column_of(name: str, value: str) -> Any:
    """The value of a column for the value in the form."""
    return int(value) if name in SIGNATURES else BY_NAME[name].value_of(value)


def has_value(name: str, value: str, found: object) -> Check:
    """Check a column; the name is what is wished for."""
    return check(
        WISHES.get((name, value), "signature of answers"), column_of(name, value) == found, str(found)
    )


def fill_in(page: MailPage, values: Mapping[str, str]) -> str:
    """The next action in the form of the settings, for what differs."""
    if page.path != "/settings":
        return page.follow("/settings")
    action = page.fill("textbox", "Name that recipients read", values["name"])
    action = action or page.select("Write from", values["sender"])
    for choice in CHOICES:
        action = action or page.select(choice.title, dict(choice.options)[values[choice.name]])
    for column, title in SIGNATURES.items():
        number = int(values[column] or 0)
        name = page.db.scalar(select(Signature.name).where(Signature.id == number)) or "None"
        action = action or page.select(title, name)
    return action or page.click("button", "Save settings") or f"goto {HOST}/settings"
