"""Writes the results that were kept into README.md, and draws the plots.

python benchmarks/report.py        needs the extra `bench`
"""

import re
from pathlib import Path

from plots import draw
from tables import peers, throughput, verdicts

README = Path(__file__).with_name("README.md")
PARTS = {"verdicts": verdicts, "throughput": throughput, "peers": peers}


def main() -> None:
    """Replace what stands between the markers of each part."""
    text = README.read_text()
    for name, table in PARTS.items():
        begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
        part = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
        if len(part.findall(text)) != 1:
            raise SystemExit(f"{README} must hold the markers {begin} and {end} once.")
        filled = f"{begin}\n{table()}\n{end}"
        text = part.sub(lambda _, filled=filled: filled, text)  # type: ignore[misc]
    README.write_text(text)
    draw()
    print(verdicts())


if __name__ == "__main__":
    main()
