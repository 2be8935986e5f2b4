"""Sort the mails of today by rules, the first of which that fits a mail decides."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from numpy.random import Generator

from gristmill.apps.base import Json, Level, Task, TaskFamily, View
from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.mail.models import MessageKind
from gristmill.apps.mail.services.addresses import Mailbox
from gristmill.apps.mail.tasks.correspondence import Party
from gristmill.apps.mail.tasks.mail_page import HOST
from gristmill.apps.mail.tasks.mailbox_state import start_of
from gristmill.apps.mail.tasks.matters import LETTERS as CODE_LETTERS
from gristmill.apps.mail.tasks.registry import TASKS
from gristmill.apps.mail.tasks.sorting import WAY, Plan, sorted_verdict, with_plan
from gristmill.apps.mail.tasks.sorting_drawing import (
    SUPPLIERS,
    draw_letter,
    draw_mailbox,
    labels_of_account,
    long_day,
    put,
)
from gristmill.apps.mail.tasks.sorting_moves import settled, to_results
from gristmill.apps.world.world import World
from gristmill.verifiers.base import Evidence, Verdict, verdict
from gristmill.verifiers.visits import opened, unchanged

WORDINGS = {
    "train": (
        "Sort what came into my inbox today, {day}. The first of these rules that fits a mail decides, and "
        "only that one: {rules}. Mails that no rule fits stay as they are, and so do all from before today.",
        "Go through today's mails ({day}) in my inbox, and treat each by the first rule that fits: {rules}. "
        "Leave older mails alone, and those that no rule is about.",
        "Here is how to deal with the mails that arrived today, {day}. {rules}. If two of these fit, the one "
        "named first counts and the other does not. Nothing else is to be moved or marked.",
        "Please do my inbox of today ({day}). Rules, in order of precedence: {rules}. One rule for each mail "
        "at most; no rule, no change. Earlier days are done already.",
    ),
    "test": (
        "My inbox of {day}, that is today, needs sorting: {rules}. For each mail go down this list and stop "
        "at the first point that applies. Whatever none applies to, or came earlier, remains.",
        "Apply these points to today's mails in the inbox ({day}): {rules}. An earlier point beats a later "
        "one, so that at most one is applied to a mail. Keep your hands off all other mails.",
        "Triage, please, for mails of today ({day}) only: {rules}. The order matters: the first match "
        "decides alone. Mails without a match do not change.",
    ),
}
CODE, ARCHIVE, DELETE, MARK = "code", "archive", "bin", "mark"
TODAY = r"mail\.test/(search\?.+|inbox\?.*category=offers.*|all(\?.*)?|contacts/.+)"
SUBJECTS = (
    "Measurements",
    "A question",
    "Visit next week",
    "Parts",
    "Corrected list",
    "Test report",
    "Hours",
)
NOTHING = 15  # per cent


@TASKS.add(
    "Mail-Triage-v0", tags=("sorting", "labels"), max_steps=110, level=Level.HARD, axes=("brief", "news")
)  # fmt: skip
class Triage(TaskFamily):
    """Sort the mails of today by rules that overlap, and leave all others as they are."""

    equivalent = WAY

    def draw(self, world: World, rng: Generator, *, seed: int, split: str, wordings: str) -> Task:
        """Four rules in random order; two mails that two rules fit, two that none fits, four of yesterday."""
        sampler = Sampler(rng)
        owner, _ = draw_mailbox(world, sampler)
        first, second = sampler.some(labels_of_account(world, owner.id), 2)
        code = f"{sampler.pick(CODE_LETTERS)}-{sampler.between(1100, 9900)}"
        busy, other, stranger = sampler.some(SUPPLIERS, 3)
        who = {
            ARCHIVE: Mailbox(name=busy[0], email=busy[1]), MARK: Mailbox(name=other[0], email=other[1]),
            DELETE: draw_letter(sampler).mailbox, "": Mailbox(name=stranger[0], email=stranger[1]),
            "twin": Mailbox(name=busy[2], email=busy[3]),
        }  # fmt: skip
        order = sampler.shuffled([CODE, ARCHIVE, DELETE, MARK])
        column = sampler.pick(("is_starred", "is_important"))
        is_nothing = sampler.chance(NOTHING)
        mails = write_mails(world, sampler, owner, who, code, is_nothing=is_nothing)
        start = start_of(world.db, owner.id)
        rules = {"order": order, "label": first.id, "column": column}
        plan = Plan(account_id=owner.id, start=start, **outcome(mails, rules, start))
        texts = {
            CODE: f"mails with {code} in the subject get the label {first.path}",
            ARCHIVE: f"mails from {who[ARCHIVE].email} ({who[ARCHIVE].name}) go to the archive",
            DELETE: f"mails from {who[DELETE].email} ({who[DELETE].name}) go to the bin",
            MARK: f"mails from {who[MARK].email} ({who[MARK].name}) {MARKS[column]}",
        }
        listed = "; ".join(f"({number}) {texts[each]}" for number, each in enumerate(order, start=1))
        goal = sampler.pick(WORDINGS[wordings]).format(day=long_day(world.now.date()), rules=listed)
        return Task(
            family=self.id, seed=seed, split=split, wordings=wordings, goal=goal, start_url=f"{HOST}/",
            person_id=owner.id,
            terms={
                "plan": plan.to_json(), "mails": mails, "rules": rules, "other": [second.id, second.path],
                "code": code, "emails": {each: who[each].email for each in (ARCHIVE, DELETE)},
            },
        )  # fmt: skip

    def revise(self, world: World, rng: Generator, task: Task) -> tuple[Task, str]:
        """Another label."""
        terms: Any = task.terms
        label_id, path = terms["other"]
        rules = {**terms["rules"], "label": label_id}
        changed = with_plan(task, **outcome(terms["mails"], rules, Plan.of(task).start))
        sentence = f"Mails with {terms['code']} in the subject get the label {path} instead; that is all."
        return replace(changed, terms={**changed.terms, "rules": rules}), sentence

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        """Check each mail of today, and that those of before and those that no rule fits are as before."""
        plan = Plan.of(task)
        if not plan.ids:
            return verdict(opened(evidence, TODAY, name="the mails were listed"), unchanged(evidence))
        mails: Any = task.terms["mails"]
        today = [each for each in mails if each[3]]
        both = [key for key, sender, has_code, _ in today if has_code and sender in (ARCHIVE, MARK)]
        none = [key for key, sender, has_code, _ in today if not has_code and sender in ("", "twin")]
        traps: Mapping[str, Sequence[int]] = {
            "the first rule that fits decides alone": both,
            "mails of before today stay": [each[0] for each in mails if not each[3]],
            "mails that no rule fits stay": none,
        }
        return sorted_verdict(plan, evidence, "the mails of today are sorted", traps)

    def oracle(self, view: View) -> str:
        """Search for the mails of each rule, and open those that a search does not single out."""
        terms: Any = view.task.terms
        plan, today = Plan.of(view.task), World(view.db).now
        since = f"after:{today:%Y/%m/%d} in:inbox"
        lists = {f"folder:{each}": f"from:{email} {since}" for each, email in terms["emails"].items()}
        query = lists[f"folder:{ARCHIVE}"]
        return settled(view, plan, lists) or to_results(view, query) or "done"


MARKS = {"is_starred": "get a star", "is_important": "are marked as important"}
TEXT = "I hope that this finds you well. All that matters is in the subject."


def write_mails(
    world: World, sampler: Sampler, owner: Party, who: Mapping[str, Mailbox], code: str, *, is_nothing: bool
) -> list[list[Any]]:
    """The mails: id, whose they are, whether they have the code, whether they are of today."""
    today = [("", True), (ARCHIVE, True), (ARCHIVE, False), (ARCHIVE, False), (DELETE, False), (MARK, False),
             (MARK, True), ("", False), ("twin", False)]  # fmt: skip
    before = [("", True), (ARCHIVE, False), (DELETE, False), (MARK, False)]
    if is_nothing:
        today = [("", False), ("twin", False)]
    mails = [(each, True) for each in sampler.shuffled(today)] + [(each, False) for each in before]
    found = []
    for (sender, has_code), is_today in mails:
        minutes = timedelta(minutes=sampler.between(15, 220) if is_today else sampler.between(1000, 1400))
        subject = f"{sampler.pick(SUBJECTS)}{f' for {code}' if has_code else ''}"
        kind = MessageKind.LETTER if sender == DELETE else MessageKind.MAIL
        entry = put(world, owner, who[sender], subject, TEXT, world.now - minutes, kind=kind)
        found.append([entry.id, sender, has_code, is_today])
    return found


def outcome(
    mails: Sequence[Any], rules: Mapping[str, Any], start: Mapping[str, Any]
) -> dict[str, dict[str, Any]]:
    """The columns and labels that the rules lead to, as a plan has them."""
    columns: dict[str, dict[str, Json]] = {}
    labels: dict[str, list[int]] = {}
    for key, sender, has_code, is_today in mails:
        fits = [each for each in rules["order"] if each == sender or (each == CODE and has_code)]
        if not is_today or not fits:
            continue
        if fits[0] == CODE:
            labels[str(key)] = sorted({*start["labels"].get(str(key), []), rules["label"]})
        elif fits[0] == MARK:
            columns[str(key)] = {rules["column"]: 1}
        else:
            columns[str(key)] = {"folder": fits[0]}
    return {"columns": columns, "labels": labels}
