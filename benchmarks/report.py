"""Writes the stored results into README.md and docs/scaling.md, and draws the plots.

python benchmarks/report.py        needs the extra `bench`
"""

import re

from plots import draw
from tables import PARTS, verdicts


def main() -> None:
    """Replace the text between each part's markers."""
    for path, parts in PARTS.items():
        text = path.read_text()
        for name, table in parts.items():
            begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
            part = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
            if len(part.findall(text)) != 1:
                raise SystemExit(f"{path} must hold the markers {begin} and {end} once.")
            filled = f"{begin}\n{table()}\n{end}"
            text = part.sub(lambda _, filled=filled: filled, text)  # type: ignore[misc]
        path.write_text(text)
    draw()
    print(verdicts())


if __name__ == "__main__":
    main()
