"""What an episode across apps has to leave behind: orders, mails and posts, each once, and nothing else."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, TypeVar

from gristmill.apps.base import Json
from gristmill.apps.chat.tasks.verdicts import posted, posts
from gristmill.apps.mail.tasks.facts import Fact, FactKind, says
from gristmill.apps.mail.tasks.letters import Letter, letters, sending_changes
from gristmill.apps.mail.tasks.writing import Wanted, letter_checks, no_draft_left, none_sent
from gristmill.apps.shop.models import Delivery
from gristmill.apps.shop.tasks.order_verdicts import nothing_ordered
from gristmill.apps.shop.tasks.terms import OrderTerms
from gristmill.apps.shop.tasks.verdicts import bought, order_details, ordering_changes, paid_in_full
from gristmill.snapshots.diff import Row
from gristmill.verifiers.base import Check, Evidence, Verdict, verdict
from gristmill.verifiers.checks import Allowance, check, nothing_else_changed, term, trap
from gristmill.verifiers.rows import RowView, named

T = TypeVar("T")
Facts = list[list[str]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Say:
    """A post in a channel or (with `root_id`) a thread: facts that it must tell, and must not."""

    channel_id: int
    root_id: int | None = None
    facts: Facts = field(default_factory=list)
    banned: Facts = field(default_factory=list)

    def to_json(self) -> dict[str, Json]:
        """As a part of a task's terms."""
        return asdict(self)

    @classmethod
    def of(cls, terms: Any) -> "Say":
        """From a task's terms."""
        return cls(**terms)

    def is_right(self, row: Row) -> bool:
        """Whether a post is as it is wanted."""
        return all(each.passed for each in post_checks(self, row))


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """Everything that one person's episode has to leave behind; people and accounts have the same ids."""

    person_id: int
    orders: Sequence[OrderTerms] = ()
    mails: Sequence[Wanted] = ()
    posts: Sequence[Say] = ()


def outcome_verdict(
    outcome: Outcome, evidence: Evidence, *more: Check, also: Sequence[Allowance] = ()
) -> Verdict:
    """Check that exactly these orders, mails and posts were made, and that nothing else changed.

    `also` are changes that the task permits besides.
    """
    orders, mails, made = (
        order_part(outcome, evidence),
        mail_part(outcome, evidence),
        post_part(outcome, evidence),
    )
    allowed = (*orders[1], *mails[1], *made[1], *also)
    return verdict(
        *orders[0], *mails[0], *made[0], *more, nothing_else_changed(evidence, *allowed)
    )  # fmt: skip


Part = tuple[list[Check], list[Allowance]]


def order_part(outcome: Outcome, evidence: Evidence) -> Part:
    """The checks of orders, and what they change."""
    placed = [RowView(each.after or {}) for each in evidence.diff.inserted("shop_order")]
    if not outcome.orders:
        return [nothing_ordered(evidence)], []
    count = len(outcome.orders)
    checks = [
        check("everything ordered", len(placed) >= count, f"new orders: {len(placed)}"),
        trap("no second order", len(placed) <= count, f"new orders: {len(placed)}"),
    ]
    allowed: list[Allowance] = []
    pairs = matched(outcome.orders, placed, lambda terms, order: fits_order(terms, evidence, order))
    for place, (terms, order) in enumerate(pairs, 1):
        order = order or RowView()
        line = only_line(evidence, order)
        prefix = f"order {place}: " if count > 1 else ""
        checks += renamed(prefix, order_checks(terms, evidence, order, line))
        allowed += ordering_changes(terms, evidence, order, line) if order else ()
    return checks, allowed


def fits_order(terms: OrderTerms, evidence: Evidence, order: RowView) -> int:
    """How many checks of an order pass; the goods come first."""
    line = only_line(evidence, order)
    is_it = line.get("variant_id") in terms.variant_ids
    return 100 * is_it + sum(each.passed for each in order_checks(terms, evidence, order, line))


def only_line(evidence: Evidence, order: RowView) -> RowView:
    """The line of a new order, if it is the only one."""
    rows = (each.after or {} for each in evidence.diff.inserted("shop_order_line"))
    found = [row for row in rows if order and row["order_id"] == order.get("id")]
    return RowView(found[0] if len(found) == 1 else {})


def order_checks(terms: OrderTerms, evidence: Evidence, order: RowView, line: RowView) -> list[Check]:
    """The checks of one order."""
    return [
        check("product and options", line.get("variant_id") in terms.variant_ids, bought(line)),
        term("quantity", terms.quantity, line.get("quantity")),
        term("customer", terms.customer_id, order.get("customer_id")),
        named(evidence, "address", "shop_address", "label", terms.address_id, order.get("address_id")),
        term("delivery", Delivery(terms.delivery).name, order.get("delivery")),
        named(evidence, "card", "shop_card", "last4", terms.card_id, order.get("card_id")),
        *paid_in_full(evidence, order, line),
        order_details(evidence, order, line),
    ]


def numbers_of(evidence: Evidence, orders: Sequence[OrderTerms]) -> list[str]:
    """The number of each order that was asked for; empty for those that were not placed."""
    placed = [RowView(each.after or {}) for each in evidence.diff.inserted("shop_order")]
    pairs = matched(orders, placed, lambda terms, order: fits_order(terms, evidence, order))
    return [order.text("number") if order else "" for _, order in pairs]


def mail_part(outcome: Outcome, evidence: Evidence) -> Part:
    """The checks of mails, and what they change."""
    if not outcome.mails:
        return [none_sent(evidence, outcome.person_id)], []
    found, count = letters(evidence, outcome.person_id), len(outcome.mails)
    checks = [
        check("one mail sent" if count == 1 else f"{count} mails sent", len(found) == count, f"{len(found)}")
    ]
    for place, (wanted, letter) in enumerate(matched_mails(outcome.mails, found), 1):
        prefix = f"mail {place}: " if count > 1 else ""
        checks += renamed(prefix, letter_checks(wanted, [letter] if letter else []))
    checks.append(no_draft_left(evidence))
    return checks, list(sending_changes(evidence, outcome.person_id, found))


def matched_mails(wanted: Sequence[Wanted], found: Sequence[Letter]) -> list[tuple[Wanted, Letter | None]]:
    """For each mail that is wanted the one that fits it best."""
    return matched(
        wanted, found, lambda one, letter: sum(each.passed for each in letter_checks(one, [letter]))
    )


def post_part(outcome: Outcome, evidence: Evidence) -> Part:
    """The checks of posts, and what they change."""
    rows, count = posted(evidence), len(outcome.posts)
    allowed = posts(outcome.person_id)[1:]
    detail = f"posts: {len(rows)}"
    if not count:
        return [trap("nothing was posted", not rows, detail)], list(allowed)
    checks = [
        check("one message posted" if count == 1 else f"{count} messages posted", len(rows) == count, detail)
    ]
    for place, (say, row) in enumerate(matched(outcome.posts, rows, fits_post), 1):
        prefix = f"post {place}: " if count > 1 else ""
        checks += renamed(prefix, post_checks(say, row or {}))
        own = posts(outcome.person_id, channel_id=say.channel_id, root_id=say.root_id)
        allowed = (own[0], *allowed)
    return checks, list(allowed)


def fits_post(say: Say, row: Row) -> int:
    """How many checks of a post pass."""
    return sum(each.passed for each in post_checks(say, row))


def post_checks(say: Say, row: Row) -> list[Check]:
    """The checks of one post."""
    view = RowView(row)
    text, in_channel = view.text("text"), view.get("channel_id") == say.channel_id
    place = "in the channel" if say.root_id is None else "in the thread"
    checks = [check(place, bool(view) and in_channel and view.get("root_id") == say.root_id)]
    for fact in map(Fact.of, say.facts):
        checks.append(check(f"posts {fact}", says(text, fact), text[:80] or "no text"))
    for fact in map(Fact.of, say.banned):
        checks.append(trap(f"does not post {fact}", not says(text, fact)))
    return checks


def matched(
    wanted: Sequence[T], found: Sequence[Any], score: Callable[[T, Any], int]
) -> list[tuple[T, Any | None]]:
    """Pair each of `wanted` with the best of `found` that is left; the best pairs first."""
    left, pairs = list(range(len(found))), dict[int, int]()
    scores = {(i, k): score(one, each) for i, one in enumerate(wanted) for k, each in enumerate(found)}
    for i, k in sorted(scores, key=lambda pair: (-scores[pair], pair)):
        if i not in pairs and k in left:
            pairs[i] = k
            left.remove(k)
    return [(one, found[pairs[i]] if i in pairs else None) for i, one in enumerate(wanted)]


def renamed(prefix: str, checks: Iterable[Check]) -> list[Check]:
    """Checks with a prefix to their names."""
    return [replace(each, name=prefix + each.name) for each in checks]


def number_fact(number: str) -> list[str]:
    """The number of an order as a fact; of one that does not exist, words that nobody says."""
    return [FactKind.CODE.value, number or "MW-none"]
