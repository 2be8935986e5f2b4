"""Names of keys as vendors' tools write them, as the action grammar does."""

from gristmill.envs.actions.parameters import KEYS, MODIFIERS, key_combination
from gristmill.errors import ActionError

NAMES = {key.lower(): key for key in KEYS | MODIFIERS} | {
    "return": "Enter",
    "kp_enter": "Enter",
    "esc": "Escape",
    "del": "Delete",
    "spacebar": "Space",
    "page_up": "PageUp",
    "pgup": "PageUp",
    "prior": "PageUp",
    "page_down": "PageDown",
    "pgdn": "PageDown",
    "next": "PageDown",
    "up": "ArrowUp",
    "down": "ArrowDown",
    "left": "ArrowLeft",
    "right": "ArrowRight",
    "ctrl": "Control",
    "control_l": "Control",
    "option": "Alt",
    "cmd": "Meta",
    "command": "Meta",
    "super": "Meta",
    "win": "Meta",
    "plus": "+",
    "minus": "-",
}


def combination(names: list[str]) -> str:
    """One key after its modifiers, such as `["CTRL", "A"]`, as the grammar writes it: `Control+a`.

    Raises:
        ActionError: a name is unknown, or there is no key, or more than one.
    """
    keys = [key_name(name) for name in names if name.strip() or name == " "]
    modifiers = [key for key in keys if key in MODIFIERS]
    others = [key for key in keys if key not in MODIFIERS]
    written = "+".join([*modifiers, *others])
    try:
        if len(others) != 1:
            raise ValueError(written)
        return key_combination(written)
    except ValueError:
        raise ActionError(
            f"{'+'.join(names)!r} is no key that can be pressed here: write one key, such as Enter or a, "
            "after any of ctrl, shift, alt and meta."
        ) from None


def key_name(name: str) -> str:
    """One key as the grammar writes it; letters in lower case, as no shift is meant."""
    if name == " ":
        return "Space"
    return NAMES.get(name.strip().lower(), name.strip().lower() if len(name.strip()) == 1 else name.strip())


def sequence(text: str) -> list[str]:
    """Keys separated by spaces, such as `ctrl+a Delete`, each as the grammar writes it.

    Raises:
        ActionError: there is no key, or a name is unknown.
    """
    chords = [chord.split("+") if chord != "+" else ["+"] for chord in text.split()]
    if not chords:
        raise ActionError("There is no key to press.")
    return [combination(chord) for chord in chords]
