"""Texts by grammar: lines of a pool with slots that are filled with lines of its other sections."""

import re

from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.stories.pools import sections
from gristmill.errors import PluginError

SLOT = re.compile(r"\{(?P<section>[^{}]+?)(?P<number>\.\d)?\}")
TRIES = 200

Chosen = dict[tuple[str, str], tuple[str, str]]
"""The line of a pool, and what it became, by section and number of a slot."""


class Grammar:
    """Writes lines of a pool, each at most once.

    `{part}` in a line is a line of the section `part`, the same one wherever it stands in a line; `{part.2}` is
    another one, and `{Part}` begins with a capital.
    """

    def __init__(self, pool: str, sampler: Sampler) -> None:
        self._name, self._sections, self._sampler = pool, sections(pool), sampler
        self._written: set[str] = set()

    def line(self, section: str) -> str:
        """A line of a section that has not been written yet.

        Raises:
            PluginError: the section or one that it names is missing, or all tries gave lines written before.
        """
        for _ in range(TRIES):
            text = self._filled("{" + section + "}", {})
            if text not in self._written:
                self._written.add(text)
                return text
        raise PluginError(f"The pool {self._name!r} gives no more new lines of {section!r}: extend it.")

    def _filled(self, text: str, chosen: Chosen) -> str:
        return SLOT.sub(lambda found: self._value(found["section"], found["number"] or "", chosen), text)

    def _value(self, name: str, number: str, chosen: Chosen) -> str:
        section = name if name in self._sections else name[:1].lower() + name[1:]
        if section not in self._sections:
            raise PluginError(f"The pool {self._name!r} has no section {name!r}.")
        if (section, number) not in chosen:
            taken = {template for (other, _), (template, _) in chosen.items() if other == section}
            left = [each for each in self._sections[section] if each not in taken]
            template = self._sampler.pick(left or self._sections[section])
            chosen[section, number] = template, self._filled(template, chosen)
        value = chosen[section, number][1]
        return value if section == name else value[:1].upper() + value[1:]
