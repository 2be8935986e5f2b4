"""Which threads a page lists, from its address: a folder, a label, a search. Bulk actions use the same."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

from sqlalchemy import ColumnElement, select

from gristmill.apps.mail.models import Category, Entry, EntryLabel
from gristmill.apps.mail.services.folders import LISTED, in_folder, not_hidden
from gristmill.apps.mail.services.label_tree import LabelNode
from gristmill.apps.mail.services.search.evaluate import Reader, condition
from gristmill.apps.mail.services.search.grammar import Query, parse

NOTICE_KEYS = frozenset(
    {"did", "threads", "select", "undo", "undone", "problem", "sender", "sending", "sent", "discarded"}
)
DEFAULT_PATH = "/inbox"


@dataclass(frozen=True, kw_only=True, slots=True)
class Scope:
    """The threads of a list.

    Attributes:
        view: the folder's key, `label`, or `search`.
        condition: for mails (`Entry`, joined with `Mail` if `reads_mails`); a thread with one is listed.
        label: the label, on its page.
        category: the tab of the inbox.
        query: what was searched for.
    """

    view: str
    condition: ColumnElement[bool]
    reads_mails: bool = False
    label: LabelNode | None = None
    category: str | None = None
    query: Query | None = None


def scope_of(path: str, args: Mapping[str, str], reader: Reader, *, uses_categories: bool) -> Scope | None:
    """The scope of a page; None if it lists no threads."""
    kind, _, rest = path.removeprefix("/").partition("/")
    if kind in LISTED and not rest:
        category = chosen_category(args) if kind == "inbox" and uses_categories else None
        return Scope(view=kind, condition=in_folder(kind, category), category=category)
    if kind == "labels" and rest.isdecimal():
        label = next((each for each in reader.labels if each.id == int(rest)), None)
        return Scope(view="label", condition=with_label(label.id), label=label) if label else None
    if kind == "search" and not rest:
        query = parse(args.get("q", ""))
        return Scope(view="search", condition=condition(query, reader), reads_mails=True, query=query)
    return None


def chosen_category(args: Mapping[str, str]) -> str:
    """The tab of the inbox in an address, else the main one."""
    asked = args.get("category", "")
    return asked if asked in set(Category) else str(Category.MAIN)


def with_label(label_id: int) -> ColumnElement[bool]:
    """Mails with a label, outside of spam and bin."""
    return Entry.id.in_(select(EntryLabel.entry_id).where(EntryLabel.label_id == label_id)) & not_hidden()


@dataclass(frozen=True, kw_only=True, slots=True)
class ListAddress:
    """The address of a list of threads within mail, such as `/inbox?page=2`."""

    path: str
    args: Mapping[str, str]

    @property
    def url(self) -> str:
        """As it is linked to."""
        query = urlencode(self.args)
        return f"{self.path}?{query}" if query else self.path

    def with_args(self, **changes: object) -> str:
        """The address with some parameters changed; None removes one."""
        values = {**self.args, **changes}
        query = urlencode({key: value for key, value in values.items() if value is not None})
        return f"{self.path}?{query}" if query else self.path


def parse_address(text: str) -> ListAddress:
    """The list that a form or link names; the inbox if it names none of mail. Notices are left out."""
    is_path = text.startswith("/") and not text.startswith("//") and text.isprintable()
    parts = urlsplit(text if is_path else DEFAULT_PATH)
    args = {key: value for key, value in parse_qsl(parts.query) if key not in NOTICE_KEYS}
    return ListAddress(path=parts.path, args=args)
