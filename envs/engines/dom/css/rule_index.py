"""An index of rules, so that an element is compared only with those whose selectors name it."""

from collections.abc import Iterable

from gristmill.envs.engines.dom.css.compound_selector import Key
from gristmill.envs.engines.dom.css.stylesheet import Rule
from gristmill.envs.engines.dom.html.document import Element

Bucket = tuple[str, str]
ANY: Bucket = "", ""


class RuleIndex:
    """Ranked rules by the id, class or tag that their selectors require of an element."""

    __slots__ = ("_buckets",)

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._buckets: dict[Bucket, list[Rule]] = {}
        for rule in rules:
            self._buckets.setdefault(bucket_of(rule.selector.key), []).append(rule)

    def fitting(self, element: Element) -> list[Rule]:
        """The rules whose keys fit an element, in ascending precedence."""
        buckets = (self._buckets.get(bucket, ()) for bucket in buckets_of(element))
        found = [rule for bucket in buckets for rule in bucket if rule.selector.key.fits(element)]
        return sorted(found, key=lambda rule: rule.rank)


def bucket_of(key: Key) -> Bucket:
    """The most selective requirement of a key."""
    if key.id:
        return "id", key.id
    if key.classes:
        return "class", min(key.classes)
    return ("tag", key.tag) if key.tag else ANY


def buckets_of(element: Element) -> Iterable[Bucket]:
    """Every bucket that may hold rules whose keys fit an element."""
    attributes = element.attributes
    classes = set(attributes.get("class", "").split())
    return ANY, ("tag", element.tag), ("id", attributes.get("id", "")), *(("class", name) for name in classes)
