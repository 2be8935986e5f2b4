"""How texts are addressed, titled, quoted and chosen, and what kinds of files there are."""

import re
from collections.abc import Collection, Mapping

from gristmill.apps.stories.acts import Address, MailAct
from gristmill.apps.stories.company import Staff
from gristmill.apps.stories.voices import EXACT, LOWERCASE
from gristmill.errors import PluginError

CALLING_LAST = (3, 9, 10)  # voices that say first what they want, then from whom
Variant = str | tuple[Collection[int], str]


def address_of(person: Staff | Address, *, private: bool = False) -> Address:
    """The address that somebody writes from or is written to."""
    if isinstance(person, Address):
        return person
    email = person.private_email if private else person.email
    return Address(name=person.name, email=email, person_id=person.id)


def suits(variant: Variant, voice: int) -> bool:
    """Whether a voice would say it so."""
    if isinstance(variant, str):
        return not variant[:1].islower() or voice in LOWERCASE
    return voice in variant[0]


def is_own(variant: Variant) -> str:
    """The text of a variant that only some voices would say; empty if any would."""
    if isinstance(variant, str):
        return variant if variant[:1].islower() else ""
    return variant[1]


def reply_subject(parent: MailAct | None, *, is_forward: bool = False) -> str:
    """The subject of an answer: the parent's with one `Re:` or `Fwd:`."""
    if parent is None:
        return ""
    base = re.sub(r"^((Re|Fwd): )+", "", parent.subject)
    return f"{'Fwd' if is_forward else 'Re'}: {base}"


def depth_of(act: MailAct) -> int:
    """How many mails come before this one in its thread."""
    depth, parent = 0, act.parent
    while parent is not None:
        depth, parent = depth + 1, parent.parent
    return depth


def quoted(text: str, how: str) -> str:
    """What of a parent's text is quoted: nothing, its last sentence, or all of it."""
    if how == "none":
        return ""
    if how == "whole":
        return text
    return re.split(r"(?<=[.?!])\s+", text.strip())[-1]


def mentioning(text: str, person: Staff, voice: int) -> str:
    """A chat message that mentions whom it is for, where this voice would: in front, or at the end."""
    if voice in CALLING_LAST:
        return f"{text} {person.handle}"
    return f"{person.handle}{':' if voice in EXACT else ''} {text}"


def media_type(name: str) -> str:
    """The media type of a file by its ending.

    Raises:
        PluginError: the ending is unknown.
    """
    ending = name.rpartition(".")[2].lower()
    if ending not in MEDIA_TYPES:
        raise PluginError(f"Unknown kind of file: {name!r}. Known: {', '.join(MEDIA_TYPES)}.")
    return MEDIA_TYPES[ending]


MEDIA_TYPES: Mapping[str, str] = {
    "txt": "text/plain", "csv": "text/csv", "md": "text/markdown", "svg": "image/svg+xml", "png": "image/png",
}  # fmt: skip
