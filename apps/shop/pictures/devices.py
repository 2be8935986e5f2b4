"""Shapes for electronics."""

from gristmill.apps.kit.svg import area, circle, line, oval, rect, ring
from gristmill.apps.shop.pictures.paint import INK, Paint
from gristmill.apps.shop.pictures.shape import Shape


def _headphones(p: Paint) -> str:
    band = line("M96 226 Q88 84 200 84 Q312 84 304 226", p.base, 20) + line(
        "M134 104 Q200 62 266 104", p.dark, 22 if p.is_second_form else 12
    )
    cups = rect(66, 204, 66, 116, p.base, 30) + rect(268, 204, 66, 116, p.base, 30)
    pads = rect(116, 212, 30, 100, p.darker, 14) + rect(254, 212, 30, 100, p.darker, 14)
    return band + pads + cups + rect(84, 228, 14, 66, p.accent, 7) + rect(302, 228, 14, 66, p.accent, 7)


def _speaker(p: Paint) -> str:
    if p.is_second_form:
        body = rect(60, 180, 280, 146, p.base, 70) + rect(84, 200, 232, 106, p.darker, 52)
        dots = "".join(circle(116 + 24 * n, y, 4, p.accent) for n in range(8) for y in (228, 252, 276))
        return body + dots + line("M120 182 Q200 116 280 182", p.accent_dark, 9)
    body = rect(116, 70, 168, 256, p.base, 20)
    cones = (
        circle(200, 136, 34, p.darker)
        + circle(200, 136, 14, p.accent)
        + circle(200, 236, 62, p.darker)
        + ring(200, 236, 46, p.dark, 6)
        + circle(200, 236, 24, p.accent)
    )
    return body + cones + circle(200, 312, 4, p.light)


def _keyboard(p: Paint) -> str:
    case = rect(36, 168, 328, 152, p.dark, 16) + rect(36, 160, 328, 150, p.base, 16)
    keys = "".join(
        rect(52 + 30 * n, y, 25, 25, p.accent if (n, y) == (0, 174) else "#fbf9f4", 5)
        for y in (174, 206, 238)
        for n in range(10)
    )
    bottom = (
        rect(52, 270, 55, 25, "#fbf9f4", 5)
        + rect(112, 270, 148, 25, p.accent_light if p.is_second_form else "#fbf9f4", 5)
        + rect(265, 270, 82, 25, p.accent, 5)
    )
    return line("M200 160 Q200 100 260 96", INK, 6) + case + keys + bottom


def _powerbank(p: Paint) -> str:
    body = rect(126, 70, 148, 256, p.dark, 24) + rect(120, 66, 148, 256, p.base, 24)
    lights = "".join(circle(160 + 22 * n, 290, 6, p.accent if n < 3 else p.darker) for n in range(4))
    bolt = area("M206 132 L166 206 H194 L182 258 L226 182 H198 Z", p.accent)
    lines = line("M140 120 V240 M248 120 V240", p.dark, 4) if p.is_second_form else ""
    return rect(150, 54, 26, 16, INK, 3) + rect(204, 54, 36, 16, INK, 3) + body + bolt + lights + lines


def _alarm(p: Paint) -> str:
    if p.is_second_form:
        body = rect(76, 160, 248, 164, p.base, 34) + rect(98, 184, 204, 96, INK, 16)
        digits = (
            "".join(rect(x, 208, 24, 48, p.accent_light, 6) for x in (122, 154, 222, 254))
            + circle(200, 220, 5, p.accent)
            + circle(200, 244, 5, p.accent)
        )
        return rect(150, 146, 100, 22, p.accent, 10) + body + digits
    bells = (
        oval(132, 106, 44, 30, p.accent)
        + oval(268, 106, 44, 30, p.accent)
        + line("M200 92 V74 M184 70 H216", p.accent_dark, 9)
    )
    legs = line("M134 290 L112 324 M266 290 L288 324", p.accent_dark, 14)
    face = circle(200, 208, 112, p.base) + circle(200, 208, 88, "#fbf9f3")
    marks = "".join(
        f'<g transform="rotate({90 * n} 200 208)">{rect(196, 128, 8, 18, INK, 3)}</g>' for n in range(4)
    )
    return (
        bells
        + legs
        + face
        + marks
        + line("M200 208 V150 M200 208 L242 230", INK, 8)
        + circle(200, 208, 8, p.accent)
    )


SHAPES = (
    Shape("headphones", _headphones, 120),
    Shape("speaker", _speaker, 110),
    Shape("keyboard", _keyboard, 156),
    Shape("powerbank", _powerbank, 80),
    Shape("alarm", _alarm, 110),
)
