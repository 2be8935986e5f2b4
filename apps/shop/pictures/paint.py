"""Colours and strokes that all drawings share."""

from dataclasses import dataclass

PATTERNS = ("plain", "stripes", "dots", "checks", "waves", "band", "weave")
INK = "#35363b"


def mixed(colour: str, other: str, share: float) -> str:
    """The colour with a share (0..1) of another mixed in; both as `#rrggbb`."""
    channels = [
        round(int(colour[at : at + 2], 16) * (1 - share) + int(other[at : at + 2], 16) * share)
        for at in (1, 3, 5)
    ]
    return "#" + "".join(f"{channel:02x}" for channel in channels)


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
        return (
            f'<pattern id="{self.pattern_id}" width="{size}" height="{height}" patternUnits="userSpaceOnUse">'
            f"{rect(0, 0, size, height, self.base)}{tile}</pattern>"
        )


def _see_through(colour: str) -> str:
    return f"{colour}80"


def rect(x: float, y: float, width: float, height: float, fill: str, radius: float = 0) -> str:
    """A rectangle, its corners rounded by `radius`."""
    rounding = f' rx="{radius:g}"' if radius else ""
    return f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}"{rounding} fill="{fill}"/>'


def circle(x: float, y: float, radius: float, fill: str) -> str:
    """A disc around a point."""
    return f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" fill="{fill}"/>'


def oval(x: float, y: float, half_width: float, half_height: float, fill: str) -> str:
    """An ellipse around a point."""
    return f'<ellipse cx="{x:g}" cy="{y:g}" rx="{half_width:g}" ry="{half_height:g}" fill="{fill}"/>'


def area(path: str, fill: str) -> str:
    """The inside of a path."""
    return f'<path d="{path}" fill="{fill}"/>'


def line(path: str, colour: str, width: float) -> str:
    """A path drawn with a round pen."""
    return (
        f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="{width:g}" '
        'stroke-linecap="round" stroke-linejoin="round"/>'
    )


def ring(x: float, y: float, radius: float, colour: str, width: float) -> str:
    """A circle's outline."""
    pen = f'fill="none" stroke="{colour}" stroke-width="{width:g}"'
    return f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" {pen}/>'


def turned(degrees: float, drawing: str) -> str:
    """A drawing turned around the middle of the picture."""
    return f'<g transform="rotate({degrees:g} 200 200)">{drawing}</g>'
