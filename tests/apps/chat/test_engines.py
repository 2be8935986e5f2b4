"""Both engines read and use the pages of the chat alike, and an exchanged page is the one that is loaded."""

import re
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from gristmill.apps.base import Task, TaskFamily
from gristmill.apps.kit.aria import parse_aria_snapshot
from gristmill.envs.env import WebEnv
from gristmill.plugins import installed
from gristmill.verifiers.base import Check, Evidence, Verdict, verdict

pytestmark = pytest.mark.browser

TASK = "Chat-Look-v0"
PAGES, OF_EACH_KIND = 45, 3
LOADED = """() => {
  const copy = document.documentElement.cloneNode(true);
  for (const e of copy.querySelectorAll("[data-htmx-powered]")) e.removeAttribute("data-htmx-powered");
  return copy.outerHTML;
}"""


class Look(TaskFamily):
    """Look around in the chat."""

    id, tags, max_steps, apps = TASK, (), 1000, ("chat",)

    def draw(self, world: Any, rng: Any, **asked: Any) -> Task:
        return Task(
            family=self.id,
            **asked,
            goal="Look around.",
            start_url="http://chat.test/",
            person_id=world.person.id,
            terms={},
        )

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        return verdict(Check(name="never", passed=False))

    def oracle(self, view: Any) -> str:
        return "wait"


@pytest.fixture(scope="module")
def envs() -> Iterator[list[WebEnv]]:
    """The task in both engines."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(installed().families, TASK, Look())  # type: ignore[arg-type]
        made = [WebEnv(TASK, engine=engine) for engine in ("chromium", "dom")]
        yield made
        for env in made:
            env.close()


def step(env: WebEnv, action: str) -> tuple[Any, ...]:
    seen, reward, terminated, truncated, info = env.step(action)
    assert info["infra_error"] is None, info
    return seen, reward, terminated, truncated, env.state_digest()


def kind(path: str) -> str:
    return (
        re.sub(r"\d+", "N", path.partition("?")[0]) + "?" + "&".join(sorted(re.findall(r"[?&](\w+)=", path)))
    )


@pytest.mark.parametrize(
    ("pages", "of_each_kind"), [(14, 1), pytest.param(PAGES, OF_EACH_KIND, marks=pytest.mark.sweep)]
)
def test_every_kind_of_page_reads_the_same(envs: list[WebEnv], pages: int, of_each_kind: int) -> None:
    first, second = (env.reset(seed=2)[0] for env in envs)
    assert first == second
    waiting = deque(
        ["/nowhere", "/help/formatting", "/search?q=the", "/search?q=has:legs", *links(first["aria"])]
    )
    visited: set[str] = set()
    known: dict[str, int] = {}
    while waiting and len(visited) < pages:
        path = waiting.popleft()
        if path in visited or known.get(kind(path), 0) >= of_each_kind or not path.startswith("/"):
            continue
        visited.add(path)
        known[kind(path)] = known.get(kind(path), 0) + 1
        seen, other = (step(env, f"goto http://chat.test{path}") for env in envs)
        assert other == seen, path
        waiting += links(seen[0]["aria"])
    assert len(known) > min(20, pages // 2), known


def links(aria: str) -> list[str]:
    return [node.properties["url"] for node in parse_aria_snapshot(aria).all("link")]


def element(aria: str, role: str, name: str) -> str:
    node = parse_aria_snapshot(aria).find(role, name)
    assert node is not None, f"no {role} {name!r} in:\n{aria}"
    return node.ref


WAYS: dict[str, list[tuple[str, ...]]] = {
    "post, react and edit": [
        ("click", "link", "lunch"),
        ("fill", "textbox", "Message #lunch", "Soup *today*?"),
        ("click", "button", "Send"),
        ("last", "link", "React"),
        ("click", "button", "thumbs up"),
        ("last", "link", "More"),
        ("fill", "textbox", "Text", "Soup _tomorrow_?"),
        ("click", "button", "Save changes"),
        ("last", "button", "thumbs up: 1"),
        ("last", "link", "More"),
        ("click", "link", "Delete message"),
        ("click", "button", "Delete message"),
    ],
    "reply, follow and leave": [
        ("click", "link", "lunch"),
        ("last", "link", "Reply in thread"),
        ("fill", "textbox", "Reply in this thread", "Me too"),
        ("click", "checkbox", "Also send to the channel"),
        ("click", "button", "Send"),
        ("click", "button", "Leave thread"),
        ("click", "button", "Follow thread"),
        ("click", "link", "#lunch"),
        ("back",),
    ],
    "draft and file": [
        ("click", "link", "lunch"),
        ("fill", "textbox", "Message #lunch", "half a thought"),
        ("click", "button", "Save draft"),
        ("click", "link", "Home"),
        ("goto", "http://chat.test/drafts"),
        ("click", "link", "Continue"),
        ("click", "button", "Attach a file"),
        ("click", "link", "Cancel"),
        ("press", "Tab"),
    ],
    "status and search": [
        ("goto", "http://chat.test/me"),
        ("select", "combobox", "Emoji", "Coffee"),
        ("fill", "textbox", "Status", "Tea first"),
        ("select", "combobox", "Clear it", "In an hour"),
        ("click", "button", "Save status"),
        ("fill", "searchbox", "Search messages", "from:me"),
        ("click", "button", "Search"),
        ("click", "link", "Oldest first"),
    ],
    "a channel of one's own": [
        ("goto", "http://chat.test/channels/new"),
        ("fill", "textbox", "Name", "kettle-news"),
        ("click", "radio", "Private Only those who are invited."),
        ("click", "button", "Create channel"),
        ("click", "link", "Details"),
        ("fill", "textbox", "Topic", "Which kettle"),
        ("click", "button", "Save topic and purpose"),
        ("select", "combobox", "Show a number for", "Every new message"),
        ("click", "button", "Save preferences"),
        ("click", "link", "Archive channel"),
        ("click", "button", "Archive channel"),
        ("click", "button", "Restore channel"),
        ("click", "button", "Star"),
    ],
}


def action_of(aria: str, verb: str, *rest: str) -> str:
    if verb in {"goto", "press"}:
        return f"{verb} {rest[0]}"
    if verb == "back":
        return "back"
    if verb == "last":
        nodes = [node for node in parse_aria_snapshot(aria).all(rest[0]) if node.name == rest[1]]
        assert nodes, f"no {rest} in:\n{aria}"
        return f"click {nodes[-1].ref}"
    ref = element(aria, rest[0], rest[1])
    return f'{verb} {ref} "{rest[2]}"' if len(rest) > 2 else f"{verb} {ref}"


@pytest.mark.parametrize("way", WAYS)
def test_what_one_does_ends_the_same(envs: list[WebEnv], evaluate: Callable[..., Any], way: str) -> None:
    """And each page that htmx has exchanged on the way is the one that is loaded."""
    seen, _ = (env.reset(seed=2)[0] for env in envs)
    chromium = envs[0]
    for verb, *rest in WAYS[way]:
        action = action_of(seen["aria"], verb, *rest)
        states = [step(env, action) for env in envs]
        assert states[1] == states[0], (verb, *rest)
        seen = states[0][0]
        assert not seen.get("error"), (verb, *rest, seen["error"])
    seen = states[0][0]
    if not any(verb in {"goto", "press", "back"} for verb, *_ in WAYS[way][-1:]):
        exchanged = still(evaluate(chromium, LOADED))
        step(chromium, f"goto {seen['url']}")
        assert still(evaluate(chromium, LOADED)) == exchanged


def still(page: str) -> str:
    """A page without what others change meanwhile, and without what its own form has changed."""
    page = re.sub(r"<nav class=\"sidebar\".*?</nav>", "", page, flags=re.DOTALL)
    return re.sub(r'<p class="new-line".*?</p>|<div class="message .*?</div>', "", page, flags=re.DOTALL)
