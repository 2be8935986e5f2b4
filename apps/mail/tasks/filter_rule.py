"""Make a rule for mails that are to come, which then come."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, ClassVar

from numpy.random import Generator
from sqlalchemy import select

from gristmill.apps.base import Json, Task, TaskFamily, View
from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.mail.models import Entry, EntryLabel, Filter, Mail
from gristmill.apps.mail.services.addresses import Mailbox
from gristmill.apps.mail.services.answers import DELIVER
from gristmill.apps.mail.services.filter_form import ACTS as FORM_ACTS
from gristmill.apps.mail.services.filter_form import create_filter
from gristmill.apps.mail.services.filtering import filters_of
from gristmill.apps.mail.services.mailings import Mailing
from gristmill.apps.mail.tasks.correspondence import Party
from gristmill.apps.mail.tasks.mail_page import HOST, MailPage
from gristmill.apps.mail.tasks.mailbox_state import start_of, stored
from gristmill.apps.mail.tasks.registry import TASKS
from gristmill.apps.mail.tasks.rules import (
    STATE,
    Rule,
    are_modest,
    arrived,
    done_by,
    is_same,
    own_rules,
    rule_changes,
)
from gristmill.apps.mail.tasks.sorting import Plan, as_wanted
from gristmill.apps.mail.tasks.sorting_drawing import (
    Sender,
    at_day,
    days_back,
    draw_mailbox,
    draw_supplier,
    labels_of_account,
    put,
)
from gristmill.apps.mail.tasks.sorting_moves import read_first, settled
from gristmill.apps.world.world import World
from gristmill.errors import Unwinnable
from gristmill.verifiers.base import CheckKind, Evidence, Verdict, verdict
from gristmill.verifiers.checks import check, nothing_else_changed, trap
from gristmill.verifiers.visits import opened

WORDINGS = {
    "train": (
        'Make a rule for mails that arrive from now on: what {email} sends with "{word}" in the subject '
        "{does}. It must not touch anything that is in the mailbox already, nor other new mails. {name} will "
        "write several times at about {time} today; wait until those mails are there.",
        'From now on, mails from {email} ({name}) that have "{word}" in the subject are to be handled '
        "automatically: each {does}. Old mails stay as they are. Some are due at about {time} today. Do "
        "not finish before they have arrived.",
        'Set up a filter. Mails of {name} ({email}) whose subject says "{word}": each {does}. No other mail '
        "is concerned, and none that I have now. Then wait for the mails that are to come at about {time}.",
        "I expect mails from {email} at about {time} today. Have a rule ready by then, so that each with "
        '"{word}" in its subject {does}; the others of {name} must arrive as usual, what is here stays. End '
        "when they have come.",
    ),
    "test": (
        "Let my mailbox sort incoming mails of {name} ({email}) by itself if their subject contains "
        '"{word}": each of them {does}. This is for new ones only, and for no others. At about {time} some '
        "will come; stay until they are here.",
        'Automate this for the future: a mail from {email} with the word "{word}" in the subject {does}. '
        "Mails that I already have are not affected. Wait for the next ones of {name}, due at about {time}.",
        'Whenever {email} writes about "{word}" (as the subject says), the mail {does}. Arrange that for '
        "all that is still to come, and for that alone; then hold on until the mails of about {time} are "
        "here.",
    ),
}
WORDS = ("Invoice", "Reminder", "Delivery", "Sample", "Quotation", "Calibration")
DUE = timedelta(minutes=90)
ACTS = {"skips_inbox": "skips the inbox", "stars": "gets a star", "marks_important": "is marked as important"}
NOTHING = 15  # per cent
ONLY = "there is no other rule whose mails it could take or leave"


@TASKS.add("Mail-Filter-v0", tags=("rules",), max_steps=60, axes=("brief", "news"))
class FilterRule(TaskFamily):
    """Make a rule for some mails that are to come, and wait until they and others have come."""

    equivalent: ClassVar[Mapping[tuple[str, str], str]] = {
        ("mail_filter", "position"): ONLY,
        ("mail_filter", "is_last"): ONLY,
        ("mail_filter", "joins"): "what a rule is for is judged by the mails that arrive",
        ("mail_filter", "sender"): "what a rule is for is judged by the mails that arrive",
        ("mail_filter", "recipient"): "what a rule is for is judged by the mails that arrive",
    }

    def draw(self, world: World, rng: Generator, *, seed: int, split: str, wordings: str) -> Task:
        """Two mails that it is for arrive later, and three that resemble them; some are there already."""
        sampler = Sampler(rng)
        owner, colleagues = draw_mailbox(world, sampler)
        sender, (word, other_word) = draw_supplier(sampler), sampler.some(WORDS, 2)
        first, second = sampler.some(labels_of_account(world, owner.id), 2)
        acts = tuple(sorted(sampler.some(sorted(ACTS), sampler.between(1, 2))))
        rule = Rule(sender=sender.mailbox.email, subject=word, label=(first.id, first.path), acts=acts)
        old = [
            put(world, owner, sender.mailbox, f"{word} {sampler.between(1000, 1999)}", "As agreed.",
                at_day(day, sampler)).id
            for day in days_back(world, sampler, 3)
        ]  # fmt: skip
        is_nothing = sampler.chance(NOTHING)
        stale = create_filter(world, owner.id, rule.entry).id if is_nothing else None
        probes = schedule(world, sampler, owner, sender, sampler.pick(colleagues), word, other_word)
        start = start_of(world.db, owner.id, but=[Filter])
        due = world.now + DUE
        goal = sampler.pick(WORDINGS[wordings]).format(
            email=rule.sender, name=sender.mailbox.name, word=word, does=in_words(rule), time=f"{due:%H:%M}"
        )
        return Task(
            family=self.id, seed=seed, split=split, wordings=wordings, goal=goal, start_url=f"{HOST}/",
            person_id=owner.id,
            terms={
                "plan": Plan(account_id=owner.id, start=start).to_json(), "rule": rule.to_json(), "old": old,
                "probes": probes, "other": [second.id, second.path], "is_nothing": is_nothing, "stale": stale,
                "due": due.isoformat(),
            },
        )  # fmt: skip

    def revise(self, world: World, rng: Generator, task: Task) -> tuple[Task, str]:
        """Another label."""
        other: Any = task.terms["other"]
        rule = replace(Rule.of(task), label=tuple(other))
        sentence = f"The rule should use the label {other[1]}, not the one that I named."
        return replace(task, terms={**task.terms, "rule": rule.to_json(), "is_nothing": False}), sentence

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        """Check what became of the mails that arrived, of those that were there, and what rules there are."""
        terms: Any = task.terms
        plan, rule, (probes, others) = Plan.of(task), Rule.of(task), terms["probes"]
        found = {each: arrived(evidence, plan.account_id, each) for each in (*probes, *others)}
        late = [each for each, state in found.items() if state is None]
        missed = [each for each in probes if found[each] != rule.state(matches=True)]
        wrong = [each for each in others if found[each] != rule.state(matches=False)]
        rules, wanted = own_rules(evidence, plan.account_id), {*rule.acts, rule.label[0]}
        is_kept = all(done_by(rules, evidence, each) == wanted for each in probes)
        is_narrow = not any(done_by(rules, evidence, each) for each in others)
        old = as_wanted(plan, evidence, "mails that were there stay", terms["old"])
        looked = opened(evidence, r"mail\.test/settings/filters(\?.*)?", name="the rules were looked at")
        return verdict(
            check("the mails have arrived", not late, f"{len(late)} have not"),
            check("the rule acted on those that it is for", not missed, f"not on {len(missed)}"),
            trap("other new mails arrive as usual", not wrong, f"not {len(wrong)}"),
            trap("the rule is there for later mails", is_kept and is_narrow),
            trap("the rule does no more than asked", are_modest(rules, rule)),
            replace(old, kind=CheckKind.TRAP),
            *([looked] if terms["is_nothing"] else []),
            nothing_else_changed(
                evidence,
                *([] if terms["is_nothing"] else [rule_changes(plan.account_id, rule, terms["stale"])]),
            ),
        )

    def oracle(self, view: View) -> str:
        """Delete other rules, write this one, wait.

        Raises:
            Unwinnable: the mails have arrived before the rule was there.
        """
        terms: Any = view.task.terms
        plan, rule, page = Plan.of(view.task), Rule.of(view.task), MailPage(view)
        missing = 0
        for probes, is_for in zip(terms["probes"], (True, False), strict=True):
            states = [state_now(view, plan.account_id, each) for each in probes]
            missing += states.count(None)
            if any(each not in (None, rule.state(matches=is_for)) for each in states):
                raise Unwinnable("Mails have arrived before the rule was there.")
        action = settled(view, plan) or written(page, plan.account_id, rule)
        if action or not missing:
            return action or "done"
        if action := read_first(view, "/settings/filters"):
            return action
        left = datetime.fromisoformat(terms["due"]) - World(view.db).now
        return f"wait {max(int(left / timedelta(minutes=1)), 1) if left > timedelta(0) else 2}"


def schedule(
    world: World, sampler: Sampler, owner: Party, sender: Sender, colleague: Party, word: str, other_word: str
) -> list[Json]:
    """Let mails arrive; returns the message ids of those that the rule is for, and of the others."""
    number = sampler.between(2000, 9000)
    mails = [
        (True, sender.mailbox, f"{word} {number}"),
        (False, sender.mailbox, f"{other_word} {number + 1}"),
        (False, sender.twin, f"{word} {number + 2}"),
        (True, sender.mailbox, f"Second try: {word.lower()} {number + 3}"),
        (False, colleague.mailbox, f"{word} {number} from {sender.mailbox.name}"),
    ]
    ids: tuple[list[str], list[str]] = ([], [])
    for place, (is_for, writer, subject) in enumerate(mails):
        key = f"{number}.{place}@{writer.email.partition('@')[2]}"
        ids[not is_for].append(key)
        send(world, owner, writer, subject, key, world.now + DUE + timedelta(minutes=place))
    return list(ids)


def send(world: World, owner: Party, writer: Mailbox, subject: str, key: str, due: datetime) -> None:
    """Let a mail arrive."""
    body = f"Please find it below: {subject}."
    mailing = Mailing(sender=writer, to=(owner.mailbox,), subject=subject, body=body, message_id=key)
    world.schedule(DELIVER, due, mailing.to_json())


def in_words(rule: Rule) -> str:
    """What a rule does, as goals say it."""
    parts = [ACTS[each] for each in rule.acts]
    return (
        " and ".join([f"gets the label {rule.label[1]}", *parts])
        if len(parts) < 2
        else (f"gets the label {rule.label[1]}, {parts[0]} and {parts[1]}")
    )


def state_now(view: View, account_id: int, key: str) -> dict[str, Json] | None:
    """The same from the database."""
    found = select(Entry).join(Mail, Mail.id == Entry.message_id).where(Mail.message_id == key)
    entry = view.db.scalar(found.where(Entry.account_id == account_id))
    if entry is None:
        return None
    labels = sorted(view.db.scalars(select(EntryLabel.label_id).where(EntryLabel.entry_id == entry.id)))
    state = stored(entry)
    return {name: state[name] for name in STATE} | {"labels": labels}


def written(page: MailPage, account_id: int, rule: Rule) -> str | None:
    """Delete other rules, and write this one; None once it is there."""
    found = filters_of(page.db, account_id)
    right = [each for each in found if is_same(each, rule)][:1]
    wrong = [each for each in found if each not in right]
    if right and not wrong:
        return None
    if wrong:
        if page.path != "/settings/filters":
            return page.follow("/settings", "/settings/filters")
        return page.click("button", f"Delete: filter {wrong[0].position}") or f"goto {HOST}/settings/filters"
    if page.path != "/settings/filters/new":
        return page.follow("/settings", "/settings/filters", "/settings/filters/new")
    return fill_in(page, rule)


def fill_in(page: MailPage, rule: Rule) -> str:
    """The next action in the form of a new rule."""
    action = page.fill("textbox", "From", rule.sender) or page.fill("textbox", "Subject", rule.subject)
    for name in ("To", "Has the words", "Does not have", "Forward to"):
        action = action or page.fill("textbox", name, "")
    for each, name in FORM_ACTS.items():
        set_to = page.check if each in rule.acts else page.uncheck
        action = action or set_to("checkbox", name)
    action = action or page.select("Label", rule.label[1]) or page.click("button", "Save filter")
    return action or f"goto {HOST}{page.path}"
