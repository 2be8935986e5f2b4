"""The audit of installed families, in this process and in others."""

from collections.abc import Callable

import pytest

from gristmill.agents.audit.audit import audit, jobs_of
from gristmill.agents.audit.family_audit import Job
from gristmill.agents.audit.plan import NAMES
from gristmill.agents.audit.pool import audited as in_processes
from gristmill.agents.audit.report import FamilyReport
from gristmill.agents.audit.trials import Group, Result
from gristmill.apps.shop.tasks.add_to_cart import AddToCart
from gristmill.errors import UnknownNameError
from gristmill.plugins import installed

SAMPLE = ("Shop-AddToCart-v0", "Shop-Checkout-v0", "Chat-Post-v0")
QUICK = ("idle", "mutants", "tamperer")


@pytest.mark.slow
@pytest.mark.parametrize("task_id", SAMPLE)
def test_a_sample_of_families_passes(task_id: str) -> None:
    (report,) = audit([task_id], seeds=1, only=QUICK)
    assert [(each.where, each.detail) for each in report.findings] == []
    assert report.share(Group.ORACLE, Result.RIGHT) == 1.0
    assert report.mutation.killed > 30


QUESTION = "Shop-OrderFact-v0"
EVERY_FAMILY = [
    pytest.param(task_id, split, marks=() if (task_id, split) == (QUESTION, "train") else pytest.mark.sweep)
    for task_id in installed().families
    for split in ("train", "test")
]


@pytest.mark.slow
@pytest.mark.parametrize(("task_id", "split"), EVERY_FAMILY)
def test_every_installed_family_passes(task_id: str, split: str) -> None:
    (report,) = audit([task_id], seeds=1, split=split)
    assert [(each.where, each.detail) for each in report.findings] == []


@pytest.mark.slow
def test_equal_audits_have_equal_results() -> None:
    one, other = (audit(["Shop-AddToCart-v0"], seeds=2, only=QUICK)[0].to_json() for _ in range(2))
    assert one | {"duration_s": 0} == other | {"duration_s": 0}


@pytest.mark.slow
def test_processes_find_what_one_process_finds() -> None:
    jobs = [
        job
        for task_id in SAMPLE[:1]
        for job in jobs_of(task_id, split="train", seeds=range(2), only=("idle", "mutants"), deadline_s=300.0)
    ]
    alone, shared = (
        {
            report.task_id: report.to_json() | {"duration_s": 0}
            for report in in_processes(jobs, processes=number)
        }
        for number in (1, 2)
    )
    assert alone == shared


@pytest.mark.slow
def test_a_process_that_dies_costs_its_job_alone() -> None:
    fine = Job(task_id="Shop-AddToCart-v0", split="train", seeds=range(1), first=0, only=("idle",))
    unknown = Job(task_id="Not-Installed-v0", split="train", seeds=range(1), first=0, only=("idle",))
    found = {report.task_id: report for report in in_processes([unknown, fine, fine], processes=2)}
    assert found["Shop-AddToCart-v0"].findings == []
    assert [each.where for each in found["Not-Installed-v0"].findings] == ["oracle"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"ids": ["Nope-No-v0"]}, "Unknown task id 'Nope-No-v0'"),
        ({"split": "dev"}, "Unknown split 'dev'"),
        ({"only": ("everything",)}, f"Unknown part of an audit 'everything'. Available: {NAMES[0]}, "),
    ],
)
def test_unknown_names_are_refused_with_the_valid_ones(options: dict[str, object], message: str) -> None:
    with pytest.raises(UnknownNameError) as raised:
        audit(seeds=1, **options)  # type: ignore[arg-type]
    assert str(raised.value).startswith(message)


@pytest.mark.slow
def test_each_part_is_tried_on_the_first_task(audited: Callable[..., FamilyReport]) -> None:
    report = audited(AddToCart, *NAMES, seeds=1)
    names = {name for _, name in report.tallies}
    assert names >= {
        "null", "quitter", "echo", "random", "wrong-target", "near-miss", "over-doer", "passer-by",
        "tamperer", "keyboard only", "detours", "after 5 random actions", "after 20 random actions",
    }  # fmt: skip
    assert report.mutation.killed > 30
