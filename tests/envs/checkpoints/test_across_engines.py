"""Checkpoints go from engine to engine and back on every kind of page, half-filled, with events pending."""

from collections import deque
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map

from gristmill.apps.kit.aria import AriaNode, parse_aria_snapshot
from gristmill.envs.checkpoints.checkpoint import Checkpoint
from gristmill.envs.env import WebEnv
from gristmill.plugins import installed

pytestmark = pytest.mark.browser

TASK = "Office-OrderAndTell-v0"
SAMPLE = {
    "chat": ["conversation.show", "attaching.poll"],
    "mail": ["compose.new", "threads.show"],
    "shop": ["product.show"],
}
MOST_BOXES, LEAST_KINDS = 4, {"chat": 30, "mail": 29, "shop": 26}
ME = "(SELECT person_id FROM world_current_user)"
MINE = f"(SELECT id FROM mail_account WHERE person_id = {ME})"
UNLINKED = {
    "chat": (
        f"SELECT '/m/' || max(id) || '/delete' FROM chat_message WHERE author_id = {ME}",
        f"SELECT '/files/' || min(file_id) FROM chat_attachment JOIN chat_message m ON m.id = message_id "
        f"JOIN chat_membership s ON s.channel_id = m.channel_id AND s.person_id = {ME}",
    ),
    "mail": (
        f"SELECT '/drafts/' || min(id) FROM mail_draft WHERE account_id = {MINE}",
        f"SELECT '/snooze?thread=' || min(thread_id) FROM mail_entry WHERE account_id = {MINE}",
        f"SELECT '/mails/' || min(id) || '/forward' FROM mail_entry WHERE account_id = {MINE}",
        f"SELECT '/meetings/' || min(meeting_id) FROM mail_guest WHERE account_id = {MINE}",
        f"SELECT '/files/' || min(f.id) FROM mail_attachment f JOIN mail_entry e "
        f"ON e.message_id = f.message_id WHERE account_id = {MINE}",
        f"SELECT '/delete?thread=' || min(thread_id) FROM mail_entry WHERE account_id = {MINE}",
    ),
    "shop": (),
}
"""Addresses of pages that buttons, or none of the first links, lead to."""
TEXTS = {"textbox": "half a thought", "searchbox": "half", "combobox": "ada", "spinbutton": "2"}

Observation = dict[str, Any]
Get = Callable[..., WebEnv]


@pytest.fixture(scope="module")
def envs() -> Iterator[Get]:
    """Environments by engine."""
    made: dict[str, WebEnv] = {}

    def get(engine: str) -> WebEnv:
        if engine not in made:
            made[engine] = WebEnv(TASK, engine=engine, size="small", stop="agent")
        return made[engine]

    yield get
    for env in made.values():
        env.close()


def outcome(env: WebEnv, line: str) -> list[Any]:
    """All that can be told of a step."""
    seen, reward, terminated, truncated, info = env.step(line)
    assert info["infra_error"] is None, info
    return [seen, reward, terminated, truncated, info, env.state_digest()]


def endpoint(routes: Map, url: str) -> str | None:
    """The kind of page that an address leads to."""
    try:
        return routes.bind(urlsplit(url).netloc).match(urlsplit(url).path, method="GET")[0]
    except HTTPException:
        return None


def kinds(envs: Get, app: str, wanted: set[str] | None = None) -> dict[str, str]:
    """An address of each kind of page of an app that links lead to, or of the wanted kinds."""
    known: dict[str, str] = {}
    for kind, url in found(envs("dom"), app):
        known[kind] = url
        if wanted is not None and wanted <= known.keys():
            break
    return known


def found(env: WebEnv, app: str) -> Iterator[tuple[str, str]]:
    """Follow links from an app's start page, to one page of each kind."""
    home, routes = f"http://{app}.test/", installed().app(app).create_app().url_map
    env.reset(seed=0)
    checkpoint, known = env.checkpoint(), set[str]()
    with env.runner.episode.session.connection() as rows:
        more = [rows.execute(sql).fetchone()[0] for sql in UNLINKED[app]]
    waiting = deque([home, *(urljoin(home, path) for path in more if path)])
    while waiting:
        url = waiting.popleft()
        kind = endpoint(routes, url)
        if kind is None or kind in known or kind.endswith(("static", "content")):
            continue
        known.add(kind)
        env.reset(options={"checkpoint": checkpoint})
        seen = env.step(f"goto {url}")[0]
        yield kind, url
        for link in parse_aria_snapshot(seen["aria"]).all("link"):
            target = urljoin(seen["url"], link.properties.get("url", "")).partition("#")[0]
            if target.startswith(home):
                waiting.append(target)


def half_fill(env: WebEnv, seen: Observation) -> Observation:
    """Type into some boxes of a page, choose other options, tick a checkbox; nothing is sent."""
    nodes = [each for each in parse_aria_snapshot(seen["aria"]).walk() if each.ref and "disabled" not in each]
    lines = [line for node in reversed(nodes) if (line := touch(node))]
    for line in lines[:MOST_BOXES]:
        seen, *_, info = env.step(line)
        assert info["infra_error"] is None, info
    return seen


def touch(node: AriaNode) -> str:
    """The action that changes a control without leaving the page; empty for what is none."""
    options = [each.name for each in node.all("option") if "selected" not in each and "disabled" not in each]
    if node.role == "combobox" and options:
        return f'select {node.ref} "{options[-1]}"'
    if node.role in TEXTS:
        return f'fill {node.ref} "{TEXTS[node.role]}"'
    if node.role == "checkbox" and "checked" not in node:
        return f"check {node.ref}"
    return ""


def last_button(seen: Observation) -> list[str]:
    """The press of the page's last button, if it has one."""
    nodes = parse_aria_snapshot(seen["aria"]).all("button")
    usable = [each.ref for each in nodes if each.ref and "disabled" not in each]
    return [f"click {usable[-1]}"] if usable else []


def carried(chromium: WebEnv, dom: WebEnv, url: str) -> str:
    """How a page differs that goes from Chromium to `dom` and back; empty if it does not."""
    chromium.step(f"goto {url}")
    seen = half_fill(chromium, chromium.runner.observation())
    first = chromium.checkpoint()
    lines = ["wait 6", *last_button(seen), "wait 9", f"goto {url}"]
    trace = [outcome(chromium, line) for line in lines]
    if dom.reset(options={"checkpoint": Checkpoint.from_bytes(first.to_bytes())})[0] != seen:
        return f"{url}: dom shows something else"
    second = dom.checkpoint()
    if chromium.reset(options={"checkpoint": Checkpoint.from_bytes(second.to_bytes())})[0] != seen:
        return f"{url}: Chromium shows something else"
    for env, engine in ((dom, "dom"), (chromium, "Chromium")):
        for line, expected in zip(lines, trace, strict=True):
            if outcome(env, line) != expected:
                return f"{url}: {engine} goes on differently with {line}"
    return ""


def differing(envs: Get, pages: list[str]) -> list[str]:
    """What differs on each page; every episode begins anew."""
    chromium, dom = envs("chromium"), envs("dom")
    chromium.reset(seed=0)
    start, problems = chromium.checkpoint(), []
    for url in pages:
        chromium.reset(options={"checkpoint": start})
        problems.append(carried(chromium, dom, url))
    return [each for each in problems if each]


@pytest.mark.one_in(2)
@pytest.mark.parametrize("app", SAMPLE)
def test_a_page_is_carried_from_engine_to_engine(envs: Get, app: str) -> None:
    pages = kinds(envs, app, set(SAMPLE[app]))
    assert differing(envs, [pages[kind] for kind in SAMPLE[app]]) == []


@pytest.mark.sweep
@pytest.mark.parametrize("app", SAMPLE)
def test_every_kind_of_page_is_carried_from_engine_to_engine(envs: Get, app: str) -> None:
    pages = kinds(envs, app)
    assert len(pages) >= LEAST_KINDS[app], sorted(pages)
    assert differing(envs, list(pages.values())) == []
