"""Move all mails from one label to another, and delete the first."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from numpy.random import Generator
from sqlalchemy import select

from gristmill.apps.base import EndsWith, Level, Task, TaskFamily, View
from gristmill.apps.kit.oracle_page import quoted
from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.mail.models import Entry, EntryLabel, Folder, Label
from gristmill.apps.mail.services.filter_form import FilterEntry, create_filter
from gristmill.apps.mail.services.labels import LabelEntry, create_label
from gristmill.apps.mail.tasks.correspondence import Party
from gristmill.apps.mail.tasks.label_names import (
    elsewhere,
    label_changes,
    labelling,
    moved_path,
    moved_tree,
    paths_of,
    tree_now,
    tree_of,
)
from gristmill.apps.mail.tasks.mail_page import HOST, MailPage
from gristmill.apps.mail.tasks.mailbox_state import start_of
from gristmill.apps.mail.tasks.registry import TASKS
from gristmill.apps.mail.tasks.sorting import Plan, with_plan
from gristmill.apps.mail.tasks.sorting_drawing import (
    FEW,
    at_day,
    days_back,
    draw_mailbox,
    draw_supplier,
    labels_of_account,
    put,
    put_answer,
)
from gristmill.apps.mail.tasks.sorting_moves import read_first, settled
from gristmill.apps.world.world import World
from gristmill.errors import Unwinnable
from gristmill.verifiers.base import Evidence, Verdict, verdict
from gristmill.verifiers.checks import check, nothing_else_changed, trap
from gristmill.verifiers.visits import opened, unchanged

WORDINGS = {
    "train": (
        "I no longer need the label {old}. Everything that has it should have {new} instead, the archive "
        "included; then {old} goes. The label {child} below it stays, with its mails, but comes below {new}. "
        "Filters remain as they are.",
        "Give all mails with the label {old} the label {new}, also archived and sent ones, and delete {old}. "
        "{child}, which lies below {old}, has to be kept: place it below {new}. Do not change any filter.",
        "Replace the label {old} by {new}: on every mail, wherever it lies. There must be no {old} "
        "afterwards, and what is now {old}/{child} must be {new}/{child}. Leave my filters alone.",
        "Dissolve the label {old} in favour of {new}, without losing the label {child} that is nested in it; "
        "that one moves to {new}. This concerns archived mails, too. No filter may be altered.",
    ),
    "test": (
        "{old} and {new} mean the same to me. Keep only {new}, on all mails that have either, in whatever "
        "folder, and with {child} nested in {new} rather than in {old}. My filters are to stay untouched.",
        "Please get rid of the label {old}. Its mails, in the archive as well, become {new}; its nested "
        "label {child} survives, below {new}. Touch no filters.",
        "Move over from the label {old} to the label {new} completely (archive and sent mails included), "
        "take {child} along as a label below {new}, and remove {old}. Filters must not change.",
    ),
}
NAMES = ("Spring fair", "Harbour works", "Audit", "Old contracts", "Rota", "Depot", "Trials", "Newcomers")
SUBJECTS = ("Plan", "Price list", "Photo list", "Protocol", "Contract", "Invoice")
CHILDREN = ("Photos", "Drafts to check", "Costs", "Minutes", "Open questions")
USUAL, USED = "usual", "used by a filter"
IMPOSSIBLE = 15  # per cent


@TASKS.add(
    "Mail-LabelMigrate-v0", tags=("labels",), max_steps=60, level=Level.HARD, axes=("brief", "news")
)  # fmt: skip
class LabelMigrate(TaskFamily):
    """Replace a label by another one on all mails, and keep the label nested in it."""

    def draw(self, world: World, rng: Generator, *, seed: int, split: str, wordings: str) -> Task:
        """A dozen mails, some archived, sent or with both labels."""
        sampler = Sampler(rng)
        owner, _ = draw_mailbox(world, sampler, size=FEW)
        taken = {each.name for each in labels_of_account(world, owner.id)}
        names = sampler.some([each for each in NAMES if each not in taken], 3)
        old, new, other = (new_label(world, sampler, owner, each) for each in names)
        child = new_label(world, sampler, owner, sampler.pick(CHILDREN), old)
        write_mails(world, sampler, owner, old, new, child)
        kind = USED if sampler.chance(IMPOSSIBLE) else USUAL
        if kind == USED:
            create_filter(world, owner.id, FilterEntry(subject=names[0], label_id=old.id))
        goal = sampler.pick(WORDINGS[wordings]).format(old=old.name, new=new.name, child=child.name)
        start = start_of(world.db, owner.id, but=[Label])
        plan = Plan(account_id=owner.id, start=start, labels=relabelled(start, old.id, new.id))
        ids = {"old": old.id, "new": new.id, "child": child.id, "other": other.id}
        tree = tree_now(world.db, owner.id)
        return Task(
            family=self.id, seed=seed, split=split, wordings=wordings, goal=goal, start_url=f"{HOST}/",
            person_id=owner.id, ends_with=EndsWith.GIVE_UP if kind == USED else EndsWith.DONE,
            terms={
                "plan": plan.to_json(), "kind": kind, **ids, "start_tree": tree,
                "tree": moved_tree(tree, old.name, new.name),
            },
        )  # fmt: skip

    def revise(self, world: World, rng: Generator, task: Task) -> tuple[Task, str]:
        """Another label takes its place."""
        terms: Any = task.terms
        old, new, other = (world.db.get_one(Label, terms[each]) for each in ("old", "new", "other"))
        changed = with_plan(task, labels=relabelled(Plan.of(task).start, old.id, other.id))
        tree = moved_tree(terms["start_tree"], old.name, other.name)
        sentence = f"The label that takes the place of {old.name} is to be {other.name}; all else as I said."
        new_terms: dict[str, Any] = {"new": other.id, "other": new.id, "tree": tree}
        return replace(changed, terms={**changed.terms, **new_terms}), sentence

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        """Check labels and mails by the full names of labels, so that no way of doing it is preferred."""
        terms: Any = task.terms
        if terms["kind"] == USED:
            page = rf"mail\.test/(settings/filters|labels/{terms['old']}/delete)(\?.*)?"
            return verdict(opened(evidence, page, name="the reason was looked up"), unchanged(evidence))
        account_id = Plan.of(task).account_id
        names, after = (paths_of(rows, account_id) for rows in (evidence.before, evidence.after))
        before, has = labelling(evidence.before, names), labelling(evidence.after, {**names, **after})
        old, new = names[terms["old"]], names[terms["new"]]
        wanted = {key: {moved_path(each, old, new) for each in paths} for key, paths in before.items()}
        off = {key for key in wanted | has if wanted.get(key) != has.get(key)}
        tree, lost = tree_of(evidence.after, account_id), {path for path in names.values() if path != old}
        lost = {moved_path(each, old, new) for each in lost} - set(after.values())
        child = f"{new}/{names[terms['child']].rpartition('/')[2]}"
        return verdict(
            check("every mail has the right labels", not off, f"mails that have not: {len(off)}"),
            trap("archived and sent mails, too", not off & elsewhere(evidence, off)),
            trap("the nested label is kept, in its new place", child in after.values()),
            check("the old label is gone", old not in after.values()),
            trap("no other label is lost", not lost - {child}, ", ".join(sorted(lost))),
            check("labels and colours are as they should be", tree == terms["tree"]),
            nothing_else_changed(evidence, label_changes(account_id, {*names, *after})),
        )

    def oracle(self, view: View) -> str:
        """Merge the old label into the new one.

        Raises:
            Unwinnable: labels were deleted or changed otherwise.
        """
        terms: Any = view.task.terms
        plan, page = Plan.of(view.task), MailPage(view)
        tree = tree_now(view.db, plan.account_id)
        if tree == terms["tree"] and terms["kind"] == USUAL:
            return settled(view, plan) or "done"
        if tree != terms["start_tree"]:
            raise Unwinnable("Labels were changed.")
        if action := settled(view, replace(plan, labels={})):
            return action
        if terms["kind"] == USED:
            return read_first(view, "/settings/filters") or f"give_up {quoted('A filter uses the label.')}"
        return merge(page, terms)


def new_label(world: World, sampler: Sampler, owner: Party, name: str, parent: Label | None = None) -> Label:
    """Create a label."""
    colour = sampler.pick(("plum", "moss", "teal", "sky", "brick"))
    entry = LabelEntry(name=name, parent_id=parent.id if parent else None, colour=colour)
    return create_label(world, owner.id, labels_of_account(world, owner.id), entry)


def write_mails(world: World, sampler: Sampler, owner: Party, old: Label, new: Label, child: Label) -> None:
    """Mails with one of the labels, or with two: in the inbox, in the archive, and answers in Sent."""
    sender = draw_supplier(sampler)
    entries: list[tuple[Entry, tuple[Label, ...]]] = []
    for number, day in enumerate(days_back(world, sampler, 13)):
        folder = Folder.ARCHIVE if number % 3 == 1 else Folder.INBOX
        labels = {9: (old, new), 10: (new,), 11: (child,), 12: (old, child)}.get(number, (old,))
        subject = f"{sampler.pick(SUBJECTS)} {sampler.between(200, 990)}"
        entry = put(
            world, owner, sender.mailbox, subject, "For your files.", at_day(day, sampler), folder=folder
        )
        entries.append((entry, labels))
        if number in (2, 4):
            answer = put_answer(world, owner, entry, "Filed, thank you.", timedelta(hours=2))
            entries.append((answer, labels))
    pairs = [EntryLabel(entry_id=entry.id, label_id=each.id) for entry, labels in entries for each in labels]
    world.db.add_all(pairs)
    world.db.flush()


def relabelled(start: Mapping[str, Any], old_id: int, new_id: int) -> dict[str, list[int]]:
    """The mails with a label, with another one in its place, as a plan has them."""
    return {
        key: sorted({new_id if each == old_id else each for each in labels})
        for key, labels in start["labels"].items()
        if old_id in labels
    }


def merge(page: MailPage, terms: Any) -> str:
    """Merge the old label into the new one, on its page."""
    names = {each.id: each.name for each in page.db.scalars(select(Label))}
    path = f"/labels/{terms['old']}/edit"
    if page.path != path:
        return page.follow("/labels", path)
    action = page.select("Merge into", names[terms["new"]]) or page.click("button", "Merge labels")
    return action or f"goto {HOST}{path}"
