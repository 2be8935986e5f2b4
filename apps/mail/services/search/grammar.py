"""The grammar of mail search, parsed by hand into a tree.

    query := or ;  or := and ("OR" and)* ;  and := unary+ ;  unary := "-" unary | atom
    atom  := "(" query ")" | "{" unary+ "}" | op ":" value | phrase | word
    value := word | phrase | "(" query of words ")"

There is no malformed query: what cannot be understood is searched as text, closed at the end or left out,
and a notice says so.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from gristmill.apps.mail.services.search.operators import OPERATORS, WORDED
from gristmill.apps.mail.services.search.values import problem_with
from gristmill.apps.mail.services.search.words import words_of

MAX_LENGTH, MAX_DEPTH = 400, 12
OPERATOR = re.compile(r"([A-Za-z][A-Za-z0-9_]*):")
TOKEN = re.compile(r'\s*(?:"(?P<phrase>[^"]*)"?|(?P<mark>[(){}]|-(?=[^\s-]|-))|(?P<word>[^\s"(){}]+))')


@dataclass(frozen=True, slots=True)
class Text:
    """Consecutive words, folded, in a field (the name of an operator) or anywhere in a mail."""

    words: tuple[str, ...]
    field: str = ""


@dataclass(frozen=True, slots=True)
class Term:
    """An operator with its value."""

    operator: str
    value: str


@dataclass(frozen=True, slots=True)
class Not:
    """Mails that do not match."""

    part: "Node"


@dataclass(frozen=True, slots=True)
class All:
    """Mails that match every part."""

    parts: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Any:
    """Mails that match one of the parts."""

    parts: "tuple[Node, ...]"


Node = Text | Term | Not | All | Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Query:
    """A parsed query; `tree` is None if nothing is asked for, or if nothing can match."""

    text: str
    tree: Node | None
    notices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Token:
    """A part of a query's text: a phrase, a word, or one of the marks `(){}-`."""

    kind: str
    text: str
    is_glued: bool  # to what comes before it


def parse(text: str) -> Query:
    """Parse a query. Never fails."""
    return Parser(text).run()


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a query; an operator and its colon are a word that ends with the colon."""
    at = 0
    while found := TOKEN.match(text, at):
        kind = str(found.lastgroup)
        start, at = found.start(kind), found.end()
        found_text = found[kind]
        is_glued = start - (kind == "phrase") == found.start() and found.start() > 0
        operator = OPERATOR.match(found_text) if kind == "word" else None
        if operator and operator.end() < len(found_text):
            yield Token("word", operator[0], is_glued)
            yield Token("word", found_text[operator.end() :], is_glued=True)
        else:
            yield Token(kind, found_text, is_glued)


@dataclass(slots=True)
class Parser:
    """Recursive descent over the tokens of one query."""

    text: str
    notices: list[str] = field(default_factory=list)
    is_void: bool = False
    _tokens: list[Token] = field(default_factory=list)
    _at: int = 0
    _depth: int = 0
    _field: str = ""

    def run(self) -> Query:
        """Parse the whole text."""
        if len(self.text) > MAX_LENGTH:
            self._void(f"A search can have at most {MAX_LENGTH} characters.")
        self._tokens = list(tokens(self.text[:MAX_LENGTH]))
        parts = []
        while self._at < len(self._tokens):
            if (part := self._any_of()) is not None:
                parts.append(part)
            elif self._peek_mark(")}"):
                self._at += 1  # closes nothing
        tree = None if self.is_void else joined(All, parts)
        return Query(text=self.text, tree=tree, notices=tuple(dict.fromkeys(self.notices)))

    def _any_of(self) -> Node | None:
        parts = [self._all_of()]
        while self._is_or():
            self._at += 1
            parts.append(self._all_of())
        return joined(Any, [part for part in parts if part is not None])

    def _all_of(self) -> Node | None:
        parts = []
        while self._at < len(self._tokens) and not self._is_or() and not self._peek_mark(")}"):
            if (part := self._unary()) is not None:
                parts.append(part)
        return joined(All, parts)

    def _unary(self) -> Node | None:
        is_negated = False
        while self._peek_mark("-"):
            self._at, is_negated = self._at + 1, not is_negated
        if self._at >= len(self._tokens):
            return None
        part = self._atom()
        return Not(part) if part is not None and is_negated else part

    def _atom(self) -> Node | None:
        token = self._tokens[self._at]
        if token.kind == "mark":
            return self._group(token.text) if token.text in "({" else None
        self._at += 1
        operator = OPERATOR.fullmatch(token.text) if token.kind == "word" else None
        if operator and not self._field:
            return self._operator(operator[1])
        return self._leaf(token.text)

    def _group(self, opening: str) -> Node | None:
        self._at += 1
        self._depth += 1
        if self._depth > MAX_DEPTH:
            self._void(f"Brackets can be nested {MAX_DEPTH} deep.")
            self._at = len(self._tokens)
            return None
        part = self._any_of() if opening == "(" else self._braces()
        self._at += self._peek_mark(")" if opening == "(" else "}")
        self._depth -= 1
        return part

    def _braces(self) -> Node | None:
        parts = []
        while self._at < len(self._tokens) and not self._peek_mark(")}"):
            if self._is_or():
                self._at += 1
            elif (part := self._unary()) is not None:
                parts.append(part)
        return joined(Any, parts)

    def _operator(self, typed: str) -> Node | None:
        name = typed.lower()
        value = self._tokens[self._at] if self._at < len(self._tokens) else None
        has_value = value is not None and value.is_glued and value.text not in (")", "}", "-")
        if name not in OPERATORS:
            self.notices.append(f"There is no operator {typed}: it was searched as text.")
            return self._leaf(
                typed + (f" {self._take()}" if has_value and value and value.kind != "mark" else "")
            )
        if not has_value or value is None or value.text == "":
            self._at += bool(has_value)
            return self._void(f"{name}: needs a value, such as {OPERATORS[name].example}.")
        if value.kind == "mark":
            return self._bracketed(name)
        return self._valued(name, self._take())

    def _bracketed(self, name: str) -> Node | None:
        """The value in brackets: words of one field, or values of one operator."""
        self._field = name
        part, self._field = self._atom(), ""
        return part or self._void(f"{name}: needs a value, such as {OPERATORS[name].example}.")

    def _leaf(self, text: str) -> Node | None:
        if self._field:
            return self._valued(self._field, text)
        words = words_of(text)
        return Text(tuple(words)) if words else None

    def _valued(self, name: str, text: str) -> Node | None:
        if name in WORDED:
            words = words_of(text)
            return Text(tuple(words), name) if words else self._void(f"{name}: needs a word.")
        value = text.strip().lower()
        if problem := problem_with(name, value):
            return self._void(problem)
        return Term(name, value)

    def _void(self, notice: str) -> Node | None:
        """Nothing can match: say why."""
        self.notices.append(notice)
        self.is_void = True
        return None

    def _take(self) -> str:
        self._at += 1
        return self._tokens[self._at - 1].text

    def _is_or(self) -> bool:
        return (
            self._at < len(self._tokens)
            and self._tokens[self._at].text == "OR"
            and self._tokens[self._at].kind == "word"
        )

    def _peek_mark(self, marks: str) -> bool:
        if self._at >= len(self._tokens):
            return False
        token = self._tokens[self._at]
        return token.kind == "mark" and token.text in marks


def joined(kind: type[All] | type[Any], parts: "list[Node]") -> Node | None:
    """Several parts as one node; a single one as it is; None without any."""
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else kind(tuple(parts))


def terms(node: Node | None, *, is_negated: bool = False) -> Iterator[tuple[Term | Text, bool]]:
    """The leaves of a tree, each with whether it is negated."""
    if isinstance(node, Not):
        yield from terms(node.part, is_negated=not is_negated)
    elif isinstance(node, All | Any):
        for part in node.parts:
            yield from terms(part, is_negated=is_negated)
    elif node is not None:
        yield node, is_negated
