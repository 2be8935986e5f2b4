"""Compare the engines on random pages and actions.

    python tools/parity_fuzz.py [--pages 200] [--steps 12] [--seed 0]

Each page is a random set of forms, lists, radio buttons, details, links and text boxes. Both engines open it
and perform the same clicks, fills and keys; whole observations must be equal after each. Differences are
printed with the page and the actions that led to them; the exit code is 1 if there are any. `--no-errors`
leaves the error texts out of the comparison.
"""

import argparse
import importlib.util
import re
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

CONFTEST = Path(__file__).parent.parent / "tests" / "envs" / "parity" / "conftest.py"
PARTS = (
    "<label>Name <input name=n value=abc></label>",
    "<input aria-label=Needed name=r required>",
    "<input type=search aria-label=Search name=q value='red lamp'>",
    "<input type=email aria-label=Mail name=m>",
    "<input type=number aria-label=Count name=c min=1 max=5 value=2>",
    "<input type=range aria-label=Slide name=s min=0 max=10>",
    "<input type=checkbox aria-label=Tick name=t>",
    "<input type=radio name=g aria-label=One><input type=radio name=g aria-label=Two checked>",
    "<select aria-label=Pick name=p><option>Apple<option>Banana<option disabled>Cherry<option>Plum</select>",
    "<select aria-label=Rank name=k required><option value=''>Choose<option>First<option>Second</select>",
    "<select size=3 aria-label=Row name=w><option>Apple<option>Bun<option disabled>Fig<option>Plum</select>",
    "<select multiple aria-label=Many name=y><option>Bun<option selected>Egg<option>Fig<option>Yam</select>",
    "<div><template shadowrootmode=open><slot></slot><button>Inside</button></template>"
    "<input aria-label=Slotted name=z></div>",
    "<textarea aria-label=Note name=o>one two\nthree\n\nfour</textarea>",
    "<details><summary>More</summary><p>inside</p><input aria-label=Inner></details>",
    "<p>plain text</p>",
    "<a href='/echo?a=b|c'>Link</a>",
    "<a href='#here'>Down</a><h2 id=here>Here</h2>",
    "<button type=reset>Reset</button>",
    "<button name=b value=v>Send</button>",
    "<button type=button popovertarget=pop>Menu</button><div id=pop popover>popped <button>Go</button></div>",
    "<fieldset disabled><input aria-label=Off><legend><input aria-label=On></legend></fieldset>",
    "<input readonly aria-label=Fixed value=fixed>",
)
EDITING = ("ArrowLeft", "ArrowRight", "Backspace", "Delete")
KEYS = (
    *("Tab", "Tab", "Tab", "Shift+Tab", "Enter", "Space", "Escape", "ArrowUp", "ArrowDown", "Home", "End"),
    *EDITING,
    *(f"Control+{key}" for key in (*EDITING, "a", "c", "x", "v", "z", "y")),
    *(f"Shift+{key}" for key in ("Home", "End", "ArrowLeft", "ArrowRight")),
    *("a", "b", "1", "-"),
)
TEXTS = ("", "7", "red", "a@b", "two words", "Second", "Banana")


def load_both() -> Any:
    """Load the fixtures of the parity tests, which open pages in both engines."""
    spec = importlib.util.spec_from_file_location("parity_conftest", CONFTEST)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def random_page(rng: np.random.Generator) -> str:
    """Generate the body of a page."""
    parts = [PARTS[rng.integers(len(PARTS))] for _ in range(rng.integers(2, 7))]
    return f"<form action=/echo>{''.join(parts)}</form>{PARTS[rng.integers(len(PARTS))]}"


def random_action(rng: np.random.Generator, aria: str) -> str:
    """Draw an action that is likely to apply to the page."""
    refs = re.findall(r"\[ref=(e\d+)\]", aria) or ["e1"]
    boxes = re.findall(r"(?:textbox|searchbox|spinbutton)[^\n]*\[ref=(e\d+)\]", aria)
    kind, ref = rng.random(), refs[rng.integers(len(refs))]
    if kind < 0.55:
        return f"press {KEYS[rng.integers(len(KEYS))]}"
    if kind < 0.7 and boxes:
        return f'fill {boxes[rng.integers(len(boxes))]} "{TEXTS[rng.integers(len(TEXTS))]}"'
    if kind < 0.8:
        return f'select {ref} "{TEXTS[rng.integers(len(TEXTS))]}"'
    # Only a browser has layout: where a click puts the caret, what lies at the centre of a large element.
    points = re.findall(r"(?:button|link|checkbox|radio|paragraph|heading)[^\n]*\[ref=(e\d+)\]", aria)
    return f"click {points[rng.integers(len(points))]}" if points else "press Tab"


def play(both: Any, rng: np.random.Generator, steps: int, *, with_errors: bool) -> str:
    """Play on one page; returns a description of the first difference, or empty."""
    body, done = random_page(rng), list[str]()
    action = f"goto {both.bodies.add(body)}"
    for _ in range(steps):
        observation, dom_observation = (observe(env, action, with_errors=with_errors) for env in both.envs)
        done.append(action)
        if observation != dom_observation:
            return "\n".join([body, *done, f"chromium: {observation}", f"dom:      {dom_observation}", ""])
        action = random_action(rng, observation["aria"])
    return ""


def observe(env: Any, action: str, *, with_errors: bool) -> dict[str, Any]:
    """Perform an action and return the observation; resets after an infrastructure failure."""
    observation, _, _, _, info = env.step(action)
    if info["infra_error"] is not None:
        env.reset(seed=1)
        return {"aria": "", "fault": str(info["infra_error"])}
    return dict(observation) if with_errors else {**observation, "error": ""}


def main() -> int:
    """Run the command line; returns 1 if any page differed."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--pages", type=int, default=200)
    parser.add_argument("--steps", type=int, default=12)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--no-errors", action="store_true")
    args = parser.parse_args()
    found = 0
    with pytest.MonkeyPatch.context() as patch, load_both().opened_in(patch) as both:
        for number in range(args.pages):
            rng = np.random.default_rng([args.seed, number])
            for env in both.envs:
                env.reset(seed=1)
            difference = play(both, rng, args.steps, with_errors=not args.no_errors)
            if difference:
                found += 1
                print(f"page {number}: {difference}")
    print(f"{found} of {args.pages} pages differ")
    return int(found > 0)


if __name__ == "__main__":
    sys.exit(main())
