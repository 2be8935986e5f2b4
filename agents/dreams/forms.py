"""Addresses that forms lead to, with the values of another page."""

from collections import Counter
from collections.abc import Sequence
from urllib.parse import parse_qsl, urlencode, urlunsplit

from gristmill.agents.dreams.addresses import split
from gristmill.agents.dreams.cases import Case
from gristmill.agents.dreams.retrieval import entered
from gristmill.agents.dreams.skeletons import TAG, Context
from gristmill.agents.dreams.slots import Slots


def asked_address(case: Case, others: Sequence[Case], ours: Slots) -> str:
    """The address to which a form led elsewhere, with the values of this page.

    Args:
        case: whose address it is.
        others: steps of the same kind, by which parts of the query are traced to slots.
        ours: slots of this page.
    """
    parts, context = split(case.after.url), Context(ours)
    query = []
    for key, value in parse_qsl(parts.query, keep_blank_values=True):
        tag = source_of(key, others)
        query.append((key, value if tag is None else context.value(tag) or ""))
    return urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(query), ""))


def source_of(key: str, cases: Sequence[Case]) -> str | None:
    """The tag of the slot that is mostly copied to a part of the query; None if there is none."""
    found: Counter[str] = Counter()
    for case in cases:
        value = dict(parse_qsl(split(case.after.url).query)).get(key, "")
        if value and case.grounded is not None:
            tags = TAG.fullmatch(Context(entered(case.grounded.slots)).skeleton(value))
            found.update([tags[1]] if tags else [])
    return found.most_common(1)[0][0] if found else None


def moved(url: str, theirs: Context, ours: Context) -> str:
    """An address with the slots of another context; its query stays."""
    parts = split(url)
    path = ours.rendered(theirs.skeleton(parts.path)) or parts.path
    return urlunsplit((parts.scheme, parts.netloc, path, parts.query, ""))
