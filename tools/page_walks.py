"""How the pages behind forms are reached, and which pages a contact sheet shows once more."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """Something done to the first control of a role whose name begins so: pressed, or given a text."""

    role: str
    name: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Walk:
    """Steps from a kind of page."""

    start: str
    steps: tuple[Step, ...]


def walk(start: str, *steps: tuple[str, ...]) -> Walk:
    """A walk whose steps are given as role, name and text."""
    return Walk(start, tuple(Step(*each) for each in steps))


WITHOUT_PAGES = frozenset({
    "static", "leave", "picture", "content", "start", "leave_refused_form", "leave_refused_product",
})  # fmt: skip
"""Endpoints that answer with a file or a redirect."""

STARTS = ("http://mail.test/search?q=has:attachment", "http://chat.test/search?q=has:file")
"""Where links are followed from, beside the apps' home pages."""

WALKS = {
    "shop.test cart.show": walk("shop.test product.show", ("button", "Add to cart")),
    "shop.test checkout.address": walk("shop.test cart.show", ("link", "Proceed to checkout")),
    "shop.test checkout.delivery": walk("shop.test checkout.address", ("button", "Deliver to this address")),
    "shop.test checkout.payment": walk("shop.test checkout.delivery", ("button", "Continue to payment")),
    "shop.test checkout.review": walk("shop.test checkout.payment", ("button", "Continue to review")),
    "shop.test checkout.done": walk("shop.test checkout.review", ("button", "Place order")),
    "shop.test looking.compare": walk("shop.test product.show", ("button", "Compare")),
    "mail.test actions.choose_time": walk(
        "mail.test lists.front",
        ("checkbox", "Select: "),
        ("generic", "Snooze"),
        ("combobox", "Snooze until", "Another time"),
        ("button", "Snooze"),
    ),
    "mail.test actions.ask_to_delete": walk(
        "mail.test lists.front",
        ("checkbox", "Select: "),
        ("button", "Report spam"),
        ("link", "Spam"),
        ("checkbox", "Select: "),
        ("button", "Delete for ever"),
    ),
    "mail.test outbox.show": walk(
        "mail.test compose.new",
        ("combobox", "To", "office@brightwaterharbour.test"),
        ("textbox", "Subject", "The second delivery"),
        ("textbox", "Text", "Could it come on Thursday, before noon?"),
        ("button", "Send"),
        ("link", "Scheduled"),
        ("link", ".*The second delivery"),
    ),
    "mail.test rules.edit_filter": walk(
        "mail.test rules.new_filter",
        ("textbox", "From", "millrace"),
        ("checkbox", "Star it"),
        ("button", "Save filter"),
        ("link", "Edit"),
    ),
    "mail.test rules.ask_to_apply": walk(
        "mail.test rules.edit_filter", ("link", "Cancel"), ("link", "Apply")
    ),
    "mail.test agenda.show": walk(
        "mail.test agenda.new",
        ("textbox", "Title", "Two chairs for the Loft"),
        ("button", "Create and invite"),
    ),
    "mail.test agenda.edit": walk("mail.test agenda.show", ("link", "Change")),
    "mail.test agenda.ask": walk("mail.test agenda.show", ("link", "Cancel")),
    "mail.test agenda.week": walk("mail.test agenda.show", ("link", "Agenda")),
    "chat.test attaching.choose": walk("chat.test conversation.show", ("button", "Attach a file")),
    "chat.test message.delete": walk(
        "chat.test browse.new",
        ("textbox", "Name", "ladders"),
        ("button", "Create"),
        ("textbox", "Message", "I can bring the second ladder."),
        ("button", "Send"),
        ("link", "More"),
        ("link", "Delete"),
    ),
}
"""By kind of page: how it is reached. A later walk may start where an earlier one ends."""

PHONE_PAGES = {
    "shop": (
        "home.front", "search.department", "product.show", "cart.show", "checkout.payment", "orders.track",
        "wishes.show",
    ),
    "mail": (
        "lists.front", "threads.show", "compose.new", "agenda.week", "contacts.index", "rules.filters",
        "settings.show",
    ),
    "chat": (
        "home.show", "conversation.show", "thread.show", "message.show", "people.index", "search.show",
        "browse.new",
    ),
}  # fmt: skip
"""By app: the pages that a sheet shows once more in a phone's window."""

DARK_PAGES = {
    "shop": ("home.front", "search.department", "product.show", "checkout.review", "orders.show"),
    "mail": ("lists.front", "threads.show", "compose.new", "agenda.week", "contacts.show"),
    "chat": ("home.show", "conversation.show", "thread.show", "people.show", "own.show"),
}
"""By app: the pages that a sheet shows once more in a dark skin."""
