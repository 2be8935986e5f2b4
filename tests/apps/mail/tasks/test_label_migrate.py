"""Replacing a label by another one: what passes, and each mistake that must not."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from gristmill.apps.base import Task
from gristmill.apps.mail.models import Entry, EntryLabel, Folder, Label
from gristmill.apps.mail.services.label_tree import LabelNode, label_tree
from gristmill.apps.mail.services.labels import delete_label, merge_labels
from gristmill.envs.episode.episode import Ending

pytestmark = pytest.mark.slow

FAMILY = "Mail-LabelMigrate-v0"
MAILS, CHILD = "every mail has the right labels", "the nested label is kept, in its new place"
TREE, GONE = "labels and colours are as they should be", "the old label is gone"
ELSEWHERE, REST = "archived and sent mails, too", "nothing else changed"


def usual(task: Task) -> bool:
    return task.terms["kind"] == "usual"


def nodes(db: Any, desk: Any) -> list[LabelNode]:
    own = select(Label).where(Label.account_id == desk.terms["plan"]["account_id"])
    return label_tree(db.scalars(own))


def merge(desk: Any, into: str = "new") -> Any:
    with desk.rows() as db:
        label = db.get_one(Label, desk.terms["old"])
        merge_labels(db, nodes(db, desk), label, desk.terms[into])
    return desk


def by_hand(desk: Any, act_on: Any, *, folders: tuple[str, ...] = ("inbox", "archive", "sent")) -> Any:
    """Label the mails in these folders, nest the other label elsewhere, delete the old one."""
    with desk.rows() as db:
        has = select(EntryLabel.entry_id).where(EntryLabel.label_id == desk.terms["old"])
        found = list(db.scalars(select(Entry.id).where(Entry.id.in_(has), Entry.folder.in_(folders))))
    act_on(desk, "label", found, label=desk.terms["new"])
    with desk.rows() as db:
        db.execute(update(Label).where(Label.id == desk.terms["child"]).values(parent_id=desk.terms["new"]))
    with desk.rows() as db:
        delete_label(db, nodes(db, desk), db.get_one(Label, desk.terms["old"]))
    return desk


class KeptRow:
    """Rows with one more in a table."""

    def __init__(self, rows: Any, table: str, row: Any) -> None:
        self.rows, self.table, self.row = rows, table, row

    def all(self, table: str, /, **equal: Any) -> list[Any]:
        is_found = table == self.table and equal.items() <= self.row.items()
        return [*self.rows.all(table, **equal), *([self.row] if is_found else [])]

    def get(self, table: str, *key: object) -> Any:
        return self.rows.get(table, *key)


def test_merging_and_doing_it_by_hand_pass(desk: Any, act_on: Any) -> None:
    assert merge(desk(FAMILY, usual)).failed() == set()
    assert by_hand(desk(FAMILY, usual), act_on).failed() == set()


def test_the_labels_may_change_their_roles(desk: Any, act_on: Any) -> None:
    begun = desk(FAMILY, usual)
    with begun.rows() as db:
        new, old = (db.get_one(Label, begun.terms[each]) for each in ("new", "old"))
        name, colour = new.name, new.colour
        merge_labels(db, nodes(db, begun), new, old.id)
        old.name, old.colour = name, colour
    assert begun.failed() == set()


def test_archived_and_sent_mails_count(desk: Any, act_on: Any) -> None:
    begun = by_hand(desk(FAMILY, usual), act_on, folders=(Folder.INBOX,))
    assert begun.failed() == {MAILS, ELSEWHERE}


def test_deleting_takes_the_nested_label_along(desk: Any) -> None:
    begun = desk(FAMILY, usual)
    with begun.rows() as db:
        delete_label(db, nodes(db, begun), db.get_one(Label, begun.terms["old"]))
    assert begun.failed() == {MAILS, ELSEWHERE, CHILD, TREE}


def test_the_nested_label_belongs_below_the_new_one(desk: Any) -> None:
    begun = merge(desk(FAMILY, usual))
    with begun.rows() as db:
        db.execute(update(Label).where(Label.id == begun.terms["child"]).values(parent_id=None))
    assert begun.failed() >= {CHILD, TREE}


def test_the_old_label_has_to_go(desk: Any) -> None:
    begun = desk(FAMILY, usual)
    assert begun.failed() >= {MAILS, GONE, TREE}


def test_another_label_is_wrong(desk: Any) -> None:
    assert merge(desk(FAMILY, usual), into="other").failed() >= {MAILS, CHILD, TREE}


def test_a_mail_that_has_the_label_for_no_reason_fails(desk: Any, act_on: Any) -> None:
    begun = merge(desk(FAMILY, usual))
    with begun.rows() as db:
        own = select(Entry.id).where(Entry.account_id == begun.terms["plan"]["account_id"])
        known = select(EntryLabel.entry_id)
        entry = db.scalars(own.where(Entry.id.not_in(known), Entry.folder == Folder.INBOX).limit(1)).one()
    act_on(begun, "label", [entry], label=begun.terms["new"])
    assert begun.failed() == {MAILS}


def test_a_mail_that_keeps_the_label_although_it_is_gone_fails(desk: Any) -> None:
    begun = merge(desk(FAMILY, usual))
    with begun.episode.evidence(Ending()) as evidence:
        (lost, *_) = evidence.diff.deleted("mail_entry_label")
        rows = KeptRow(evidence.after, "mail_entry_label", lost.before)
        found = begun.episode.family.verify(begun.task, replace(evidence, after=rows))
    assert MAILS in {check.name for check in found.checks if not check.passed}


def test_another_lost_label_fails(desk: Any) -> None:
    begun = merge(desk(FAMILY, usual))
    with begun.rows() as db:
        db.execute(delete(Label).where(Label.id == begun.terms["other"]))
    assert begun.failed() == {"no other label is lost", TREE}


def test_news_names_another_label(desk: Any) -> None:
    assert merge(desk(FAMILY, usual, news="midway")).failed() == set()


def test_a_label_that_a_filter_needs_is_given_up(desk: Any) -> None:
    begun = desk(FAMILY, lambda task: not usual(task))
    assert begun.failed(gave_up="A filter uses it") == {"the reason was looked up"}
    begun.open("/settings/filters")
    assert begun.failed(gave_up="A filter uses it") == set()
    assert merge(begun).failed(gave_up="A filter uses it") == {REST}


def test_the_oracle_replans_after_random_actions(replans: Any) -> None:
    assert all(replans(FAMILY))
