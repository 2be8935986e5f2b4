"""Finds the people whom parts of names in a field may mean, for several recipients at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from gristmill.apps.kit.forms import FormError
from gristmill.apps.mail.services.addresses import Mailbox, split_field
from gristmill.apps.mail.services.recipients import FIELDS, known_names, problem_of, suggestions
from gristmill.apps.mail.services.search.words import words_of

MOST_FOUND = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class Unclear:
    """A recipient as typed who is nobody known; `found` are those whom it may mean."""

    field: str
    place: int
    typed: str
    found: Sequence[Mailbox]

    def choice(self, mailbox: Mailbox) -> str:
        """The value of the button that puts somebody in its place."""
        return f"{self.field} {self.place} {mailbox.email}"


def unclear(db: Session, account_id: int, texts: Mapping[str, str]) -> list[Unclear]:
    """The recipients in some fields that are neither addresses nor known names."""
    parts = {field: split_field(text) for field, text in texts.items()}
    if not any(parts.values()):
        return []
    names, people = known_names(db, account_id), suggestions(db, account_id)
    return [
        Unclear(field=field, place=place, typed=part, found=matching(people, part))
        for field, found in parts.items()
        for place, part in enumerate(found)
        if problem_of(part, names)
    ]


def matching(people: Sequence[Mailbox], part: str) -> list[Mailbox]:
    """The people in whose name or address each word of a text begins a word."""
    asked = words_of(part)
    known = ((each, words_of(f"{each.name} {each.email}")) for each in people)
    fits = [each for each, words in known if all(any(w.startswith(a) for w in words) for a in asked)]
    return fits[:MOST_FOUND] if asked else []


def require_typed(texts: Mapping[str, str]) -> None:
    """Check that there is something to look up in some fields.

    Raises:
        FormError: all of them are empty.
    """
    if any(map(split_field, texts.values())):
        return
    *others, last = (FIELDS.get(field, field.title()) for field in texts)
    titles = f"{', '.join(others)} or {last}" if others else last
    raise FormError({next(iter(texts)): f"Type a name in {titles} first."})


def completed(db: Session, account_id: int, texts: Mapping[str, str]) -> dict[str, str]:
    """The fields, in which each part that can mean only one person has become that person.

    Raises:
        FormError: all of them are empty.
    """
    require_typed(texts)
    texts = dict(texts)
    for each in unclear(db, account_id, texts):
        if len(each.found) == 1:
            texts[each.field] = replaced(texts[each.field], each.place, each.found[0])
    return texts


def chosen(db: Session, account_id: int, texts: Mapping[str, str], choice: str) -> dict[str, str]:
    """The fields with the person of a button in place of what was typed; unchanged if it offers nobody."""
    for each in unclear(db, account_id, texts):
        for mailbox in each.found:
            if each.choice(mailbox) == choice:
                return {**texts, each.field: replaced(texts[each.field], each.place, mailbox)}
    return dict(texts)


def looked_up(db: Session, account_id: int, field: str, form: MultiDict[str, str]) -> dict[str, str]:
    """A form's field with its names completed, with the ticked people, or with a chosen person.

    Raises:
        FormError: names are to be completed, and there are none.
    """
    texts = {field: form.get(field, "")}
    if "choice" in form:
        return chosen(db, account_id, texts, form["choice"])
    if form.get("do") == "add":
        return {field: with_people(texts[field], form.getlist("person"))}
    return completed(db, account_id, texts)


def replaced(text: str, place: int, mailbox: Mailbox) -> str:
    """A field in which one recipient is somebody else."""
    parts = split_field(text)
    parts[place] = str(mailbox)
    return ", ".join(parts)


def with_people(text: str, people: Sequence[str]) -> str:
    """A field with more people behind those who are in it."""
    before = text.strip().rstrip(",; ")
    return ", ".join([*([before] if before else []), *people])
