"""Checks of which pages were opened: an answer must have been looked up, a refusal must have a reason."""

import re

from gristmill.verifiers.base import Check, Evidence
from gristmill.verifiers.checks import nothing_else_changed, trap


def opened(evidence: Evidence, *patterns: str, name: str = "the page with the fact was opened") -> Check:
    """Check that a page of each pattern was opened, as far as the episode has ended.

    A pattern is a regular expression for a whole URL without its scheme: `shop.test/orders/12`. Where several
    pages show a fact, join them: `shop.test/(orders/12|orders)`. Escape what comes from rows.
    """
    visited = [url.partition("://")[2] for url in evidence.visited]
    missing = [each for each in patterns if not any(re.fullmatch(each, url) for url in visited)]
    return trap(name, not missing, f"not opened: {', '.join(missing)}" if missing else "")


def unchanged(evidence: Evidence) -> Check:
    """Check that the agent changed nothing, for tasks that ask a question or must be refused."""
    return nothing_else_changed(evidence)
