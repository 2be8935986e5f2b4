"""Mail addresses: their parsing (RFC 5322 in its common forms), comparison and display."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

MAX_LENGTH = 254
LOCAL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
HOST = r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+"
ENDINGS = ("test", "example", "invalid")
EMAIL = re.compile(rf"({LOCAL})@({HOST}(?:{'|'.join(ENDINGS)}))", re.IGNORECASE)
SPECIALS = re.compile(r'[()<>\[\]:;@\\,."]')


@dataclass(frozen=True, kw_only=True, slots=True)
class Mailbox:
    """Somebody's name (possibly empty) and address, in lower case."""

    name: str = ""
    email: str

    def __str__(self) -> str:
        """As it is written in a field: `Ada Park <ada@wherrymoor.test>`."""
        if not self.name:
            return self.email
        if not SPECIALS.search(self.name):
            return f"{self.name} <{self.email}>"
        escaped = self.name.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}" <{self.email}>'


def is_email(text: str) -> bool:
    """Whether a text is an address of this world: under `.test`, `.example` or `.invalid` (RFC 2606)."""
    found = EMAIL.fullmatch(text)
    return found is not None and len(text) <= MAX_LENGTH and len(found[1]) <= 64


def domain_of(email: str) -> str:
    """The part of an address after the at sign."""
    return email.rpartition("@")[2]


def normal(email: str) -> str:
    """An address as it is stored and compared."""
    return email.strip().lower()


def parse_mailbox(text: str) -> Mailbox | None:
    """Parse one recipient: an address, `Name <address>` or `"Name" <address>`; None if malformed."""
    text = text.strip()
    if text.endswith(">") and "<" in text:
        name, _, email = text[:-1].rpartition("<")
        return Mailbox(name=unquoted(name.strip()), email=normal(email)) if is_email(email.strip()) else None
    return Mailbox(email=normal(text)) if is_email(text) else None


def unquoted(name: str) -> str:
    """A display name without quotes and escapes."""
    if len(name) >= 2 and name[0] == name[-1] == '"':
        name = re.sub(r"\\(.)", r"\1", name[1:-1])
    return " ".join(name.split())


def split_field(text: str) -> list[str]:
    """The recipients of a field: separated by commas, semicolons or line ends outside of quotes."""
    parts, part, is_quoted, depth, is_escaped = [], "", False, 0, False
    for char in text:
        if is_escaped:
            is_escaped = False
        elif char == "\\" and is_quoted:
            is_escaped = True
        elif char == '"':
            is_quoted = not is_quoted
        elif not is_quoted:
            depth += (char == "<") - (char == ">")
            if char in ",;\n" and depth <= 0:
                parts.append(part)
                part, depth = "", 0
                continue
        part += char
    return [each.strip() for each in [*parts, part] if each.strip()]


def joined(mailboxes: Iterable[Mailbox]) -> str:
    """Recipients as a field holds them."""
    return ", ".join(str(each) for each in mailboxes)


def without(mailboxes: Iterable[Mailbox], *others: Iterable[str]) -> tuple[Mailbox, ...]:
    """Each address once, case ignored, and none of `others`."""
    taken = {normal(email) for group in others for email in group}
    kept: list[Mailbox] = []
    for each in mailboxes:
        if normal(each.email) not in taken:
            taken.add(normal(each.email))
            kept.append(each)
    return tuple(kept)


def emails(mailboxes: Sequence[Mailbox]) -> list[str]:
    """The addresses alone."""
    return [each.email for each in mailboxes]
