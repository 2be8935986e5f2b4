"""The grammar of the search: terms joined by AND, each a word, a phrase or an operator with a value.

    query    := term*
    term     := "-"? (operator ":" value | phrase | word)
    value    := word | phrase
    operator := from | in | with | has | is | before | after | on | during

An operator that is unknown is searched as text, and a notice says so. A quote that is not closed ends with
the query. An operator without a value, or with one that means nothing, finds nothing, and a notice says why.
"""

import re
from dataclasses import dataclass, field

OPERATORS = ("from", "in", "with", "has", "is", "before", "after", "on", "during")
HAS = ("link", "file", "image", "reaction", "pin", "poll")
IS = ("unread", "starred", "saved", "mention", "thread")
QUOTES = '"\u201c\u201d\u201e'
TERM = re.compile(
    rf"(?P<minus>-)?(?:(?P<operator>[^\W\d_]+):)?(?:[{QUOTES}](?P<phrase>[^{QUOTES}]*)(?:[{QUOTES}]|\Z)|(?P<word>[^\s{QUOTES}]*))"
)
MOST_TERMS = 30


@dataclass(frozen=True, kw_only=True, slots=True)
class Term:
    """One condition. `operator` is empty for words and phrases."""

    operand: str
    operator: str = ""
    is_negated: bool = False


@dataclass(kw_only=True, slots=True)
class Query:
    """A parsed query, with what is to be said about it. `is_void` means that it finds nothing."""

    terms: list[Term] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    is_void: bool = False

    def refuse(self, notice: str) -> None:
        """Find nothing, and say why."""
        self.notices.append(notice)
        self.is_void = True


def parse(text: str) -> Query:
    """Parse a query. Never fails."""
    query = Query()
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        match = TERM.match(text, at)
        assert match is not None  # every part of it may be empty
        at = max(match.end(), at + 1)
        add(query, match)
    if len(query.terms) > MOST_TERMS:
        query.terms = query.terms[:MOST_TERMS]
        query.notices.append(f"Only the first {MOST_TERMS} terms were used.")
    return query


def add(query: Query, match: re.Match[str]) -> None:
    """Add the term of a match."""
    operator, is_phrase = (match["operator"] or "").casefold(), match["phrase"] is not None
    operand = (match["phrase"] if is_phrase else match["word"] or "").strip()
    is_negated = match["minus"] is not None
    if operator in OPERATORS:
        add_operator(query, Term(operator=operator, operand=operand, is_negated=is_negated))
        return
    if operator and not is_address(operator, operand):
        query.notices.append(f"{operator}: is no operator, so {operator}:{operand} was searched as text.")
    whole = f"{operator}:{operand}" if operator else operand
    if whole:
        query.terms.append(Term(operand=whole, is_negated=is_negated))


def is_address(operator: str, operand: str) -> bool:
    """Whether what looks like an operator is the beginning of a web address."""
    return operator in {"http", "https"} and operand.startswith("//")


def add_operator(query: Query, term: Term) -> None:
    """Add an operator, if its value can mean something."""
    known = {"has": HAS, "is": IS}.get(term.operator)
    if not term.operand:
        query.refuse(f"{term.operator}: needs a value right after it, such as {EXAMPLES[term.operator]}.")
    elif known is not None and term.operand.casefold() not in known:
        query.refuse(f"{term.operator}:{term.operand} means nothing here. Try {', '.join(known)}.")
    else:
        query.terms.append(term)


EXAMPLES = {
    "from": "from:ada.park",
    "in": "in:#general",
    "with": "with:ada.park",
    "has": "has:file",
    "is": "is:unread",
    "before": "before:2031-03-01",
    "after": "after:2031-02-24",
    "on": "on:yesterday",
    "during": "during:february",
}
