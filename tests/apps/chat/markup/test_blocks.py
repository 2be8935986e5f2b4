"""What texts look like, and that nothing in them is anything but text."""

from time import process_time

import pytest
from markupsafe import Markup

from gristmill.apps.chat.markup import Names, to_html
from gristmill.apps.chat.services.people import Card

ADA = Card(
    id=7, given_name="Ada", family_name="Park", email="ada.park@wherrymoor.test", phone="", role="buyer",
    status="staff", manager_id=None, team=None, site="", zone="", offset_minutes=0, is_active=True,
    status_emoji="", status_text="", status_until=None, quiet_until=None,
)  # fmt: skip
NAMES = Names(
    people=lambda: {"ada.park": ADA, "ada park": ADA},
    channels=lambda: {"quay": 3},
    hosts=frozenset({"shop.test"}),
    viewer_id=9,
)
SECONDS = 1.0  # on a busy machine; it takes 0.05
MENTION = '<a class="mention" href="/people/7">@Ada Park</a>'

SHOWN = {
    "plain": "<p>plain</p>",
    "two\nlines": "<p>two<br>lines</p>",
    "two\n\nparagraphs": "<p>two</p><p>paragraphs</p>",
    "a *bold* word": "<p>a <strong>bold</strong> word</p>",
    "a **bold** word": "<p>a <strong>bold</strong> word</p>",
    "_italic_ and ~struck~": "<p><em>italic</em> and <s>struck</s></p>",
    "*bold and _both_*": "<p><strong>bold and <em>both</em></strong></p>",
    "*no, Friday": "<p>*no, Friday</p>",
    "2 * 3 * 4": "<p>2 * 3 * 4</p>",
    "snake_case_name": "<p>snake_case_name</p>",
    "`a *b* <c>`": "<p><code>a *b* &lt;c&gt;</code></p>",
    "```\na *b*\n  <c>\n```": "<pre><code>a *b*\n  &lt;c&gt;</code></pre>",
    "see ```x": "<p>see </p><pre><code>x</code></pre>",
    "> quoted\nanswer": "<blockquote>quoted</blockquote><p>answer</p>",
    "- one\n- *two*": "<ul><li>one</li><li><strong>two</strong></li></ul>",
    "2. two\n3. three": '<ol start="2"><li>two</li><li>three</li></ol>',
    "|a|b|\n|---|---|\n|1|2|": (
        "<table><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><td>1</td><td>2</td></tr></tbody></table>"
    ),
    "@ada.park hi": f"<p>{MENTION} hi</p>",
    "@Ada Park, hi": f"<p>{MENTION}, hi</p>",
    "(@ada.park's)": f"<p>({MENTION}&#39;s)</p>",
    "@nobody hi": "<p>@nobody hi</p>",
    "mail@ada.park": "<p>mail@ada.park</p>",
    "@channel": '<p><span class="mention mention-me">@channel</span></p>',
    "#quay and #nowhere": '<p><a class="mention" href="/c/3">#quay</a> and #nowhere</p>',
    "http://shop.test/p/1.": '<p><a href="http://shop.test/p/1">http://shop.test/p/1</a>.</p>',
    "https://evil.example/x": '<p><span class="outside">https://evil.example/x</span></p>',
    "http://[bad": '<p><span class="outside">http://[bad</span></p>',
    "javascript:alert(1)": "<p>javascript:alert(1)</p>",
    "<script>alert(1)</script>": "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>",
    '"><img src=x onerror=y>': "<p>&#34;&gt;&lt;img src=x onerror=y&gt;</p>",
    "{{ 7*7 }}": "<p>{{ 7*7 }}</p>",
    "at 10:30:15": "<p>at 10:30:15</p>",
    "*<b>*": "<p><strong>&lt;b&gt;</strong></p>",
    "|<i>|": "<table><thead><tr><th>&lt;i&gt;</th></tr></thead><tbody></tbody></table>",
    "": "",
}  # fmt: skip


@pytest.mark.parametrize("text", SHOWN)
def test_a_text_is_shown(text: str) -> None:
    html = to_html(text, NAMES)
    assert isinstance(html, Markup)
    assert str(html) == SHOWN[text]


@pytest.mark.parametrize("text", [":thumbsup: ok", "👍 ok"])
def test_an_emoji_is_a_picture_with_a_name(text: str) -> None:
    assert 'role="img" aria-label="thumbs up"' in to_html(text, NAMES)


def test_an_own_mention_is_marked() -> None:
    own = Names(people=lambda: {"ada.park": ADA}, viewer_id=7)
    assert 'class="mention mention-me"' in to_html("@ada.park", own)


@pytest.mark.parametrize(
    "piece", ["*", "_", "~", "`", "```", "> ", "|", "@a", "#a", ":a", "- ", "1. ", "http://", "[", "*_~"]
)
def test_long_and_odd_texts_take_no_time(piece: str) -> None:
    """Deep or unbalanced markup of the greatest length."""
    text = (piece * 4000)[:4000]
    start = process_time()
    assert len(to_html(text, NAMES)) > 0
    assert process_time() - start < SECONDS
