"""What a fresh page of each app costs: CPU time of the request, by size of the world.

Fresh means that nothing of it is cached: before each request the world is restored, another page of the app
is requested, and the caches of pure functions are emptied; there are no caches of responses or queries. Pages
and sizes take turns, and so do two checkouts with `--against`, each in a process of its own. Told are
medians, the dearer of the larger worlds over the standard one, and the number of statements.

    python benchmarks/page_costs.py [--rounds 15] [--only mail] [--save]
    git worktree add ../before COMMIT && python benchmarks/page_costs.py --against ../before

The bars: no page of mail or chat costs more than a listing of the shop, none takes more than 12 queries, and
none costs more than 1.5 times as much where there is ten times as much.
"""

import argparse
import gc
import io
import json
import os
import statistics
import subprocess
import sys
from contextlib import ExitStack
from functools import _lru_cache_wrapper
from pathlib import Path
from time import process_time
from typing import Any

HERE = Path(__file__).parents[1]
WARM_UP = {"shop": "/about", "mail": "/help/search", "chat": "/help/formatting"}
KEY = ("app", "page")
Figures = dict[tuple[str, str], dict[str, Any]]


class Checkout:
    """A process that measures pages with the code of one checkout."""

    def __init__(self, root: Path, only: list[str]) -> None:
        self.spent: dict[tuple[str, str, str], list[float]] = {}
        self.queries: dict[tuple[str, str, str], int] = {}
        self._process = subprocess.Popen(
            [sys.executable, __file__, "--serve", *(f"--only={name}" for name in only)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": str(root / "src")},
        )
        self._answer()

    def measure(self) -> None:
        """Measure every page once in each size."""
        assert self._process.stdin is not None
        self._process.stdin.write("measure\n")
        self._process.stdin.flush()
        for *key, spent, queries in self._answer():
            app, name, size = key
            self.spent.setdefault((app, name, size), []).append(spent)
            self.queries[app, name, size] = queries

    def _answer(self) -> Any:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("The measuring process ended.")
        return json.loads(line)

    def rows(self) -> Figures:
        """Medians in ms by size, and the most queries, by app and page."""
        found: Figures = {}
        for (app, name, size), spent in self.spent.items():
            row = found.setdefault((app, name), {"queries": 0, "n": len(spent)})
            row[size] = 1000 * statistics.median(spent)
            row["queries"] = max(row["queries"], self.queries[app, name, size])
        return found

    def __enter__(self) -> "Checkout":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()


def serve(only: list[str]) -> None:
    """In a process of its own: measure for every line on standard input, figures on standard output."""
    from page_kinds import KINDS, SIZES, address_of, built

    from gristmill.apps.server.database import LentConnection
    from gristmill.plugins import installed

    clones = {name: installed().app(name).create_app() for name in WARM_UP}
    images = {size: built(size) for size in SIZES}
    pages = [kind for kind in KINDS if not only or kind.app in only]
    world = restored(images[SIZES[0]])
    addresses = {}
    for size in SIZES:
        world.deserialize(images[size])
        for kind in pages:
            addresses[kind, size] = address_of(kind, world)
    statements: list[str] = []
    LentConnection.note = lambda _, sql: statements.append(sql)  # type: ignore[method-assign, assignment]
    print(json.dumps("ready"), flush=True)
    for _ in sys.stdin:
        gc.freeze()  # collecting what lives on would take longer than the pages
        figures = []
        for kind in pages:
            for size in SIZES:
                world.deserialize(images[size])
                ask(clones[kind.app], kind.app, WARM_UP[kind.app], world)
                empty_caches()
                gc.collect()
                gc.disable()
                statements.clear()
                begun = process_time()
                ask(clones[kind.app], kind.app, addresses[kind, size], world)
                spent = process_time() - begun
                gc.enable()
                figures.append([kind.app, kind.name, size, spent, len(statements)])
        print(json.dumps(figures), flush=True)


def restored(image: bytes) -> Any:
    """A connection to a copy of a world."""
    import sqlite3

    from gristmill.apps.server.database import LentConnection
    from gristmill.apps.world.handlers import Handlers
    from gristmill.plugins import installed

    world = sqlite3.connect(":memory:", factory=LentConnection)
    world.deserialize(image)
    world.handlers = Handlers.of([installed().app(name) for name in WARM_UP])
    return world


def ask(app: Any, host: str, address: str, world: Any) -> bytes:
    """Request a page from an app clone."""
    from gristmill.apps.server.database import lend_connection

    path, _, query = address.partition("?")
    environ: Any = {
        "REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": query, "SCRIPT_NAME": "",
        "SERVER_NAME": f"{host}.test", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": f"{host}.test", "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr, "wsgi.version": (1, 0), "wsgi.multithread": True,
        "wsgi.multiprocess": False, "wsgi.run_once": False,
    }  # fmt: skip
    heads: list[str] = []
    with lend_connection(world):
        body = b"".join(app(environ, lambda status, *_: heads.append(status)))
    if not heads[0].startswith("200"):
        raise RuntimeError(f"{host}.test{address} returned {heads[0]}.")
    return body


def empty_caches() -> None:
    """Empty the bounded caches of the app clones' pure functions."""
    for module in list(sys.modules.values()):
        if module.__name__.startswith("gristmill.apps."):
            for value in list(vars(module).values()):
                if isinstance(value, _lru_cache_wrapper) and value.cache_parameters()["maxsize"]:
                    value.cache_clear()


def compare(checkouts: list[Checkout], rounds: int) -> list[Figures]:
    """Let the checkouts take turns; the first round is a warm-up."""
    for number in range(rounds + 1):
        for each in checkouts if number % 2 else checkouts[::-1]:
            each.measure()
        if number == 0:
            for each in checkouts:
                each.spent.clear()
    return [each.rows() for each in checkouts]


def print_table(figures: list[Figures], sizes: tuple[str, ...]) -> None:
    """Print one line per page: ms by size for each checkout, and how much dearer the larger worlds are."""
    heads = [f"{size[:8]:>9}" for size in sizes]
    print(f"{'':32}" + "   ".join("".join(heads) + f"{'ratio':>7}{'queries':>8}" for _ in figures))
    for key in figures[0]:
        cells = []
        for rows in figures:
            row = rows[key]
            ratio = max(row[size] for size in sizes[1:]) / row[sizes[0]]
            cells.append("".join(f"{row[size]:9.2f}" for size in sizes) + f"{ratio:7.2f}{row['queries']:8}")
        print(f"{' '.join(key):32}" + "   ".join(cells))


def kept_rows(figures: list[Figures]) -> list[dict[str, Any]]:
    """The rows to store: what was measured of this checkout, and `before` what was of the other one."""
    from machine import described

    *others, own = figures
    return [
        described() | {"app": app, "page": name, **row} | ({"before": others[0][app, name]} if others else {})
        for (app, name), row in own.items()
    ]


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--against", type=Path, help="the root of another checkout")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument(
        "--only", action="append", default=[], choices=WARM_UP, help="an app; may be repeated"
    )
    parser.add_argument("--save", action="store_true", help="store the rows in results/page_costs.jsonl")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        serve(options.only)
        return
    from machine import heading
    from page_kinds import SIZES
    from results import keep

    print(heading())
    roots = [options.against.resolve(), HERE] if options.against else [HERE]
    with ExitStack() as stack:
        checkouts = [stack.enter_context(Checkout(root, options.only)) for root in roots]
        figures = compare(checkouts, options.rounds)
    print_table(figures, SIZES)
    if options.save:
        keep("page_costs", kept_rows(figures), KEY)


if __name__ == "__main__":
    main()
