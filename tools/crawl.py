"""Visit every page of app clones over links, press every control, and report what is broken.

    python tools/crawl.py [--apps shop,mail,chat] [--people 3] [--skin default] [--engine dom] [--pages 3]

Starts at each app's home page as several people. Of each kind of page (Flask endpoint) it visits a few
instances, and on these presses each control that it has not pressed on that kind of page before: buttons,
menus, checkboxes, radio buttons and lists, and a link to each kind of page, each in a fresh session; buttons
once more after filling the page plausibly, and with odd text. It follows every link, and sends every form
with odd input in every field. Reported are pages that answer with an error or fail, links to pages or places
that do not exist or lie outside the apps, files from elsewhere, controls without a role or name, and
dead controls: those after which neither page, address, focus nor database has changed, and that were not
refused in words. With `--engine both` each state is compared between Chromium and `dom`.
The exit code is 1 if anything was reported.
"""

import argparse
import sys
from contextlib import closing

from gristmill.apps.world.choice import DEFAULT_SKIN, WorldChoice, WorldSize
from gristmill.envs.episode.runtime import Runtime
from gristmill.plugins import installed
from gristmill.testing.crawl.crawler import Crawl
from gristmill.testing.crawl.states import Problem


def crawl(args: argparse.Namespace) -> int:
    """Crawl as the command line asks; returns the number of problems."""
    apps = [installed().app(name) for name in args.apps.split(",")]
    engines = ("dom", "chromium") if args.engine == "both" else (args.engine,)
    choice = WorldChoice(seed=args.world, size=WorldSize(args.size), skin=args.skin)
    found: dict[str, Problem] = {}
    tried: set[tuple[str, str, str]] | None = set() if args.once else None
    with closing(Runtime()) as runtime:
        for place in (-1, *range(args.people - 1)):
            walk = Crawl(
                runtime, apps, choice, person=place, engines=engines, per_kind=args.pages,
                has_odd_input=not args.plain, tried=tried,
            )  # fmt: skip
            with closing(walk):
                report = walk.run(*args.start)
            found |= report.problems
            print(
                f"{'who is signed in at first' if place < 0 else f'person {place + 1}'}: "
                f"{report.pages.total()} pages of {len(report.pages)} kinds, "
                f"{report.pressed.total()} controls pressed in {report.states} states, "
                f"{report.sent.total()} forms sent oddly, {len(report.problems)} problems",
                flush=True,
            )
    for problem in found:
        print(problem)
    return len(found)


def main() -> int:
    """Run the command line; returns the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--apps", default=",".join(installed().apps), help="names, separated by commas")
    parser.add_argument("--people", type=int, default=3, help="how many people to visit as (3)")
    parser.add_argument("--engine", choices=("dom", "chromium", "both"), default="dom")
    parser.add_argument("--skin", default=DEFAULT_SKIN)
    parser.add_argument("--world", type=int, default=1, help="the world's seed (1)")
    parser.add_argument("--size", choices=list(WorldSize), default=WorldSize.SMALL)
    parser.add_argument("--pages", type=int, default=3, help="pages of each kind (3)")
    parser.add_argument(
        "--start", action="append", default=[], help="an address to start at; may be repeated"
    )
    parser.add_argument("--plain", action="store_true", help="send no odd input")
    parser.add_argument("--once", action="store_true", help="press a control as the first person that has it")
    return 1 if crawl(parser.parse_args()) else 0


if __name__ == "__main__":
    sys.exit(main())
