"""The operators of mail search, in one table: the parser, the evaluation and the help page read it."""

from collections.abc import Collection
from dataclasses import dataclass

from gristmill.apps.mail.models import Category

FOLDERS = ("inbox", "sent", "drafts", "archive", "spam", "bin", "snoozed", "anywhere")
STATES = ("unread", "read", "starred", "important", "muted")
FEATURES = ("attachment", "userlabels", "nouserlabels")


@dataclass(frozen=True, kw_only=True, slots=True)
class Operator:
    """An operator of the grammar.

    Attributes:
        value: what its value is, in words.
        says: what mails it finds.
        example: a query.
        values: all that it takes; empty if it takes words, dates, ages or sizes.
    """

    name: str
    value: str
    says: str
    example: str
    values: Collection[str] = ()


OPERATORS = {
    each.name: each
    for each in (
        Operator(
            name="from",
            value="name or address",
            says="Mails by this sender; me for yourself",
            example="from:ada",
        ),
        Operator(
            name="to",
            value="name or address",
            says="Mails to them; me for yourself",
            example="to:(ben OR cleo)",
        ),
        Operator(name="cc", value="name or address", says="Mails with a copy to them", example="cc:me"),
        Operator(
            name="bcc",
            value="name or address",
            says="Your own mails with a hidden copy to them",
            example="bcc:ben",
        ),
        Operator(
            name="subject",
            value="words",
            says="Mails with these words in the subject",
            example="subject:(lift repair)",
        ),
        Operator(
            name="label",
            value="label",
            says="Mails with this label; a nested one by its name or in full",
            example="label:receipts",
        ),
        Operator(
            name="category",
            value="category",
            says="Mails on this tab of the inbox",
            example="category:offers",
            values=tuple(map(str, Category)),
        ),
        Operator(
            name="in",
            value="folder",
            says="Mails in this folder; anywhere includes spam and bin",
            example="in:archive",
            values=FOLDERS,
        ),
        Operator(name="is", value="state", says="Mails in this state", example="is:unread", values=STATES),
        Operator(
            name="has",
            value="feature",
            says="Mails with files, with labels or without labels",
            example="has:attachment",
            values=FEATURES,
        ),
        Operator(
            name="filename", value="name or ending", says="Mails with such a file", example="filename:csv"
        ),
        Operator(name="before", value="day", says="Mails before this day", example="before:2031/03/01"),
        Operator(name="after", value="day", says="Mails of this day and later", example="after:2031-02-24"),
        Operator(
            name="older_than", value="age in d, m or y", says="Mails older than this", example="older_than:3d"
        ),
        Operator(
            name="newer_than", value="age in d, m or y", says="Mails of this time", example="newer_than:2m"
        ),
        Operator(
            name="larger", value="size in bytes, k or m", says="Mails larger than this", example="larger:20k"
        ),
        Operator(
            name="smaller",
            value="size in bytes, k or m",
            says="Mails smaller than this",
            example="smaller:2k",
        ),
        Operator(
            name="rfc822msgid",
            value="message id",
            says="The mail with this id",
            example="rfc822msgid:12.095028@wherrymoor.test",
        ),
    )
}
WORDED = frozenset({"from", "to", "cc", "bcc", "subject", "filename", "label"})
"""Operators whose value may be several words in brackets."""

SHAPES = (
    ("lift repair", "Mails that contain both words"),
    ('"lift repair"', "Mails with these words next to each other"),
    ("lift OR stairs", "Mails with either; brackets show what belongs together: (lift OR stairs) repair"),
    ("{lift stairs}", "The same as (lift OR stairs)"),
    ("-repair", "Mails without the next word, phrase, operator or bracket"),
    ("from:(ada OR ben) -is:read", "Operators combine with words and with each other"),
)
"""Examples of everything but operators, with what they find."""
