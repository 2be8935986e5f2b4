"""Families across Hallstead and other apps, which they know by their pages and rows alone."""

import re
from dataclasses import replace
from datetime import date
from typing import Any

from gristmill import Evidence, Level, Person, Task, TaskRegistry, Verdict, View, World, verdict
from gristmill.apps.kit import (
    OraclePage,
    RowView,
    Sampler,
    Unwinnable,
    check,
    inserts,
    nothing_else_changed,
    trap,
)
from gristmill.snapshots.diff import Row
from numpy.random import Generator
from sqlalchemy import text

from gristmill_venues.models import Status
from gristmill_venues.tasks import drawing
from gristmill_venues.tasks.book import BOOKINGS, BookingFamily
from gristmill_venues.tasks.verdicts import booking_changes, one_booking, taken_day

TASKS = TaskRegistry("venues-across")
TELLS = {
    "train": (
        "Then post the booking's number in #{channel} on Natterbeck.",
        "Afterwards tell #{channel} on Natterbeck the number of the booking.",
        "When it is booked, write its number into the channel #{channel} on Natterbeck.",
        "Finally, let #{channel} on Natterbeck have the number of the booking.",
    ),
    "test": (
        "#{channel} on Natterbeck is to read the booking's number then.",
        "Once that is done, #{channel} on Natterbeck needs the number of the booking.",
        "Give the number of the booking to #{channel} on Natterbeck.",
    ),
}
WISHES = {
    "train": (
        "{sender} has mailed me what to book at Hallstead. Book it firmly, by what holds now.",
        "Book at Hallstead what {sender} asks for by mail, deposit included; mind that it may have changed.",
        "In my mailbox {sender} says which venue we need, and when. Make that booking, deposit included, as it "
        "stands now.",
        "Please do the Hallstead booking that {sender} wrote to me about, by the latest of the mails.",
    ),
    "test": (
        "{sender}'s mails say what has to be booked at Hallstead. Do it, deposit included; the newest word counts.",
        "See to the venue that {sender} wants, by what my mails say last: booked, with the deposit paid.",
        "Look up in my mail what {sender} needs from Hallstead and book exactly that.",
    ),
}
SUBJECTS = ("A room for us", "Venue", "Our day out", "Spring meeting", "Place for the party")
NUMBER = re.compile(r"HS-\d{4,6}")
SEND = re.compile("Send|Post|Say it")
CHANNELS = (
    "SELECT c.id, c.name FROM chat_channel c JOIN chat_membership m ON m.channel_id = c.id "
    "WHERE m.person_id = :person AND c.kind = 'public' AND c.archived_at IS NULL "
    "AND c.name != 'announcements' ORDER BY c.name"
)
POSTED = (
    "SELECT id, channel_id, text FROM chat_message "
    "WHERE author_id = :person AND id > :newest AND deleted_at IS NULL ORDER BY id"
)
PLAIN = {"is_broadcast": 0, "is_automatic": 0, "pinned_at": None, "pinned_by_id": None, "forwarded_id": None}
ENTRY = (
    "SELECT e.thread_id FROM mail_entry e JOIN mail_account a ON a.id = e.account_id "
    "JOIN mail_message m ON m.id = e.message_id "
    "WHERE a.person_id = :person AND m.subject = :subject ORDER BY e.id DESC"
)


class AcrossFamily(BookingFamily):
    """A firm booking on a free day, and something in another app."""

    wordings, status, button = BOOKINGS, Status.CONFIRMED, "Book and pay the deposit"

    def draw_free(self, world: World, rng: Generator, asked: dict[str, Any]) -> Task:
        """A booking task that can be done."""
        while True:
            task = BookingFamily.draw(self, world, rng, **asked)
            if task.terms["is_free"]:
                return task

    def booked(self, task: Task, evidence: Evidence) -> tuple[tuple[Any, ...], RowView]:
        """The checks of the booking, and its row."""
        expected = {name: task.terms[name] for name in ("day", "guests", "catering")}
        expected |= {"person_id": task.person_id, "status": str(self.status)}
        return one_booking(evidence, expected, [task.terms["venue_id"]])


@TASKS.add(
    "Venues-BookAndPost-v0", tags=("booking", "cross-app"), max_steps=60, level=Level.HARD,
    apps=("chat", "venues"), axes=("brief",),
)  # fmt: skip
class BookAndPost(AcrossFamily):
    """Book a venue, and post the booking's number in a channel of the chat."""

    def draw(self, world: World, rng: Generator, *, seed: int, split: str, wordings: str) -> Task:
        """One of the signed-in person's channels; only people who are in some."""
        sampler, asked = Sampler(rng), {"seed": seed, "split": split, "wordings": wordings}
        while True:
            task = self.draw_free(world, rng, asked)
            channels = world.db.execute(text(CHANNELS), {"person": task.person_id}).all()
            if channels:
                break
        channel_id, name = sampler.pick(channels)
        newest = world.db.execute(text("SELECT max(id) FROM chat_message")).scalar()
        terms = {**task.terms, "channel_id": channel_id, "channel": name, "newest": newest}
        goal = f"{task.goal} {sampler.pick(TELLS[wordings]).format(channel=name)}"
        return replace(task, goal=goal, terms=terms)

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        """Check for the booking, and for one post in the channel with its number and no other."""
        checks, row = self.booked(task, evidence)
        posts = [RowView(each.after or {}) for each in evidence.diff.inserted("chat_message")]
        kept = [post for post in posts if post.get("deleted_at") is None]
        post = kept[0] if len(kept) == 1 else RowView()
        own = {"author_id": task.person_id}
        return verdict(
            *checks,
            taken_day(evidence, task.terms["venue_id"], task.terms["day"]),
            check("one message posted", len(kept) == 1, f"{len(kept)} messages"),
            check("in the channel", post.get("channel_id") == task.terms["channel_id"]),
            check("the booking's number", set(NUMBER.findall(post.text("text"))) == {row.text("number")}),
            trap("not in a thread", post.get("root_id") is None),
            nothing_else_changed(
                evidence, *booking_changes(row, task.person_id),
                inserts("chat_message", {**PLAIN, **own, "channel_id": task.terms["channel_id"]}, at_most=1),
                inserts("chat_message", lambda each: each["author_id"] == task.person_id and withdrawn(each)),
            ),
        )  # fmt: skip

    def oracle(self, view: View) -> str:
        """Book, then write to the channel."""
        page, terms = OraclePage(view), view.task.terms
        posted = view.db.execute(text(POSTED), {"person": view.task.person_id, "newest": terms["newest"]}).all()
        step = super().oracle(view) if "//venues.test" in view.url else None
        made = made_by(view)
        if posted:
            if len(posted) > 1 or not made or posted[0][1] != terms["channel_id"] or made not in posted[0][2]:
                raise Unwinnable("Something else was posted.")
            return "done"
        if not made:
            return step or "switch_app venues"
        if "//chat.test" not in view.url:
            return "switch_app chat"
        if page.path != f"/c/{terms['channel_id']}":
            name = re.compile(rf"{re.escape(str(terms['channel']))}( \(unread\)| \d+ new)?")
            return page.click("link", name) or f"goto /c/{terms['channel_id']}"
        filled = page.fill("textbox", re.compile("Message .*"), f"Booked: {made}")
        return filled or page.click("button", SEND) or "goto /"


def withdrawn(message: Row) -> bool:
    """Whether a message was deleted again by its author, which is as if it had not been posted."""
    return message["deleted_at"] is not None


def made_by(view: View) -> str | None:
    """The number of the booking that was made in this episode."""
    own = {"person": view.task.person_id, "last": view.task.terms["last_id"]}
    statement = "SELECT number FROM venues_booking WHERE person_id = :person AND id > :last ORDER BY id"
    number: str | None = view.db.execute(text(statement), own).scalar()
    return number


@TASKS.add(
    "Venues-MailedWish-v0", tags=("booking", "cross-app"), max_steps=60, level=Level.HARD,
    apps=("mail", "venues"),
)  # fmt: skip
class MailedWish(AcrossFamily):
    """Book what somebody asked for by mail, by the later of two mails."""

    def draw(self, world: World, rng: Generator, *, seed: int, split: str, wordings: str) -> Task:
        """Two mails of a colleague lie in the inbox; the second changes the day."""
        sampler, asked = Sampler(rng), {"seed": seed, "split": split, "wordings": wordings}
        task = self.draw_free(world, rng, asked)
        sender = sampler.pick([each for each in world.people if each.id != task.person_id])
        venue = world.db.get_one(drawing.Venue, task.terms["venue_id"])
        first = drawing.draw_day(world, sampler, venue)
        while first.isoformat() == task.terms["day"]:
            first = drawing.draw_day(world, sampler, venue)
        subject = sampler.pick(SUBJECTS)
        served = drawing.SERVED[drawing.Catering(str(task.terms["catering"]))]
        guests, day = task.terms["guests"], drawing.day_words(date.fromisoformat(str(task.terms["day"])))
        wish = (
            f"Could you book {venue.name} in {venue.town} for us? We are {guests} guests, {served}, on "
            f"{drawing.day_words(first)}. Firm, please, with the deposit."
        )
        change = f"About {venue.name}: it has to be {day} after all. The rest stays as I wrote."
        send(world, sender, task.person_id, subject, wish)
        send(world, sender, task.person_id, f"{subject}, another day", change)
        terms = {
            **task.terms,
            "subjects": [subject, f"{subject}, another day"],
            "first_day": first.isoformat(),
        }
        goal = sampler.pick(WISHES[wordings]).format(sender=sender.name)
        return replace(task, goal=goal, terms=terms, start_url="http://mail.test/")

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        """Check for the booking on the later day."""
        checks, row = self.booked(task, evidence)
        return verdict(
            *checks,
            taken_day(evidence, task.terms["venue_id"], task.terms["day"]),
            trap("not the day of the first mail", row.get("day") != task.terms["first_day"]),
            nothing_else_changed(evidence, *booking_changes(row, task.person_id)),
        )  # fmt: skip

    def oracle(self, view: View) -> str:
        """Read both mails, then book."""
        page = OraclePage(view)
        for subject in view.task.terms["subjects"]:
            thread = view.db.execute(text(ENTRY), {"person": view.task.person_id, "subject": subject}).scalar()
            if any(url.startswith(f"http://mail.test/threads/{thread}") for url in view.visited):
                continue
            if "//mail.test" not in view.url:
                return "switch_app mail"
            at_inbox = page.path == "/inbox" and not page.query
            exact = re.compile(rf"{re.escape(subject)}(?!,).*", re.DOTALL)
            return (at_inbox and page.click("link", exact)) or (
                f"goto /threads/{thread}" if at_inbox else "goto /inbox"
            )
        return super().oracle(view) if "//venues.test" in view.url else "switch_app venues"


def send(world: World, sender: Person, person_id: int, subject: str, body: str) -> None:
    """Set-up: a mail of somebody lies in the person's inbox."""
    to = world.db.get_one(Person, person_id)
    payload = {
        "sender": {"name": sender.name, "email": sender.email.lower()},
        "to": [{"name": to.name, "email": to.email.lower()}], "subject": subject, "body": body,
    }  # fmt: skip
    world.handlers.events["mail.deliver"](world, payload)
