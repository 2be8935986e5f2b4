"""What leads nowhere is refused in the same words by both engines."""

from typing import Any

import pytest

pytestmark = pytest.mark.browser

REFUSED = {
    "another window": '<a href="/echo" target="_blank">Go</a>',
    "a named window": '<a href="/echo" target="other">Go</a>',
    "a form's other window": '<form action="/echo" target="_blank"><button>Go</button></form>',
    "a button's other window": '<form action="/echo"><button formtarget="_blank">Go</button></form>',
    "a letter": '<a href="mailto:ada@mail.test">Go</a>',
    "a call": '<a href="tel:123">Go</a>',
    "another site": '<a href="http://other.test/x">Go</a>',
    "another site's form": '<form action="http://other.test/x"><button>Go</button></form>',
    "a missing value": '<form action="/echo"><input required aria-label="Box"><button>Go</button></form>',
    "a bad value": '<form action="/echo"><input type="email" value="a"><button>Go</button></form>',
}


@pytest.mark.parametrize("body", REFUSED.values(), ids=REFUSED)
def test_what_leads_nowhere_says_why_in_both_engines(both: Any, body: str) -> None:
    both.open(body)
    role = "button" if "<button" in body else "link"
    seen = both.use("click", role, "Go")
    assert seen["error"]
    assert "/echo" not in seen["url"]


@pytest.mark.parametrize(
    "url", ["mailto:ada@mail.test", "file:///etc/hosts", "about:blank", "http://other.test/"]
)
def test_goto_refuses_an_address_in_the_same_words(both: Any, url: str) -> None:
    both.open("<p>x</p>")
    assert both.do(f"goto {url}")["error"]
