"""What a page brings late is in the observation, or is not, by what was done alone: never by chance."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest

from gristmill.envs.engines.chromium.tab import ACTION_SPAN_MS
from gristmill.envs.env import WebEnv

pytestmark = pytest.mark.browser

Open = Callable[..., dict[str, Any]]
BIG = 4_000_000  # an answer whose end comes well after its headers
GIVEN = {
    "the rest of a fetch": f"""fetch('/answer?bytes={BIG}')
        .then((r) => r.text()).then((t) => show(`got ${{t.length}}`));""",
    "a late answer": "fetch('/answer?ms=150').then((r) => r.json().catch(() => show('got 10')));",
    "a stream": f"""(async () => {{
        const reader = (await fetch('/answer?bytes={BIG}')).body.getReader();
        let size = 0;
        for (let part; !(part = await reader.read()).done;) size += part.value.length;
        show(`got ${{size}}`);
    }})();""",
    "a piped stream": f"""(async () => {{
        const answer = await fetch('/answer?bytes={BIG}');
        const lines = answer.body.pipeThrough(new TextDecoderStream()).getReader();
        let size = 0;
        for (let part; !(part = await lines.read()).done;) size += part.value.length;
        show(`got ${{size}}`);
    }})();""",
    "a request": f"""const asked = new XMLHttpRequest();
        asked.open('GET', '/answer?ms=120&bytes={BIG}');
        asked.onload = () => show(`got ${{asked.response.length}}`);
        asked.send();""",
    "a request after another": """const ask = (left) => {
            const asked = new XMLHttpRequest();
            asked.open('GET', `/answer?ms=30&left=${left}`);
            asked.onload = () => { if (left) ask(left - 1); else show('got the last'); };
            asked.send();
        };
        ask(5);""",
    "a timer": "setTimeout((what) => show(`got ${what}`), 900, 'it');",
    "a timer of text": "setTimeout(\"show('got it')\", 20);",
    "a timer and a fetch in turn": """(async () => {
        for (let i = 0; i < 3; i++) {
            await new Promise((resolve) => setTimeout(resolve, 200));
            await fetch(`/answer?ms=40&turn=${i}`);
        }
        show('got all');
    })();""",
    "messages": """const channel = new MessageChannel();
        let left = 60;
        channel.port1.onmessage = () => { if (--left) channel.port2.postMessage(0); else show('got all'); };
        channel.port2.postMessage(0);""",
    "an idle callback": "requestIdleCallback((d) => show(`got ${d.timeRemaining()}`));",
    "a task": """scheduler.postTask(() => 'it', { priority: 'background', delay: 300 })
        .then((it) => show(`got ${it}`));""",
    "a time limit": "AbortSignal.timeout(200).onabort = (e) => show(`got ${e.target.reason.name}`);",
    "a script that is added": """const added = document.createElement('script');
        added.src = '/answer?ms=150&type=text/javascript&body=' + encodeURIComponent("show('got it')");
        document.body.append(added);""",
    "a debounced search": """let last = 0;  // as in libraries: the clock is asked when the timer has come
        const left = () => 500 - (Date.now() - last);
        const check = () => { left() <= 0 ? show('got it') : setTimeout(check, left()); };
        last = Date.now() + 100; setTimeout(check, 500);""",
    "frames by the clock": """const first = performance.now();
        const draw = (at) => { at === first ? show('got frames of one time') : show('got another'); };
        requestAnimationFrame(draw);""",
}


@pytest.mark.one_in(2)
@pytest.mark.parametrize("kind", GIVEN)
def test_what_comes_late_is_in_the_first_observation(open_late: Open, kind: str) -> None:
    for _ in range(2):
        assert "paragraph: got " in re.sub(r" \[ref=e\d+\]", "", open_late(GIVEN[kind])["aria"])


def test_a_request_that_is_never_read_or_is_dropped_does_not_hold_up_the_page(open_late: Open) -> None:
    seen = open_late("""
        fetch('/answer?bytes=100000');
        const dropped = new AbortController();
        fetch('/answer?ms=100', { signal: dropped.signal }).catch((e) => show(e.name));
        dropped.abort();
        const twice = new XMLHttpRequest();
        twice.open('GET', '/answer?first'); twice.send(); twice.open('GET', '/answer?second');
        const gone = new XMLHttpRequest();
        gone.onabort = () => show('gone'); gone.open('GET', '/answer?third'); gone.send(); gone.abort();
    """)
    assert "AbortError" in seen["aria"]
    assert "gone" in seen["aria"]


def counts(open_late: Open, env: WebEnv, script: str, steps: int) -> list[int]:
    """How many paragraphs there are after opening the page and after each of some actions."""
    shown = [open_late(script, env=env)["aria"]]
    shown += [env.step("scroll down")[0]["aria"] for _ in range(steps)]
    return [aria.count("paragraph") for aria in shown]


def test_with_each_action_a_second_passes_for_the_page(open_late: Open, late_env: WebEnv) -> None:
    assert ACTION_SPAN_MS == 1000
    assert counts(open_late, late_env, "setInterval(() => show('tick'), 400);", 2) == [2, 5, 7]
    assert counts(open_late, late_env, "setInterval(() => show('tick'), 2000);", 4) == [0, 1, 1, 2, 2]
    assert counts(open_late, late_env, "setTimeout(() => show('late'), 2500);", 3) == [0, 0, 1, 1]
    stopped = """const t = setInterval(() => { show('x'); clearInterval(t); }, 10);
        clearTimeout(setTimeout(show, 5));"""
    assert counts(open_late, late_env, stopped, 1) == [1, 1]


def test_time_does_not_pass_while_a_request_is_under_way(open_late: Open) -> None:
    seen = open_late("""
        const limit = new AbortController();
        setTimeout(() => limit.abort(), 50);
        fetch('/answer?ms=200', { signal: limit.signal })
            .then((r) => r.text()).then(show, () => show('aborted'));
    """)
    assert "xxxxxxxxxx" in seen["aria"]


def test_a_page_tells_the_time_that_passes_for_it(open_late: Open, late_env: WebEnv) -> None:
    script = """
        const start = Date.now();
        const times = () => [Date.now(), performance.now() + start, new Date().getTime(),
            Temporal.Now.instant().epochMilliseconds, Date.parse(Date().slice(0, 33))].map((t) => t - start);
        const shown = (date) => new Intl.DateTimeFormat('en', { timeStyle: 'medium' }).format(date);
        setTimeout(() => show(times().join() + ' ' + (shown() === shown(new Date()))), 1000);
    """
    assert "1000,1000,1000,1000,1000 true" in open_late(script)["aria"]


@pytest.mark.one_in(2)
@pytest.mark.parametrize("endless", [
    "const again = () => { show('x'); setTimeout(again, 0); }; again();",
    "for (let i = 0; i < 20; i++) setInterval(() => show('x'), 0);",
    "setTimeout(() => location.reload(), 100); show('x');",
    "setTimeout(() => { location.search = Math.random() + location.search.length; }, 0); show('x');",
    """const c = new MessageChannel();
        c.port1.onmessage = () => c.port2.postMessage(0); c.port2.postMessage(0); show('x');""",
    "const idle = () => requestIdleCallback(idle); idle(); show('x');",
    "const draw = () => requestAnimationFrame(draw); draw(); show('x');",
    "setTimeout(() => { show('x'); throw new Error('no'); }, 5);",
])  # fmt: skip
def test_a_page_that_never_rests_is_read_and_the_same_each_time(
    open_late: Open, late_env: WebEnv, endless: str
) -> None:
    first = open_late(endless)
    assert "x" in first["aria"]
    then = late_env.step("scroll down")[0]
    assert open_late(endless) == first
    assert late_env.step("scroll down")[0] == then


@pytest.mark.parametrize("name", ["WebSocket", "EventSource", "Worker", "SharedWorker"])
def test_what_would_come_at_any_time_is_refused_in_words(open_late: Open, name: str) -> None:
    seen = open_late(f"try {{ new {name}('/answer'); }} catch (e) {{ show(`${{e.name}}: ${{e.message}}`); }}")
    assert f"NotSupportedError: {name} is not available in this browser" in seen["aria"]


def test_the_time_that_has_passed_is_carried_by_a_checkpoint(open_late: Open, late_env: WebEnv) -> None:
    open_late("setInterval(() => { out.textContent = `tick ${Date.now() % 100000}`; }, 3000);")
    late_env.step("scroll down")
    kept = late_env.checkpoint()
    walked = [late_env.step("scroll down")[0] for _ in range(4)]
    assert len({seen["aria"] for seen in walked}) == 2
    late_env.reset(options={"checkpoint": kept})
    assert [late_env.step("scroll down")[0] for _ in range(4)] == walked


def test_what_a_timer_brought_before_a_checkpoint_is_not_brought_again(
    open_late: Open, late_env: WebEnv
) -> None:
    seen = open_late("setTimeout(() => show('late'), 500);")
    kept = late_env.checkpoint()
    assert late_env.reset(options={"checkpoint": kept})[0] == seen
    assert late_env.step("scroll down")[0] == seen


RED = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40">'
    '<rect width="40" height="40" fill="red"/></svg>'
)
STYLED = {
    "a rule": ("@media screen {{ .shown {{ background: url({url}) }} }}", "box.className = 'shown'"),
    "an attribute": ("", "box.style.backgroundImage = 'url({url})'"),
    "generated": (".shown::before {{ content: url('{url}') }}", "box.className = 'shown'"),
}


@pytest.mark.parametrize("kind", STYLED)
def test_an_image_that_a_style_shows_late_is_in_the_first_screenshot(
    open_late: Open, ref_of: Callable[..., str], kind: str
) -> None:
    url = f"/answer?{urlencode({'type': 'image/svg+xml', 'body': RED, 'ms': 300})}"
    rule, script = (each.format(url=url) for each in STYLED[kind])
    env = WebEnv("Late-Pages-v0", observation="aria+pixels")
    seen = open_late(
        html=f"""<!doctype html><title>Late</title><style>#box {{ height: 40px }} {rule}</style>
            <div id="box"></div><button onclick="{script}">Show</button>""",
        env=env,
    )
    shown = env.step(f"click {ref_of(seen, 'button', 'Show')}")[0]["pixels"]
    env.close()
    assert (shown.reshape(-1, 3) == (255, 0, 0)).all(axis=1).sum() >= 1600
