"""Asking agents for their actions, so that one that takes long keeps nobody else waiting."""

import asyncio
import inspect
import threading
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Any, TypeAlias, TypeVar

from gristmill.agents.base import AnyAgent, BatchAgent, Observation

T = TypeVar("T")
Answer: TypeAlias = "str | Future[str]"
Question = tuple[Observation, "Future[Any]"]

JOIN_S = 5.0  # how long an event loop may take to cancel its tasks


class Answers:
    """Puts observations to agents. The caller closes it; then all answers that are due are cancelled.

    Threads may share one. Those agents that may be slow get a thread each, coroutines one event loop in a
    thread; none is started before it is needed, and none keeps the process alive.

    Args:
        in_threads: whether every agent is asked in a thread of its own, so that one that hangs can be left
            behind.
    """

    def __init__(self, *, in_threads: bool = False) -> None:
        self._in_threads = in_threads
        self._lock = threading.Lock()
        self._waiting: set[Future[Any]] = set()
        self._workers: dict[int, AgentThread] = {}
        self._loop: LoopThread | None = None
        self.is_closed = False

    def ask(self, agent: AnyAgent, observation: Observation) -> Answer:
        """The agent's next action, or a future of it if that may take long.

        Raises:
            CancelledError: this was closed.
        """
        if self._in_threads or isinstance(agent, BatchAgent) or getattr(agent, "is_slow", False):
            future = self._new_future()
            self._worker(agent).put((observation, future))
            return future
        answer = agent.act(observation)
        return self._submit(answer) if inspect.isawaitable(answer) else answer

    def _submit(self, answer: Awaitable[Any]) -> "Future[Any]":
        try:
            loop, future = self._event_loop(), self._new_future()
        except CancelledError:
            never_await(answer)
            raise
        loop.submit(answer, future)
        return future

    def _new_future(self) -> "Future[Any]":
        future: Future[Any] = Future()
        with self._lock:
            self._require_open()
            self._waiting.add(future)
        future.add_done_callback(self._waiting.discard)
        return future

    def _require_open(self) -> None:
        if self.is_closed:
            raise CancelledError("The episodes have ended, so no answer is needed any more.")

    def _worker(self, agent: AnyAgent) -> "AgentThread":
        with self._lock:
            self._require_open()
            if id(agent) not in self._workers:  # the thread keeps the agent, and so its id
                self._workers[id(agent)] = AgentThread(agent, self._event_loop_of_batches)
            return self._workers[id(agent)]

    def _event_loop(self) -> "LoopThread":
        with self._lock:
            self._require_open()
            if self._loop is None:
                self._loop = LoopThread()
            return self._loop

    def _event_loop_of_batches(self, answers: Awaitable[T]) -> T:
        result: T = self._submit(answers).result()
        return result

    def close(self) -> None:
        """Cancel what is still to be answered, and end the threads. Twice is harmless."""
        with self._lock:
            self.is_closed = True
            waiting, workers, loop = list(self._waiting), list(self._workers.values()), self._loop
            self._workers, self._loop = {}, None
        for future in waiting:
            future.cancel()
        for worker in workers:
            worker.put(None)
        if loop is not None:
            loop.close()


class AgentThread:
    """A thread in which one agent answers: all that wait at once if it can, else one after the other."""

    def __init__(self, agent: AnyAgent, wait: Callable[[Awaitable[Any]], Any]) -> None:
        self._agent, self._wait = agent, wait
        self._questions: SimpleQueue[Question | None] = SimpleQueue()
        self.put = self._questions.put
        threading.Thread(target=self._work, name=f"gristmill-agent-{agent.name}", daemon=True).start()

    def _work(self) -> None:
        while (question := self._questions.get()) is not None:
            batch = [question]
            if isinstance(self._agent, BatchAgent):
                batch += self._others()
            batch = [(observation, future) for observation, future in batch if not future.cancelled()]
            if batch:
                self._answer([observation for observation, _ in batch], [future for _, future in batch])

    def _others(self) -> list[Question]:
        """What waits besides; the end of the work stays in the queue."""
        found: list[Question] = []
        while True:
            try:
                question = self._questions.get_nowait()
            except Empty:
                return found
            if question is None:
                self.put(None)
                return found
            found.append(question)

    def _answer(self, observations: Sequence[Observation], futures: Sequence["Future[str]"]) -> None:
        try:
            actions = self._actions(observations)
        except BaseException as error:  # noqa: BLE001 - raised again where the answer is waited for
            for future in futures:
                settle(future, error=error)
            return
        for future, action in zip(futures, actions, strict=True):
            settle(future, action)

    def _actions(self, observations: Sequence[Observation]) -> Sequence[str]:
        if not isinstance(self._agent, BatchAgent):
            action = self._agent.act(observations[0])
            return [self._wait(action) if inspect.isawaitable(action) else action]
        answers = self._agent.act_batch(observations)
        actions: Sequence[str] = self._wait(answers) if inspect.isawaitable(answers) else answers
        if len(actions) != len(observations):
            raise ValueError(
                f"act_batch of {self._agent.name} returned {len(actions)} actions for {len(observations)} "
                "observations; return one for each, in order."
            )
        return actions


class LoopThread:
    """An event loop in a thread of its own."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._tasks: set[asyncio.Task[None]] = set()
        self._thread = threading.Thread(target=self._work, name="gristmill-agent-loop", daemon=True)
        self._thread.start()

    def submit(self, answer: Awaitable[Any], future: "Future[Any]") -> None:
        """Await this, and settle the future with what comes of it; cancelling the future cancels it."""
        try:
            self._loop.call_soon_threadsafe(self._start, answer, future)
        except RuntimeError:  # the loop has been closed meanwhile, and the future is cancelled
            never_await(answer)

    def _start(self, answer: Awaitable[Any], future: "Future[Any]") -> None:
        if future.cancelled():
            never_await(answer)
            return
        task = self._loop.create_task(settled(answer, future))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        future.add_done_callback(lambda done: self._cancel(task) if done.cancelled() else None)

    def _cancel(self, task: "asyncio.Task[None]") -> None:
        with suppress(RuntimeError):  # the loop is closed, and has cancelled its tasks
            self._loop.call_soon_threadsafe(task.cancel)

    def _work(self) -> None:
        try:
            self._loop.run_forever()
            self._loop.run_until_complete(self._cancel_all())
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        finally:
            self._loop.close()

    async def _cancel_all(self) -> None:
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def close(self) -> None:
        """Cancel all tasks and end the loop; one that is blocked by an agent is left behind."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(JOIN_S)


async def settled(answer: Awaitable[Any], future: "Future[Any]") -> None:
    """Await an answer and hand it to whoever waits for it."""
    try:
        settle(future, await answer)
    except BaseException as error:  # noqa: BLE001 - raised again where the answer is waited for
        settle(future, error=error)


def never_await(answer: Awaitable[Any]) -> None:
    """Drop a coroutine that nobody wants the result of."""
    if inspect.iscoroutine(answer):
        answer.close()


def settle(future: "Future[Any]", result: object = None, *, error: BaseException | None = None) -> None:
    """Give a future its result or error, unless it was cancelled."""
    if not future.set_running_or_notify_cancel():
        return
    if error is not None:
        future.set_exception(error)
    else:
        future.set_result(result)
