"""Arrow keys in number boxes and range inputs."""

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from gristmill.envs.engines.dom.html.document import Element
from gristmill.envs.engines.dom.html.input_values import number, range_value, written

ONE = Decimal(1)


def stepped(box: Element, text: str, direction: int) -> str:
    """A number box's value one step up or down, aligned to a step and within its bounds.

    A value outside its bounds is moved to the bound that it has to pass first, and never further away.
    """
    attributes = box.attributes
    low, high = number(attributes.get("min")), number(attributes.get("max"))
    ahead, behind = (high, low) if direction > 0 else (low, high)
    before = number(text)
    if before is not None and behind is not None and (before - behind) * direction < 0:
        return written(behind)
    if before is not None and ahead is not None and (before - ahead) * direction >= 0:
        return text
    base = low if low is not None else number(attributes.get("value")) or Decimal(0)
    step = number(attributes.get("step"))
    is_free = attributes.get("step", "").lower() == "any"
    step = step if step is not None and step > 0 else ONE
    at = (before or Decimal(0)) + (direction * step if is_free else 0)
    if not is_free:
        place = (at - base) / step
        if place != place.to_integral_value():
            place = place.to_integral_value(ROUND_CEILING if direction > 0 else ROUND_FLOOR)
        else:
            place += direction
        at = base + place * step
    if high is not None and at > high:
        at = high if is_free else base + ((high - base) / step).to_integral_value(ROUND_FLOOR) * step
    return written(at if low is None else max(at, low))


def slider_value(slider: Element, text: str, key: str) -> str:
    """A range input's value after a key; PageUp and PageDown move by a tenth."""
    attributes = slider.attributes
    low = number(attributes.get("min")) or Decimal(0)
    high = number(attributes.get("max"))
    high = max(Decimal(100) if high is None else high, low)
    if key in {"Home", "End"}:
        return range_value(slider, written(low if key == "Home" else high))
    step = number(attributes.get("step"))
    step = step if step is not None and step > 0 else ONE
    if attributes.get("step", "").lower() == "any":
        step = (high - low) / 100
    if key.startswith("Page"):
        step = max((high - low) / 10, step)
    is_up = key in {"ArrowUp", "ArrowRight", "PageUp"}
    return range_value(slider, written((number(text) or Decimal(0)) + (step if is_up else -step)))
