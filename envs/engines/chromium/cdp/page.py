"""One page of the browser, in a context of its own, as the DevTools protocol drives it."""

import asyncio
import json
from collections.abc import Callable, Coroutine
from math import ceil
from typing import Any, TypeVar

from gristmill.apps.server.session_token import LANGUAGE
from gristmill.envs.engines.base import Viewport
from gristmill.envs.engines.chromium.browser.launcher import SUPPORTS_BEGIN_FRAME
from gristmill.envs.engines.chromium.cdp.begin_frame import FrameController
from gristmill.envs.engines.chromium.cdp.connection import CDPConnection, Event
from gristmill.envs.engines.chromium.cdp.heap import heap_limit_bytes
from gristmill.errors import EngineFault

T = TypeVar("T")

# The same everywhere: language, time zone and tastes do not come from the machine.
TIME_ZONE = "UTC"
UNSEEN_SCALE = 1 / 16  # a power of two, so that points scale exactly
CRASH = "Target.targetCrashed"
TASTES = {
    "prefers-color-scheme": "light",
    "prefers-reduced-motion": "reduce",
    "prefers-contrast": "no-preference",
    "forced-colors": "none",
}


class CDPPage:
    """A page. Its methods are called from the event loop; after a crash, `unless_crashed` raises `EngineFault`."""

    def __init__(self, wire: CDPConnection, *, context: str, target: str, session: str, scale: float) -> None:
        self._scale = scale
        self._wire, self._context, self._target, self._session = wire, context, target, session
        self._document = ""
        self.manual_frames, self.frames = False, FrameController(wire, target=target, session=session)
        loop = asyncio.get_running_loop()
        self._arrival: asyncio.Future[None] = loop.create_future()
        self._died: asyncio.Future[None] = loop.create_future()
        self._died.add_done_callback(lambda died: died.exception())  # it may never be awaited
        wire.listen(CRASH, target, lambda _: self._die("The page crashed."))
        wire.listen("Target.targetDestroyed", target, lambda _: self._die("The page was closed."))
        wire.listen("Target.targetCreated", context, self._refuse_popup)
        self.listen("Page.frameNavigated", self._note_document)
        self.listen("Page.navigatedWithinDocument", lambda _: self._arrive())
        self.listen("Page.javascriptDialogOpening", self._answer_dialog)

    @classmethod
    async def open(
        cls, wire: CDPConnection, viewport: Viewport, init_script: str, *, with_pixels: bool
    ) -> "CDPPage":
        """An empty page of this size; `init_script` runs before any script of every document.

        It draws nothing by itself where the browser can be told to. One without pixels is laid out in full,
        but a sixteenth as large to whoever draws. So are all windows, which nobody looks at: the browser
        keeps four bytes for each point of a window, and draws it besides the picture that is asked for.
        """
        context = (await wire.send("Target.createBrowserContext", disposeOnDetach=True))["browserContextId"]
        try:
            return await cls._open_in(context, wire, viewport, init_script, with_pixels=with_pixels)
        except BaseException:
            wire.start("Target.disposeBrowserContext", browserContextId=context)
            raise

    @classmethod
    async def _open_in(
        cls, context: str, wire: CDPConnection, viewport: Viewport, init_script: str, *, with_pixels: bool
    ) -> "CDPPage":
        scale = 1 if with_pixels else UNSEEN_SCALE
        size = {"width": viewport.width, "height": viewport.height}
        window = {side: ceil(length * UNSEEN_SCALE) for side, length in size.items()}
        made = await wire.send(
            "Target.createTarget",
            url="about:blank",
            browserContextId=context,
            enableBeginFrameControl=SUPPORTS_BEGIN_FRAME,
            **window,
        )
        attached = await wire.send("Target.attachToTarget", targetId=made["targetId"], flatten=True)
        target = cls(
            wire,
            context=context,
            target=made["targetId"],
            session=attached["sessionId"],
            scale=scale,
        )
        try:
            await asyncio.gather(
                wire.send("Browser.setDownloadBehavior", behavior="deny", browserContextId=context),
                *target._prepare(size, init_script),
            )
            target.manual_frames = SUPPORTS_BEGIN_FRAME and await target.frames.is_supported()
        except BaseException:
            target._forget()
            raise
        return target

    def _prepare(self, size: dict[str, int], init_script: str) -> list["asyncio.Future[Any]"]:
        send = self.send
        tastes = [{"name": name, "value": value} for name, value in TASTES.items()]
        return [
            send("Page.enable"),
            send("Page.addScriptToEvaluateOnNewDocument", source=init_script, runImmediately=True),
            send(
                "Emulation.setDeviceMetricsOverride",
                **size,
                deviceScaleFactor=1,
                mobile=False,
                scale=self._scale,
            ),
            send("Emulation.setFocusEmulationEnabled", enabled=True),
            send("Emulation.setLocaleOverride", locale=LANGUAGE),
            send("Emulation.setTimezoneOverride", timezoneId=TIME_ZONE),
            self.set_accept_language(LANGUAGE),
            send("Emulation.setEmulatedMedia", media="", features=tastes),
        ]

    def _die(self, reason: str) -> None:
        if not self._died.done():
            self._died.set_exception(EngineFault(reason))
        self.frames.stop()

    async def unless_crashed(self, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """The result of a coroutine, or `EngineFault` as soon as the page is lost.

        The coroutine is made here, so that none is left over when this one is cancelled unstarted.
        """
        task = asyncio.ensure_future(work())
        ends: set[asyncio.Future[Any]] = {task, self._died}
        try:
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            if not task.done():
                self._died.result()
        finally:
            task.cancel()  # also if nobody waits any longer
        return task.result()

    def send(self, method: str, /, **parameters: Any) -> "asyncio.Future[Any]":
        """Begin a command of this page; see `CDPConnection.send`."""
        return self._wire.send(method, self._session, **parameters)

    async def evaluate(self, function: str, argument: Any = None) -> Any:
        """What a script function answers to one argument, both as JSON.

        Raises:
            CommandError: the document went away meanwhile.
            EngineFault: it threw.
        """
        answer = await self.send(
            "Runtime.evaluate",
            expression=f"({function})({json.dumps(argument)})",
            awaitPromise=True,
            returnByValue=True,
            userGesture=True,
        )
        if "exceptionDetails" in answer:
            thrown = answer["exceptionDetails"]
            told = thrown.get("exception", {}).get("description") or thrown.get("text", "")
            raise EngineFault(f"A script failed in the page: {str(told).splitlines()[0]}")
        return answer["result"].get("value")

    async def navigate(self, url: str) -> None:
        """Open an address; done as soon as its document is there, or what it points to in this one."""
        answer = await self.send("Page.navigate", url=url)
        if "errorText" in answer:
            raise EngineFault(f"The browser failed: {answer['errorText']} at {url[:200]}")
        while "loaderId" in answer and self._document != answer["loaderId"]:
            await asyncio.shield(self._arrival)

    async def go_back(self) -> bool:
        """One step back in the history, whichever app that is in; whether there was one."""
        history = await self.send("Page.getNavigationHistory")
        if history["currentIndex"] == 0:
            return False
        arrival = self._arrival
        entry = history["entries"][history["currentIndex"] - 1]["id"]
        await self.send("Page.navigateToHistoryEntry", entryId=entry)
        await asyncio.shield(arrival)
        return True

    def stay(self) -> None:
        """Nothing more will come of a navigation that is under way; whoever waits for it goes on."""
        self._arrive()

    def _note_document(self, event: Event) -> None:
        if "parentId" not in event["frame"]:
            self._document = event["frame"]["loaderId"]
            self._arrive()

    def _arrive(self) -> None:
        arrived, self._arrival = self._arrival, asyncio.get_running_loop().create_future()
        arrived.set_result(None)

    def _refuse_popup(self, event: Event) -> None:
        target = event["targetInfo"]["targetId"]
        if target != self._target:
            self._wire.start("Target.closeTarget", targetId=target)

    def _answer_dialog(self, event: Event) -> None:
        self.start("Page.handleJavaScriptDialog", accept=event["type"] == "beforeunload")

    def set_accept_language(self, languages: str) -> "asyncio.Future[Any]":
        """Begin to send these languages with every request; scripts do not see them."""
        return self.send("Emulation.setUserAgentOverride", userAgent="", acceptLanguage=languages)

    def mouse(self, kind: str, x: float, y: float, **details: Any) -> "asyncio.Future[Any]":
        """Begin a mouse event at a point of the viewport, in CSS pixels."""
        place = {"x": x * self._scale, "y": y * self._scale}
        return self.send("Input.dispatchMouseEvent", type=kind, **place, **details)

    def collect_garbage(self) -> None:
        """Begin to free what earlier documents left behind, if it is much. Nobody waits for that."""
        self.send("Runtime.getHeapUsage").add_done_callback(self._collect)

    def _collect(self, usage: "asyncio.Future[Any]") -> None:
        if usage.cancelled() or usage.exception():
            return
        used = usage.result()["usedSize"] + usage.result().get("embedderHeapUsedSize", 0)
        if used > heap_limit_bytes(self._wire.listener_count(CRASH)):
            self.start("HeapProfiler.collectGarbage")

    def start(self, method: str, /, **parameters: Any) -> None:
        """Begin a command of this page that nobody waits for; see `CDPConnection.start`."""
        self._wire.start(method, self._session, **parameters)

    def listen(self, event: str, listener: Callable[[Event], None]) -> None:
        """Call `listener` with what each event of this page and name tells."""
        self._wire.listen(event, self._session, listener)

    async def cookies(self) -> list[dict[str, Any]]:
        """The cookies of the page's context, as the protocol tells them."""
        answer = await self._wire.send("Storage.getCookies", browserContextId=self._context)
        found: list[dict[str, Any]] = answer["cookies"]
        return found

    async def set_cookies(self, cookies: list[dict[str, Any]]) -> None:
        """Add cookies to the page's context."""
        await self._wire.send("Storage.setCookies", cookies=cookies, browserContextId=self._context)

    async def close(self) -> None:
        """Close the page and its context."""
        self._forget()
        try:
            await self._wire.send("Target.disposeBrowserContext", browserContextId=self._context)
        finally:
            self.frames.stop()

    def _forget(self) -> None:
        for whose in (self._context, self._target, self._session):
            self._wire.forget(whose)
