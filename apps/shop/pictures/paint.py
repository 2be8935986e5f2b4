"""Colours and strokes that all drawings share."""

from dataclasses import dataclass

from gristmill.apps.kit.svg import circle, line, mixed, pattern, rect

PATTERNS = ("plain", "stripes", "dots", "checks", "waves", "band", "weave")
INK = "#35363b"


@dataclass(frozen=True, kw_only=True, slots=True)
class Paint:
    """What a shape is drawn with: its colours as `#rrggbb`, a pattern, and which of two forms it takes."""

    base: str
    accent: str
    pattern: str
    is_second_form: bool

    @property
    def dark(self) -> str:
        """The base colour in shade."""
        return mixed(self.base, "#1d2030", 0.22)

    @property
    def darker(self) -> str:
        """The base colour in deep shade."""
        return mixed(self.base, "#1d2030", 0.42)

    @property
    def light(self) -> str:
        """The base colour in light."""
        return mixed(self.base, "#ffffff", 0.3)

    @property
    def accent_dark(self) -> str:
        """The accent colour in shade."""
        return mixed(self.accent, "#1d2030", 0.25)

    @property
    def accent_light(self) -> str:
        """The accent colour in light."""
        return mixed(self.accent, "#ffffff", 0.35)

    @property
    def fill(self) -> str:
        """The base colour, with the pattern if there is one."""
        return self.base if self.pattern == "plain" else f"url(#{self.pattern_id})"

    @property
    def pattern_id(self) -> str:
        """The same for the same colours and pattern, so that drawings may share a page."""
        return f"{self.pattern}-{self.base[1:]}-{self.accent[1:]}"

    def pattern_definition(self) -> str:
        """The `<pattern>` that `fill` refers to; empty for a plain one."""
        tone = mixed(self.accent, self.base, 0.35)
        tile, size = {
            "stripes": (rect(0, 0, 14, 28, tone), 28),
            "dots": (circle(9, 9, 5, tone) + circle(27, 27, 5, tone), 36),
            "checks": (
                rect(0, 0, 20, 40, mixed(tone, self.base, 0.5)) + rect(0, 0, 40, 20, _see_through(tone)),
                40,
            ),
            "waves": (line("M-10 10 q10 -10 20 0 t20 0 t20 0", tone, 4), 40),
            "band": (rect(0, 214, 400, 26, tone) + rect(0, 248, 400, 6, tone), 400),
            "weave": (rect(0, 0, 14, 10, tone) + rect(15, 11, 14, 10, tone), 30),
        }.get(self.pattern, ("", 0))
        if not tile:
            return ""
        height = 22 if self.pattern == "weave" else 20 if self.pattern == "waves" else size
        ground = rect(0, 0, size, height, self.base)
        return pattern(self.pattern_id, size, height, ground + tile)


def _see_through(colour: str) -> str:
    return f"{colour}80"
