"""The page that shows the wall, updated by server-sent events."""

import base64
import hashlib
import json
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from gristmill.agents.local_pages.loopback import EVENTS, HTML, JPEG, Loopback, Reply
from gristmill.agents.watch.wall import Wall

FOLDER = Path(__file__).parent / "page"
TEMPLATES = Environment(loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined)


@contextmanager
def wall_page(wall: Wall, *, port: int = 0) -> Iterator[str]:
    """Serve a wall on this machine; yields the page's address, which has a token."""
    with ExitStack() as stack:
        server = stack.enter_context(closing(Loopback(WallPages(wall).answer, port=port)))
        stack.callback(wall.close)
        yield server.url


class WallPages:
    """The page of a wall, its events and its pictures."""

    def __init__(self, wall: Wall) -> None:
        self._wall = wall

    def answer(self, path: str) -> Reply | None:
        """The reply to a path; None if there is no such page."""
        if path == "":
            return Reply(content_type=HTML, body=page(self._wall.title).encode())
        if path == "events":
            return Reply(content_type=EVENTS, body=self._events())
        kind, _, worker = path.partition("/")
        if kind != "picture" or not worker.isdecimal():
            return None
        picture = self._wall.picture(int(worker))
        return Reply(content_type=JPEG, body=picture) if picture else None

    def _events(self) -> Iterator[bytes]:
        with closing(self._wall.updates()) as updates:
            for piece in updates:
                yield f"data: {json.dumps(piece)}\n\n".encode()


@cache
def page(title: str) -> str:
    """The wall's page as HTML."""
    script = (FOLDER / "wall.js").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(f"\n{script}\n".encode()).digest()).decode()
    return TEMPLATES.get_template("wall.html").render(
        title=title,
        style=Markup((FOLDER / "wall.css").read_text(encoding="utf-8")),
        script=Markup(script),
        policy=f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; "
        "img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'",
    )
