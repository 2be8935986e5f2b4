"""The grammar of mail search: what each query is parsed as, and what is said of it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gristmill.apps.mail.services.search.grammar import All, Any, Node, Not, Term, Text, parse
from gristmill.apps.mail.services.search.operators import OPERATORS, SHAPES


def text(words: str, field: str = "") -> Text:
    return Text(tuple(words.split()), field)


QUERIES: list[tuple[str, Node | None]] = [
    ("", None),
    ("   ", None),
    ("lift", text("lift")),
    ("Lift REPAIR", All((text("lift"), text("repair")))),
    ('"lift repair"', text("lift repair")),
    ("lift-repair", text("lift repair")),
    ("Café", text("cafe")),
    ("ada.park@wherrymoor.test", text("ada park wherrymoor test")),
    ("lift OR stairs", Any((text("lift"), text("stairs")))),
    ("lift or stairs", All((text("lift"), text("or"), text("stairs")))),
    ("a b OR c d", Any((All((text("a"), text("b"))), All((text("c"), text("d")))))),
    ("a OR b OR c", Any((text("a"), text("b"), text("c")))),
    ("(a OR b) c", All((Any((text("a"), text("b"))), text("c")))),
    ("{a b}", Any((text("a"), text("b")))),
    ("{a OR b} c", All((Any((text("a"), text("b"))), text("c")))),
    ("-a", Not(text("a"))),
    ("--a", text("a")),
    ("---a", Not(text("a"))),
    ("-a b", All((Not(text("a")), text("b")))),
    ("-(a b)", Not(All((text("a"), text("b"))))),
    ("-{a b}", Not(Any((text("a"), text("b"))))),
    ('-"a b"', Not(text("a b"))),
    ("a - b", All((text("a"), text("b")))),
    ("a-b", text("a b")),
    ("from:ada", text("ada", "from")),
    ("FROM:Ada", text("ada", "from")),
    ("-from:ada", Not(text("ada", "from"))),
    ('from:"Ada Park"', text("ada park", "from")),
    ("from:ada.park@x.test", text("ada park x test", "from")),
    ("from:(ada OR ben)", Any((text("ada", "from"), text("ben", "from")))),
    ("from:{ada ben}", Any((text("ada", "from"), text("ben", "from")))),
    ("from:(ada -ben)", All((text("ada", "from"), Not(text("ben", "from"))))),
    ("subject:(lift repair) x", All((All((text("lift", "subject"), text("repair", "subject"))), text("x")))),
    ('subject:("lift repair")', text("lift repair", "subject")),
    ("subject:re:lift", text("re lift", "subject")),
    ("label:Siskin/March", text("siskin march", "label")),
    ("is:unread", Term("is", "unread")),
    ("is:(unread OR starred)", Any((Term("is", "unread"), Term("is", "starred")))),
    ("in:Bin", Term("in", "bin")),
    ("before:2031/3/1", Term("before", "2031/3/1")),
    ("older_than:3d", Term("older_than", "3d")),
    ("larger:20K", Term("larger", "20k")),
    ("10:30", text("10 30")),
    # Unbalanced and left-over marks
    ('"lift repair', text("lift repair")),
    ("(a OR b", Any((text("a"), text("b")))),
    ("a) b", All((text("a"), text("b")))),
    ("{a b", Any((text("a"), text("b")))),
    ("(a}", text("a")),
    ("OR", None),
    ("OR a", text("a")),
    ("a OR", text("a")),
    ("a OR OR b", Any((text("a"), text("b")))),
    ("()", None),
    ("-", None),
    ("-()", None),
    ("!?", None),
    ('""', None),
    # Unknown operators are text
    ("foo:bar", text("foo bar")),
    ("http://x.test", text("http x test")),
    ("foo:", text("foo")),
]  # fmt: skip

NOTICES = [
    ("foo:bar", "There is no operator foo: it was searched as text."),
    ("from:", "from: needs a value, such as from:ada."),
    ("from: ada", "from: needs a value, such as from:ada."),
    ('from:""', "from: needs a value, such as from:ada."),
    ("from:()", "from: needs a value, such as from:ada."),
    ("subject:!!", "subject: needs a word."),
    ("is:purple", "is:purple is unknown. Use one of unread, read, starred, important, muted."),
    (
        "in:attic",
        "in:attic is unknown. Use one of inbox, sent, drafts, archive, spam, bin, snoozed, anywhere.",
    ),
    ("category:x", "category:x is unknown. Use one of main, updates, offers, lists."),
    ("has:wings", "has:wings is unknown. Use one of attachment, userlabels, nouserlabels."),
    ("before:monday", "before:monday is no day. Write it as in before:2031/03/01."),
    ("after:2031-02-30", "after:2031-02-30 is no day. Write it as in after:2031-02-24."),
    ("older_than:soon", "older_than:soon is no age in d, m or y. Write it as in older_than:3d."),
    ("larger:huge", "larger:huge is no size in bytes, k or m. Write it as in larger:20k."),
    ("(" * 13 + "a", "Brackets can be nested 12 deep."),
    ("a" * 401, "A search can have at most 400 characters."),
]


@pytest.mark.parametrize(("query", "tree"), QUERIES, ids=[query or "empty" for query, _ in QUERIES])
def test_a_query_is_parsed_by_the_grammar(query: str, tree: Node | None) -> None:
    assert parse(query).tree == tree


@pytest.mark.parametrize(("query", "notice"), NOTICES, ids=[query[:20] for query, _ in NOTICES])
def test_a_query_that_cannot_be_understood_is_explained(query: str, notice: str) -> None:
    assert parse(query).notices == (notice,)


@pytest.mark.parametrize("query", [query for query, _ in NOTICES[1:]], ids=lambda query: query[:20])
def test_a_value_that_is_missing_or_wrong_finds_nothing_even_beside_other_words(query: str) -> None:
    assert parse(f"lift OR {query}").tree is None


@pytest.mark.parametrize(
    "query", [query for query, tree in QUERIES if "foo" not in query and "http" not in query]
)
def test_a_query_that_is_understood_has_no_notice(query: str) -> None:
    assert parse(query).notices == ()


@pytest.mark.parametrize("example", [each.example for each in OPERATORS.values()])
def test_the_example_of_each_operator_is_understood(example: str) -> None:
    found = parse(example)
    assert found.notices == ()
    assert found.tree is not None


@pytest.mark.parametrize("example", [example for example, _ in SHAPES])
def test_the_examples_of_the_help_page_are_understood(example: str) -> None:
    assert parse(example).notices == ()
    assert parse(example).tree is not None


@settings(deadline=None)
@given(st.text(alphabet='ab:(){}"- ORfromisin\0\ud800é,', max_size=60) | st.text(max_size=60))
def test_no_text_is_an_error(query: str) -> None:
    parse(query)
