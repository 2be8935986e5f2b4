"""The oracle's moves across apps: it does jobs one after another, and takes back what went wrong."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from gristmill.apps.base import Task, View
from gristmill.apps.chat.models import Channel, Message
from gristmill.apps.chat.tasks.moves import Talker
from gristmill.apps.cross_app.outcome import Say, matched_mails
from gristmill.apps.cross_app.surroundings import digest, is_equal
from gristmill.apps.mail.models import Mail
from gristmill.apps.mail.tasks.letters import Letter
from gristmill.apps.mail.tasks.mail_page import HOST, MailPage
from gristmill.apps.mail.tasks.tidying import tidy
from gristmill.apps.mail.tasks.writing import Wanted, is_right
from gristmill.apps.mail.tasks.writing_moves import (
    Form,
    discard,
    letter_of,
    stray_drafts,
    take_back,
    waiting_mails,
    write,
)
from gristmill.apps.shop.models import CartItem, Order, Variant
from gristmill.apps.shop.tasks.moves import Shopper, find_by_name
from gristmill.apps.shop.tasks.ordering import next_step, orders_after, require_as_asked
from gristmill.apps.shop.tasks.terms import OrderTerms
from gristmill.errors import Unwinnable


@dataclass(frozen=True, kw_only=True, slots=True)
class Buy:
    """An order to place."""

    order: OrderTerms


@dataclass(frozen=True, kw_only=True, slots=True)
class Send:
    """A mail to write."""

    wanted: Wanted
    form: Form


@dataclass(frozen=True, kw_only=True, slots=True)
class Post:
    """A post to make, in these words."""

    say: Say
    text: str


Job = Buy | Send | Post


@dataclass(frozen=True, kw_only=True, slots=True)
class Start:
    """What a task's terms say of the start; see `office.start_state`."""

    account_id: int
    customer_id: int
    newest: list[int]
    last_order_id: int
    cart: list[list[int]]
    surroundings: str
    newest_message: int

    @classmethod
    def of(cls, task: Task) -> "Start":
        """From a task's terms."""
        terms: Any = task.terms
        return cls(**{name: terms[name] for name in cls.__slots__})


def next_job(
    view: View, jobs: Sequence[Job], reading: str | None = None, *, clears: bool = True
) -> str | None:
    """The next action towards these jobs, in their order; None once all are done and nothing else is.

    `reading` is what has to be read before the next one. `clears`: what else was changed is brought back.

    Raises:
        Unwinnable: something else was done that cannot be taken back.
    """
    first = set_right(view, jobs) or reading
    if first:
        return first
    left = [each for each in jobs if not is_done(view, each)]
    if left:
        return do(view, left[0])
    return cleared(view, jobs) if clears else None


def do(view: View, job: Job) -> str:
    """The next action towards one job."""
    match job:
        case Buy():
            return at(view, "shop") or buy(view, job.order)
        case Send():
            return at(view, "mail") or write(MailPage(view), job.form)
        case Post():
            return at(view, "chat") or say(view, job)


def at(view: View, app: str) -> str | None:
    """Go to an app unless its page is open."""
    return None if (urlsplit(view.url).hostname or "").startswith(f"{app}.") else f"switch_app {app}"


def buy(view: View, order: OrderTerms) -> str:
    """The next action towards an order; earlier ones of the same episode do not matter."""
    placed = orders_after(view.db, order.customer_id, order.last_order_id)
    newest = max((each.id for each in placed), default=order.last_order_id)
    variant = view.db.get_one(Variant, order.variant_ids[0])
    return next_step(view, replace(order, last_order_id=newest), variant, find_by_name)


def say(view: View, job: Post) -> str:
    """The next action towards a post."""
    page = Talker(view)
    if job.say.root_id is None:
        there = page.to_channel(view.db.get_one(Channel, job.say.channel_id))
    else:
        there = page.to_thread(job.say.root_id)
    return there or page.say(job.text) or "goto /"


def is_done(view: View, job: Job) -> bool:
    """Whether a job is done as it was asked."""
    match job:
        case Buy():
            return order_placed(view, job.order) is not None
        case Send():
            return any(is_right(job.wanted, each) for each in everything_sent(view))
        case Post():
            return any(job.say.is_right(row_of(each)) for each in Talker(view).own_posts())


def order_placed(view: View, order: OrderTerms) -> Order | None:
    """The order of these terms, if it was placed."""
    placed = orders_after(view.db, order.customer_id, order.last_order_id)
    return next((o for o in placed if any(n.variant_id in order.variant_ids for n in o.lines)), None)


def set_right(view: View, jobs: Sequence[Job]) -> str | None:
    """Take back what was done wrongly.

    Raises:
        Unwinnable: it cannot be taken back.
    """
    require_orders(view, [each.order for each in jobs if isinstance(each, Buy)])
    mails = mend_mails(view, [each.wanted for each in jobs if isinstance(each, Send)])
    if mails:
        return at(view, "mail") or mails
    posts = mend_posts(view, [each.say for each in jobs if isinstance(each, Post)])
    return (at(view, "chat") or posts) if posts else None


def require_orders(view: View, orders: Sequence[OrderTerms]) -> None:
    """Check that nothing was ordered but what was asked for.

    Raises:
        Unwinnable: something else was.
    """
    start = Start.of(view.task)
    placed = orders_after(view.db, start.customer_id, start.last_order_id)
    for each in orders:
        mine = [o for o in placed if any(n.variant_id in each.variant_ids for n in o.lines)]
        if mine:
            require_as_asked(mine, each)
        placed = [o for o in placed if o not in mine]
    if placed:
        raise Unwinnable("Something was ordered that was not asked for.")


def everything_sent(view: View) -> list[Letter]:
    """The mails that were sent since the start, but for notes; those that wait come last."""
    return [*sent_mails(view), *waiting_mails(view, any_mail(view))]


def sent_mails(view: View) -> list[Letter]:
    """What was sent since the start and cannot be taken back."""
    start = Start.of(view.task)
    new = Mail.sender_account_id == start.account_id, Mail.id > start.newest[0]
    notes = list(view.task.briefing.values())
    found = view.db.scalars(
        select(Mail)
        .where(*new, Mail.is_automatic.is_(False))
        .options(selectinload(Mail.recipients), selectinload(Mail.attachments))
    )
    return [letter_of(each) for each in found if not is_note(each, notes)]


def is_note(mail: Mail, subjects: Sequence[Any]) -> bool:
    """Whether a mail is a note that the person has written to themselves."""
    return mail.subject in subjects and [each.email for each in mail.recipients] == [mail.sender_email]


def any_mail(view: View) -> Wanted:
    """What `writing_moves` asks for to find one account's mails and drafts."""
    start = Start.of(view.task)
    return Wanted(account_id=start.account_id, to=[], newest=start.newest)


def mend_mails(view: View, wanted: Sequence[Wanted]) -> str | None:
    """Take back waiting mails that are wrong or double, and discard stray drafts.

    Raises:
        Unwinnable: a wrong mail is on its way.
    """
    page, found = MailPage(view), everything_sent(view)
    right = {
        (letter.number, letter.is_waiting)
        for one, letter in matched_mails(wanted, found)
        if letter is not None and is_right(one, letter)
    }
    wrong = [each for each in found if (each.number, each.is_waiting) not in right]
    if any(not each.is_waiting for each in wrong):
        raise Unwinnable("Another mail was sent.")
    if wrong:
        return take_back(page, wrong[0].number)
    stray = stray_drafts(view, any_mail(view), None)
    return discard(page, stray[0]) if stray else None


def mend_posts(view: View, wanted: Sequence[Say]) -> str | None:
    """Delete a post that is wrong or double."""
    page, left = Talker(view), list(wanted)
    for message in page.own_posts():
        fitting = next((each for each in left if each.is_right(row_of(message))), None)
        if fitting is None:
            return page.delete(message)
        left.remove(fitting)
    return None


def row_of(message: Message) -> dict[str, Any]:
    """A message as verifiers see it, as far as they look."""
    return {"channel_id": message.channel_id, "root_id": message.root_id, "text": message.text}


def cleared(view: View, jobs: Sequence[Job]) -> str | None:
    """Bring mailbox and cart back to how they were; an order has used the cart up, and explains it."""
    if not any(isinstance(each, Buy) for each in jobs) and (action := cart_cleared(view)):
        return at(view, "shop") or action
    start = Start.of(view.task)
    action = tidy(view, start.account_id)
    if action:
        return at(view, "mail") or action
    now = digest(view.db, view.task.person_id, start.customer_id, start.newest_message)
    if not is_equal(start.surroundings, now):
        raise Unwinnable("Something in chat or shop was changed that nobody asked for.")
    return None


def cart_cleared(view: View) -> str | None:
    """Remove what was put into the cart.

    Raises:
        Unwinnable: what lay in it has changed.
    """
    start = Start.of(view.task)
    found = view.db.scalars(
        select(CartItem).where(CartItem.customer_id == start.customer_id).order_by(CartItem.variant_id)
    )
    lines = {each.variant_id: each for each in found}
    before = {variant_id: (quantity, saved) for variant_id, quantity, saved in start.cart}
    new = [each for each in lines.values() if each.variant_id not in before]
    if new and not new[0].is_saved:
        return Shopper(view).remove(new[0])
    if before != {each.variant_id: (each.quantity, each.is_saved) for each in lines.values()}:
        raise Unwinnable("The cart was changed.")
    return None


def read_thread(view: View, thread_id: int, words: str) -> str | None:
    """Open a thread of mails unless it was opened in this episode."""
    page = MailPage(view)
    if page.has_opened(f"/threads/{thread_id}"):
        return None
    return at(view, "mail") or page.to_thread(thread_id, words) or f"goto {HOST}/threads/{thread_id}"


def read_channel(view: View, channel_id: int) -> str | None:
    """Open a channel unless it was opened in this episode."""
    if has_visited(view, "chat", f"/c/{channel_id}"):
        return None
    return at(view, "chat") or Talker(view).to_channel(view.db.get_one(Channel, channel_id)) or "goto /"


def read_chat_thread(view: View, message: Message) -> str | None:
    """Open the thread of a message unless it was opened in this episode."""
    if has_visited(view, "chat", f"/t/{message.id}"):
        return None
    channel = view.db.get_one(Channel, message.channel_id)
    page = Talker(view)
    if page.path == f"/t/{message.id}":
        return None
    found = page.follow(f"/t/{message.id}") or page.to_channel(channel)
    return at(view, "chat") or found or page.to_thread(message.id)


def has_visited(view: View, app: str, path: str) -> bool:
    """Whether a page of an app was opened in this episode, whatever its query."""
    parts = map(urlsplit, view.visited)
    return any(each.hostname == f"{app}.test" and each.path == path for each in parts)
