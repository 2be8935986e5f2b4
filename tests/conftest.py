"""Environments in a real browser, and ways to look into their pages that no agent has."""

import gc
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

# The process that deals tests out to workers reads this module too: Gristmill is imported when it is used.
if TYPE_CHECKING:
    from gristmill.envs.env import WebEnv

sys.path.insert(0, str(Path(__file__).parent / "plugin"))  # a plugin as strangers write it

SHOW = """(html) => {
  document.documentElement.innerHTML = html;
  document.querySelector("[autofocus]")?.focus();
}"""

Observation = dict[str, Any]
Make = Callable[..., "WebEnv"]


def pytest_configure() -> None:
    """What is made while tests are collected stays: there is no garbage to look for."""
    gc.disable()


def pytest_collection_finish() -> None:
    """The tests and all that they import stay: collecting garbage need not look at them again and again."""
    gc.collect()
    gc.freeze()
    gc.enable()


SAMPLE = (
    "Shop-Checkout-v0", "Mail-Snooze-v0", "Chat-Post-v0", "Office-Approval-v0",
    "Shop-OrderFact-v0", "Mail-Reply-v0", "Chat-Count-v0", "Shop-AddToCart-v0",
)  # fmt: skip


IMPORTS_TORCH = re.compile(r'^(torch = )?pytest\.importorskip\("torch"', re.MULTILINE)
MARKED = re.compile(r"^pytestmark = \[?pytest\.mark\.(\w+)", re.MULTILINE)
DESELECTED = re.compile(r"not (\w+)")


@cache
def marks_of(path: Path) -> frozenset[str]:
    """The markers of all tests of a module, of which `train` is one if it needs PyTorch to be imported."""
    text = path.read_text() if path.suffix == ".py" else ""
    return frozenset([*MARKED.findall(text), *(["train"] if IMPORTS_TORCH.search(text) else [])])


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """A module whose tests are all deselected is not imported: nobody waits for PyTorch without trainings."""
    selected = config.getoption("markexpr")
    deselected = set() if " or " in selected else set(DESELECTED.findall(selected))
    return True if deselected & marks_of(collection_path) else None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Of tests with many cases of a kind, `make test` runs a sample and `make sweep` the others."""
    cases: Counter[str] = Counter()
    for item in items:
        if "train" in marks_of(item.path):
            item.add_marker(pytest.mark.train)
        if share := item.get_closest_marker("one_in"):
            name = item.nodeid.partition("[")[0]
            if cases[name] % share.args[0]:
                item.add_marker(pytest.mark.sweep)
            cases[name] += 1
        mark = item.get_closest_marker("sampled")
        if mark and item.callspec.params[mark.args[0]] not in SAMPLE[: mark.args[1]]:  # type: ignore[attr-defined]
            item.add_marker(pytest.mark.sweep)
    if hasattr(config, "workerinput") and has_slow_tests(config):  # a process that others deal tests out to
        longest_first(items)


# Folders whose tests share what takes seconds (worlds, the import of an SDK): one process runs each of them.
TOGETHER = re.compile(r"tests/(apps/(chat|shop|stories)|agents/llm)/")
WEIGHTS = {"ray": 60, "train": 30, "slow": 8, "browser": 4}  # of a test, as most of them take


def scope_of(nodeid: str) -> str:
    """The file or folder whose tests stay in one process."""
    folder = TOGETHER.match(nodeid)
    return folder[0] if folder else nodeid.partition("::")[0]


def has_slow_tests(config: pytest.Config) -> bool:
    """Whether slow tests are run; without them a file takes as long as it has tests, by which xdist sorts."""
    return "not slow" not in config.getoption("markexpr")


def longest_first(items: list[pytest.Item]) -> None:
    """Sort files by how long they are likely to take, so that none that is long is begun last."""
    weights: Counter[str] = Counter()
    for item in items:
        marks = {mark.name for mark in item.iter_markers()}
        if "sweep" not in marks:
            weights[scope_of(item.nodeid)] += max((WEIGHTS.get(mark, 1) for mark in marks), default=1)
    items.sort(key=lambda item: (-weights[scope_of(item.nodeid)], scope_of(item.nodeid)))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Tests of a file stay in one process, as `--dist loadfile` has it, and those of some folders too."""
    if config.getoption("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling

    class LoadFolderScheduling(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return scope_of(nodeid)

    config.option.loadscopereorder = not has_slow_tests(config)  # see `longest_first`
    return LoadFolderScheduling(config, log)


@pytest.fixture
def make() -> Iterator[Make]:
    """Makes environments and closes them after the test."""
    from gristmill.envs.env import WebEnv

    made: list[WebEnv] = []

    def make_one(task: str = "Shop-AddToCart-v0", **options: Any) -> WebEnv:
        made.append(WebEnv(task, **options))
        return made[-1]

    yield make_one
    for env in made:
        env.close()


@pytest.fixture(scope="module")
def lasting_env() -> Iterator["WebEnv"]:
    """One environment for all tests of a module."""
    from gristmill.envs.env import WebEnv

    env = WebEnv("Shop-AddToCart-v0")
    yield env
    env.close()


@pytest.fixture
def env(lasting_env: "WebEnv") -> "WebEnv":
    """An environment at the beginning of an episode."""
    lasting_env.reset(seed=3)
    return lasting_env


@pytest.fixture(scope="session")
def postal_world() -> Iterator[Any]:
    """The test plugin's apps, installed in this process for as long as the tests run."""
    import postal_world

    from gristmill.envs.episode.runtime import default_runtime
    from gristmill.plugins import installed

    with pytest.MonkeyPatch.context() as patch:
        for spec in (postal_world.BOARD, postal_world.KIOSK, postal_world.POST):
            patch.setitem(installed().apps, spec.name, spec)  # type: ignore[arg-type]
            patch.setitem(default_runtime().dispatcher._specs, spec.host, spec)
            for family in spec.tasks:
                patch.setitem(installed().families, family.id, family())  # type: ignore[arg-type]
        yield postal_world


@pytest.fixture(scope="session")
def ray() -> Any:
    """Ray; without it, a test that asks for it is skipped. No test module imports it: that takes a second."""
    return pytest.importorskip("ray", exc_type=ImportError)


@pytest.fixture(scope="module")
def ray_cluster(ray: Any) -> Iterator[Any]:
    """A Ray cluster of two nodes on this machine, which this process works on; gone afterwards."""
    from ray.cluster_utils import Cluster

    node = {"num_cpus": 1, "object_store_memory": 80 * 1024 * 1024}
    quick_to_notice_a_dead_node = {"health_check_period_ms": 500, "health_check_failure_threshold": 3}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        head = {**node, "include_dashboard": False, "_system_config": quick_to_notice_a_dead_node}
        cluster = Cluster()
        try:
            cluster.add_node(**head)
            cluster.add_node(**node)
            ray.init(address=cluster.address, log_to_driver=False, logging_level="ERROR")
            yield cluster
        finally:
            ray.shutdown()
            cluster.shutdown()


@pytest.fixture(scope="session")
def evaluate() -> Callable[..., Any]:
    """Runs a script in an environment's page, as no agent can."""
    from gristmill.envs.engines.chromium.trajectory_hash import TrajectoryHash

    def run(env: "WebEnv", script: str, argument: Any = None) -> Any:
        page: Any = env.runner.page
        page._trajectory = TrajectoryHash()  # unknown: this is no action
        return page._run(lambda: page._tab.page.evaluate(script, argument))

    return run


@pytest.fixture(scope="session")
def show(evaluate: Callable[..., Any]) -> Callable[["WebEnv", str], None]:
    """Puts markup into an environment's page, in the place of what was there."""
    return lambda env, html: evaluate(env, SHOW, html)


@pytest.fixture(scope="session")
def renumbered() -> Callable[[Any], Any]:
    """Numbers the refs of a text or an observation from 1, as on the first page of an episode."""

    def renumber(seen: Any) -> Any:
        if not isinstance(seen, str):
            return {**seen, "aria": renumber(seen["aria"])}
        numbers: dict[str, int] = {}
        return re.sub(
            r"\[ref=e(\d+)\]", lambda found: f"[ref=e{numbers.setdefault(found[1], len(numbers) + 1)}]", seen
        )

    return renumber


@pytest.fixture(scope="session")
def ref_of() -> Callable[..., str]:
    """The ref of an element in an observation, by role and name."""
    from gristmill.apps.kit.aria import parse_aria_snapshot

    def find(seen: Observation, role: str, name: str | None = None) -> str:
        node = parse_aria_snapshot(seen["aria"]).find(role, name)
        assert node is not None, f"no {role} {name!r} in:\n{seen['aria']}"
        return node.ref

    return find


@pytest.fixture(scope="session")
def solve() -> Callable[["WebEnv"], list[tuple[Observation, float, bool, dict[str, Any]]]]:
    """Plays an environment's oracle to the end of the episode."""

    def play(env: "WebEnv") -> list[tuple[Observation, float, bool, dict[str, Any]]]:
        steps = []
        for _ in range(60):
            seen, reward, terminated, truncated, info = env.step(env.oracle())
            steps.append((seen, reward, truncated, info))
            if terminated or truncated:
                return steps
        raise AssertionError("the oracle did not finish")

    return play


PLUGIN = '''
"""A plugin: one page, one task that `done` solves."""
from flask import Flask

from gristmill.apps.base import AppSpec, Task, TaskFamily, TaskRegistry
from gristmill.verifiers.base import Check, verdict

TASKS = TaskRegistry("NAME")


@TASKS.add("Plugin-TITLE-v0", max_steps=3)
class Family(TaskFamily):
    """Say done."""

    def draw(self, world, rng, **asked):
        return Task(
            family=self.id, **asked, goal="Say done.", start_url="http://NAME.test/", person_id=1, terms={}
        )

    def verify(self, task, evidence):
        return verdict(Check(name="done", passed=True))

    def oracle(self, view):
        return "done"


def create_app():
    app = Flask(__name__)
    app.add_url_rule("/", view_func=lambda: "<title>NAME</title><main><h1>NAME</h1></main>")
    return app


def seed(world, rng):
    pass


APP = AppSpec(name="NAME", title="NAME", version="1", create_app=create_app, seed=seed, tasks=TASKS)
'''


@pytest.fixture
def distribution(tmp_path: Path) -> Callable[..., Path]:
    """Writes a plugin's distribution into a folder for `sys.path`, which it returns.

    It is the package `<name>_plugin`; `more` is code after the rest, `files` are others of the package.
    """

    def write(name: str, more: str = "", *, source: str = PLUGIN, files: Mapping[str, str] = {}) -> Path:
        site, package = tmp_path / "site", f"{name}_plugin"
        info = site / f"{package}-1.dist-info"
        contents = {
            site
            / package
            / "__init__.py": f"{source.replace('NAME', name).replace('TITLE', name.title())}\n\n{more}",
            info / "METADATA": f"Metadata-Version: 2.1\nName: {package}\nVersion: 1\n",
            info / "entry_points.txt": f"[gristmill.apps]\n{name} = {package}:APP\n",
            **{site / package / path: text for path, text in files.items()},
        }
        for path, text in contents.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return site

    return write
