"""The wording of controls: each app has a table of labels, in which a skin chooses one variant of each.

A table maps a key such as `add-to-cart` to `WORDINGS` texts that mean the same. Templates show
`label_text(key)`, oracles look for `page.label_text(key)`; both ask the world's skin. Goals and verifiers
never name a label.
"""

from collections.abc import Mapping
from typing import TypeAlias

from gristmill.errors import PluginError

WORDINGS = 3

Labels: TypeAlias = Mapping[str, tuple[str, ...]]
"""Texts by key, one for each wording."""


def worded(labels: Labels, key: str, wording: int) -> str:
    """The text of a label in a wording; in the first one where the label has fewer.

    Raises:
        PluginError: there is no such label.
    """
    if key not in labels:
        raise PluginError(f"There is no label {key!r}. Available: {', '.join(sorted(labels))}.")
    variants = labels[key]
    return variants[wording] if wording < len(variants) else variants[0]
