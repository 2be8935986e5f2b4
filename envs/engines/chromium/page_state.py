"""Captures the state of an open page, and restores one captured by any engine."""

import asyncio
import base64
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any
from urllib.parse import urldefrag, urlsplit

from msgspec import convert, to_builtins

from gristmill.apps.server.navigation_policy import Addresses
from gristmill.envs.checkpoints.page_state import Cookie, HistoryEntry, PageState
from gristmill.envs.engines.chromium.tab import Tab

CAPTURE_SCRIPT = "() => window.__gristmill.capture()"
RESTORE_SCRIPT = "(saved) => window.__gristmill.restore(saved)"
STORE = """({ local, session }) => {
  for (const [key, value] of Object.entries(local)) localStorage.setItem(key, value);
  for (const [key, value] of Object.entries(session)) sessionStorage.setItem(key, value);
}"""
HERE = "() => location.href"
PUSH = "(url) => history.pushState({ htmx: true }, '', url)"
GO_TO_PLACE = "(url) => { location.href = url; }"
EMPTY = "<!doctype html><title></title>"
ANSWER = {
    "responseCode": 200,
    "responseHeaders": [
        {"name": "Content-Type", "value": "text/html; charset=utf-8"},
        {"name": "Cache-Control", "value": "no-store"},
    ],
}
PAGES_ONLY = {"patterns": [{"resourceType": "Document"}]}


async def capture(tab: Tab) -> PageState:
    """Return the state of the page that is open in a tab."""
    found, visited, cookies = await asyncio.gather(
        tab.page.evaluate(CAPTURE_SCRIPT),
        tab.page.send("Page.getNavigationHistory"),
        tab.page.cookies(),
    )
    urls = [entry["url"] for entry in visited["entries"][: visited["currentIndex"] + 1]]
    is_same = found["isSameDocument"]
    is_open = [False] * (len(urls) - len(is_same)) + is_same[-len(urls) :]
    history = places(urls, is_open, is_fetched=found["isFetched"])
    fields = {
        **found["page"],
        "history": to_builtins(list(history)),
        "cookies": to_builtins([cookie_of(cookie) for cookie in cookies]),
        "mouse": to_builtins(tab.mouse),
        "clipboard": tab.clipboard,
        "refs_issued": tab.refs_issued,
    }
    return convert(fields, PageState)


def places(urls: Sequence[str], is_open: Sequence[bool], *, is_fetched: bool) -> Iterator[HistoryEntry]:
    """History entries, given which belong to the open document and whether htmx handles going back."""
    document, before = 0, ""
    for at, url in enumerate(urls):
        is_kept = (is_open[at] and is_open[at - 1]) or (is_fetched and origin(url) == origin(before))
        if not (at and (is_kept or is_place_within(url, before))):
            document += 1
        before = url
        yield HistoryEntry(url=url, document=document)


def origin(url: str) -> str:
    """The origin of a URL."""
    return "://".join(urlsplit(url)[:2])


def is_place_within(url: str, other: str) -> bool:
    """Whether a URL differs from another only in its fragment."""
    return "#" in url and urldefrag(url)[0] == urldefrag(other)[0]


def cookie_of(cookie: Any) -> Cookie:
    """A cookie from its CDP form."""
    return Cookie(
        host=cookie["domain"],
        name=cookie["name"],
        value=cookie["value"],
        path=cookie["path"],
        expires=float(cookie["expires"]),
        is_http_only=cookie["httpOnly"],
        same_site=cookie.get("sameSite", "Lax"),
    )


def cookie_for(cookie: Cookie) -> Any:
    """A cookie in CDP's form; a cookie without an expiry is a session cookie."""
    fields = {
        "domain": cookie.host,
        "name": cookie.name,
        "value": cookie.value,
        "path": cookie.path,
        "httpOnly": cookie.is_http_only,
        "sameSite": cookie.same_site,
    }
    return fields if cookie.expires < 0 else {**fields, "expires": cookie.expires}


async def resume(tab: Tab, token: str, addresses: Addresses, saved: PageState) -> None:
    """Restore a captured page in the session of this token, discarding the previous episode."""
    await tab.begin(token, addresses)
    tab.clipboard, tab.refs_issued = saved.clipboard, saved.refs_issued
    if saved.cookies:
        await tab.page.set_cookies([cookie_for(cookie) for cookie in saved.cookies])
    is_cold = not tab.url
    async with Replay(tab) as replay:
        for storage in saved.storage:
            await replay.show(f"{storage.origin}/", EMPTY)
            await tab.page.evaluate(STORE, to_builtins(storage))
        if is_cold:  # text laid out before its font has loaded may stay a pixel off
            await replay.show(saved.url, saved.markup)
        await rebuild(tab, replay, saved)
    await asyncio.gather(*tab.hover(saved.mouse))
    await tab.page.evaluate(
        RESTORE_SCRIPT, to_builtins(replace(saved, markup="", cookies=(), storage=(), history=()))
    )
    await tab.settle(span_ms=0)


async def rebuild(tab: Tab, replay: "Replay", saved: PageState) -> None:
    """Rebuild the history, with empty documents for all entries but the last."""
    *past, last = visits(saved.history)
    head, open_page = parted(last)
    for visit in [*past, head] if head else past:
        await replay.show(visit[0].url, EMPTY)
        if visit[0] is saved.history[0]:
            await tab.page.send("Page.resetNavigationHistory")
        for place in visit[1:]:
            await tab.page.evaluate(PUSH, place.url)
    await replay.show(open_page[0].url, saved.markup)
    if open_page[0] is saved.history[0]:
        await tab.page.send("Page.resetNavigationHistory")
    for before, place in pairwise(open_page):
        await tab.page.evaluate(GO_TO_PLACE if is_place_within(place.url, before.url) else PUSH, place.url)


def visits(places: Sequence[HistoryEntry]) -> list[list[HistoryEntry]]:
    """Group history entries by document; what a browser would not reload counts as one."""
    found: list[list[HistoryEntry]] = []
    for place in places:
        last = found[-1][-1] if found else None
        if last and (last.document == place.document or urldefrag(last.url)[0] == urldefrag(place.url)[0]):
            found[-1].append(place)
        else:
            found.append([place])
    return found


def parted(visit: list[HistoryEntry]) -> tuple[list[HistoryEntry], list[HistoryEntry]]:
    """Split a document's entries into earlier ones and those of the page it finally shows."""
    page = urldefrag(visit[-1].url)[0]
    start = next((at for at in range(len(visit), 0, -1) if urldefrag(visit[at - 1].url)[0] != page), 0)
    return visit[:start], visit[start:]


class Replay:
    """Context manager: the tab's documents come from captured markup; all other requests reach the host."""

    def __init__(self, tab: Tab) -> None:
        self._tab, self._markup, self._frame = tab, "", ""

    async def __aenter__(self) -> "Replay":
        tree = await self._tab.page.send("Page.getFrameTree")
        self._frame = tree["frameTree"]["frame"]["id"]
        self._tab.page.listen("Fetch.requestPaused", self._answer)
        await self._tab.page.send("Fetch.enable", **PAGES_ONLY)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._tab.page.send("Fetch.disable")

    async def show(self, url: str, markup: str) -> None:
        """Load this markup at this URL and wait until it has settled."""
        self._markup = markup
        if is_place_within(url, await self._tab.page.evaluate(HERE)):  # else nothing would be loaded
            await self._tab.page.navigate("about:blank")
        await self._tab.page.navigate(url)
        await self._tab.settle(span_ms=0)

    def _answer(self, paused: dict[str, Any]) -> None:
        request = {"requestId": paused["requestId"]}
        if paused["frameId"] == self._frame:
            body = base64.b64encode(self._markup.encode(errors="replace")).decode()
            self._tab.page.start("Fetch.fulfillRequest", **request, **ANSWER, body=body)
        else:
            self._tab.page.start("Fetch.continueRequest", **request)
