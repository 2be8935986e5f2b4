"""One browser page in its own context, driven over CDP."""

import asyncio
import json
from collections.abc import Callable, Coroutine
from math import ceil
from typing import Any, TypeVar

from gristmill.apps.server.session_pool import LANGUAGE
from gristmill.envs.engines.base import Viewport
from gristmill.envs.engines.chromium.cdp.begin_frame import FrameController, ManualFrames, NativeFrames
from gristmill.envs.engines.chromium.cdp.connection import CDPConnection, Event
from gristmill.envs.engines.chromium.cdp.heap import heap_limit_bytes
from gristmill.errors import EngineFault

T = TypeVar("T")

# Fixed, so that language, time zone and media preferences do not depend on the machine.
TIME_ZONE = "UTC"
WINDOW_SCALE = 1 / 16  # of the viewport
CRASH = "Target.targetCrashed"
MEDIA_FEATURES = {
    "prefers-color-scheme": "light",
    "prefers-reduced-motion": "reduce",
    "prefers-contrast": "no-preference",
    "forced-colors": "none",
}


class CDPPage:
    """A page. Use from the event loop only; after a crash, `unless_crashed` raises `EngineFault`."""

    def __init__(self, wire: CDPConnection, *, context: str, target: str, session: str) -> None:
        self._wire, self._context, self._target, self._session = wire, context, target, session
        self._document = ""
        self.frames: FrameController = NativeFrames(wire, session=session)
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
        cls, wire: CDPConnection, viewport: Viewport, init_script: str, *, manual_frames: bool
    ) -> "CDPPage":
        """Open an empty page; `init_script` runs before any other script of every document.

        With `manual_frames`, its frames are manual if the browser supports it. Windows are small, since
        nothing displays them: Chromium keeps four bytes per window pixel, and draws the window in addition to
        the screenshot.
        """
        context = (await wire.send("Target.createBrowserContext", disposeOnDetach=True))["browserContextId"]
        try:
            return await cls._open_in(context, wire, viewport, init_script, manual_frames=manual_frames)
        except BaseException:
            wire.start("Target.disposeBrowserContext", browserContextId=context)
            raise

    @classmethod
    async def _open_in(
        cls,
        context: str,
        wire: CDPConnection,
        viewport: Viewport,
        init_script: str,
        *,
        manual_frames: bool,
    ) -> "CDPPage":
        size = {"width": viewport.width, "height": viewport.height}
        window = {side: ceil(length * WINDOW_SCALE) for side, length in size.items()}
        made = await wire.send(
            "Target.createTarget",
            url="about:blank",
            browserContextId=context,
            enableBeginFrameControl=manual_frames,
            **window,
        )
        attached = await wire.send("Target.attachToTarget", targetId=made["targetId"], flatten=True)
        target = cls(
            wire,
            context=context,
            target=made["targetId"],
            session=attached["sessionId"],
        )
        try:
            await asyncio.gather(
                wire.send("Browser.setDownloadBehavior", behavior="deny", browserContextId=context),
                *target._prepare(size, init_script),
            )
            if manual_frames:
                await target._draw_on_request()
        except BaseException:
            target._forget()
            raise
        return target

    def _prepare(self, size: dict[str, int], init_script: str) -> list["asyncio.Future[Any]"]:
        send = self.send
        tastes = [{"name": name, "value": value} for name, value in MEDIA_FEATURES.items()]
        return [
            send("Page.enable"),
            send("Page.addScriptToEvaluateOnNewDocument", source=init_script, runImmediately=True),
            send(
                "Emulation.setDeviceMetricsOverride",
                **size,
                deviceScaleFactor=1,
                mobile=False,
            ),
            send("Emulation.setFocusEmulationEnabled", enabled=True),
            send("Emulation.setLocaleOverride", locale=LANGUAGE),
            send("Emulation.setTimezoneOverride", timezoneId=TIME_ZONE),
            self.set_accept_language(LANGUAGE),
            send("Emulation.setEmulatedMedia", media="", features=tastes),
        ]

    async def _draw_on_request(self) -> None:
        """Make frames manual, unless this build of the browser cannot draw on request."""
        native = self.frames
        self.frames = manual = ManualFrames(self._wire, target=self._target, session=self._session)
        if not await manual.is_supported():
            self.frames = native

    def _die(self, reason: str) -> None:
        if not self._died.done():
            self._died.set_exception(EngineFault(reason))
        self.frames.stop()

    async def unless_crashed(self, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Await a coroutine, or raise `EngineFault` as soon as the page is lost.

        Takes a factory, so that no unawaited coroutine is left if this one is cancelled before it starts.
        """
        task = asyncio.ensure_future(work())
        ends: set[asyncio.Future[Any]] = {task, self._died}
        try:
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            if not task.done():
                self._died.result()
        finally:
            task.cancel()  # also on cancellation
        return task.result()

    def send(self, method: str, /, **parameters: Any) -> "asyncio.Future[Any]":
        """Send a command to this page; see `CDPConnection.send`."""
        return self._wire.send(method, self._session, **parameters)

    async def evaluate(self, function: str, argument: Any = None) -> Any:
        """Call a JavaScript function with one argument, both as JSON, and return its result.

        Raises:
            CommandError: the document was replaced meanwhile.
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
            detail = thrown.get("exception", {}).get("description") or thrown.get("text", "")
            raise EngineFault(f"A script failed in the page: {str(detail).splitlines()[0]}")
        return answer["result"].get("value")

    async def navigate(self, url: str) -> None:
        """Navigate to a URL; done when the document is committed, or scrolled to within this document."""
        answer = await self.send("Page.navigate", url=url)
        if "errorText" in answer:
            raise EngineFault(f"The browser failed: {answer['errorText']} at {url[:200]}")
        while "loaderId" in answer and self._document != answer["loaderId"]:
            await asyncio.shield(self._arrival)

    async def go_back(self) -> bool:
        """Go back one history entry, across apps; returns whether there was one."""
        history = await self.send("Page.getNavigationHistory")
        if history["currentIndex"] == 0:
            return False
        arrival = self._arrival
        entry = history["entries"][history["currentIndex"] - 1]["id"]
        await self.send("Page.navigateToHistoryEntry", entryId=entry)
        await asyncio.shield(arrival)
        return True

    def stay(self) -> None:
        """End the wait for a pending navigation that will not commit."""
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
        """Send this Accept-Language with every request; scripts do not see it."""
        return self.send("Emulation.setUserAgentOverride", userAgent="", acceptLanguage=languages)

    def mouse(self, kind: str, x: float, y: float, **details: Any) -> "asyncio.Future[Any]":
        """Send a mouse event at a point of the viewport, in CSS pixels."""
        return self.send("Input.dispatchMouseEvent", type=kind, x=x, y=y, **details)

    def collect_garbage(self) -> None:
        """Collect the garbage of earlier documents if it exceeds the heap limit. Does not wait."""
        self.send("Runtime.getHeapUsage").add_done_callback(self._collect)

    def _collect(self, usage: "asyncio.Future[Any]") -> None:
        if usage.cancelled() or usage.exception():
            return
        used = usage.result()["usedSize"] + usage.result().get("embedderHeapUsedSize", 0)
        if used > heap_limit_bytes(self._wire.listener_count(CRASH)):
            self.start("HeapProfiler.collectGarbage")

    def start(self, method: str, /, **parameters: Any) -> None:
        """Send a command to this page without waiting; see `CDPConnection.start`."""
        self._wire.start(method, self._session, **parameters)

    def listen(self, event: str, listener: Callable[[Event], None]) -> None:
        """Call `listener` with the parameters of each such event of this page."""
        self._wire.listen(event, self._session, listener)

    async def cookies(self) -> list[dict[str, Any]]:
        """The cookies of the page's context, in CDP's form."""
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
        for owner in (self._context, self._target, self._session):
            self._wire.forget(owner)
