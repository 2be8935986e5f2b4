"""Shapes for the garden and the workshop."""

from gristmill.apps.kit.svg import area, circle, line, oval, rect, ring, turned
from gristmill.apps.shop.pictures.paint import INK, Paint
from gristmill.apps.shop.pictures.shape import Shape


def _pot(p: Paint) -> str:
    leaves = "".join(
        f'<g transform="rotate({angle} 200 190)">'
        f"{area('M200 190 Q168 120 200 58 Q232 120 200 190 Z', colour)}</g>"
        for angle, colour in (
            (-56, p.accent_dark),
            (56, p.accent_dark),
            (-28, p.accent),
            (28, p.accent),
            (0, p.accent_light),
        )
    )
    if p.is_second_form:
        leaves = (
            rect(178, 70, 44, 130, p.accent, 22)
            + rect(146, 122, 30, 52, p.accent, 15)
            + rect(224, 104, 30, 56, p.accent, 15)
            + (
                rect(160, 150, 30, 22, p.accent, 8)
                + rect(212, 138, 30, 22, p.accent, 8)
                + line("M200 86 V184", p.accent_light, 4)
            )
        )
    body = area("M116 202 H284 L264 310 Q262 324 248 324 H152 Q138 324 136 310 Z", p.fill)
    return leaves + body + rect(106, 182, 188, 30, p.light, 6) + rect(126, 318, 148, 12, p.darker, 6)


def _can(p: Paint) -> str:
    spout = area("M240 280 L336 150 L352 160 L260 312 Z", p.dark) + area(
        "M322 138 L366 164 L356 176 L314 152 Z", p.accent
    )
    handle = line("M116 214 Q52 200 70 262 Q80 296 110 298", p.accent_dark, 13)
    top = (
        line("M124 180 Q180 84 236 180", p.accent_dark, 12)
        if p.is_second_form
        else line("M130 178 V132 Q180 108 230 132 V178", p.accent_dark, 12)
    )
    body = area("M112 178 H248 L262 312 Q262 328 246 328 H114 Q98 328 98 312 Z", p.base)
    return (
        spout
        + handle
        + top
        + body
        + oval(180, 178, 68, 14, p.darker)
        + rect(114, 200, 12, 108, "#ffffff35", 6)
    )


def _trowel(p: Paint) -> str:
    blade = area(
        "M200 30 Q244 70 250 150 Q246 206 200 216 Q154 206 150 150 Q156 70 200 30 Z", p.accent
    ) + line("M200 60 V196", p.accent_dark, 6)
    marks = "".join(line(f"M176 {y} h14", p.accent_dark, 3) for y in (80, 104, 128, 152))
    neck = line("M200 214 V254", p.accent_dark, 14)
    handle = (
        rect(180, 246, 40, 116, p.base, 18)
        + rect(180, 246, 40, 14, p.accent_dark, 4)
        + circle(200, 344, 6, p.darker)
    )
    return turned(205 if p.is_second_form else 25, blade + marks + neck + handle)


def _birdhouse(p: Paint) -> str:
    body = area("M112 168 L200 92 L288 168 V322 H112 Z", p.base)
    boards = line("M156 140 V322 M244 140 V322", p.dark, 3)
    roof = line("M88 188 L200 84 L312 188", p.accent, 22)
    if p.is_second_form:
        roof += line("M130 168 L200 104 L270 168", p.accent_light, 6)
    door = (
        circle(200, 210, 32, p.accent_dark)
        + circle(200, 212, 26, "#2b2623")
        + line("M200 268 V286", p.accent_dark, 12)
    )
    return line("M200 84 V40", INK, 4) + body + boards + roof + door


def _lantern(p: Paint) -> str:
    glow = circle(200, 226, 120, "#fff1b850")
    panes = (
        rect(138, 152, 124, 152, "#fff6d8")
        + area("M200 190 Q222 224 200 244 Q178 224 200 190 Z", "#f4b23c")
        + rect(180, 246, 40, 58, "#f6ecd2", 4)
    )
    bars = line("M138 152 V304 M262 152 V304", p.base, 10) + (
        line("M200 152 V304 M138 228 H262", p.base, 4) if p.is_second_form else ""
    )
    roof = area("M118 154 L164 96 H236 L282 154 Z", p.base) + rect(168, 82, 64, 18, p.dark, 6)
    return (
        glow
        + panes
        + bars
        + roof
        + ring(200, 58, 24, p.dark, 8)
        + rect(116, 300, 168, 26, p.base, 6)
        + rect(116, 316, 168, 10, p.dark, 4)
    )


def _toolbox(p: Paint) -> str:
    handle = line("M140 170 V128 Q140 112 156 112 H244 Q260 112 260 128 V170", p.accent_dark, 16)
    body = rect(62, 206, 276, 118, p.base, 12) + area(
        "M62 216 Q62 164 96 164 H304 Q338 164 338 216 Z", p.light
    )
    latches = rect(108, 200, 34, 34, p.accent, 5) + rect(258, 200, 34, 34, p.accent, 5)
    if p.is_second_form:
        latches = rect(180, 198, 40, 40, p.accent, 5) + circle(200, 220, 6, INK)
    return handle + body + rect(62, 210, 276, 10, p.dark) + latches + rect(84, 284, 232, 8, p.dark, 4)


def _hammer(p: Paint) -> str:
    handle = rect(184, 96, 30, 268, p.base, 13) + rect(182, 252, 34, 112, p.darker, 15)
    claw = (
        area("M190 60 Q120 58 88 112 Q136 92 190 116 Z", p.accent)
        if not p.is_second_form
        else rect(116, 66, 80, 46, p.accent, 8)
    )
    head = (
        rect(174, 56, 60, 64, p.accent_dark, 6)
        + rect(230, 62, 56, 52, p.accent, 6)
        + rect(280, 54, 22, 68, p.accent_dark, 6)
    )
    return turned(22, handle + claw + head + rect(190, 130, 6, 110, "#ffffff40", 3))


def _drill(p: Paint) -> str:
    bit = rect(34, 145, 62, 8, "#8d959b", 3) + area("M34 145 L20 149 L34 153 Z", "#8d959b")
    chuck = area("M92 132 L128 116 V182 L92 166 Z", p.accent_dark)
    body = area("M128 100 H286 Q320 100 320 148 Q320 194 286 194 H128 Z", p.base) + rect(
        128, 112, 26, 70, p.dark
    )
    grip = area("M214 190 H280 L306 286 H236 Z", p.accent) + area("M206 196 Q204 230 224 232 L220 196 Z", INK)
    battery = rect(206, 280, 128, 46, p.dark, 8) + rect(206, 280, 128, 12, p.accent_dark, 5)
    vents = "".join(rect(250 + 16 * n, 126, 7, 40, p.darker, 3) for n in range(3))
    return (
        bit
        + chuck
        + grip
        + body
        + vents
        + battery
        + (circle(190, 148, 16, p.accent) if p.is_second_form else rect(172, 136, 56, 22, p.light, 6))
    )


def _screwdriver(p: Paint) -> str:
    def one(x: float, length: float, tip: str) -> str:
        shaft = rect(x - 5, 66, 10, length, p.accent, 2) + area(
            f"M{x - 8} 66 L{x - 3} 42 H{x + 3} L{x + 8} 66 Z", p.accent_dark
        )
        grip = rect(x - 22, 66 + length, 44, 126, p.base, 18) + rect(x - 14, 72 + length, 28, 18, tip, 6)
        ribs = line(f"M{x - 8} {104 + length} v70 M{x + 8} {104 + length} v70", p.dark, 5)
        return shaft + grip + ribs

    tips = (p.light, p.darker, p.light) if p.is_second_form else (p.darker, p.darker, p.darker)
    return one(124, 130, tips[0]) + one(200, 146, tips[1]) + one(276, 118, tips[2])


def _tape(p: Paint) -> str:
    blade = (
        rect(40, 300, 180, 20, "#f0d457")
        + "".join(rect(54 + 18 * n, 300, 3, 12 if n % 3 else 18, INK) for n in range(9))
        + rect(34, 298, 8, 32, INK, 2)
    )
    case = area("M140 320 V190 Q140 122 214 122 H262 Q326 122 326 190 V298 Q326 322 302 322 Z", p.base)
    disc = circle(234, 216, 62, p.dark) + circle(234, 216, 50, p.accent)
    mark = (
        rect(206, 208, 56, 8, p.darker, 3) + rect(216, 224, 36, 6, p.darker, 3)
        if p.is_second_form
        else circle(234, 216, 20, p.dark)
    )
    return blade + case + disc + mark + rect(186, 112, 56, 16, INK, 6)


SHAPES = (
    Shape("pot", _pot, 84),
    Shape("can", _can, 100),
    Shape("trowel", _trowel, 0),
    Shape("birdhouse", _birdhouse, 0),
    Shape("lantern", _lantern, 90),
    Shape("toolbox", _toolbox, 142),
    Shape("hammer", _hammer, 0),
    Shape("drill", _drill, 110),
    Shape("screwdriver", _screwdriver, 0),
    Shape("tape", _tape, 130),
)
