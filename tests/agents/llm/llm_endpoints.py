"""Endpoints on this machine that speak the protocols of models, and misbehave on demand."""

import json
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

Json = dict[str, Any]
Call = tuple[str, Json]
Script = Callable[[Json], "Answer"]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the endpoint sends.

    Attributes:
        sends: how many bytes of the body are sent before the connection is closed; None for all.
        hangs: nothing is sent until the endpoint closes.
    """

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    sends: int | None = None
    hangs: bool = False


def problem(status: int, **headers: str) -> Answer:
    body = {"type": "error", "error": {"type": "trouble", "message": "There is trouble."}}
    return Answer(status=status, headers=headers, body=json.dumps(body).encode())


def garbage() -> Answer:
    return Answer(headers={"Content-Type": "text/html"}, body=b"<html>Welcome to the gateway</html>")


def half(answer: Answer) -> Answer:
    return Answer(headers=answer.headers, body=answer.body, sends=len(answer.body) // 2)


class FakeEndpoint:
    """Answers requests from a script: answers in order, or a function of the request."""

    def __init__(self) -> None:
        self.requests: list[Json] = []
        self.paths: list[str] = []
        self.headers: list[Mapping[str, str]] = []
        self.script: deque[Answer] = deque()
        self.answer: Script = lambda request: self.script.popleft()
        self.is_closing, self.is_asked = threading.Event(), threading.Event()
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                endpoint.paths.append(self.path)
                endpoint.headers.append(dict(self.headers))
                endpoint.requests.append(request)
                endpoint.is_asked.set()
                endpoint.send(self, endpoint.answer(request))

            def log_message(self, *_: Any) -> None: ...

        class Server(ThreadingHTTPServer):
            request_queue_size = 256
            daemon_threads = True

        self._server = Server(("127.0.0.1", 0), Handler)
        self.root = f"http://127.0.0.1:{self._server.server_port}"
        self.url = f"{self.root}/v1"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    def send(self, handler: BaseHTTPRequestHandler, answer: Answer) -> None:
        if answer.hangs:
            self.is_closing.wait()
            handler.close_connection = True
            return
        handler.send_response(answer.status)
        for name, value in ({"Content-Type": "application/json"} | dict(answer.headers)).items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(answer.body)))
        handler.end_headers()
        handler.wfile.write(answer.body[: answer.sends])
        if answer.sends is not None:
            handler.close_connection = True

    def plays(self, *answers: Answer) -> None:
        """Give these answers, in this order."""
        self.script.extend(answers)

    def close(self) -> None:
        self.is_closing.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@dataclass
class FakeClock:
    """A clock on which waiting takes no time."""

    time_s: float = 0.0
    waits: list[float] = field(default_factory=list)

    def now(self) -> float:
        return self.time_s

    async def wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.time_s += seconds


def events(*each: Json) -> Answer:
    """A stream of server-sent events."""
    text = "".join(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in each)
    return Answer(headers={"Content-Type": "text/event-stream"}, body=text.encode())


class ChatProtocol:
    """OpenAI's chat completions."""

    api = "chat"
    path = "/v1/chat/completions"

    def base_url(self, endpoint: FakeEndpoint) -> str:
        return endpoint.url

    usage: ClassVar[Json] = {
        "prompt_tokens": 100,
        "completion_tokens": 10,
        "total_tokens": 110,
        "prompt_tokens_details": {"cached_tokens": 40},
    }

    def calls(self, *calls: Call, text: str | None = None) -> Answer:
        tools = [
            {"id": f"c{i}", "type": "function", "function": {"name": name, "arguments": json.dumps(given)}}
            for i, (name, given) in enumerate(calls)
        ]
        message = {"role": "assistant", "content": text} | ({"tool_calls": tools} if tools else {})
        choice = {"index": 0, "message": message, "finish_reason": "tool_calls" if tools else "stop"}
        body = {
            "id": "r1",
            "object": "chat.completion",
            "model": "m",
            "choices": [choice],
            "usage": self.usage,
        }
        return Answer(body=json.dumps(body).encode())

    def text(self, text: str) -> Answer:
        return self.calls(text=text)

    def last_texts(self, request: Json) -> str:
        """What the request adds after the last answer."""
        return "\n".join(flat(message) for message in after_assistant(request["messages"]))


class ResponsesProtocol:
    """OpenAI's responses."""

    api = "responses"
    path = "/v1/responses"

    def base_url(self, endpoint: FakeEndpoint) -> str:
        return endpoint.url

    usage: ClassVar[Json] = {
        "input_tokens": 100,
        "input_tokens_details": {"cached_tokens": 40, "cache_write_tokens": 0},
        "output_tokens": 10,
        "output_tokens_details": {"reasoning_tokens": 4},
        "total_tokens": 110,
    }

    def calls(self, *calls: Call) -> Answer:
        return self.items(
            {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "sealed"},
            *(
                {
                    "type": "function_call",
                    "id": f"fc_{i}",
                    "call_id": f"c{i}",
                    "name": name,
                    "arguments": json.dumps(given),
                    "status": "completed",
                }
                for i, (name, given) in enumerate(calls)
            ),
        )

    def computer(self, *actions: Json, checks: Sequence[Json] = ()) -> Answer:
        return self.items(
            {
                "type": "computer_call",
                "id": "cu_1",
                "call_id": "c0",
                "actions": list(actions),
                "pending_safety_checks": list(checks),
                "status": "completed",
            }
        )

    def text(self, text: str) -> Answer:
        part = {"type": "output_text", "text": text, "annotations": []}
        return self.items(
            {"type": "message", "id": "m1", "role": "assistant", "status": "completed", "content": [part]}
        )

    def items(self, *items: Json) -> Answer:
        response = {"id": "r1", "object": "response", "model": "m", "status": "in_progress", "output": []}
        ended = response | {"status": "completed", "output": list(items), "usage": self.usage}
        return events(
            {"type": "response.created", "sequence_number": 0, "response": response},
            {"type": "response.completed", "sequence_number": 1, "response": ended},
        )

    def last_texts(self, request: Json) -> str:
        """What the request adds after the last answer."""
        items = request["input"]
        last = max((i for i, item in enumerate(items) if is_answer(item)), default=-1)
        return "\n".join(flat(item) for item in items[last + 1 :])


class MessagesProtocol:
    """Anthropic's messages."""

    api = "messages"
    path = "/v1/messages"

    def base_url(self, endpoint: FakeEndpoint) -> str:
        return endpoint.root

    usage: ClassVar[Json] = {"input_tokens": 60, "output_tokens": 10, "cache_read_input_tokens": 40}

    def calls(self, *calls: Call, toolset: str | None = None, text: str = "I see.") -> Answer:
        blocks: list[Json] = [{"type": "text", "text": text}]
        for i, (name, given) in enumerate(calls):
            block = {"type": "tool_use", "id": f"c{i}", "name": name, "input": given}
            blocks.append(block | ({"toolset_name": toolset} if toolset else {}))
        return self.blocks(*blocks, stop="tool_use")

    def text(self, text: str) -> Answer:
        return self.blocks({"type": "text", "text": text}, stop="end_turn")

    def blocks(self, *blocks: Json, stop: str) -> Answer:
        message = {"id": "r1", "type": "message", "role": "assistant", "model": "m", "content": []}
        message |= {"stop_reason": None, "stop_sequence": None, "usage": self.usage | {"output_tokens": 1}}
        stream: list[Json] = [{"type": "message_start", "message": message}]
        for i, block in enumerate(blocks):
            is_text = block["type"] == "text"
            empty = block | ({"text": ""} if is_text else {"input": {}})
            delta = (
                {"type": "text_delta", "text": block["text"]}
                if is_text
                else {"type": "input_json_delta", "partial_json": json.dumps(block["input"])}
            )
            stream.append({"type": "content_block_start", "index": i, "content_block": empty})
            stream.append({"type": "content_block_delta", "index": i, "delta": delta})
            stream.append({"type": "content_block_stop", "index": i})
        ended = {"stop_reason": stop, "stop_sequence": None}
        stream.append({"type": "message_delta", "delta": ended, "usage": {"output_tokens": 10}})
        stream.append({"type": "message_stop"})
        return events(*stream)

    def last_texts(self, request: Json) -> str:
        return "\n".join(flat(message) for message in after_assistant(request["messages"]))


Protocol = ChatProtocol | ResponsesProtocol | MessagesProtocol


def is_answer(item: Json) -> bool:
    """Whether an input item of a response was an output item before."""
    return item.get("role") == "assistant" or item.get("type") in {
        "function_call",
        "computer_call",
        "reasoning",
    }


def after_assistant(messages: Sequence[Json]) -> list[Json]:
    last = max((i for i, message in enumerate(messages) if message["role"] == "assistant"), default=-1)
    return list(messages[last + 1 :])


def flat(value: object) -> str:
    """All texts in a JSON value."""
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        return "\n".join(flat(each) for each in value.values())
    return "\n".join(flat(each) for each in value) if isinstance(value, list) else ""
