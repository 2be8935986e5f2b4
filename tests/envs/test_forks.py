"""Forks in mid-conversation: a question is asked by chat or mail, and its answer is still to come."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

from gristmill.apps.kit.aria import parse_aria_snapshot
from gristmill.envs.checkpoints.checkpoint import Checkpoint
from gristmill.envs.env import WebEnv

TASK = "Office-OrderAndTell-v0"
QUESTION = "About the rug: is one allowed?"
TEXT = "One rug or two, my answer would be the same before April."
IN_CHROMIUM = [
    pytest.param("chat", "chromium", marks=pytest.mark.browser),
    pytest.param("mail", "chromium", marks=[pytest.mark.browser, pytest.mark.sweep]),
]

Observation = dict[str, Any]


@pytest.fixture(scope="module")
def envs() -> Iterator[Callable[..., WebEnv]]:
    """Environments by engine and number."""
    made: dict[tuple[str, int], WebEnv] = {}

    def get(engine: str = "dom", nth: int = 0) -> WebEnv:
        if (engine, nth) not in made:
            made[engine, nth] = WebEnv(TASK, engine=engine, stop="agent")
        return made[engine, nth]

    yield get
    for env in made.values():
        env.close()


def rows(env: WebEnv, sql: str) -> list[Any]:
    with env.runner.episode.session.connection() as connection:
        return connection.execute(sql).fetchall()


def outcome(env: WebEnv, line: str) -> list[Any]:
    """All that can be told of a step."""
    seen, reward, terminated, truncated, info = env.step(line)
    return [seen, reward, terminated, truncated, info, env.state_digest()]


def use(env: WebEnv, seen: Observation, verb: str, role: str, name: str, *text: str) -> Observation:
    """Act on the last element of this role and name."""
    nodes = [node for node in parse_aria_snapshot(seen["aria"]).all(role) if name in (node.name or "")]
    assert nodes, (role, name, seen["aria"])
    after = env.step(" ".join([verb, nodes[-1].ref, *(f'"{each}"' for each in text)]))[0]
    assert not after["error"], after["error"]
    return after


def asked(env: WebEnv, app: str) -> Observation:
    """Ask the colleague who answers such a question."""
    env.reset(seed=0)
    given, family, email = rows(
        env,
        "SELECT given_name, family_name, email FROM world_person p JOIN chat_answer a ON a.person_id = p.id "
        f"WHERE a.text = '{TEXT}'",
    )[0]
    if app == "chat":
        seen = env.step("goto http://chat.test/directs/new")[0]
        seen = use(env, seen, "check", "checkbox", f"{given} {family}")
        seen = use(env, seen, "fill", "textbox", "Message", QUESTION)
    else:
        seen = env.step("goto http://mail.test/compose")[0]
        seen = use(env, seen, "fill", "combobox", "To", email)
        seen = use(env, seen, "fill", "textbox", "Subject", QUESTION)
    seen = use(env, seen, "click", "button", "Send")
    return env.step("wait 3")[0]


ANSWERS = {
    "chat": f"SELECT count(*) FROM chat_message WHERE text = '{TEXT}'",
    "mail": f"SELECT count(*) FROM mail_message WHERE body LIKE '{TEXT}%'",
}
AFTER = {
    "chat": [
        "wait_for_news 2",
        "wait 5",
        "reload",
        "goto http://chat.test/",
        "switch_app mail",
        "wait 30",
        "goto /inbox",
    ],
    "mail": [
        "wait_for_news 2",
        "wait 6",
        "goto http://mail.test/inbox",
        "switch_app chat",
        "wait 30",
        "goto /mentions",
    ],
}


@pytest.mark.slow
@pytest.mark.parametrize(("app", "engine"), [("chat", "dom"), ("mail", "dom"), *IN_CHROMIUM])
def test_both_branches_hear_the_answer_alike(envs: Callable[..., WebEnv], app: str, engine: str) -> None:
    env, other = envs(engine), envs(engine, 1)
    seen, checkpoint = asked(env, app), env.checkpoint()
    assert rows(env, ANSWERS[app]) == [(0,)]
    trace = [outcome(env, line) for line in lines(app, seen)]
    assert rows(env, ANSWERS[app]) == [(1,)]
    for branch, kept in ((other, Checkpoint.from_bytes(checkpoint.to_bytes())), (env, checkpoint)):
        assert branch.reset(options={"checkpoint": kept})[0] == seen
        for line, expected in zip(lines(app, seen), trace, strict=True):
            assert outcome(branch, line) == expected, line
        assert rows(branch, ANSWERS[app]) == [(1,)]


def lines(app: str, seen: Observation) -> Sequence[str]:
    """What both branches do."""
    return [f"goto {seen['url']}" if line == "reload" else line for line in AFTER[app]]


def tables(env: WebEnv) -> dict[str, set[Any]]:
    """All rows but the clock's, by table."""
    names = [
        name
        for (name,) in rows(env, "SELECT name FROM sqlite_schema WHERE type = 'table'")
        if name not in {"world_clock", "world_change"}
    ]
    return {name: set(rows(env, f"SELECT * FROM {name}")) for name in names}


def differences(one: WebEnv, other: WebEnv) -> dict[str, tuple[int, int]]:
    """How many rows only the one has, and only the other, by table."""
    here, there = tables(one), tables(other)
    assert here.keys() == there.keys()
    return {
        name: (len(here[name] - there[name]), len(there[name] - here[name]))
        for name in here
        if here[name] != there[name]
    }


@pytest.mark.slow
def test_a_branch_that_takes_its_question_back_differs_in_that_alone(envs: Callable[..., WebEnv]) -> None:
    env, other = envs(), envs(nth=1)
    seen = asked(env, "chat")
    other.reset(options={"checkpoint": env.checkpoint()})
    (number,) = rows(env, f"SELECT id FROM chat_message WHERE text = '{QUESTION}'")[0]
    page = other.step(f"goto http://chat.test/m/{number}/delete")[0]
    use(other, page, "click", "button", "Delete message")
    env.step(f"goto {seen['url']}")
    env.step(f"goto {seen['url']}")
    for branch in (env, other):
        branch.step("wait 60")
    (answer,) = rows(env, f"SELECT id FROM chat_message WHERE text = '{TEXT}'")[0]
    assert rows(other, ANSWERS["chat"]) == [(0,)]
    found = differences(env, other)
    later = rows(env, f"SELECT id FROM chat_message WHERE id > {answer}")
    assert found["world_event"] == (1, 1), "done here, its target gone there"
    assert found["chat_message"] == (2 + len(later), 1 + len(later)), "the question, the answer, later ids"
    assert set(found) <= {
        "world_event", "world_sequence", "world_dismissal", "world_notice", "chat_message", "chat_mention",
        "chat_read", "chat_thread_read", "chat_search_text", "chat_story_message", "chat_submission",
        "chat_vote", "chat_reaction", "chat_poll", "chat_poll_option", "chat_attachment",
    }  # fmt: skip


@pytest.mark.slow
def test_a_branch_that_looks_elsewhere_differs_in_what_is_read_alone(envs: Callable[..., WebEnv]) -> None:
    """No page changes what is judged, so looking around in one branch leaves the digests equal."""
    env, other = envs(), envs(nth=1)
    asked(env, "mail")
    other.reset(options={"checkpoint": env.checkpoint()})
    ways = ("goto http://mail.test/all", "goto http://shop.test/orders", "goto http://chat.test/threads")
    for line in ways:
        other.step(line)
        env.step("scroll down")
    for branch in (env, other):
        branch.step("wait 45")
    assert rows(env, ANSWERS["mail"]) == rows(other, ANSWERS["mail"]) == [(1,)]
    assert env.state_digest() == other.state_digest()
    assert set(differences(env, other)) <= {"mail_unread", "chat_read", "chat_thread_read", "shop_viewed"}
