"""Conformance checks: what every app clone must hold, as named checks that run independently."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from time import perf_counter

from gristmill.agents.audit.deadline import Overdue, interrupted_after
from gristmill.apps.base import AppSpec, TaskFamily
from gristmill.envs.episode.faults import detail_of
from gristmill.errors import InvalidOptionError, UnknownNameError
from gristmill.testing.outcomes import ConformanceError, Outcome, Skipped, Status, outcome_of
from gristmill.testing.subject import Subject

DEADLINE_S = 1200.0
Examine = Callable[[Subject], Iterable[str]]
ExamineFamily = Callable[[Subject, type[TaskFamily]], Iterable[str]]


@dataclass(frozen=True, kw_only=True)
class AppCheck:
    """One check of one app clone. Calling it raises what a test framework reports.

    Attributes:
        name: unique among the checks of an app; those of task families end in the task id.
        description: what is claimed, in a sentence.
        expected_failure: why it is known to fail; empty if it must pass.
        deadline_s: after which it is interrupted, which is a failure.
    """

    name: str
    description: str
    subject: Subject = field(repr=False)
    examine: Examine = field(repr=False)
    expected_failure: str = ""
    deadline_s: float = DEADLINE_S

    def __str__(self) -> str:
        return self.name

    def __call__(self) -> None:
        """Run the check as a test.

        Raises:
            ConformanceError: it failed, or passed although it was declared to fail.
            Skipped: it cannot be made here.
        """
        outcome = self.run()
        if outcome.status is Status.SKIPPED:
            raise Skipped(outcome.reason)
        if not outcome.is_good:
            raise ConformanceError(f"{self.name}: {self.description}\n{outcome.message}")

    def run(self) -> Outcome:
        """Run the check; whatever the app clone raises is a problem, never an exception."""
        started_at = perf_counter()
        try:
            problems = self._problems()
        except Skipped as skipped:
            duration_s = perf_counter() - started_at
            return Outcome(check=self.name, status=Status.SKIPPED, reason=str(skipped), duration_s=duration_s)
        return outcome_of(self.name, problems, self.expected_failure, perf_counter() - started_at)

    def _problems(self) -> tuple[str, ...]:
        try:
            with self.subject.installed(), interrupted_after(self.deadline_s):
                return tuple(dict.fromkeys(self.examine(self.subject)))
        except Skipped:
            raise
        except Overdue as error:
            fault = detail_of(error, url="")
            where = self.subject.innermost(error)
            return (f"{fault} ({where}): make it end, or do less.",)
        except Exception as error:  # noqa: BLE001 - app clones may raise anything
            fault = detail_of(error, url="")
            return (f"{fault} ({self.subject.innermost(error)})",)


@dataclass(frozen=True, slots=True)
class Definition:
    """A check before it is applied to an app clone."""

    name: str
    description: str
    examine: Examine | None = None
    examine_family: ExamineFamily | None = None


DEFINITIONS: dict[str, Definition] = {}


def app_check(examine: Examine) -> Examine:
    """Define a check by a function: its name gives the check's, its docstring the description."""
    name = examine.__name__.replace("_", "-")
    DEFINITIONS[name] = Definition(name, described(examine), examine=examine)
    return examine


def family_check(examine: ExamineFamily) -> ExamineFamily:
    """Define a check that is made of each task family."""
    name = examine.__name__.replace("_", "-")
    DEFINITIONS[name] = Definition(name, described(examine), examine_family=examine)
    return examine


def described(function: Callable[..., object]) -> str:
    """The first line of a docstring."""
    return (function.__doc__ or "").strip().splitlines()[0]


def app_checks(
    app: AppSpec,
    *,
    beside: Sequence[AppSpec] = (),
    expected_failures: Mapping[str, str] | None = None,
    seeds: int = 3,
    deadline_s: float = DEADLINE_S,
) -> list[AppCheck]:
    """The checks of an app clone, to be run in any order and each by itself.

    Use it with `@pytest.mark.parametrize("check", app_checks(APP), ids=str)` and call `check()` in the test.
    What several checks need, such as a crawl of all pages, is done once, by the first of them that runs.

    Args:
        app: the app clone; it need not be installed.
        beside: other app clones that its tasks span and that are not installed either.
        expected_failures: reasons why checks are known to fail, by name. A declared check that passes fails.
            Added to what `AppSpec.expected_failures` declares.
        seeds: tasks of each family.
        deadline_s: seconds for each check.

    Raises:
        UnknownNameError: an expected failure names no check.
        InvalidOptionError: an expected failure has no reason.
    """
    import gristmill.testing.checks  # noqa: F401 - defines the checks, by means of this module

    subject, checks = Subject(app, beside=beside, seeds=seeds), []
    for each in DEFINITIONS.values():
        if each.examine is not None:
            checks.append((each.name, each.description, each.examine))
        elif each.examine_family is not None:
            for family in app.tasks:
                checks.append((f"{each.name}:{family.id}", each.description, of(each.examine_family, family)))
    expected = {**app.expected_failures, **(expected_failures or {})}
    require_reasons(expected, [name for name, _, _ in checks])
    return [
        AppCheck(
            name=name,
            description=description,
            subject=subject,
            examine=examine,
            expected_failure=expected.get(name, ""),
            deadline_s=deadline_s,
        )
        for name, description, examine in checks
    ]


def of(examine: ExamineFamily, family: type[TaskFamily]) -> Examine:
    """A family's check as one of the app."""
    return lambda subject: examine(subject, family)


def require_reasons(expected: Mapping[str, str], names: list[str]) -> None:
    """Check the declarations of expected failures.

    Raises:
        UnknownNameError: one names no check.
        InvalidOptionError: one has no reason.
    """
    for name, reason in expected.items():
        if name not in names:
            raise UnknownNameError("check in expected_failures", name, names)
        if not reason.strip():
            raise InvalidOptionError(f"The expected failure of {name!r} needs a reason: say why it fails.")
