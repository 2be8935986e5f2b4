"""Put a label on the conversations with somebody, but for some."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from numpy.random import Generator

from gristmill.apps.base import Level, Task, TaskFamily, View
from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.mail.models import Entry, EntryLabel, Folder
from gristmill.apps.mail.services.search.words import words_of
from gristmill.apps.mail.tasks.correspondence import Party
from gristmill.apps.mail.tasks.mail_page import HOST
from gristmill.apps.mail.tasks.mailbox_state import start_of
from gristmill.apps.mail.tasks.registry import TASKS
from gristmill.apps.mail.tasks.sorting import Plan, sorted_verdict, with_plan
from gristmill.apps.mail.tasks.sorting_drawing import (
    FEW,
    Sender,
    at_day,
    days_back,
    draw_mailbox,
    draw_supplier,
    labels_of_account,
    put,
    put_answer,
)
from gristmill.apps.mail.tasks.sorting_moves import settled, to_results
from gristmill.apps.world.world import World
from gristmill.verifiers.base import Evidence, Verdict, verdict
from gristmill.verifiers.visits import opened, unchanged

WORDINGS = {
    "train": (
        "Put the label {label} on every conversation with a mail from {name} ({email}), in the inbox as well "
        "as in the archive, except for those with {word} in the subject.",
        "Whatever {name} ({email}) has written to me, whether it is in the inbox or in the archive, should "
        "have the label {label}, together with my answers to it. Leave out what has {word} in the subject.",
        "Label the conversations that {name} ({email}) takes part in with {label}. They are in the inbox and "
        "in the archive. Those whose subject says {word} are not to get it.",
        "All threads with mails from {email} ({name}) get the label {label}, archived ones too. The only "
        "exceptions are subjects with the word {word}.",
    ),
    "test": (
        "I want to find my correspondence with {name} ({email}) under the label {label}: all threads with a "
        "mail from that address, archived or not, but none with {word} in its subject.",
        "Sort by sender for me: the label {label} for each thread in inbox or archive to which {email} "
        "({name}) has contributed, unless {word} stands in the subject.",
        "With the exception of subjects that mention {word}, every thread holding a mail by {name} ({email}) "
        "needs the label {label}, also in the archive.",
    ),
}
KINDS = ("Invoice", "Reminder", "Offer", "Delivery", "Complaint", "Sample", "Quotation", "Schedule")
LISTS = r"mail\.test/(search\?.+|all(\?.*)?|archive(\?.*)?)"
NOTHING = 15  # per cent


@TASKS.add(
    "Mail-BulkLabel-v0", tags=("sorting", "labels"), max_steps=90, level=Level.HARD, axes=("brief", "news")
)  # fmt: skip
class BulkLabel(TaskFamily):
    """Put a label on all conversations with somebody, also in the archive, but for those about something."""

    def draw(self, world: World, rng: Generator, *, seed: int, split: str, wordings: str) -> Task:
        """14 to 18 threads on two pages; three in the archive, two answered, one with the label already."""
        sampler = Sampler(rng)
        owner, colleagues = draw_mailbox(world, sampler, size=FEW)
        sender = draw_supplier(sampler)
        word, *kinds = sampler.some(KINDS, 5)
        first, second = sampler.some(labels_of_account(world, owner.id), 2)
        is_nothing = sampler.chance(NOTHING)
        mails = write_mails(world, sampler, owner, sender, [word] if is_nothing else [word, *kinds])
        twins = write_twins(world, sampler, owner, sender, kinds)
        mention = put(
            world, owner, sampler.pick(colleagues).mailbox, f"{sender.company} again",
            f"Could you ask {sender.mailbox.name} ({sender.mailbox.email}) about it?",
            at_day(days_back(world, sampler, 1)[0], sampler),
        )  # fmt: skip
        exceptions = [each.id for each in mails if each.message.subject.startswith(word)]
        targets = [each for each in mails if each.id not in exceptions]
        answers = [
            put_answer(world, owner, each, "Thank you, noted.", timedelta(hours=3)).id
            for each in targets[4:6]
        ]
        if targets:
            world.db.add(EntryLabel(entry_id=targets[2].id, label_id=first.id))
            world.db.flush()
        start = start_of(world.db, owner.id)
        ids = [each.id for each in targets] + answers
        goal = sampler.pick(WORDINGS[wordings]).format(
            label=first.path, name=sender.mailbox.name, email=sender.mailbox.email, word=f'"{word}"'
        )
        plan = Plan(account_id=owner.id, labels=labelled(start, ids, first.id), start=start)
        return Task(
            family=self.id, seed=seed, split=split, wordings=wordings, goal=goal, start_url=f"{HOST}/",
            person_id=owner.id,
            terms={
                "plan": plan.to_json(), "label": [first.id, first.path], "other": [second.id, second.path],
                "query": f"from:{sender.mailbox.email} -subject:{word}", "exceptions": exceptions,
                "archived": [each.id for each in targets if each.folder == Folder.ARCHIVE],
                "answers": answers, "strangers": [*twins, mention.id],
            },
        )  # fmt: skip

    def revise(self, world: World, rng: Generator, task: Task) -> tuple[Task, str]:
        """Another label."""
        plan = Plan.of(task)
        other: Any = task.terms["other"]
        changed = with_plan(task, labels=labelled(plan.start, plan.ids, other[0]))
        sentence = f"Please use the label {other[1]} for it instead."
        return replace(changed, terms={**changed.terms, "label": other}), sentence

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        """Check for the label on all of these mails and on no others."""
        plan, terms = Plan.of(task), task.terms
        if not plan.ids:
            return verdict(opened(evidence, LISTS, name="the mails were listed"), unchanged(evidence))
        names = {
            "the exceptions are left alone": "exceptions",
            "mails in the archive have it, too": "archived",
            "answers in the same threads have it, too": "answers",
            "mails of others are left alone": "strangers",
        }
        traps: Any = {name: terms[key] for name, key in names.items()}
        return sorted_verdict(plan, evidence, "all of these mails have the label", traps)

    def oracle(self, view: View) -> str:
        """Search for them, select all, add the label."""
        terms: Any = view.task.terms
        label_id, path = terms["label"]
        query = f"{terms['query']} -label:({' '.join(words_of(path))})"
        lists = {f"label:{label_id}": query}
        return settled(view, Plan.of(view.task), lists) or to_results(view, query) or "done"


def write_mails(
    world: World, sampler: Sampler, owner: Party, sender: Sender, kinds: Sequence[str]
) -> list[Entry]:
    """The mails of the supplier; every fifth in the archive."""
    days = days_back(world, sampler, sampler.between(14, 18))
    return [
        put(
            world, owner, sender.mailbox, f"{kinds[number % len(kinds)]} {sampler.between(2100, 9800)}",
            f"Please find the details below. With best wishes from {sender.company}.", at_day(day, sampler),
            folder=Folder.ARCHIVE if number % 5 == 3 else Folder.INBOX,
        )
        for number, day in enumerate(days)
    ]  # fmt: skip


def write_twins(
    world: World, sampler: Sampler, owner: Party, sender: Sender, kinds: Sequence[str]
) -> list[int]:
    """Mails of somebody who is easily taken for the supplier."""
    return [
        put(
            world, owner, sender.twin, f"{sampler.pick(kinds)} {sampler.between(2100, 9800)}", "As agreed.",
            at_day(day, sampler),
        ).id
        for day in days_back(world, sampler, 3)
    ]  # fmt: skip


def labelled(start: dict[str, Any], ids: Sequence[int], label_id: int) -> dict[str, list[int]]:
    """These mails with a label besides those that they have, as a plan has them."""
    return {str(each): sorted({*start["labels"].get(str(each), []), label_id}) for each in sorted(ids)}
