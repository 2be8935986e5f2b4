"""Keys do the same in both engines: in text boxes, lists, numbers, dialogs, and wherever Tab leads."""

import re
from typing import Any

import pytest

pytestmark = pytest.mark.browser

LINES = "alpha beta\ngamma\n\ndelta epsilon zeta"
WORDS = "don't stop, now_x 3.14... (c) d "
MOVES = (
    "Home",
    "End",
    "ArrowLeft",
    "ArrowRight",
    "ArrowUp",
    "ArrowDown",
    "Control+ArrowLeft",
    "Control+ArrowRight",
    "Control+Home",
    "Control+End",
    "Shift+ArrowLeft",
    "Shift+ArrowRight",
    "Shift+ArrowUp",
    "Shift+ArrowDown",
    "Shift+Home",
    "Shift+End",
    "Control+Shift+ArrowLeft",
    "Control+Shift+ArrowRight",
    "Control+Shift+Home",
    "Control+Shift+End",
    "Backspace",
    "Delete",
    "Control+Backspace",
    "Control+Delete",
    "Shift+Backspace",
    "Shift+Delete",
    "Control+Shift+Backspace",
    "Control+Shift+Delete",
    "Control+Shift+a",
    "Alt+ArrowLeft",
    "Control+b",
)


@pytest.mark.one_in(8)
@pytest.mark.parametrize("move", MOVES)
@pytest.mark.parametrize("before", ["Control+Home", "Control+Home ArrowDown", "Control+End"])
@pytest.mark.parametrize("rows", [2, 4])
def test_moves_and_deletes_in_a_text_of_several_lines(on: Any, rows: int, before: str, move: str) -> None:
    on.open(f"<textarea aria-label=t rows={rows}>{LINES}</textarea>")
    on.press("Tab", *before.split(), "ArrowRight", move, move, "x")


@pytest.mark.parametrize("rows", [2, 3, 6])
def test_a_page_of_a_text_is_one_line_less_than_its_rows(both: Any, rows: int) -> None:
    text = "\n".join("abcdefgh")
    for keys in (("Control+Home", "PageDown"), ("Control+End", "PageUp")):
        both.open(f"<textarea aria-label=t rows={rows}>{text}</textarea>")
        both.press("Tab", *keys, "x")


@pytest.mark.one_in(4)
@pytest.mark.parametrize("move", MOVES)
@pytest.mark.parametrize("before", ["Home", "End"])
def test_moves_and_deletes_in_a_text_of_one_line(on: Any, before: str, move: str) -> None:
    on.open(f'<input aria-label=a value="{WORDS}">')
    on.press("Tab", before, "ArrowLeft", move, move, move, "x")


@pytest.mark.parametrize("key", ["Control+ArrowRight", "Control+ArrowLeft"])
def test_words_and_punctuation_are_passed_one_by_one(on: Any, key: str) -> None:
    for count in range(1, 9, 3):
        on.open(f'<input aria-label=a value="{WORDS}">')
        on.press("Tab", "Home" if "Right" in key else "End", *[key] * count, "x")


def test_a_column_is_kept_over_shorter_lines(both: Any) -> None:
    both.open(f"<textarea aria-label=t>{LINES}</textarea>")
    both.press("Tab", "Control+Home", "End", "ArrowDown", "ArrowDown", "ArrowDown", "x")
    both.press("End", "ArrowUp", "ArrowUp", "ArrowUp", "y")


@pytest.mark.parametrize(
    "body", ["<p>Text</p><input aria-label=a><a href=/echo>Go</a>", "<input aria-label=a>"]
)
def test_the_body_is_active_once_tab_has_left_the_page(both: Any, body: str) -> None:
    both.open(body)
    both.press(*["Tab"] * 7)
    both.press(*["Shift+Tab"] * 4)


UNDONE = (
    "q r Backspace Control+z",
    "q r Delete Control+z",
    "q r Home s Control+z",
    "q Control+z Control+z",
    "q Control+z r Control+y",
    "q Control+z Control+Shift+z",
    "Control+a q r Control+z",
    "End Backspace Backspace q Control+z",
    "q Control+Backspace Control+z Control+z",
    "Tab q Tab r Control+z Control+z",
    "q Tab Control+z Control+y",
    "Control+a Control+x Control+z Control+v",
    "Control+y",
)


@pytest.mark.parametrize("keys", UNDONE)
def test_undo_and_redo(on: Any, keys: str) -> None:
    on.open("<input aria-label=a value=abc><input aria-label=b value=def>")
    on.press("Tab", "Home", *keys.split(), "x")


def test_clearing_a_box_and_typing_into_it_are_undone_together(both: Any) -> None:
    for text in ("", "other"):
        both.open("<input aria-label=a value=abc>")
        both.use("fill", "textbox", "a", f'"{text}"')
        both.press("x", "Control+z", "Control+z", "Control+y")


@pytest.mark.parametrize("value", ["", "abc"])
@pytest.mark.parametrize("place", ["button", "checkbox", "textbox", "paragraph"])
def test_undo_goes_to_the_box_unless_it_empties_it_and_no_box_has_the_focus(
    on: Any, value: str, place: str
) -> None:
    places = "<button type=button>B</button><input type=checkbox aria-label=B><input aria-label=B><p>B</p>"
    for redo in ((), ("Control+y",)):
        on.open(f'<input aria-label=A value="{value}">{places}')
        on.use("fill", "textbox", "A", '"x"')
        seen = on.do("scroll top")["aria"]
        (ref,) = re.findall(rf"{place}.*\[ref=(e\d+)\]", seen.replace('textbox "A"', "box"))
        on.do(f"click {ref}")
        on.press("Control+z", *redo, "Tab")


CLIPPED = {
    "from a box to another": "<input aria-label=a value='one two'>",
    "not from a password": "<input type=password aria-label=a value=abc>",
    "from one that is only read": "<input readonly aria-label=a value=abc>",
    "several lines into one": "<textarea aria-label=a>ab\ncd\n\ne\n</textarea>",
}


@pytest.mark.one_in(3)
@pytest.mark.parametrize("source", CLIPPED.values(), ids=CLIPPED)
@pytest.mark.parametrize(
    "target", ["<input aria-label=b maxlength=5 value=d>", "<input type=number aria-label=b>"]
)
@pytest.mark.parametrize("taken", ["Control+c", "Control+x", "Shift+Delete"])
def test_copy_cut_and_paste(on: Any, source: str, target: str, taken: str) -> None:
    on.open("<input aria-label=a value=77>")
    on.press("Tab", "Control+c")
    on.open(f"{source}<input aria-label=b {target}>")
    on.press("Tab", "Control+a", taken, "Tab", "Control+v", "Control+v")


LIST = (
    "<select aria-label=s><option>Apple<option>Banana<option disabled>Blueberry<option>Cherry"
    "<option label=Blackberry>no<option>ban</select><input aria-label=z>"
)


@pytest.mark.parametrize(
    "keys",
    [
        "b",
        "b b",
        "b b b",
        "b l",
        "B",
        "x",
        "c b",
        "b a n",
        "Shift+b",
        "Control+b",
        "b Tab Shift+Tab l",
        "b ArrowUp l",
        "ArrowDown ArrowDown",
        "PageDown",
        "End ArrowUp PageUp",
        "End Home",
    ],
)
def test_keys_choose_from_a_list(on: Any, keys: str) -> None:
    on.open(LIST)
    on.press("Tab", *keys.split())


@pytest.mark.one_in(3)
@pytest.mark.parametrize("option", ["Äpfel", "Ａlso", "①st", "Øl", "đak", "ßa", "ﬁn", " late"])
def test_a_letter_chooses_whatever_the_accent_but_not_part_of_a_ligature(on: Any, option: str) -> None:
    for key in "a1odsfl":
        on.open(f"<select aria-label=s><option>~<option>{option}</select>")
        on.press("Tab", key)


@pytest.mark.parametrize(("keys", "chosen"), [("b l", "Banana"), ("c b a", "Apple"), ("b b", "no")])
def test_a_letter_chooses_alike_however_soon_it_follows_another(both: Any, keys: str, chosen: str) -> None:
    both.open(LIST)
    seen = both.press("Tab", *keys.split())
    assert f'option "{chosen}" [selected]' in seen["aria"]


@pytest.mark.one_in(3)
@pytest.mark.parametrize(
    "box",
    [
        "value=12",
        "value=12 step=5 min=1",
        "step=0.1 max=0.2",
        "min=5",
        "max=-5",
        "value=5 max=5",
        "value=7 max=5",
        "value=0 min=1 max=5",
        "value=9 min=1 max=6 step=2",
        "value=-9 min=-4.5 max=6 step=2",
        "value=9 min=6 max=2",
        "value=3 min=6 max=2",
        "value=9.5 max=6 step=any",
        "value=1.5 step=any",
        "value=1.5",
    ],
)
@pytest.mark.parametrize("key", ["ArrowUp", "ArrowDown"])
def test_arrows_step_a_number(on: Any, box: str, key: str) -> None:
    on.open(f"<input type=number aria-label=a {box}>")
    on.press("Tab", key, key, "3")


@pytest.mark.parametrize("slider", ["max=50 value=20", "max=50 step=7 value=20", "max=1 step=any value=.5"])
def test_keys_move_a_slider(on: Any, slider: str) -> None:
    for key in ("ArrowUp", "ArrowLeft", "ArrowDown", "Home", "End", "PageUp", "PageDown", "Space"):
        on.open(f"<input type=range aria-label=a min=0 {slider}>")
        on.press("Tab", key)


@pytest.mark.parametrize("box", ["type=search", "type=search readonly", "type=text"])
def test_escape_empties_a_search_box(on: Any, box: str) -> None:
    on.open(f"<input aria-label=a value=abc {box}>")
    on.press("Tab", "Escape", "Control+z")


DIALOG = (
    "<button commandfor=d command=show-modal>o</button><dialog id=d>hi"
    "<input type=search aria-label=q value=z><button commandfor=d command=close>c</button>"
    "<form method=dialog><button>f</button></form></dialog>"
)


@pytest.mark.parametrize(
    "keys",
    ["", "Escape", "Escape Escape", "Tab", "Tab Enter", "Tab Tab Enter", "Tab Tab Tab Tab", "Shift+Tab"],
)
def test_the_focus_moves_into_a_dialog_and_back(on: Any, keys: str) -> None:
    on.open(DIALOG)
    on.press("Tab", "Enter", *keys.split())


@pytest.mark.parametrize("place", ["one", "two", "three"])
@pytest.mark.parametrize("keys", ["Tab", "Shift+Tab", "Tab Tab", "Tab Tab Shift+Tab"])
def test_tab_goes_on_from_a_click_on_plain_text(both: Any, place: str, keys: str) -> None:
    both.open("<button>A</button><p>one</p><button>B</button><p>two</p><button>C</button><p>three</p>")
    ref = {"one": "e3", "two": "e5", "three": "e7"}[place]
    both.do(f"click {ref}")
    both.press(*keys.split())


@pytest.mark.parametrize("keys", ["Tab Shift+Tab", "Tab Tab Tab", "Tab Tab Tab Tab", "Tab Tab Tab Shift+Tab"])
def test_tab_leaves_the_page_and_comes_back(both: Any, keys: str) -> None:
    both.open("<button>A</button><button>B</button>")
    both.press(*keys.split())


def test_tab_selects_what_an_input_holds(both: Any) -> None:
    both.open("<input aria-label=a value=abc><textarea aria-label=t>abc</textarea>")
    both.press("Tab", "x", "Tab", "ArrowRight", "y", "Tab", "Shift+Tab", "z")


@pytest.mark.one_in(2)
@pytest.mark.parametrize(
    "boxes",
    [
        "<input aria-label=a>",
        "<input readonly aria-label=a>",
        "<input aria-label=a><input type=radio aria-label=r checked>",
        "<input type=checkbox aria-label=c><input readonly aria-label=a>",
        "<input type=range aria-label=s><input type=number aria-label=a>",
        "<input type=radio aria-label=r>",
        "<input aria-label=a><input type=password aria-label=b>",
        "<input aria-label=a><textarea aria-label=t></textarea>",
        *(
            f"<input aria-label=a><input type={kind} tabindex=-1>"
            for kind in ("date", "time", "month", "email")
        ),
        "<input type=color aria-label=d><input aria-label=a>",
        "<input type=file aria-label=d><input aria-label=a>",
    ],
)
def test_enter_without_a_button_sends_a_form_from_its_only_text_box(on: Any, boxes: str) -> None:
    for tabs in (1, 2):
        on.open(f"<form action=/echo>{boxes}<input type=hidden name=h value=1></form>")
        on.press(*["Tab"] * tabs, "Enter")


ROWS = "<option>Apple<option>Banana<option disabled>Beta<option>Blue<option>Cherry<option>Date<option>Elder"
SOME = ROWS.replace(">Blue", " selected>Blue").replace(">D", " selected>D")
LIST_BOXES = {
    "single": f"<select size=4 aria-label=s>{ROWS}</select>",
    "single in groups": "<select size=3 aria-label=s>"
    f"<optgroup label=x>{ROWS}</optgroup><optgroup label=y>{ROWS}</select>",
    "multiple": f"<select multiple aria-label=s>{ROWS}</select>",
    "some selected": f"<select multiple size=3 aria-label=s>{SOME}</select>",
}
LIST_KEYS = (
    "ArrowDown ArrowDown ArrowDown ArrowUp", "ArrowUp ArrowUp", "End ArrowDown ArrowUp", "Home ArrowUp",
    "PageDown PageDown", "PageUp PageDown PageUp", "b b b", "c Shift+b", "e a", "Space", "ArrowDown Space",
    "Control+a ArrowDown ArrowUp", "ArrowDown Shift+ArrowDown Shift+ArrowDown Shift+ArrowUp",
    "ArrowDown ArrowDown Shift+ArrowUp Shift+ArrowUp", "ArrowDown Control+ArrowDown Space",
    "Control+End Space Space", "ArrowDown Control+ArrowDown Space Control+ArrowDown Space",
    "ArrowDown Control+ArrowDown Shift+ArrowDown", "ArrowDown Control+ArrowDown ArrowDown Space",
    "Shift+End Shift+Home", "ArrowDown Control+Shift+ArrowDown", "Shift+PageDown", "b Shift+End",
    "ArrowRight", "Escape", "Enter", "Control+ArrowDown b Space", "Alt+ArrowDown",
)  # fmt: skip


@pytest.mark.one_in(5)
@pytest.mark.parametrize("box", LIST_BOXES.values(), ids=LIST_BOXES)
@pytest.mark.parametrize("keys", LIST_KEYS)
def test_keys_choose_in_a_list_box(on: Any, box: str, keys: str) -> None:
    on.open(box)
    on.press("Tab", *keys.split())


@pytest.mark.one_in(2)
@pytest.mark.parametrize("box", LIST_BOXES.values(), ids=LIST_BOXES)
@pytest.mark.parametrize("key", ["ArrowDown", "Shift+ArrowDown", "b", "Shift+End"])
def test_keys_go_on_from_what_was_chosen_in_a_list_box(on: Any, box: str, key: str) -> None:
    for verb, role, name, *rest in (("click", "option", "Date"), ("select", "listbox", "s", '"Apple"')):
        on.open(box)
        on.use(verb, role, name, *rest)
        on.press(key, key)


def test_enter_in_a_list_box_presses_the_default_button(both: Any) -> None:
    for button in ("<button name=b value=1>Send</button>", ""):
        both.open(f"<form action=/echo><select size=3 name=s>{ROWS}</select><input name=i>{button}</form>")
        both.press("Tab", "ArrowDown", "Enter")
