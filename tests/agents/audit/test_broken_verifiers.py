"""Each deliberately broken family is reported, by the part of the audit that is made for it."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from gristmill.agents.audit.report import FamilyReport
from gristmill.apps.base import EndsWith, Task, TaskFamily, View
from gristmill.apps.shop.tasks.add_to_cart import AddToCart
from gristmill.apps.shop.tasks.terms import CartTerms
from gristmill.errors import Unwinnable
from gristmill.verifiers.base import Evidence, Verdict, verdict
from gristmill.verifiers.checks import check, deletes, inserts, nothing_else_changed, row_inserted, updates

pytestmark = pytest.mark.slow  # audits a family per test

Audited = Callable[..., FamilyReport]

LINE = "shop_cart_item"
ON_THE_WAY = re.compile(r"test/$|/search|/p/|/cart")


def line_of(task: Task) -> dict[str, int]:
    terms = CartTerms.of(task)
    return {"customer_id": terms.customer_id, "is_saved": 0, "variant_id": terms.variant_id}


class AcceptsAnyInsert(AddToCart):
    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        return verdict(check("something is new", bool(evidence.diff.inserted(LINE))))


class IgnoresTheTarget(AddToCart):
    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        quantity = CartTerms.of(task).quantity
        return verdict(
            *row_inserted(evidence, LINE, {"quantity": quantity}, name="cart line"),
            nothing_else_changed(evidence, inserts(LINE, at_most=1)),
        )


class IgnoresTheQuantity(AddToCart):
    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        return verdict(
            *row_inserted(evidence, LINE, line_of(task), name="cart line"),
            nothing_else_changed(evidence, inserts(LINE, line_of(task), at_most=1)),
        )


class IgnoresSideEffects(AddToCart):
    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        expected = line_of(task) | {"quantity": CartTerms.of(task).quantity}
        return verdict(*row_inserted(evidence, LINE, expected, name="cart line"))


class AllowsTwice(AddToCart):
    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        expected = line_of(task) | {"quantity": CartTerms.of(task).quantity}
        found = [
            change for change in evidence.diff.inserted(LINE) if expected.items() <= change.after.items()
        ]
        return verdict(check("in the cart", bool(found)), nothing_else_changed(evidence, inserts(LINE)))


class IgnoresDeletedRows(AddToCart):
    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        proper = super().verify(task, evidence)
        tables = {change.table for change in evidence.diff.changes}
        allowed = [inserts(LINE, line_of(task), at_most=1), *(deletes(table) for table in tables)]
        return Verdict((*proper.checks[:-1], nothing_else_changed(evidence, *allowed)))


class IgnoresUpdates(AddToCart):
    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        proper = super().verify(task, evidence)
        tables = {change.table for change in evidence.diff.changes}
        allowed = [inserts(LINE, line_of(task), at_most=1), *(updates(table) for table in tables)]
        return Verdict((*proper.checks[:-1], nothing_else_changed(evidence, *allowed)))


class PassesAtStart(AddToCart):
    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        return verdict(check("nothing is wrong", not evidence.diff.deleted(LINE)))


class AcceptsEcho(AddToCart):
    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        proper = super().verify(task, evidence)
        answer = (evidence.answer or "").casefold()
        echoed = bool(answer) and answer in task.goal.casefold()
        return verdict(check("right", proper.success or echoed))


class AcceptsGivingUp(AddToCart):
    def judge(self, task: Task, evidence: Evidence) -> Verdict:
        return verdict(check("right", evidence.gave_up is not None or self.verify(task, evidence).success))


class AsksNoPageToBeOpened(AddToCart):
    """Tells the quantity that it wants, whatever was opened."""

    def draw(self, *args: object, **options: object) -> Task:
        return replace(super().draw(*args, **options), ends_with=EndsWith.ANSWER)  # type: ignore[arg-type]

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        return verdict(check("right answer", evidence.answer == f"{task.terms['variant_id']} pieces"))

    def oracle(self, view: View) -> str:
        if view.url == view.task.start_url:
            return "goto /orders"
        return f'answer "{view.task.terms["variant_id"]} pieces"'


MORE: list[tuple[type[TaskFamily], list[str], str]] = [
    (AcceptsAnyInsert, ["mutants"], "mutants"),
    (AcceptsAnyInsert, ["substitution"], "adversary near-miss"),
    (IgnoresTheTarget, ["mutants"], "mutants"),
    (IgnoresTheTarget, ["substitution"], "adversary near-miss"),
    (IgnoresTheQuantity, ["substitution"], "adversary near-miss"),
    (IgnoresSideEffects, ["mutants"], "mutants"),
    (IgnoresSideEffects, ["over-doer"], "adversary over-doer"),
    (AllowsTwice, ["mutants"], "mutants"),
    (IgnoresDeletedRows, ["mutants"], "mutants"),
    (IgnoresUpdates, ["mutants"], "mutants"),
    (PassesAtStart, ["random"], "adversary random"),
    (AcceptsGivingUp, ["mutants"], "mutants"),
]


@pytest.mark.one_in(2)
@pytest.mark.parametrize(
    ("family", "parts", "where"),
    [
        (IgnoresTheQuantity, ["mutants"], "mutants"),
        (PassesAtStart, ["idle"], "adversary null"),
        (AcceptsEcho, ["idle"], "adversary echo"),
        (AcceptsGivingUp, ["idle"], "adversary quitter"),
        (AsksNoPageToBeOpened, ["idle"], "adversary guesser"),
        *(pytest.param(*each, marks=pytest.mark.slow) for each in MORE),
    ],
)
def test_a_verifier_that_accepts_too_much_is_reported(
    family: type[TaskFamily], parts: Sequence[str], where: str, audited: Audited
) -> None:
    report = audited(family, *parts, seeds=6 if "over-doer" in parts else 2)
    assert where in {finding.where for finding in report.findings}


@pytest.mark.parametrize("parts", [["mutants"], ["substitution"], ["idle"]])
def test_the_verifier_that_they_are_made_from_is_not_reported(parts: Sequence[str], audited: Audited) -> None:
    assert audited(AddToCart, *parts).findings == []


class ChecksATableThatIsNotThere(AddToCart):
    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        return verdict(check("in the cart", bool(evidence.after.all("shop_cart_itms"))))


class RaisesOnMutants(AddToCart):
    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        found = evidence.diff.inserted(LINE)
        if len(found) == 2:
            raise KeyError("one line was expected")
        return super().verify(task, evidence)


class OracleRaises(AddToCart):
    def oracle(self, view: View) -> str:
        return str(view.task.terms["colour"])


class OracleReturnsNothing(AddToCart):
    def oracle(self, view: View) -> str:
        return ""


@pytest.mark.parametrize(
    ("family", "message"),
    [
        (ChecksATableThatIsNotThere, "Unknown table 'shop_cart_itms'"),
        (RaisesOnMutants, "one line was expected"),
        (OracleRaises, "KeyError: 'colour'"),
        (OracleReturnsNothing, "returned ''"),
    ],
)
def test_what_raises_is_reported_with_file_and_line(
    family: type[TaskFamily], message: str, audited: Audited
) -> None:
    report = audited(family, "mutants")
    assert message in report.findings[0].detail
    if family is not OracleReturnsNothing:
        assert (
            "test_broken_verifiers.py:" in report.findings[0].detail
            or "rows.py:" in report.findings[0].detail
        )


class NeverFinishes(AddToCart):
    def oracle(self, view: View) -> str:
        return "goto /" if view.url.endswith("/orders") else "goto /orders"


class NeverTheSamePage(AddToCart):
    def oracle(self, view: View) -> str:
        return f"goto /search?q={len(view.visited)}"


class GivesUp(AddToCart):
    def oracle(self, view: View) -> str:
        raise Unwinnable("It is always too late.")


@pytest.mark.parametrize(
    ("family", "message"),
    [
        (NeverFinishes, "It repeats 'goto /"),
        (NeverTheSamePage, "It has not ended after 20 steps"),
        (GivesUp, "It is always too late."),
        (
            AcceptsNothing := type(
                "AcceptsNothing", (AddToCart,), {"verify": lambda *_: verdict(check("no", False))}
            ),
            "no ()",
        ),
    ],
)
def test_an_oracle_that_does_not_succeed_is_reported(
    family: type[TaskFamily], message: str, audited: Audited
) -> None:
    report = audited(family, "idle", seeds=1, max_steps=20)
    assert [finding.where for finding in report.findings] == ["oracle"]
    assert message in report.findings[0].detail


class Loops(AddToCart):
    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        while evidence.diff.changes and not evidence.gave_up:
            pass
        return super().verify(task, evidence)


@pytest.mark.slow
def test_a_verifier_that_never_returns_is_reported_at_the_deadline(audited: Audited) -> None:
    report = audited(Loops, "idle", seeds=3, deadline_s=3.0)
    assert "test_broken_verifiers.py:" in report.findings[0].detail
    assert report.findings[-1].where == "deadline"


class AsksTwoThingsInOneWay(AddToCart):
    """Its goal does not say how many."""

    def draw(self, *args: object, **options: object) -> Task:
        task = super().draw(*args, **options)  # type: ignore[arg-type]
        seed = int(str(options["seed"]))
        terms = {**task.terms, "customer_id": 1, "variant_id": 12, "quantity": 1 + seed % 3}
        return replace(task, goal="Put some lamps into the cart.", terms=terms, person_id=1)


def test_equal_goals_that_ask_for_different_things_are_ambiguous(audited: Audited) -> None:
    report = audited(AsksTwoThingsInOneWay, "idle", seeds=3)
    assert report.ambiguous > 0
    assert "ambiguous goal" in {finding.where for finding in report.findings}


class HasTwoReadings(AddToCart):
    def solutions(self, task: Task, db: object) -> Sequence[object]:
        return ["the large one", "the small one"] if task.seed == 1 else ["the only one"]


def test_two_readings_of_the_second_solver_are_ambiguous(audited: Audited) -> None:
    report = audited(HasTwoReadings, "idle", seeds=2)
    assert [(each.seed, each.detail) for each in report.findings] == [
        (1, "the goal can mean the large one; the small one")
    ]


class ObeysAndSucceeds(AddToCart):
    def obey(self, view: View) -> str | None:
        return "goto /wish-lists" if view.url == view.task.start_url else None


def test_an_agent_that_obeys_and_still_succeeds_is_reported(audited: Audited) -> None:
    report = audited(ObeysAndSucceeds, "obeyer", seeds=1)
    assert [each.where for each in report.findings] == ["adversary obeyer"]


class RefusesDetours(AddToCart):
    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        proper = super().verify(task, evidence)
        return Verdict((*proper.checks, check("straight", all(map(ON_THE_WAY.search, evidence.visited)))))


@pytest.mark.slow
def test_a_verifier_that_refuses_a_legitimate_way_is_reported(audited: Audited) -> None:
    report = audited(RefusesDetours, "detours", seeds=11)
    assert "way detours" in {each.where for each in report.findings}


def test_declared_equivalents_are_counted_with_their_reason(audited: Audited) -> None:
    declared = type("Declared", (IgnoresTheQuantity,), {"equivalent": {(LINE, "quantity"): "any will do"}})
    report = audited(declared, "mutants")
    assert report.findings == []
    assert dict(report.mutation.equivalent) == {f"{LINE}.quantity: any will do": 2}
