"""Custom properties decide what is shown, alike in both engines."""

from typing import Any

import pytest

pytestmark = pytest.mark.browser

SHEETS = {
    "a value": ":root{--x:none} p{display:var(--x)}",
    "no value": "p{display:var(--x)}",
    "a fallback": "p{display:var(--x, none)}",
    "a fallback of variables": ":root{--y:none} p{display:var(--x, var(--y, block))}",
    "a fallback that is not needed": ":root{--x:block} p{display:var(--x, none)}",
    "an empty fallback": "p{display:var(--x,)}",
    "names in their own case": ":root{--X:none;--x:block} p{display:var(--X)}",
    "values in capitals": ":root{--x:NONE} p{display:VAR(--x)}",
    "a chain": ":root{--a:var(--b);--b:var(--c);--c:none} p{display:var(--a)}",
    "a circle": ":root{--a:var(--b);--b:var(--a)} p{display:var(--a, none)}",
    "itself": ":root{--a:none} div{--a:var(--a)} p{display:var(--a)}",
    "nearer ones": ":root{--x:none} div{--x:block} p{display:var(--x)}",
    "computed where they are declared": ":root{--y:none;--x:var(--y)} div{--y:block} p{display:var(--x)}",
    "initial": ":root{--x:none} div{--x:initial} p{display:var(--x, inline)}",
    "inherit": ":root{--x:none} div{--x:inherit} p{display:var(--x)}",
    "important": ":root{--x:block !important;--x:none} p{display:var(--x)}",
    "what is no display": ":root{--x:12px} p{display:var(--x)}",
    "visibility": ":root{--x:hidden} div{visibility:var(--x)} p{visibility:var(--y, visible)}",
    "visibility without a value": "div{visibility:hidden} p{visibility:var(--x)}",
    "content": ":root{--x:'Say '} p::before{content:var(--x) 'so '}",
    "content of its own": "p::before{--x:'Own ';content:var(--x)}",
    "a size": ":root{--x:0} p{height:var(--x);width:var(--x);overflow:hidden}",
    "a cursor": ":root{--x:pointer} p{cursor:var(--x)}",
    "position": ":root{--x:absolute} span{position:var(--x)}",
}


@pytest.mark.parametrize("sheet", SHEETS.values(), ids=SHEETS)
def test_variables_stand_for_their_values(both: Any, sheet: str) -> None:
    body = "<div><p>one <span>two</span></p><p style='--x:none'>three</p></div>four"
    both.open(f"<style>{sheet}</style>{body}")
