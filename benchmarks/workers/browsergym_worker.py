"""Replays recorded episodes in BrowserGym on command. Runs in BrowserGym's own virtual environment.

Commands are JSON lines: `{"do": "reset", "url": ...}` and `{"do": "play", "moves": [...]}`. Each is answered
by one line with the seconds spent in `reset` and `step`. Locating elements in the observation is not
measured, as that is the agent's work.
"""

import json
import sys
import time
from functools import partial
from typing import Any

import browsergym.core
import gymnasium as gym
from browsergym.core.observation import _post_extract, _pre_extract, extract_merged_axtree
from playwright.sync_api import sync_playwright

VIEWPORT = {"width": 1024, "height": 768}
FASTEST: dict[str, Any] = {"slow_mo": 0, "pre_observation_delay": 0.0, "viewport": VIEWPORT}
SETTINGS: dict[str, dict[str, Any]] = {
    "as it comes": {},
    "no delays": FASTEST,
    "no delays, axtree alone": {**FASTEST, "use_raw_page_output": True},
}
MOST_LOOKS = 40
VERBS = {"select": "select_option", "check": "click", "uncheck": "click"}  # its names of our verbs


def use_browser(path: str) -> None:
    """Make BrowserGym launch this executable."""
    playwright = sync_playwright().start()
    playwright.chromium.launch = partial(playwright.chromium.launch, executable_path=path)
    browsergym.core._set_global_playwright(playwright)


class Player:
    """One BrowserGym environment."""

    def __init__(self, setting: str) -> None:
        options = SETTINGS[setting]
        self._is_raw = options.get("use_raw_page_output", False)
        start = {"start_url": "about:blank", "goal": "Check out."}
        made = gym.make("browsergym/openended", task_kwargs=start, disable_env_checker=True, **options)
        self._env: Any = made.unwrapped
        self._axtree: dict[str, Any] = {}
        self._url = ""

    def close(self) -> None:
        """Close the environment and its browser, which BrowserGym leaves running."""
        self._env.close()
        browsergym.core._get_global_playwright().stop()

    def reset(self, url: str) -> float:
        """Start an episode at this address; returns its duration in seconds."""
        self._env.task_kwargs["start_url"] = url
        begin = time.perf_counter()
        observation, _ = self._env.reset()
        self._look(observation)
        return time.perf_counter() - begin

    def step(self, action: str) -> float:
        """Perform a step; returns its duration in seconds."""
        begin = time.perf_counter()
        observation, *_ = self._env.step(action)
        self._look(observation)
        spent = time.perf_counter() - begin
        error = observation["last_action_error"]
        if error and "action done" not in error:  # only a timeout of the wait after the action
            raise RuntimeError(f"{action}: {error}")
        return spent

    def _look(self, observation: dict[str, Any]) -> None:
        """Store the accessibility tree; a raw observation holds only the page, so the tree is read here."""
        self._url = observation["url"]
        if not self._is_raw:
            self._axtree = observation["axtree_object"]
            return
        page = observation["page"]
        _pre_extract(page, tags_to_mark="standard_html", lenient=True)
        self._axtree = extract_merged_axtree(page)
        _post_extract(page)

    def play(self, moves: list[dict[str, Any]]) -> dict[str, Any]:
        """Perform all steps of an episode.

        Without delays an observation may be taken before the page has changed. The agent then observes
        again; that takes time, but is not counted as a step.
        """
        spent, looks = [], 0
        for move in moves:
            again = 0.0
            while (bid := self._bid(move)) is None:
                looks += 1
                if looks > MOST_LOOKS:
                    raise RuntimeError(f"No {move['role']} {move['name']!r} on {self._url}.")
                again += self.step("noop(0)")
            spent.append(again + self.step(browsergym_action(move, bid)))
        while not self._url.endswith(moves[-1]["path"]) and looks < MOST_LOOKS:
            looks += 1
            spent[-1] += self.step("noop(0)")
        return {"seconds": spent, "looks": looks}

    def _bid(self, move: dict[str, Any]) -> str | None:
        """BrowserGym's id of the step's element; None if the page does not show it."""
        if not move["role"]:
            return ""
        nodes = [node for node in self._axtree["nodes"] if node.get("browsergym_id")]
        named = [node for node in nodes if node_field(node, "name") == " ".join(move["name"].split())]
        same = [node for node in named if node_field(node, "role") == move["role"]] or named
        return same[move["place"]]["browsergym_id"] if len(same) > move["place"] else None


def node_field(node: dict[str, Any], field: str) -> str:
    """A normalised field of an accessibility node."""
    return " ".join(str(node.get(field, {}).get("value", "")).split())


def browsergym_action(move: dict[str, Any], bid: str) -> str:
    """A step in BrowserGym's action language."""
    verb = VERBS.get(move["verb"], move["verb"])
    return f"{verb}({', '.join(json.dumps(part) for part in ([bid] if bid else []) + move['rest'])})"


def main() -> None:
    """Execute commands until the input ends."""
    setting, path = sys.argv[1:]
    use_browser(path)
    player = Player(setting)
    for line in sys.stdin:
        command = json.loads(line)
        try:
            if command["do"] == "reset":
                answer: dict[str, Any] = {"seconds": [player.reset(command["url"])]}
            else:
                answer = player.play(command["moves"])
        except Exception as error:  # noqa: BLE001 - reported to the parent process
            answer = {"error": f"{type(error).__name__}: {error}"}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
    player.close()


if __name__ == "__main__":
    main()
