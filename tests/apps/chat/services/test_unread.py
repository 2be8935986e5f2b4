"""The three unread numbers: what is bold, what has a number, what is new in threads; and what reads them."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from gristmill.apps.chat.models import Channel, Message
from gristmill.apps.chat.services import posting
from gristmill.apps.chat.services.people import read_directory
from gristmill.apps.chat.services.posting import Words
from gristmill.apps.chat.services.sidebar import read_sidebar
from gristmill.apps.server.database import LentConnection, orm_session
from gristmill.apps.world.world import World


class Play:
    """What happens in #general, to the signed-in person and by others."""

    def __init__(self, client: FlaskClient, chat: Any, connection: LentConnection) -> None:
        self.client, self.chat, self._connection = client, chat, connection
        self.here, self.other = chat.channel("general"), chat.person("buyer")
        self.own = f"@{chat.handle(chat.desk)}"
        self.buddy = int(
            chat.one(
                "SELECT m.channel_id FROM chat_membership m JOIN chat_channel c ON c.id = m.channel_id"
                " WHERE c.kind = 'direct' AND m.person_id = ?",
                chat.desk,
            )
        )

    def post(self, text: str, *, root: int | None = None, place: int | None = None, **more: Any) -> int:
        """Another person posts."""
        with orm_session(self._connection) as db:
            channel = db.get_one(Channel, place or self.here)
            words = Words(text=text, root_id=root, **more)
            message = posting.post(World(db), channel, self.other, words)
            db.commit()
            return message.id

    def change(self, message_id: int, text: str | None) -> None:
        """Another person edits a message, or deletes it."""
        with orm_session(self._connection) as db:
            message = db.get_one(Message, message_id)
            if text is None:
                posting.remove(World(db), message)
            else:
                posting.edit(World(db), message, text)
            db.commit()

    def say(self, text: str, *, root: int | None = None, **more: str) -> int:
        """The signed-in person posts."""
        path = f"/t/{root}/post" if root else f"/c/{self.here}/post"
        token = f"test-{self.chat.newest()}"
        assert self.client.post(path, data={"text": text, "token": token, **more}).status_code == 303
        return int(self.chat.newest())

    def open(self, path: str) -> None:
        assert self.client.get(path, follow_redirects=True).status_code == 200

    def do(self, path: str, **data: str) -> None:
        assert self.client.post(path, data=data).status_code == 303, path

    def see(self, what: str) -> tuple[int, ...]:
        """(unread, number, is bold) of #general or of a direct conversation, or (unread threads, number)."""
        with orm_session(self._connection) as db:
            directory = read_directory(db)
            bar = read_sidebar(db, directory.cards[self.chat.desk], directory)
        if what == "threads":
            return bar.unread_threads, bar.thread_mentions
        number = self.here if what == "channel" else self.buddy
        entry = next(each for each in bar.entries if each.id == number)
        return entry.unread, entry.badge, int(entry.is_bold)


@pytest.fixture(scope="module")
def chat_image(chat_image: bytes, furnished: Callable[..., bytes]) -> bytes:
    """The seeded chat with nothing muted, in which what the tests look at was read."""
    return furnished(chat_image, read_all)


def read_all(client: FlaskClient, chat: Any) -> None:
    chat.run("UPDATE chat_membership SET is_muted = 0, is_starred = 0, level = 'mentions'")
    play = Play(client, chat, chat._connection)
    for path in (f"/c/{play.here}", f"/c/{play.buddy}", f"/t/{chat.message('hello')}"):
        play.open(path)


@pytest.fixture
def play(client: FlaskClient, chat: Any, chat_world: LentConnection) -> Play:
    return Play(client, chat, chat_world)


Act = Callable[[Play], object]


def prefer(level: str, **more: str) -> Act:
    return lambda p: p.do(f"/c/{p.here}/prefer", level=level, **more)


def edited(p: Play) -> None:
    number = p.post("hello")
    p.open(f"/c/{p.here}")
    p.change(number, f"hello {p.own}")


def edited_twice(p: Play) -> None:
    edited(p)
    p.open(f"/c/{p.here}")
    p.change(p.chat.newest(), f"hello again {p.own}")


def unmentioned(p: Play) -> None:
    p.change(p.post(f"{p.own} look"), "look")


def deleted(p: Play) -> None:
    p.change(p.post(f"{p.own} look"), None)


def marked(p: Play) -> None:
    first = p.post(f"one {p.own}")
    p.post("two")
    p.open(f"/c/{p.here}")
    p.do(f"/m/{first}/unread")


def marked_own(p: Play) -> None:
    first = p.say("one")
    p.post("two")
    p.do(f"/m/{first}/unread")


def marked_twice(p: Play) -> None:
    first = p.post("one")
    second = p.post("two")
    p.open(f"/c/{p.here}")
    for number in (first, second):
        p.do(f"/m/{number}/unread")


def marked_unread_already(p: Play) -> None:
    p.post("one")
    p.do(f"/m/{p.post('two')}/unread")


def marked_broadcast(p: Play) -> None:
    number = p.post("a", root=p.chat.message("hello"), is_broadcast=True)
    p.open(f"/c/{p.here}")
    p.open(f"/t/{p.chat.message('hello')}")
    p.do(f"/m/{number}/unread")


def looked(p: Play) -> None:
    p.post(f"{p.own} crate")
    for path in (
        "/search?q=crate",
        "/mentions",
        "/threads",
        "/",
        f"/m/{p.chat.newest()}",
        f"/c/{p.here}/about",
    ):
        p.open(path)


CHANNEL: dict[str, tuple[Act, tuple[int, int, int]]] = {
    "nothing new": (lambda p: None, (0, 0, 0)),
    "others' messages make it bold, without a number": (lambda p: (p.post("a"), p.post("b")), (2, 0, 1)),
    "own messages do not": (lambda p: p.say("a"), (0, 0, 0)),
    "an own message moves the pointer": (lambda p: (p.post("a"), p.say("b")), (0, 0, 0)),
    "and what follows it is new": (lambda p: (p.post("a"), p.say("b"), p.post("c")), (1, 0, 1)),
    "opening it reads it": (lambda p: (p.post(f"{p.own} a"), p.open(f"/c/{p.here}")), (0, 0, 0)),
    "opening an earlier page does not": (
        lambda p: (p.post(f"{p.own} a"), p.open(f"/c/{p.here}?before={p.chat.newest()}")),
        (1, 1, 1),
    ),
    "looking at search, views and details does not": (looked, (1, 1, 1)),
    "a mention has a number": (lambda p: (p.post(f"{p.own} a"), p.post("b")), (2, 1, 1)),
    "two mentions in one message count once": (lambda p: p.post(f"{p.own} {p.own} @channel"), (1, 1, 1)),
    "@channel counts": (lambda p: p.post("@channel a"), (1, 1, 1)),
    "@here counts for who is active": (lambda p: p.post("@here a"), (1, 1, 1)),
    "@here does not count for who is not to be disturbed": (
        lambda p: (p.do("/me/quiet", until="1h"), p.post("@here a")),
        (1, 0, 1),
    ),
    "a mention in code does not count": (lambda p: p.post(f"`{p.own}` a"), (1, 0, 1)),
    "a mention in an address does not count": (lambda p: p.post(f"x{p.own}.test"), (1, 0, 1)),
    "a reply in a thread does not make it bold": (
        lambda p: p.post("a", root=p.chat.message("hello")),
        (0, 0, 0),
    ),
    "a reply that was also sent to the channel does": (
        lambda p: p.post("a", root=p.chat.message("hello"), is_broadcast=True),
        (1, 0, 1),
    ),
    "a mention in a thread is no number of the channel": (
        lambda p: p.post(f"{p.own} a", root=p.chat.message("hello")),
        (0, 0, 0),
    ),
    "an edit that adds a mention counts though the message was read": (edited, (0, 1, 0)),
    "it counts once": (edited_twice, (0, 0, 0)),
    "opening the channel reads it": (lambda p: (edited(p), p.open(f"/c/{p.here}")), (0, 0, 0)),
    "an edit that removes a mention removes the number": (unmentioned, (1, 0, 1)),
    "a deleted message counts for nothing": (deleted, (0, 0, 0)),
    "a muted channel is never bold": (lambda p: (prefer("mentions", muted="yes")(p), p.post("a")), (1, 0, 0)),
    "a muted channel shows one's own name": (
        lambda p: (prefer("mentions", muted="yes")(p), p.post(f"{p.own} a")),
        (1, 1, 0),
    ),
    "a muted channel does not show @channel": (
        lambda p: (prefer("mentions", muted="yes")(p), p.post("@channel a")),
        (1, 0, 0),
    ),
    "unmuting counts again": (
        lambda p: (prefer("mentions", muted="yes")(p), p.post("@channel a"), prefer("mentions")(p)),
        (1, 1, 1),
    ),
    "the level `all` numbers every message": (
        lambda p: (prefer("all")(p), p.post("a"), p.post("b")),
        (2, 2, 1),
    ),
    "the level `nothing` numbers none": (lambda p: (prefer("nothing")(p), p.post(f"{p.own} a")), (1, 0, 1)),
    "marking unread sets the pointer back to before the message": (marked, (2, 1, 1)),
    "marking a later message unread reads none before it": (marked_twice, (2, 0, 1)),
    "nor does marking one that is unread already": (marked_unread_already, (2, 0, 1)),
    "marking a broadcast unread makes the channel unread": (marked_broadcast, (1, 0, 1)),
    "marking an own message unread counts only others' after it": (marked_own, (1, 0, 1)),
}

THREADS: dict[str, tuple[Act, tuple[int, int]]] = {
    "nothing new": (lambda p: None, (0, 0)),
    "a reply in a thread that one replied in": (lambda p: p.post("a", root=p.chat.message("hello")), (1, 0)),
    "two replies are one thread": (
        lambda p: [p.post("a", root=p.chat.message("hello")) for _ in range(2)],
        (1, 0),
    ),
    "a reply to an own message": (lambda p: p.post("a", root=p.say("mine")), (1, 0)),
    "a reply in a thread of others": (lambda p: p.post("a", root=p.chat.message("poll")), (0, 0)),
    "a reply that mentions one, which also makes one follow": (
        lambda p: p.post(f"{p.own} a", root=p.chat.message("poll")),
        (1, 1),
    ),
    "@channel in a thread of others counts, but makes nobody follow": (
        lambda p: p.post("@channel a", root=p.chat.message("poll")),
        (0, 1),
    ),
    "a thread whose root mentions one": (lambda p: p.post("a", root=p.post(f"{p.own} a")), (1, 0)),
    "a thread that one chose to follow": (
        lambda p: (
            p.do(f"/t/{p.chat.message('poll')}/follow", follow="yes"),
            p.post("a", root=p.chat.message("poll")),
        ),
        (1, 0),
    ),
    "a thread that one left": (
        lambda p: (
            p.do(f"/t/{p.chat.message('hello')}/follow", follow="no"),
            p.post("a", root=p.chat.message("hello")),
        ),
        (0, 0),
    ),
    "leaving holds though one is mentioned; the mention counts": (
        lambda p: (
            p.do(f"/t/{p.chat.message('hello')}/follow", follow="no"),
            p.post(f"{p.own} a", root=p.chat.message("hello")),
        ),
        (0, 1),
    ),
    "leaving holds though one replies": (
        lambda p: (
            p.do(f"/t/{p.chat.message('hello')}/follow", follow="no"),
            p.say("b", root=p.chat.message("hello")),
            p.post("a", root=p.chat.message("hello")),
        ),
        (0, 0),
    ),
    "opening the channel reads no thread": (
        lambda p: (p.post(f"{p.own} a", root=p.chat.message("hello")), p.open(f"/c/{p.here}")),
        (1, 1),
    ),
    "opening the threads view reads none": (
        lambda p: (p.post(f"{p.own} a", root=p.chat.message("hello")), p.open("/threads")),
        (1, 1),
    ),
    "opening the thread reads it": (
        lambda p: (
            p.post(f"{p.own} a", root=p.chat.message("hello")),
            p.open(f"/t/{p.chat.message('hello')}"),
        ),
        (0, 0),
    ),
    "replying reads it": (
        lambda p: (p.post("a", root=p.chat.message("hello")), p.say("b", root=p.chat.message("hello"))),
        (0, 0),
    ),
    "a deleted reply is not new": (
        lambda p: p.change(p.post(f"{p.own} a", root=p.chat.message("hello")), None),
        (0, 0),
    ),
    "an edit of a reply that adds a mention counts": (
        lambda p: (
            p.post("a", root=p.chat.message("hello")),
            p.open(f"/t/{p.chat.message('hello')}"),
            p.change(p.chat.newest(), f"{p.own} a"),
        ),
        (0, 1),
    ),
    "marking a reply unread makes its thread unread": (
        lambda p: (
            p.post(f"{p.own} a", root=p.chat.message("hello")),
            p.open(f"/t/{p.chat.message('hello')}"),
            p.do(f"/m/{p.chat.newest()}/unread"),
        ),
        (1, 1),
    ),
    "marking a broadcast unread makes its thread unread": (marked_broadcast, (1, 0)),
    "marking a reply unread reads none before it": (
        lambda p: (
            p.do(f"/t/{p.chat.message('poll')}/follow", follow="yes"),
            p.post(f"{p.own} a", root=p.chat.message("poll")),
            p.post("b", root=p.chat.message("poll")),
            p.do(f"/m/{p.chat.newest()}/unread"),
        ),
        (1, 1),
    ),
    "a mention in a broadcast is the channel's": (
        lambda p: p.post(f"{p.own} a", root=p.chat.message("hello"), is_broadcast=True),
        (1, 0),
    ),
}

DIRECT: dict[str, tuple[Act, tuple[int, int, int]]] = {
    "every message has a number": (lambda p: [p.post(each, place=p.buddy) for each in "ab"], (2, 2, 1)),
    "a muted conversation has none": (
        lambda p: (p.do(f"/c/{p.buddy}/prefer", level="mentions", muted="yes"), p.post("a", place=p.buddy)),
        (1, 0, 0),
    ),
    "opening it reads it": (lambda p: (p.post("a", place=p.buddy), p.open(f"/c/{p.buddy}")), (0, 0, 0)),
}


@pytest.mark.parametrize("case", CHANNEL)
def test_a_channel_is_bold_and_numbered(play: Play, case: str) -> None:
    act, expected = CHANNEL[case]
    act(play)
    assert play.see("channel") == expected


@pytest.mark.parametrize("case", THREADS)
def test_threads_are_new_and_numbered(play: Play, case: str) -> None:
    act, expected = THREADS[case]
    act(play)
    assert play.see("threads") == expected


@pytest.mark.parametrize("case", DIRECT)
def test_a_direct_conversation_is_bold_and_numbered(play: Play, case: str) -> None:
    act, expected = DIRECT[case]
    act(play)
    assert play.see("direct") == expected


def test_each_number_has_a_place_that_clears_it(play: Play) -> None:
    """A mention in a thread that one left is listed in the threads view, and opening the thread clears it."""
    hello = play.chat.message("hello")
    play.do(f"/t/{hello}/follow", follow="no")
    play.post(f"{play.own} a", root=hello)
    assert f'href="/t/{hello}"' in play.client.get("/threads").text

    play.open(f"/t/{hello}")

    assert play.see("threads") == (0, 0)


def test_a_mention_of_the_whole_channel_in_a_strange_thread_is_found_where_its_number_leads(
    play: Play,
) -> None:
    poll = play.chat.message("poll")
    play.post("@channel a", root=poll)
    home = play.client.get("/").text
    assert "<p>1 mention</p>" in home
    assert "0 threads" not in home
    assert f'href="/t/{poll}"' in play.client.get("/threads").text

    play.open(f"/t/{poll}")

    assert play.see("threads") == (0, 0)


def test_a_mention_of_the_whole_of_a_muted_channel_lists_no_thread(play: Play) -> None:
    poll = play.chat.message("poll")
    prefer("mentions", muted="yes")(play)
    play.post("@channel a", root=poll)
    assert play.see("threads") == (0, 0)
    assert f'href="/t/{poll}"' not in play.client.get("/threads").text


def test_unread_is_never_negative_whatever_is_deleted(play: Play) -> None:
    numbers = [play.post("a") for _ in range(3)]
    play.open(f"/c/{play.here}")
    for number in numbers:
        play.change(number, None)
    assert play.see("channel") == (0, 0, 0)


def test_a_preview_of_a_channel_moves_no_pointer(play: Play) -> None:
    rowing = play.chat.channel("rowing")
    play.open(f"/c/{rowing}")
    own = "SELECT count(*) FROM chat_read WHERE channel_id = ? AND person_id = ?"
    assert play.chat.one(own, rowing, play.chat.desk) == 0


def test_joining_starts_with_nothing_unread(play: Play) -> None:
    rowing = play.chat.channel("rowing")
    play.do(f"/c/{rowing}/join")
    assert f'href="/c/{rowing}" class=""' in play.client.get("/").text


def test_the_divider_stands_before_the_first_unread_message_and_goes_when_it_is_read(play: Play) -> None:
    first = play.post("one")
    play.post("two")
    page = play.client.get(f"/c/{play.here}").text
    assert page.index("New messages") < page.index(f'id="m{first}"')
    assert page.count("New messages") == 1
    assert "New messages" not in play.client.get(f"/c/{play.here}").text
