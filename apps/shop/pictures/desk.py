"""Shapes for the desk and the bookcase."""

from gristmill.apps.kit.svg import area, circle, line, rect, turned
from gristmill.apps.shop.pictures.paint import INK, Paint
from gristmill.apps.shop.pictures.shape import Shape


def _notebook(p: Paint) -> str:
    pages = rect(112, 74, 188, 256, "#f7f2e6", 8) + line("M300 92 V314 M296 86 V320", "#d8d0bd", 2)
    cover = rect(100, 66, 190, 260, p.fill, 10) + rect(100, 66, 26, 260, p.dark, 8)
    if p.is_second_form:
        cover = rect(100, 66, 190, 260, p.fill, 10) + "".join(
            line(f"M92 {86 + 24 * n} h22", INK, 6) for n in range(10)
        )
    label = rect(156, 116, 98, 62, "#fdfbf4", 4) + rect(170, 134, 70, 5, INK) + rect(170, 150, 48, 5, p.dark)
    band = rect(262, 66, 10, 260, p.accent) if not p.is_second_form else ""
    return pages + cover + band + label + area("M214 326 h14 v30 l-7 -9 l-7 9 Z", p.accent)


def _pen(p: Paint) -> str:
    barrel = rect(182, 164, 36, 180, p.base, 16) + rect(182, 230, 36, 10, p.accent)
    nib = (
        area("M186 164 H214 L202 84 H198 Z", p.accent)
        + line("M200 92 V132", p.accent_dark, 3)
        + circle(200, 136, 4, p.accent_dark)
        + rect(184, 150, 32, 16, p.darker, 3)
    )
    ink = line(
        "M214 66 Q250 30 236 70 T290 60" if p.is_second_form else "M196 64 q30 -40 54 -8 q24 30 60 -10",
        p.darker,
        4,
    )
    return turned(42, barrel + nib + rect(188, 176, 7, 140, "#ffffff45", 3)) + ink


def _book(p: Paint) -> str:
    pages = area("M118 84 L306 84 L306 318 H118 Z", "#f7f2e6") + line(
        "M300 90 V312 M294 90 V314", "#d8d0bd", 2
    )
    cover = rect(104, 70, 192, 252, p.fill, 6) + rect(104, 70, 22, 252, p.dark, 5)
    plate = (
        rect(146, 102, 130, 84, p.accent, 4)
        + rect(162, 122, 98, 10, p.darker, 2)
        + rect(162, 142, 98, 10, p.darker, 2)
        + rect(180, 162, 62, 6, p.dark, 2)
    )
    sun = circle(211, 254, 36, p.accent) + area("M160 290 Q211 244 262 290 Z", p.darker)
    leaf = area("M211 212 Q258 246 211 300 Q164 246 211 212 Z", p.accent) + line(
        "M211 230 V298 M211 262 l18 -14 M211 276 l-18 -14", p.darker, 4
    )
    return pages + cover + plate + (leaf if p.is_second_form else sun)


def _organiser(p: Paint) -> str:
    pencils = "".join(
        rect(x, y, 14, 150, c, 2) + area(f"M{x} {y} L{x + 7} {y - 22} L{x + 14} {y} Z", "#f0dcb8")
        for x, y, c in (
            (106, 104, p.accent),
            (128, 84, "#4c6c96"),
            (150, 118, "#9d3f35"),
            (172, 96, p.accent_dark),
        )
    )
    phone = rect(232, 122, 72, 130, INK, 10) + rect(238, 132, 60, 104, p.accent_light, 4)
    body = rect(84, 206, 122, 118, p.base, 8) + rect(200, 240, 120, 84, p.dark, 8)
    drawers = (
        rect(214, 254, 92, 24, p.light, 4)
        + rect(214, 286, 92, 24, p.light, 4)
        + circle(260, 266, 4, p.darker)
        + circle(260, 298, 4, p.darker)
    )
    front = rect(98, 224, 94, 84, p.light, 6) if p.is_second_form else ""
    return pencils + phone + body + front + drawers


SHAPES = (
    Shape("notebook", _notebook, 108),
    Shape("pen", _pen, 0),
    Shape("book", _book, 108),
    Shape("organiser", _organiser, 126),
)
