"""Play an episode with a language model: pip install 'gristmill[llm]'.

With a model of your own, at any OpenAI-compatible server:
    python examples/llm_agent.py --base-url http://localhost:11434/v1 --model qwen3
Without one, a scripted stand-in behind a server in this process gives the right answers, so that you see how
it works: python examples/llm_agent.py
"""

import argparse
import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from gristmill.agents.llm import factory
from gristmill.agents.rollouts.results import EpisodeResult
from gristmill.agents.rollouts.runner import play_episodes
from gristmill.envs.actions.grammar import parse
from gristmill.envs.env import WebEnv

Call = dict[str, Any]


def right_calls(task: str, seed: int) -> list[Call]:
    """The function calls that solve a task, as its oracle finds them in an environment of its own."""
    env, calls, is_over = WebEnv(task, engine="dom"), list[Call](), False
    env.reset(seed=seed)
    while not is_over:
        action = parse(env.oracle())
        calls.append({"name": action.verb, "arguments": json.dumps(asdict(action))})
        *_, terminated, truncated, _ = env.step(action)
        is_over = terminated or truncated
    env.close()
    return calls


def completion(number: int, call: Call) -> bytes:
    """A chat completion with one function call."""
    message = {
        "role": "assistant",
        "content": None,
        "tool_calls": [{"id": f"call_{number}", "type": "function", "function": call}],
    }
    usage = {"prompt_tokens": 1500, "completion_tokens": 30, "total_tokens": 1530}
    choice = {"index": 0, "message": message, "finish_reason": "tool_calls"}
    body = {"id": f"scripted-{number}", "object": "chat.completion", "choices": [choice], "usage": usage}
    return json.dumps(body).encode()


@contextmanager
def scripted_model(calls: Sequence[Call]) -> Iterator[str]:
    """Serve a stand-in for a model, which gives these calls in order; yields the base URL."""
    answers = iter([completion(number, call) for number, call in enumerate(calls)])

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            body = next(answers)
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Print nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def play(task: str, seed: int, *, model: str, base_url: str) -> EpisodeResult:
    """Play the episode of this seed in the browserless engine."""
    make_agent = factory(f"llm:{model}", {"base_url": base_url, "prices": "2,8"})
    (result,) = play_episodes(task, make_agent, [seed], options={"engine": "dom"})
    return result


def main(arguments: Sequence[str] | None = None) -> EpisodeResult:
    """Play as the command line says, print what happened and return it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--task", default="Shop-AddToCart-v0")
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--base-url", help="of an OpenAI-compatible server; without it a stand-in answers")
    parser.add_argument("--model", default="scripted")
    args = parser.parse_args(arguments)
    if args.base_url:
        result = play(args.task, args.seed, model=args.model, base_url=args.base_url)
    else:
        with scripted_model(right_calls(args.task, args.seed)) as base_url:
            result = play(args.task, args.seed, model=args.model, base_url=base_url)
    print(result.goal)
    for step in result.steps:
        print(f"  {step.action}  {step.target}  {step.error}")
    usage = result.report["usage"]
    print(f"success: {result.success}, fault: {result.infra_error}")
    print(f"{usage['calls']} answers, {usage['input_tokens']} + {usage['output_tokens']} tokens")
    print(f"{usage['cost_usd']:.4f} dollars at 2 and 8 dollars for a million tokens")
    return result


if __name__ == "__main__":
    main()
