"""SVG shapes as strings that can be concatenated. Colours are `#rrggbb`."""

from html import escape


def document(width: int, height: int, title: str, drawing: str) -> str:
    """An SVG document of this size with an accessible title."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">'
        f"<title>{escape(title, quote=False)}</title>{drawing}</svg>"
    )


def mixed(colour: str, other: str, share: float) -> str:
    """Mix a share (0..1) of another colour into a colour."""
    channels = [
        round(int(colour[at : at + 2], 16) * (1 - share) + int(other[at : at + 2], 16) * share)
        for at in (1, 3, 5)
    ]
    return "#" + "".join(f"{channel:02x}" for channel in channels)


def rect(x: float, y: float, width: float, height: float, fill: str, radius: float = 0) -> str:
    """A rectangle with corners rounded by `radius`."""
    rounding = f' rx="{radius:g}"' if radius else ""
    return f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}"{rounding} fill="{fill}"/>'


def circle(x: float, y: float, radius: float, fill: str) -> str:
    """A filled circle."""
    return f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" fill="{fill}"/>'


def oval(x: float, y: float, half_width: float, half_height: float, fill: str) -> str:
    """A filled ellipse."""
    return f'<ellipse cx="{x:g}" cy="{y:g}" rx="{half_width:g}" ry="{half_height:g}" fill="{fill}"/>'


def area(path: str, fill: str) -> str:
    """A filled path."""
    return f'<path d="{path}" fill="{fill}"/>'


def line(path: str, colour: str, width: float) -> str:
    """A stroked path with round ends and joins."""
    return (
        f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="{width:g}" '
        'stroke-linecap="round" stroke-linejoin="round"/>'
    )


def ring(x: float, y: float, radius: float, colour: str, width: float) -> str:
    """A stroked circle."""
    pen = f'fill="none" stroke="{colour}" stroke-width="{width:g}"'
    return f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" {pen}/>'


def turned(degrees: float, drawing: str, *, x: float = 200, y: float = 200) -> str:
    """Rotate a drawing around a point, by default the centre of a 400 by 400 image."""
    return f'<g transform="rotate({degrees:g} {x:g} {y:g})">{drawing}</g>'


def pattern(key: str, width: float, height: float, tile: str) -> str:
    """A tile pattern, used as `fill="url(#key)"`."""
    size = f'width="{width:g}" height="{height:g}"'
    return f'<pattern id="{key}" {size} patternUnits="userSpaceOnUse">{tile}</pattern>'
