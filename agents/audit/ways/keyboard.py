"""A person who uses the keyboard alone: Tab to each element, then keys."""

from collections.abc import Iterator

from gristmill.agents.audit.scene import Scene
from gristmill.agents.audit.stage import Stage, Stuck, failed_checks, is_ending
from gristmill.agents.audit.trials import Group, Result, Trial
from gristmill.apps.kit.aria import AriaNode, LazyOutline
from gristmill.envs.actions import types as do
from gristmill.envs.actions.grammar import parse, write
from gristmill.envs.wrappers.candidates import is_usable
from gristmill.errors import Unwinnable

MAX_TABS = 500
TYPED = frozenset({"textbox", "searchbox", "spinbutton"})


def keyboard_only(scene: Scene) -> Iterator[Trial]:
    """The oracle's way, each of its clicks and entries made with keys alone.

    Pressing Tab takes none of the world's time. What keys cannot do on the engine `dom`, such as entering a
    date into its picker, is done by mouse.
    """
    scene.restart()
    stage, name = scene.stage, "keyboard only"
    try:
        for _ in range(3 * stage.family.max_steps):
            action = stage.oracle()
            with_keys(stage, action)
            if is_ending(action):
                break
        else:
            raise Stuck(f"not done after {len(stage.actions)} steps; the last one was {stage.actions[-1]!r}")
    except (Unwinnable, Stuck) as error:
        yield Trial(group=Group.WAY, name=name, result=Result.WRONG, detail=str(error), actions=stage.actions)
        return
    result = Result.RIGHT if stage.verdict.success else Result.WRONG
    detail = failed_checks(stage.verdict)
    yield Trial(group=Group.WAY, name=name, result=result, detail=detail, actions=stage.actions)


def with_keys(stage: Stage, line: str) -> None:
    """Perform an action with keys where that is possible, else as it is."""
    action = parse(line)
    if not isinstance(action, do.Click | do.Check | do.Uncheck | do.Fill | do.Select):
        stage.act(line)
        return
    node = next((each for each in stage.page.walk() if each.ref == action.ref), None)
    keys = None if node is None else keys_for(action, node)
    if keys is None or not focused(stage, action.ref):
        stage.act(line)
        return
    *silent, last = keys
    for key in silent:
        stage.perform_untimed(parse(key))
    stage.act(last)
    if isinstance(action, do.Fill) and value_of(stage, action.ref) != action.text:
        stage.act(line)


def value_of(stage: Stage, ref: str) -> str | None:
    """The value of a box of the page, if it is still there."""
    return next((each.value for each in stage.page.walk() if each.ref == ref), None)


def keys_for(action: do.Action, node: AriaNode) -> list[str] | None:
    """The keys that do on a focused element what an action does; None if none do."""
    match action:
        case do.Fill(text=text) if node.role in TYPED and "\n" not in text:
            entry = write(do.TypeText(text)) if text else "press Delete"
            return ["press Control+a", entry]
        case do.Select(option=option):
            names = [each.name for each in node.all("option")]
            if option not in names:
                return None
            return ["press Home", *["press ArrowDown"] * names.index(option)]
        case do.Check() | do.Uncheck() if node.role == "checkbox":
            return ["press Space"]
        case do.Click() if node.role in {"link", "button"}:
            return ["press Enter"]
    return None


def focused(stage: Stage, ref: str) -> bool:
    """Whether pressing Tab, forwards or backwards, whichever seems shorter, moved the focus to an element."""
    order = [node.ref for node in stage.page.walk() if is_usable(node)]
    is_far = ref in order and order.index(ref) > len(order) // 2
    key = do.Press("Shift+Tab" if is_far else "Tab")
    for _ in range(MAX_TABS):
        page = LazyOutline(stage.perform_untimed(key).aria)
        active = next((node for node in page.walk() if "active" in node), None)
        if active is not None and active.ref == ref:
            return True
    return False
