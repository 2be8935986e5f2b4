"""An element meets exactly the rules whose keys fit it, in their order."""

from dataclasses import replace

import pytest

from gristmill.envs.engines.dom.css.stylesheet import Rule, RuleIndex, parse_sheet
from gristmill.envs.engines.dom.html.parser import parse_html

CSS = "*, p, .a, .b.a, p.a.b, #i, p#i, #i.a, .c, a, .a > p, p .b, :checked, p:first-child { display: none }"


def ranked() -> list[Rule]:
    return [replace(rule, rank=rank) for rank, rule in enumerate(parse_sheet(CSS, 1024))]


@pytest.mark.parametrize(
    "attributes",
    ["", "class=a", "class='b a'", "class='b  a b' id=i", "id=i", "id=''", "class=''", "class=A id=I"],
)
@pytest.mark.parametrize("tag", ["p", "b"])
def test_an_element_meets_the_rules_that_fit_it(tag: str, attributes: str) -> None:
    (element,) = parse_html(f"<{tag} {attributes}>x</{tag}>".encode()).all(tag)
    rules = ranked()
    fitting = RuleIndex(reversed(rules)).fitting(element)
    assert fitting == [rule for rule in rules if rule.selector.key.fits(element)]
    assert 0 < len(fitting) < len(rules)
