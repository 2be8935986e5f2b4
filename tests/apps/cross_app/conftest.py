"""A small world of all three apps, and sessions of it that are used over their pages."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import Any
from urllib.parse import urlencode

import pytest
from selectolax.lexbor import LexborHTMLParser

from gristmill.apps.base import AppSpec
from gristmill.apps.chat import APP as CHAT
from gristmill.apps.mail import APP as MAIL
from gristmill.apps.server.dispatcher import Dispatcher
from gristmill.apps.server.navigation_policy import Addresses
from gristmill.apps.server.session import LiveSession
from gristmill.apps.server.session_pool import SessionPool
from gristmill.apps.shop import APP as SHOP
from gristmill.apps.world.builder import build_world
from gristmill.apps.world.choice import WorldChoice, WorldSize
from gristmill.apps.world.handlers import Handlers
from gristmill.apps.world.world import World
from gristmill.envs.engines.dom.http_client import HttpClient, HttpRequest, HttpResponse

SPECS: tuple[AppSpec, ...] = tuple(
    replace(spec, create_app=cache(spec.create_app)) for spec in (CHAT, MAIL, SHOP)
)  # whose Flask apps, which know no session, are made once for all hosts
NAMES = tuple(spec.name for spec in SPECS)


@pytest.fixture(scope="session")
def office_image() -> bytes:
    """The small world of seed 1."""
    with closing(sqlite3.connect(":memory:")) as rows:
        build_world(list(SPECS), WorldChoice(size=WorldSize.SMALL), rows)
        return rows.serialize()


class Office:
    """A host of the three apps, and the sessions on it."""

    def __init__(self, image: bytes, *, max_resident: int = 64) -> None:
        self.pool = SessionPool(max_resident=max_resident)
        self.dispatcher = Dispatcher(SPECS, self.pool)
        self.handlers, self._image = Handlers.of(SPECS), image

    def open(self, start: Any = None) -> "Visitor":
        """A session of the world, or of a snapshot of it."""
        live = self.pool.open(start or self._image, NAMES, handlers=self.handlers)
        return Visitor(self, live)

    def close(self) -> None:
        """Stop the host."""
        self.dispatcher.close()


class Visitor:
    """Somebody who uses the apps of one session."""

    def __init__(self, office: Office, session: LiveSession) -> None:
        self.office, self.session = office, session
        self._client = HttpClient(office.dispatcher, session.token, Addresses(NAMES))  # type: ignore[arg-type]

    def get(self, url: str) -> HttpResponse:
        """Open a page, such as `mail.test/inbox`."""
        return self._send(HttpRequest(url=f"http://{url}"))

    def post(self, url: str, fields: Mapping[str, object] | None = None) -> HttpResponse:
        """Send a form."""
        body = urlencode({name: str(value) for name, value in (fields or {}).items()}, errors="replace")
        return self._send(HttpRequest(url=f"http://{url}", method="POST", body=body.encode()))

    def _send(self, request: HttpRequest) -> HttpResponse:
        response = self._client.open(request)
        assert self.session.fault is None, (request.url, self.session.fault)
        return response

    def fields(self, url: str, form: str) -> dict[str, str]:
        """What a form of a page sends as it was opened; `form` is a CSS selector."""
        tree = LexborHTMLParser(self.get(url).body.decode())
        found = tree.css_first(form)
        assert found is not None, (url, form)
        inputs = found.css('input[type="hidden"], input[type="text"], input:not([type]), textarea')
        return {
            str(node.attributes["name"]): node.attributes.get("value") or node.text()
            for node in inputs
            if node.attributes.get("name")
        }

    def rows(self, sql: str, *values: object) -> list[Any]:
        """Committed rows."""
        with self.session.connection() as rows:
            return rows.execute(sql, values).fetchall()

    def one(self, sql: str, *values: object) -> Any:
        """The only value of the first row; None without one."""
        found = self.rows(sql, *values)
        return found[0][0] if found else None

    def run(self, sql: str, **values: object) -> None:
        """Change rows, as set-up."""
        with self.session.connection() as rows:
            rows.execute(sql, values)
            rows.commit()

    def wait(self, minutes: int) -> None:
        """Let minutes pass; what is due happens."""
        time = self.session.time()
        assert time is not None
        self.session.tick(minutes * 60 // time[1])

    def schedule(self, kind: str, minutes: float, payload: Mapping[str, Any]) -> int:
        """Schedule an event."""
        with self.session.orm_session() as db:
            world = World(db)
            number = world.schedule(kind, world.now + timedelta(minutes=minutes), payload)
            db.commit()
            return number

    def sign_in(self, person_id: int) -> None:
        """Make somebody else the current user."""
        with self.session.orm_session() as db:
            World(db).sign_in(person_id)
            db.commit()

    def close(self) -> None:
        """End the session."""
        self.office.pool.close(self.session)


@pytest.fixture
def office(office_image: bytes) -> Iterator[Office]:
    made = Office(office_image)
    yield made
    made.close()


@pytest.fixture
def offices(office_image: bytes) -> Iterator[Callable[..., Office]]:
    """Hosts of their own, with as many resident sessions as asked for."""
    made: list[Office] = []

    def make(**options: Any) -> Office:
        made.append(Office(office_image, **options))
        return made[-1]

    yield make
    for each in made:
        each.close()


@pytest.fixture
def visitor(office: Office) -> Iterator[Visitor]:
    """A session of the person that the world is built around."""
    made = office.open()
    yield made
    made.close()
