"""Changed versions of a final state: exact diffs, nothing left behind."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import numpy as np
import pytest

from gristmill.snapshots.image import serialize
from gristmill.snapshots.pages import PatchedImage
from gristmill.verifiers.audit.alternatives import alternatives, answers_altered
from gristmill.verifiers.audit.final_state import FinalState
from gristmill.verifiers.audit.mutants import ROWS, mutants
from gristmill.verifiers.audit.scoring import BY_CLOCK, mutation_score
from gristmill.verifiers.base import Evidence, Verdict, verdict
from gristmill.verifiers.checks import check, inserts, nothing_else_changed

SCHEMA = """
CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, is_guest BOOLEAN NOT NULL);
CREATE TABLE mail (
  id INTEGER PRIMARY KEY, sender_id INTEGER NOT NULL REFERENCES person (id), subject TEXT NOT NULL,
  sent_at DATETIME, copies INTEGER NOT NULL DEFAULT 0, CHECK (copies < 2)
);
CREATE TABLE label (mail_id INTEGER NOT NULL, name TEXT NOT NULL, PRIMARY KEY (mail_id, name));
CREATE TABLE secret (id INTEGER PRIMARY KEY);
INSERT INTO person VALUES (1, 'Ada', 0), (2, 'Ben', 1), (3, 'Cleo', 0);
INSERT INTO mail VALUES (1, 1, 'Hello', '2031-03-01 10:00:00.000000', 0), (2, 2, 'Lunch', NULL, 1);
INSERT INTO label VALUES (1, 'home'), (1, 'work'), (2, 'work');
"""
DONE = """
INSERT INTO mail VALUES (3, 1, 'Invoice', '2031-03-04 10:00:10.000000', 0);
UPDATE person SET is_guest = 0 WHERE id = 2;
DELETE FROM label WHERE mail_id = 1 AND name = 'home';
"""


@pytest.fixture
def images() -> tuple[PatchedImage, PatchedImage]:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(SCHEMA)
        base = serialize(connection)
        connection.executescript(DONE)
        return PatchedImage.whole(base), PatchedImage.of(base, serialize(connection))


@pytest.fixture
def state(images: tuple[PatchedImage, PatchedImage]) -> Iterator[FinalState]:
    clock = "2031-03-04 10:00:00.000000", "2031-03-04 10:01:00.000000"
    with closing(FinalState(*images, hidden={"secret"}, clock=clock)) as made:
        yield made


def all_mutants(state: FinalState) -> list[str]:
    return [f"{each.table}.{each.column} {each.what}" for each in mutants(state, np.random.default_rng(3))]


def test_every_changed_cell_and_row_has_its_mutants(state: FinalState) -> None:
    found = all_mutants(state)
    for column in ("sender_id", "subject", "sent_at", "copies"):
        assert f"mail.{column} cell altered" in found
    assert {"person.name cell altered", "person.is_guest cell altered"} <= set(found)
    for what in ("inserted row dropped", "inserted row doubled"):
        assert f"mail.{ROWS} {what}" in found
    assert f"person.{ROWS} update undone" in found
    assert f"label.{ROWS} deleted row restored" in found
    assert "mail.id cell altered" not in found
    assert not any(text.startswith("secret") for text in found)


def test_the_diff_of_a_mutant_is_what_a_full_comparison_finds(
    images: tuple[PatchedImage, PatchedImage], state: FinalState
) -> None:
    for mutant in mutants(state, np.random.default_rng(1)):
        with state.changed(mutant.edit) as evidence:
            found = evidence.diff
        with closing(FinalState(*images, hidden={"secret"})) as other:
            other._apply(mutant.edit)  # for good
            assert found == other._comparison.diff(), str(mutant)


def test_nothing_is_left_of_a_mutant(state: FinalState) -> None:
    before = dump_of(state)
    for mutant in list(mutants(state, np.random.default_rng(2))):
        with state.changed(mutant.edit):
            pass
    assert state.evidence().diff.changes == state.changes
    assert dump_of(state) == before


def dump_of(state: FinalState) -> list[str]:
    return list(state._connection.iterdump())


@pytest.mark.parametrize(
    ("table", "column", "value", "other"),
    [
        ("person", "is_guest", 0, 1),
        ("mail", "sender_id", 1, 2),
        ("mail", "sent_at", "2031-03-01 10:00:00.000000", "2031-03-02 10:00:00.000000"),
        ("mail", "sent_at", None, "2031-03-01 10:00:00.000000"),
        ("mail", "copies", 0, 1),
        ("label", "name", "work", "home"),
    ],
)
def test_another_value_is_a_plausible_one(
    table: str, column: str, value: object, other: object, images: tuple[PatchedImage, PatchedImage]
) -> None:
    start, _ = images
    with closing(FinalState(start, start)) as state:
        assert next(alternatives(state, table, column, value)) == other  # type: ignore[arg-type]


def test_a_value_that_the_schema_refuses_is_replaced_by_another(state: FinalState) -> None:
    found = [
        each for each in mutants(state, np.random.default_rng(0)) if each.column == "name" and each.is_own
    ]
    assert found, "the name of a person is unique, and was altered nevertheless"


@pytest.mark.parametrize(
    ("answer", "wrong"),
    [("12.50", "13.50"), ("12.50", "12.51"), ("Ada, Ben", "Ben"), ("Ada, Ben", "Ada, Ben, Ada"), ("Ada", "")],
)
def test_wrong_answers_lie_near_the_right_one(answer: str, wrong: str) -> None:
    altered = answers_altered(answer)
    assert wrong in altered
    assert answer not in altered


def strict(evidence: Evidence) -> Verdict:
    mail = evidence.diff.inserted("mail")
    rows = [change.after for change in mail if change.after]
    is_right = [(row["sender_id"], row["subject"], row["copies"]) for row in rows] == [(1, "Invoice", 0)]
    labels = [change.key for change in evidence.diff.deleted("label")]
    others = {change.table for change in evidence.diff.changes} <= {"mail", "person", "label"}
    updated = [change.after for change in evidence.diff.updated("person")]
    return verdict(
        check("mail", is_right and not evidence.diff.updated("mail") and not evidence.diff.deleted("mail")),
        check("label", labels == [(1, "home")] and len(evidence.diff.changes) == 3 and others),
        check("person", [dict(row or {}) for row in updated] == [{"id": 2, "name": "Ben", "is_guest": 0}]),
    )


def test_a_strict_verifier_rejects_all_but_what_the_clock_decides(state: FinalState) -> None:
    score = mutation_score(
        state, lambda each: honest(strict(each), each), equivalents={}, rng=np.random.default_rng(5)
    )
    assert score.survivors == []
    assert dict(score.equivalent) == {BY_CLOCK: 1}
    assert score.value == 1.0


def honest(found: Verdict, evidence: Evidence) -> Verdict:
    """With the check that `TaskFamily.judge` adds."""
    return Verdict((*found.checks, check("not given up", evidence.gave_up is None)))


def test_a_lenient_verifier_is_told_what_it_accepts(state: FinalState) -> None:
    def lenient(evidence: Evidence) -> Verdict:
        allowed = inserts("mail"), inserts("label")
        del allowed
        return honest(verdict(check("mail", len(evidence.diff.inserted("mail")) == 1)), evidence)

    score = mutation_score(state, lenient, equivalents={}, rng=np.random.default_rng(5))
    assert score.value < 0.7
    assert any("label.rows: deleted row restored" in text for text in score.survivors)
    assert any("mail.subject: cell altered ('Invoice' -> " in text for text in score.survivors)


def test_declared_equivalents_do_not_count(state: FinalState) -> None:
    def ignores_subjects(evidence: Evidence) -> Verdict:
        found = strict(evidence)
        rows = [change.after for change in evidence.diff.inserted("mail") if change.after]
        is_right = [(row["sender_id"], row["copies"]) for row in rows] == [(1, 0)]
        only = not evidence.diff.updated("mail") and not evidence.diff.deleted("mail")
        return honest(verdict(check("mail", is_right and only), *found.checks[1:]), evidence)

    plain = mutation_score(state, ignores_subjects, equivalents={}, rng=np.random.default_rng(5))
    declared = mutation_score(
        state, ignores_subjects, equivalents={("mail", "subject"): "free text"}, rng=np.random.default_rng(5)
    )
    assert len(plain.survivors) == 1
    assert declared.survivors == []
    assert declared.equivalent["mail.subject: free text"] == 1


def test_a_sample_prefers_the_agents_own_changes(state: FinalState) -> None:
    score = mutation_score(
        state,
        lambda each: honest(strict(each), each),
        equivalents={},
        rng=np.random.default_rng(5),
        at_most=6,
    )
    assert score.killed + score.equivalent.total() == 6 + 1  # one for giving up


def test_wrong_endings_are_mutants_too(images: tuple[PatchedImage, PatchedImage]) -> None:
    start, _ = images
    visited = frozenset({"http://mail.test/1"})
    with closing(FinalState(start, start, answer="12", visited=visited)) as state:
        unread = mutation_score(
            state,
            lambda each: verdict(
                check("right", each.answer == "12" and each.gave_up is None), nothing_else_changed(each)
            ),
            equivalents={},
            rng=np.random.default_rng(0),
        )
    assert unread.survivors == ["ending: answered without having opened a page"]
