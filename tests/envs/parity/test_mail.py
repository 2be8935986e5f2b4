"""The engines agree about the pages of mail: lists, threads, labels, searches, and what is done on them."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from numpy.random import Generator

from gristmill.apps.base import Task, TaskFamily, TaskRegistry, View
from gristmill.apps.kit.aria import parse_aria_snapshot
from gristmill.apps.mail import APP
from gristmill.apps.mail.services.addresses import Mailbox
from gristmill.apps.mail.services.delivery import deliver
from gristmill.apps.mail.services.mailings import Mailing
from gristmill.apps.world.world import World
from gristmill.envs.env import WebEnv
from gristmill.envs.episode.runtime import default_runtime
from gristmill.plugins import installed
from gristmill.verifiers.base import Check, Evidence, Verdict, verdict

pytestmark = pytest.mark.browser

TASKS = TaskRegistry("mail")
FAMILY = "Mail-Look-v0"


@TASKS.add(FAMILY, max_steps=100_000)
class Look(TaskFamily):
    """Look at mail."""

    def draw(self, world: World, rng: Generator, *, seed: int, split: str, wordings: str) -> Task:
        write_mails(world)
        return Task(
            family=self.id, seed=seed, split=split, wordings=wordings, goal="Look.",
            start_url="http://mail.test/inbox", person_id=world.person.id, terms={},
        )  # fmt: skip

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        return verdict(Check(name="answered", passed=evidence.answer == "42"))

    def oracle(self, view: View) -> str:
        return "done"


def write_mails(world: World) -> None:
    """Thirty mails in the person's mailbox, of several kinds, and one thread of three."""
    me, hob = Mailbox(email=world.person.email), Mailbox(name="Hob Tanner", email="hob@tanner.example")
    first = deliver(
        world, Mailing(sender=hob, to=(me,), subject="Gauges", body="Wet?\n\nSee http://mail.test/")
    )
    quote = "All.\n\nOn Tue 4 March, 10:00, Hob Tanner wrote:\n> Wet?"
    second = deliver(world, Mailing(sender=me, to=(hob,), subject="Re: Gauges", body=quote).answering(first))
    deliver(world, Mailing(sender=hob, to=(me,), subject="Re: Gauges", body="Dry them.").answering(second))
    for number in range(30):
        kind = ("mail", "letter", "receipt")[number % 3]
        unsubscribes = hob.email if kind == "letter" else ""
        mailing = Mailing(
            sender=hob, to=(me,), subject=f"{kind} {number}", body=f"Number {number}.", kind=kind
        )
        deliver(world, replace(mailing, unsubscribes_from=unsubscribes))


class Both:
    """An environment of each engine on the same mailbox, which are given the same actions."""

    def __init__(self) -> None:
        self.envs = [WebEnv(FAMILY, engine=engine) for engine in ("chromium", "dom")]
        self.seen: dict[str, Any] = {}

    def reset(self) -> None:
        """Begin an episode in both."""
        chromium, dom = (env.reset(seed=1)[0] for env in self.envs)
        assert chromium == dom
        self.seen = chromium

    def do(self, line: str) -> str:
        """Perform an action; the page that both show after it, with equal rows behind it."""
        chromium, dom = (env.step(line) for env in self.envs)
        assert chromium[4]["infra_error"] is None, line
        assert dom[0] == chromium[0], line
        assert self.envs[0].state_digest() == self.envs[1].state_digest(), line
        self.seen = chromium[0]
        assert not self.seen["error"], self.seen["error"]
        return str(self.seen["aria"])

    def use(self, verb: str, role: str, name: str, *rest: str) -> str:
        """Act on the first element of this role whose name matches."""
        nodes = parse_aria_snapshot(self.seen["aria"]).all(role)
        found = next((node.ref for node in nodes if re.search(name, node.name or "")), None)
        assert found, f"no {role} {name!r} in\n{self.seen['aria']}"
        return self.do(" ".join([verb, found, *rest]))


@pytest.fixture(scope="module")
def opened() -> Iterator[Both]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(installed().apps, "mail", APP)  # type: ignore[arg-type]
        patch.setitem(installed().families, FAMILY, Look())  # type: ignore[arg-type]
        patch.setitem(default_runtime().dispatcher._specs, "mail.test", APP)
        both = Both()
        yield both
        for env in both.envs:
            env.close()


@pytest.fixture
def both(opened: Both) -> Both:
    opened.reset()
    return opened


PAGES = """
/inbox?category=offers /inbox?category=updates&select=page /all?select=all /sent /bin /labels
/search?q=in:anywhere /search?q=from: /help/search /nowhere
"""


@pytest.mark.parametrize("path", PAGES.split())
def test_a_page_reads_the_same(both: Both, path: str) -> None:
    both.do(f"goto http://mail.test{path}")


def test_threads_are_read_and_acted_on_alike(both: Both) -> None:
    both.do("goto http://mail.test/search?q=gauges")
    both.use("click", "link", "Gauges")
    assert "Reply" in both.seen["aria"]
    both.use("click", "button", "^Star: mail from")
    assert "1 thread starred." in both.seen["aria"]
    both.use("click", "button", "^Undo$")
    assert "Taken back" in both.seen["aria"]
    both.use("click", "link", "^Print$")
    both.do("back")
    both.use("click", "button", "^Mark as unread$")
    both.use("click", "button", "^Undo$")


def test_many_threads_are_changed_alike(both: Both) -> None:
    both.do("goto http://mail.test/all?select=page")
    both.use("click", "button", "^Archive$")
    assert "25 threads archived." in both.seen["aria"]
    both.use("click", "button", "^Undo$")
    both.use("click", "checkbox", "^Select: ")
    both.use("click", "button", "^Delete$")
    assert "1 thread moved to the bin." in both.seen["aria"]
    both.do("goto http://mail.test/bin")
    both.use("click", "link", "^Select all")
    both.use("click", "button", "^Delete for ever$")
    both.use("click", "button", "^Delete for ever$")  # on the page that asks
    assert "The bin is empty" in both.seen["aria"]


def test_labels_are_made_and_used_alike(both: Both) -> None:
    both.do("goto http://mail.test/labels")
    both.use("fill", "textbox", "^Name$", '"Kitchen"')
    both.use("click", "button", "^Create label$")
    assert "The label was created." in both.seen["aria"]
    both.do("goto http://mail.test/all")
    both.use("click", "button", "^Star: ")
    both.use("click", "searchbox", "^Search mail$")
    both.use("fill", "searchbox", "^Search mail$", '"is:starred -label:kitchen"')
    both.do("press Enter")
    assert "Search results" in both.seen["aria"]
