"""A model that plays the oracle of one task, as OpenAI's chat completions; prints its port."""

import json
import sys
from dataclasses import asdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from gristmill.adapters.text_episode import TextEpisode
from gristmill.envs.actions.grammar import parse

task_id, seed = sys.argv[1], int(sys.argv[2])
twin = TextEpisode()  # plays what the tool server plays
twin.start(task_id, seed)


class Endpoint(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        tools = {tool["function"]["name"] for tool in request.get("tools", [])}
        action = parse(twin.oracle())
        assert action.verb in tools, tools
        twin.perform(asdict_call(action))
        function = {"name": action.verb, "arguments": json.dumps(asdict(action))}
        call = {"id": f"call_{len(request['messages'])}", "type": "function", "function": function}
        self.answer([call], is_streamed=bool(request.get("stream")))

    def answer(self, calls: list, *, is_streamed: bool) -> None:
        message = {"role": "assistant", "content": None}
        message["tool_calls"] = [{"index": 0, **call} if is_streamed else call for call in calls]
        choice = {"index": 0, "finish_reason": "tool_calls", "delta" if is_streamed else "message": message}
        answer = {
            "id": "chatcmpl-1",
            "object": "chat.completion.chunk" if is_streamed else "chat.completion",
            "created": 0,
            "model": "oracle",
            "choices": [choice],
            "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
        }
        body = json.dumps(answer)
        if is_streamed:
            body = f"data: {body}\n\ndata: [DONE]\n\n"
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream" if is_streamed else "application/json")
        self.send_header("Content-Length", str(len(body.encode())))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        """Be quiet."""


def asdict_call(action):
    return {"name": action.verb, "arguments": asdict(action)}


server = ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
print(server.server_port, flush=True)
server.serve_forever()
