"""Text editing in the focused box: caret, selection, words, lines, undo."""

import re
from dataclasses import dataclass

from gristmill.envs.engines.dom.html import validation
from gristmill.envs.engines.dom.html.document import Element
from gristmill.envs.engines.dom.html.form_state import FormState

WRITTEN = validation.WRITTEN | {"number"}
IN_NUMBERS = frozenset("0123456789+-.eE")
# A word (may contain apostrophes and decimal points); a run of punctuation; an end of line.
TOKEN = re.compile(r"\w+(?:(?<=\d)[.,](?=\d)\w+|['’](?=\w)\w+)*|[^\w\s]+|\n")
TYPING, BACKSPACE, PASTE = "typing", "backspace", "paste"
DEFAULT_ROWS = 2
Selection = tuple[int, int]  # anchor and caret


def takes_text(element: Element | None) -> bool:
    """Whether typed text goes into an element."""
    return element is not None and element.tag in {"input", "textarea"} and element.type in WRITTEN


@dataclass(slots=True)
class Edit:
    """One entry of the undo history."""

    box: Element
    before: str
    selected_before: Selection
    after: str
    caret_after: int
    kind: str


class Editor:
    """Edits the text boxes of one page in one state."""

    def __init__(self, state: FormState) -> None:
        self._state = state
        self._done: list[Edit] = []
        self._undone: list[Edit] = []
        self._goal: tuple[Element, int, int] | None = None  # box, caret, and the column to return to

    @property
    def box(self) -> Element:
        """The focused text box."""
        box = self._state.focus
        assert box is not None
        return box

    @property
    def is_editable(self) -> bool:
        """Whether the box is writable."""
        return "readonly" not in self.box.attributes

    @property
    def text(self) -> str:
        """The box's text."""
        return self._state.text(self.box)

    @property
    def selection(self) -> Selection:
        """Anchor and caret in the box."""
        start, end = sorted(self._state.selection)
        return start, end

    @property
    def selected(self) -> str:
        """The selected text; empty for passwords."""
        start, end = self.selection
        return "" if self.box.type == "password" else self.text[start:end]

    def insert(self, text: str, kind: str) -> None:
        """Replace the selection by a text, truncated to `maxlength`."""
        box = self.box
        if box.tag == "input":
            text = text.rstrip("\r\n").replace("\n", " ")
        if box.type == "number":
            text = "".join(c for c in text if c in IN_NUMBERS)
        start, end = self.selection
        text = fitting(box, text, self.text[:start] + self.text[end:])
        if text or start != end:
            self._replace(start, end, text, kind)

    def delete(self, other: int, kind: str) -> None:
        """Delete the selection, or else the text between the caret and another position."""
        start, end = self.selection
        if start == end:
            start, end = sorted((start, other))
        if start != end:
            self._replace(start, end, "", kind)

    def _replace(self, start: int, end: int, text: str, kind: str) -> None:
        state, box, before = self._state, self.box, self.text
        if not self.is_editable:
            return
        after, caret = before[:start] + text + before[end:], start + len(text)
        last = self._done[-1] if self._done else None
        if last is not None and self._continues(last, kind):
            last.after, last.caret_after, last.kind = after, caret, kind
        else:
            self._done.append(Edit(box, before, state.selection, after, caret, kind))
        self._undone.clear()
        state.set_value(box, after)
        state.selection = (caret, caret)

    def _continues(self, last: Edit, kind: str) -> bool:
        """Whether an edit merges with the previous one in the undo history."""
        if last.box is not self.box or last.after != self.text:
            return False
        if self._state.selection != (last.caret_after, last.caret_after):
            return False
        return (kind == TYPING and last.kind != PASTE) or (kind == last.kind == BACKSPACE)

    def undo(self) -> None:
        """Undo the last edit of the page that is still undoable."""
        if edit := self._pop_undoable(self._done, is_done=True):
            self._show(edit.box, edit.before, edit.selected_before)
            self._undone.append(edit)

    def redo(self) -> None:
        """Redo the last undone edit."""
        if edit := self._pop_undoable(self._undone, is_done=False):
            self._show(edit.box, edit.after, (edit.caret_after, edit.caret_after))
            edit.kind = PASTE  # later edits do not merge with it
            self._done.append(edit)

    def _pop_undoable(self, edits: list[Edit], *, is_done: bool) -> Edit | None:
        """Pop the last edit whose box has not been changed otherwise since."""
        while edits:
            edit = edits.pop()
            if self._state.text(edit.box) == (edit.after if is_done else edit.before):
                return edit
        return None

    def _show(self, box: Element, text: str, selection: Selection) -> None:
        """Show a text and go to it; to an empty one only from another text box, as Chromium does."""
        focus = self._state.focus
        self._state.set_value(box, text)
        if text or focus is None or takes_text(focus):
            self._state.set_focus(box)
            self._state.selection = selection

    def move(self, key: str, *, by_word: bool, extends: bool) -> None:
        """Move the caret; `extends` moves only the caret's end of the selection."""
        anchor, caret = self._state.selection
        if anchor != caret and not extends and key in {"ArrowLeft", "ArrowRight"} and not by_word:
            place = self.selection[key == "ArrowRight"]
        else:
            place = self.place(key, by_word=by_word)
        self._state.selection = (anchor if extends else place, place)

    def place(self, key: str, *, by_word: bool) -> int:
        """The caret position after a key."""
        caret, text = self._state.selection[1], self.text
        if key in {"ArrowUp", "ArrowDown", "PageUp", "PageDown"}:
            return self._row(key)
        if key == "ArrowLeft":
            return word_start(text, caret) if by_word else max(caret - 1, 0)
        if key == "ArrowRight":
            return word_end(text, caret) if by_word else min(caret + 1, len(text))
        if key == "Home":
            return 0 if by_word else line_start(text, caret)
        return len(text) if by_word else line_end(text, caret)

    def _row(self, key: str) -> int:
        """The caret position some lines up or down; only line breaks separate lines."""
        box, text, caret = self.box, self.text, self._state.selection[1]
        is_up, is_page = key.endswith("Up"), key.startswith("Page")
        if box.tag == "input":
            return caret if is_page else 0 if is_up else len(text)
        column = caret - line_start(text, caret)
        if not is_page and self._goal is not None and self._goal[:2] == (box, caret):
            column = self._goal[2]
        rows = box.attributes.get("rows", "")
        count = max(int(rows) - 1, 1) if is_page and rows.isdecimal() else DEFAULT_ROWS - 1
        place = caret
        for _ in range(count):
            place = row_above(text, place, column) if is_up else row_below(text, place, column)
        self._goal = box, place, column
        return place


def line_start(text: str, at: int) -> int:
    """Start of the line at a position."""
    return text.rfind("\n", 0, at) + 1


def line_end(text: str, at: int) -> int:
    """End of the line at a position."""
    found = text.find("\n", at)
    return len(text) if found < 0 else found


def row_above(text: str, at: int, column: int) -> int:
    """The position in this column of the line above; 0 if there is none."""
    start = line_start(text, at)
    if not start:
        return 0
    above = line_start(text, start - 1)
    return min(above + column, start - 1)


def row_below(text: str, at: int, column: int) -> int:
    """The position in this column of the line below; the text's end if there is none."""
    end = line_end(text, at)
    return len(text) if end == len(text) else min(end + 1 + column, line_end(text, end + 1))


def word_end(text: str, at: int) -> int:
    """The end of the next word or run of punctuation."""
    return next((found.end() for found in TOKEN.finditer(text) if found.end() > at), len(text))


def word_start(text: str, at: int) -> int:
    """The start of the word or run of punctuation before, within the line."""
    line = line_start(text, at)
    starts = [found.start() for found in TOKEN.finditer(text[line:at])]
    return line + starts[-1] if starts else line


def fitting(control: Element, text: str, rest: str) -> str:
    """The prefix of a text that fits `maxlength` beside the rest."""
    longest = validation.length(control, "maxlength")
    if longest is None or control.type not in validation.WRITTEN:
        return text
    room = max(longest - len(rest.encode("utf-16-le")) // 2, 0)
    return text.encode("utf-16-le")[: 2 * room].decode("utf-16-le", errors="ignore")
