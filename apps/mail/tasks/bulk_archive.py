"""Archive the letters of a sender from before a day."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from numpy.random import Generator

from gristmill.apps.base import Task, TaskFamily, View
from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.mail.models import Folder, MessageKind
from gristmill.apps.mail.tasks.mail_page import HOST
from gristmill.apps.mail.tasks.mailbox_state import start_of
from gristmill.apps.mail.tasks.registry import TASKS
from gristmill.apps.mail.tasks.sorting import Plan, everywhere, folder_after, sorted_verdict, with_plan
from gristmill.apps.mail.tasks.sorting_drawing import (
    FEW,
    TOPICS,
    at_day,
    days_back,
    draw_letter,
    draw_mailbox,
    long_day,
    put,
)
from gristmill.apps.mail.tasks.sorting_moves import settled, to_results
from gristmill.apps.world.world import World
from gristmill.verifiers.base import Evidence, Verdict, verdict
from gristmill.verifiers.checks import trap
from gristmill.verifiers.visits import opened, unchanged

WORDINGS = {
    "train": (
        "Archive everything in my inbox that {sender} ({email}) sent before {day}. Starred mails stay where "
        "they are.",
        "My inbox is full of letters from {sender} ({email}). Put those from before {day} into the archive, "
        "but leave the starred ones.",
        "Move the mails of {sender} ({email}) that came before {day} from the inbox to the archive; what has "
        "a star stays in the inbox.",
        "From {email} ({sender}), keep only the starred mails and those of {day} or later in the inbox. The "
        "others go to the archive.",
    ),
    "test": (
        "Clear my inbox of old letters from {sender} ({email}): archive what came before {day}, except for "
        "anything with a star.",
        "Letters that {sender} ({email}) sent earlier than {day} belong in the archive, not in my inbox. Do "
        "not touch starred ones.",
        "Anything unstarred from {email} ({sender}) that is older than the mails of {day}: out of the inbox, "
        "into the archive.",
    ),
}
LISTS = r"mail\.test/(search\?.+|inbox\?.*category=offers.*|all(\?.*)?)"
NOTHING = 15  # per cent


@TASKS.add("Mail-BulkArchive-v0", tags=("sorting",), max_steps=70, axes=("brief", "news"))
class BulkArchive(TaskFamily):
    """Archive the letters of a sender from before a day, but for those with a star."""

    def draw(self, world: World, rng: Generator, *, seed: int, split: str, wordings: str) -> Task:
        """14 to 18 letters over eight weeks, on two pages; a namesake writes too."""
        sampler = Sampler(rng)
        owner, _ = draw_mailbox(world, sampler, size=FEW)
        sender = draw_letter(sampler)
        days = days_back(world, sampler, sampler.between(14, 18))
        is_nothing = sampler.chance(NOTHING)
        letters: list[list[Any]] = []
        for number, day in enumerate(days):
            is_starred = number < 2 if is_nothing else number in (1, 4) or sampler.chance(12)
            subject = f"{sender.mailbox.name} {200 + number}: {sampler.pick(TOPICS)}"
            entry = put(
                world, owner, sender.mailbox, subject, f"This week: {sampler.pick(TOPICS)}.",
                at_day(day, sampler), kind=MessageKind.LETTER, is_starred=is_starred,
            )  # fmt: skip
            letters.append([entry.id, day.isoformat(), is_starred])
        twins = [
            put(
                world, owner, sender.twin, f"{sender.twin.name}: {sampler.pick(TOPICS)}", "As asked.",
                at_day(day, sampler), kind=MessageKind.LETTER,
            ).id
            for day in days[2:7:2]
        ]  # fmt: skip
        cut = days[2] if is_nothing else sampler.pick(days[7:11])
        goal = sampler.pick(WORDINGS[wordings]).format(
            sender=sender.mailbox.name, email=sender.mailbox.email, day=long_day(cut)
        )
        plan = Plan(
            account_id=owner.id, columns=archived(letters, cut), start=start_of(world.db, owner.id)
        )  # fmt: skip
        return Task(
            family=self.id, seed=seed, split=split, wordings=wordings, goal=goal, start_url=f"{HOST}/",
            person_id=owner.id,
            terms={
                "plan": plan.to_json(), "letters": letters, "twins": twins, "day": cut.isoformat(),
                "email": sender.mailbox.email,
            },
        )  # fmt: skip

    def revise(self, world: World, rng: Generator, task: Task) -> tuple[Task, str]:
        """Another day."""
        letters: Any = task.terms["letters"]
        old = str(task.terms["day"])
        day = date.fromisoformat(
            Sampler(rng).pick([each[1] for each in letters[6:-1] if each[1] != old])
        )  # fmt: skip
        changed = with_plan(task, columns=archived(letters, day))
        sentence = (
            f"Make that {long_day(day)} instead: what came before that day goes, what came on it stays."
        )
        return replace(changed, terms={**changed.terms, "day": day.isoformat()}), sentence

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        """Check for the letters of before that day in the archive, and all others where they were."""
        plan, terms = Plan.of(task), task.terms
        if not plan.ids:
            return verdict(opened(evidence, LISTS, name="the letters were listed"), unchanged(evidence))
        letters: Any = terms["letters"]
        twins: Any = terms["twins"]
        traps: dict[str, Sequence[int]] = {
            "mails of the day itself stay": [each for each, day, _ in letters if day == terms["day"]],
            "later mails stay": [each for each, day, _ in letters if day > str(terms["day"])],
            "starred mails stay": [each for each, _, is_starred in letters if is_starred],
            "mails of a similar sender stay": twins,
        }
        gone = [each for each in plan.ids if folder_after(evidence, each) in (Folder.BIN, Folder.SPAM)]
        kept = trap("archived, not deleted", not gone, f"mails: {len(gone)}" if gone else "")
        return sorted_verdict(plan, evidence, "the older mails are in the archive", traps, kept)

    def oracle(self, view: View) -> str:
        """Search for the letters, select all, archive."""
        plan = Plan.of(view.task)
        day = date.fromisoformat(str(view.task.terms["day"]))
        query = f"from:{view.task.terms['email']} before:{day:%Y/%m/%d} in:inbox -is:starred"
        return settled(view, plan, {"folder:archive": query}) or to_results(view, query) or "done"


def archived(letters: Sequence[Any], before: date) -> dict[str, Any]:
    """The letters that go to the archive, as a plan has them."""
    ids = [key for key, day, is_starred in letters if day < before.isoformat() and not is_starred]
    return everywhere(ids, folder=str(Folder.ARCHIVE))
