"""The tools of a session: what reads the page, what acts on it, and what they return."""

import base64
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from PIL import Image

from gristmill.adapters.browser_actions import (
    TRANSLATIONS,
    number_of,
    ref_of,
    text_of,
    wait_for_time,
)
from gristmill.adapters.sessions import Session, Turn
from gristmill.adapters.snapshot_text import found_in, page_text, part_of, turn_text
from gristmill.adapters.tool_specs import SPECS, START_EPISODE, ToolSpec
from gristmill.envs.actions import types as act
from gristmill.errors import ActionError, GristmillError
from gristmill.plugins import installed

Arguments = Mapping[str, Any]
Reading = Callable[[Arguments], "ToolReply"]

WAIT_MINUTES = 60


@dataclass(frozen=True, kw_only=True, slots=True)
class ToolReply:
    """What a tool call returns.

    Attributes:
        text: for the model.
        png: a picture, or empty.
        is_error: whether the call was refused, or an action of it was.
        turn: the turn that it made; None if it took no step.
    """

    text: str
    png: bytes = b""
    is_error: bool = False
    turn: Turn | None = None

    @property
    def picture(self) -> str:
        """The picture in base64, as protocols carry it; or empty."""
        return base64.b64encode(self.png).decode("ascii")


def specs_of(*, has_pixels: bool, starts_episodes: bool = False) -> list[ToolSpec]:
    """The tools of a server."""
    own = [START_EPISODE] if starts_episodes else []
    return [*own, *(each for each in SPECS if has_pixels or not each.needs_pixels)]


class BrowserTools:
    """Playwright MCP's tools, and those that end an episode, over a session.

    Args:
        session: the session, which its owner closes.
        starts_episodes: whether the client begins episodes by a tool.
        begins_itself: whether the first call begins an episode, the only one of the session.
    """

    def __init__(
        self, session: Session, *, starts_episodes: bool = False, begins_itself: bool = False
    ) -> None:
        self.session, self._begins_itself = session, begins_itself
        self.specs = {
            each.name: each
            for each in specs_of(has_pixels=session.pool.has_pixels, starts_episodes=starts_episodes)
        }
        self._pointer: tuple[int, int] | None = None
        self._readings: Mapping[str, Reading] = {
            "start_episode": self._start_episode,
            "read_goal": lambda _: ToolReply(text=self.goal_text()),
            "browser_snapshot": self._snapshot,
            "browser_find": self._find,
            "browser_tabs": self._tabs,
            "browser_wait_for": self._wait_for,
            "browser_take_screenshot": self._screenshot,
            "browser_mouse_wheel": self._mouse_wheel,
        }

    def call(self, name: str, arguments: Arguments) -> ToolReply:
        """Call a tool. A call with wrong arguments is refused and takes no step."""
        if name not in self.specs:
            return ToolReply(text=f"There is no tool {name!r}: {', '.join(self.specs)}.", is_error=True)
        try:
            if self._begins_itself and self.session.turn is None:
                self.begin()
            if name in self._readings:
                return self._readings[name](arguments)
            return self._acted(TRANSLATIONS[name](arguments))
        except GristmillError as error:
            return ToolReply(text=f"### Error\n{error}", is_error=True)

    def begin(self, **chosen: Any) -> ToolReply:
        """Begin an episode; see `Session.begin`, whose errors it raises."""
        self._pointer = None
        turn = self.session.begin(**chosen)
        return ToolReply(text=f"{self.goal_text()}\n\n{self._text(turn)}", turn=turn)

    def goal_text(self) -> str:
        """The task of the running episode."""
        env, turn = self.session.running()
        return (
            f"### Task\n{turn.observation['goal']}\n\nSteps left: {env.family.max_steps - turn.steps_taken}."
        )

    def _start_episode(self, given: Arguments) -> ToolReply:
        unknown = [name for name in given if name not in START_EPISODE.properties]
        if unknown:
            raise ActionError(f"{unknown[0]!r} is no argument: {', '.join(START_EPISODE.properties)}.")
        return self.begin(**{name: value for name, value in given.items() if value is not None})

    def _acted(self, actions: list[act.Action]) -> ToolReply:
        turn = self.session.perform(actions)
        moved = next((each for each in reversed(actions) if isinstance(each, POINTED)), None)
        if moved is not None:
            self._pointer = (moved.x, moved.y)
        return ToolReply(text=self._text(turn), is_error=bool(turn.error), turn=turn)

    def _text(self, turn: Turn) -> str:
        assert self.session.choice is not None
        return turn_text(turn, max_steps=installed().family(self.session.choice.task_id).max_steps)

    def _snapshot(self, given: Arguments) -> ToolReply:
        _, turn = self.session.running()
        ref = ref_of(given) if given.get("target") or given.get("ref") else None
        depth = number_of(given, "depth") if given.get("depth") is not None else None
        part = part_of(turn.observation["aria"], ref=ref, depth=depth)
        return ToolReply(text=page_text(turn.observation, part))

    def _find(self, given: Arguments) -> ToolReply:
        _, turn = self.session.running()
        named = {name: text_of(given, name) for name in ("text", "regex") if given.get(name) is not None}
        found = found_in(turn.observation["aria"], text=named.get("text"), pattern=named.get("regex"))
        return ToolReply(text=found)

    def _tabs(self, given: Arguments) -> ToolReply:
        env, turn = self.session.running()
        names = list(env.family.apps)
        match given.get("action"):
            case "list":
                here = urlsplit(turn.observation["url"]).hostname
                hosts = [installed().app(name).host for name in names]
                lines = [
                    f"- {number}: {name} (http://{host}/)" + (" (current)" if host == here else "")
                    for number, (name, host) in enumerate(zip(names, hosts, strict=True))
                ]
                return ToolReply(text="\n".join(["### Open tabs", *lines]))
            case "select":
                index = number_of(given, "index")
                if not 0 <= index < len(names):
                    raise ActionError(f"There are tabs 0 to {len(names) - 1}, and no {index}.")
                return self._acted([act.SwitchApp(names[index])])
            case other:
                raise ActionError(f"The action of tabs is list or select, not {other!r}.")

    def _wait_for(self, given: Arguments) -> ToolReply:
        wanted, unwanted = given.get("text"), given.get("textGone")
        if wanted is None and unwanted is None:
            return self._acted(wait_for_time(given))
        _, turn = self.session.running()
        if not holds(turn, wanted, unwanted):
            reloaded = act.Goto(turn.observation["url"])
            reply = self._acted([act.WaitForNews(WAIT_MINUTES), reloaded])
            assert reply.turn is not None
            if reply.is_error or reply.turn.is_over or holds(reply.turn, wanted, unwanted):
                return reply
            message = f"Waited for {WAIT_MINUTES} minutes or until something happened, in vain."
            return ToolReply(text=f"### Error\n{message}\n\n{reply.text}", is_error=True, turn=reply.turn)
        return ToolReply(text=page_text(turn.observation, turn.observation["aria"]))

    def _screenshot(self, _: Arguments) -> ToolReply:
        file = io.BytesIO()
        Image.fromarray(self.session.screenshot()).save(file, "PNG")
        return ToolReply(text="The page as it looks.", png=file.getvalue())

    def _mouse_wheel(self, given: Arguments) -> ToolReply:
        env, _ = self.session.running()
        viewport = env.config.viewport
        x, y = self._pointer or (viewport.width // 2, viewport.height // 2)
        return self._acted([act.MouseScroll(x, y, number_of(given, "deltaX"), number_of(given, "deltaY"))])


POINTED = (act.MouseClick, act.MouseDoubleClick, act.MouseMove)


def holds(turn: Turn, wanted: Any, unwanted: Any) -> bool:
    """Whether a text is on the page, and another one is not."""
    aria = turn.observation["aria"]
    return (wanted is None or str(wanted) in aria) and (unwanted is None or str(unwanted) not in aria)
