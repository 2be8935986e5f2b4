"""Shapes for kitchen and bath."""

from gristmill.apps.kit.svg import area, circle, line, oval, rect, ring, turned
from gristmill.apps.shop.pictures.paint import INK, Paint
from gristmill.apps.shop.pictures.shape import Shape


def _mug(p: Paint) -> str:
    handle = ring(280, 230, 38, p.dark, 18)
    foot = 18 if p.is_second_form else 4
    body = area(f"M120 150 H270 V{300 - foot} Q270 328 240 328 H150 Q120 328 120 {300 - foot} Z", p.fill)
    return (
        handle
        + body
        + oval(195, 150, 75, 15, p.light)
        + oval(195, 152, 64, 10, "#6b4630")
        + (rect(134, 178, 10, 96, "#ffffff40", 5))
    )


def _pan(p: Paint) -> str:
    handle = area("M276 254 L376 196 Q390 198 384 212 L284 278 Z", p.accent_dark) + circle(
        374, 208, 4, p.accent_light
    )
    if p.is_second_form:
        handle += line("M36 262 Q8 262 16 282 L46 286", p.accent_dark, 9)
    body = area("M30 252 H290 L268 312 Q264 326 246 326 H74 Q56 326 52 312 Z", p.base)
    return (
        handle
        + body
        + oval(160, 252, 130, 24, p.darker)
        + oval(160, 257, 114, 17, p.dark)
        + (area("M112 262 Q140 250 196 254 Q140 260 124 268 Z", "#ffffff40"))
    )


def _knife(p: Paint) -> str:
    blade = area("M176 40 Q246 120 236 236 H176 Z", p.accent_light) + area(
        "M176 40 L186 44 V236 H176 Z", p.accent_dark
    )
    if p.is_second_form:
        blade = area("M176 60 Q238 64 240 150 V236 H176 Z", p.accent_light) + area(
            "M176 60 L186 62 V236 H176 Z", p.accent_dark
        )
    handle = rect(176, 236, 44, 126, p.base, 12) + rect(176, 236, 48, 16, p.accent_dark, 3)
    rivets = "".join(circle(198, y, 5, p.light) for y in (276, 304, 332))
    return turned(28, blade + handle + rivets)


def _bottle(p: Paint) -> str:
    body = area(
        "M150 160 Q150 128 176 116 V96 H224 V116 Q250 128 250 160"
        " V304 Q250 328 226 328 H174 Q150 328 150 304 Z",
        p.fill,
    )
    cap = rect(170, 62, 60, 38, p.accent, 8) + rect(170, 88, 60, 8, p.accent_dark)
    if p.is_second_form:
        cap += line("M180 64 Q200 32 220 64", p.accent_dark, 9)
    return body + cap + rect(162, 160, 10, 130, "#ffffff45", 5)


def _teapot(p: Paint) -> str:
    spout = area("M262 250 Q316 240 322 176 L346 170 Q346 276 262 300 Z", p.dark)
    handle = line("M118 200 Q58 200 66 252 Q74 292 124 286", p.dark, 16)
    lid = oval(194, 168, 62, 18, p.light) + circle(194, 142, 13, p.accent)
    if p.is_second_form:
        handle = line("M126 184 Q194 40 262 184", p.accent_dark, 12)
    return (
        spout
        + handle
        + area("M110 236 Q110 168 194 168 Q280 168 280 236 Q280 326 194 326 Q110 326 110 236 Z", p.fill)
        + lid
    )


def _jar(p: Paint) -> str:
    glass = rect(122, 130, 156, 198, p.light, 26) + rect(130, 208, 140, 112, p.base, 20)
    lid = rect(116, 96, 168, 40, p.accent, 10) + rect(116, 124, 168, 12, p.accent_dark, 6)
    knob = circle(200, 88, 15, p.accent_dark) if p.is_second_form else ""
    label = (
        rect(162, 226, 76, 50, "#fdfbf4", 4) + rect(174, 242, 52, 5, p.darker) + rect(174, 256, 34, 5, p.dark)
    )
    return glass + knob + lid + label + rect(136, 150, 9, 150, "#ffffff60", 4)


def _bowl(p: Paint) -> str:
    depth = 300 if p.is_second_form else 322
    body = area(f"M66 196 H334 Q330 {depth} 232 322 H168 Q70 {depth} 66 196 Z", p.fill)
    return (
        rect(160, 314, 80, 14, p.darker, 5)
        + body
        + oval(200, 196, 134, 30, p.light)
        + oval(200, 200, 118, 22, p.dark)
    )


def _board(p: Paint) -> str:
    board = rect(110, 96, 180, 230, p.base, 20)
    grain = "".join(line(f"M{x} 112 Q{x + 6} 200 {x - 4} 312", p.dark, 3) for x in (140, 176, 214, 254))
    handle = rect(176, 50, 48, 70, p.base, 18) + circle(200, 74, 9, p.darker)
    groove = (
        '<rect x="124" y="128" width="152" height="184" rx="12" fill="none" stroke="'
        + p.darker
        + '" stroke-width="4"/>'
    )
    return (
        handle
        + board
        + grain
        + (groove if p.is_second_form else "")
        + line("M200 66 Q214 36 224 58", p.accent, 5)
    )


def _soap(p: Paint) -> str:
    bar = (
        rect(92, 232, 216, 92, p.dark, 34)
        + rect(92, 220, 216, 88, p.base, 34)
        + rect(108, 230, 184, 62, p.light, 26)
    )
    stamp = rect(154, 248, 92, 26, p.base, 13)
    wrap = rect(160, 216, 80, 110, p.accent, 2) + rect(172, 250, 56, 6, INK) + rect(180, 264, 40, 4, INK)
    bubbles = (
        circle(262, 190, 20, "#ffffffb0")
        + circle(290, 164, 12, "#ffffffb0")
        + circle(246, 156, 9, "#ffffffb0")
    )
    return bar + (wrap if p.is_second_form else stamp) + bubbles


def _pump(p: Paint) -> str:
    body = rect(136, 150, 128, 178, p.base, 24 if p.is_second_form else 10)
    neck = (
        rect(172, 126, 56, 28, p.accent, 5)
        + rect(190, 82, 20, 46, p.accent_dark)
        + rect(150, 68, 88, 20, p.accent, 10)
    )
    label = rect(152, 196, 96, 86, "#fdfbf4", 3) + rect(166, 212, 68, 7, INK) + rect(166, 230, 46, 5, p.dark)
    return body + neck + label + circle(200, 260, 9, p.base) + rect(144, 166, 8, 150, "#ffffff50", 4)


def _tube(p: Paint) -> str:
    body = area("M132 66 H268 L246 282 H154 Z", p.base) + rect(126, 54, 148, 20, p.dark, 3)
    cap = rect(156, 280, 88, 48, p.accent, 8) + "".join(
        rect(168 + 16 * n, 288, 4, 32, p.accent_dark) for n in range(5)
    )
    leaf = area("M200 110 Q236 140 200 186 Q164 140 200 110 Z", p.light) + line("M200 122 V184", p.dark, 3)
    words = rect(172, 206, 56, 7, p.darker) + rect(180, 222, 40, 5, p.darker)
    band = area("M134 84 H266 L264.5 100 H135.5 Z", p.accent) if p.is_second_form else ""
    return body + cap + leaf + words + band


def _brush(p: Paint) -> str:
    handle = (
        rect(190, 150, 24, 206, p.base, 12)
        + circle(202, 338, 5, p.darker)
        + line("M202 338 q14 22 0 26", p.accent, 4)
    )
    bristles = "".join(line(f"M{150 + 13 * n} 96 l{n - 4} -46", p.accent, 10) for n in range(9))
    head = oval(202, 116, 72, 46, p.base) + oval(202, 108, 60, 32, p.light)
    if p.is_second_form:
        head += "".join(circle(160 + 21 * n, 108, 6, p.dark) for n in range(5))
    return turned(24, handle + bristles + head)


SHAPES = (
    Shape("mug", _mug, 100),
    Shape("pan", _pan, 120),
    Shape("knife", _knife, 0),
    Shape("bottle", _bottle, 66),
    Shape("teapot", _teapot, 105),
    Shape("jar", _jar, 96),
    Shape("bowl", _bowl, 96),
    Shape("board", _board, 104),
    Shape("soap", _soap, 124),
    Shape("pump", _pump, 80),
    Shape("tube", _tube, 60),
    Shape("brush", _brush, 0),
)
