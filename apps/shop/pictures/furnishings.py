"""Shapes for living rooms: furniture, lamps, clocks and textiles."""

from gristmill.apps.kit.svg import area, circle, line, oval, rect, ring
from gristmill.apps.shop.pictures.paint import INK, Paint
from gristmill.apps.shop.pictures.shape import Shape


def _lamp(p: Paint) -> str:
    glow = area("M196 168 L276 214 L250 330 L110 330 Z", "#fff4c255")
    arm = line("M140 318 L116 212 L214 120", p.accent, 9) + circle(116, 212, 10, p.accent_dark)
    if p.is_second_form:
        arm = line("M140 318 V190 Q140 110 226 120", p.accent, 9)
    shade = area("M204 96 Q230 76 256 102 L290 190 Q244 228 196 182 Z", p.base) + area(
        "M290 190 Q244 228 196 182 Q244 196 290 190 Z", "#fff1b8"
    )
    return glow + arm + shade + rect(84, 312, 116, 16, p.dark, 8)


def _floorlamp(p: Paint) -> str:
    shade = area("M146 44 H254 L284 150 H116 Z", p.base) + rect(116, 144, 168, 8, p.dark, 4)
    legs = line("M200 150 V322", p.accent, 9) + oval(200, 324, 54, 9, p.accent_dark)
    if p.is_second_form:
        legs = line("M200 150 L140 326 M200 150 L260 326 M200 150 V318", p.accent, 9)
    return (
        area("M118 152 H282 L330 328 H70 Z", "#fff4c240")
        + legs
        + shade
        + area("M156 44 H176 L150 144 H128 Z", "#ffffff40")
    )


def _chair(p: Paint) -> str:
    back = rect(126, 66, 16, 180, p.accent, 8) + rect(258, 66, 16, 180, p.accent, 8)
    rails = "".join(rect(134, y, 132, 16, p.accent_dark, 6) for y in (84, 122, 160))
    padded = rect(120, 64, 160, 120, p.base, 28) + rect(134, 78, 132, 92, p.light, 20)
    legs = line("M128 240 L112 326 M272 240 L288 326 M160 244 L156 318 M240 244 L244 318", p.accent_dark, 13)
    return (
        legs
        + back
        + (padded if p.is_second_form else rails)
        + rect(104, 216, 192, 32, p.base, 14)
        + rect(104, 238, 192, 10, p.dark, 5)
    )


def _stool(p: Paint) -> str:
    legs = line("M146 176 L112 324 M254 176 L288 324 M200 180 V318", p.accent, 14)
    rail = line("M126 264 H274", p.accent_dark, 10)
    top = oval(200, 168, 94, 24, p.dark) + oval(200, 158, 94, 24, p.base)
    cushion = rect(108, 126, 184, 42, p.base, 21) if p.is_second_form else ""
    return legs + rail + top + cushion + oval(180, 150, 46, 8, "#ffffff35")


def _shelf(p: Paint) -> str:
    rows = (126, 216, 306)
    sides = rect(72, 60, 14, 262, p.dark, 3) + rect(314, 60, 14, 262, p.dark, 3)
    if p.is_second_form:
        sides = line("M90 66 L70 326 M310 66 L330 326", p.accent_dark, 12)
    boards = "".join(rect(66, y, 268, 14, p.base, 3) for y in rows)
    books = "".join(
        rect(98 + 20 * n, 126 - h, 16, h, c, 2)
        for n, (h, c) in enumerate(
            ((58, "#9d3f35"), (50, "#d3a02c"), (62, "#2a8284"), (46, "#efe3c8"), (56, "#4c6c96"))
        )
    )
    plant = (
        rect(254, 190, 34, 26, "#c1714f", 4)
        + circle(262, 176, 15, "#4f8a4c")
        + circle(282, 172, 16, "#6f9f5c")
    )
    box = rect(104, 258, 74, 48, p.accent, 4) + rect(130, 276, 22, 6, p.accent_dark, 3)
    return sides + books + plant + box + boards + oval(230, 292, 26, 14, "#efe3c8")


def _table(p: Paint) -> str:
    legs = line("M120 196 L104 326 M280 196 L296 326 M200 200 V316", p.accent, 13)
    if p.is_second_form:
        legs = line("M200 196 V320", p.accent, 16) + oval(200, 322, 62, 9, p.accent_dark)
    top = oval(200, 196, 128, 26, p.dark) + oval(200, 186, 128, 26, p.base) + oval(200, 184, 112, 20, p.light)
    return (
        legs
        + top
        + rect(172, 148, 40, 36, "#ffffff", 6)
        + ring(216, 164, 10, "#ffffff", 6)
        + oval(192, 149, 20, 5, "#6b4630")
    )


def _clock(p: Paint) -> str:
    face = circle(200, 200, 138, p.base) + circle(200, 200, 116, "#fbf9f3")
    marks = "".join(
        f'<g transform="rotate({30 * n} 200 200)">{rect(197, 94, 6, 20 if n % 3 == 0 else 11, INK, 3)}</g>'
        for n in range(12)
    )
    hands = (
        line("M200 200 L152 156", INK, 9)
        + line("M200 200 L262 134", INK, 6)
        + line("M200 214 V118", p.accent, 3)
    )
    rim = ring(200, 200, 138, p.accent, 7) if p.is_second_form else ""
    return circle(204, 210, 138, "#00000018") + face + marks + hands + circle(200, 200, 8, p.accent) + rim


def _pendant(p: Paint) -> str:
    glow = area("M100 226 H300 L350 390 H50 Z", "#fff4c238")
    dome = area("M100 226 Q100 110 200 110 Q300 110 300 226 Z", p.base)
    if p.is_second_form:
        dome = area("M160 110 H240 L310 226 H90 Z", p.base)
    bulb = oval(200, 226, 100, 15, p.darker) + circle(200, 228, 24, "#fff1b8")
    return (
        glow
        + line("M200 0 V96", INK, 4)
        + bulb
        + dome
        + rect(182, 88, 36, 26, p.accent, 6)
        + area("M120 214 Q124 140 176 122 Q142 150 138 214 Z", "#ffffff38")
    )


def _cushion(p: Paint) -> str:
    body = area(
        "M84 112 Q200 84 316 112 Q342 84 330 126 Q350 220 328 306 Q340 340 312 322"
        " Q200 346 88 322 Q60 340 72 306 Q50 220 70 126 Q58 84 84 112 Z",
        p.fill,
    )
    seam = line("M92 120 Q200 96 308 120 Q330 220 310 310 Q200 330 90 310 Q70 220 92 120 Z", p.dark, 3)
    return (
        body
        + seam
        + (
            circle(200, 214, 9, p.accent)
            if p.is_second_form
            else area("M150 190 Q200 230 250 190 Q200 214 150 190 Z", p.dark)
        )
    )


def _blanket(p: Paint) -> str:
    folds = (
        rect(78, 138, 244, 62, p.dark, 28)
        + rect(78, 196, 244, 64, p.fill, 28)
        + rect(78, 256, 244, 70, p.fill, 28)
    )
    top = area("M96 138 Q200 110 304 138 Q330 138 322 172 Q200 190 78 172 Q70 138 96 138 Z", p.light)
    fringe = "".join(line(f"M{92 + 18 * n} 322 v{14}", p.accent, 5) for n in range(13))
    ribbon = rect(184, 126, 32, 202, p.accent, 3) if p.is_second_form else ""
    return fringe + folds + top + line("M92 200 H308 M92 258 H308", p.darker, 3) + ribbon


def _rug(p: Paint) -> str:
    body = area("M110 110 H290 L350 310 H50 Z", p.fill)
    edge = line("M122 126 H278 L328 294 H72 Z", p.accent, 6 if p.is_second_form else 0.01)
    fringe = "".join(line(f"M{56 + 16 * n} 312 l-2 16", p.accent, 4) for n in range(19))
    back = "".join(line(f"M{112 + 16 * n} 108 l1 -12", p.accent, 4) for n in range(12))
    return back + body + edge + fringe


def _towel(p: Paint) -> str:
    rail = rect(60, 84, 280, 12, p.accent_dark, 6)
    cloth = area("M112 88 H288 V306 Q288 316 278 316 H122 Q112 316 112 306 Z", p.fill)
    front = (
        area("M112 84 Q112 74 124 74 H276 Q288 74 288 84 V236 H112 Z", p.light) if p.is_second_form else ""
    )
    stripes = rect(112, 268, 176, 8, p.dark) + rect(112, 284, 176, 4, p.dark)
    return rail + cloth + front + stripes + rect(112, 74, 176, 22, p.light, 10)


def _candle(p: Paint) -> str:
    glow = circle(200, 116, 74, "#fff1b860")
    wax = rect(132, 164, 136, 162, p.fill, 14)
    glass = rect(122, 150, 156, 178, "#ffffff50", 16) if p.is_second_form else ""
    flame = area("M200 84 Q228 124 200 144 Q172 124 200 84 Z", "#f4b23c") + area(
        "M200 110 Q212 130 200 140 Q188 130 200 110 Z", "#fff3cf"
    )
    label = (
        rect(154, 222, 92, 60, "#fdfbf4", 4) + rect(170, 240, 60, 6, INK) + rect(180, 256, 40, 5, p.accent)
    )
    return (
        glow + wax + oval(200, 166, 68, 13, p.light) + line("M200 166 V142", INK, 4) + flame + label + glass
    )


def _vase(p: Paint) -> str:
    stems = line("M200 180 Q190 110 150 70 M200 180 Q206 100 226 54 M202 180 Q226 130 274 104", "#4f8a4c", 5)
    blooms = (
        circle(148, 66, 20, p.accent) + circle(228, 50, 22, p.accent_light) + circle(276, 100, 18, p.accent)
    )
    leaves = area("M184 122 Q150 124 142 146 Q176 150 184 122 Z", "#6f9f5c") + area(
        "M214 112 Q250 116 254 138 Q220 136 214 112 Z", "#4f8a4c"
    )
    body = area(
        "M178 168 H222 Q222 200 252 230 Q282 268 246 326 H154 Q118 268 148 230 Q178 200 178 168 Z", p.fill
    )
    if p.is_second_form:
        body = area("M160 168 H240 L262 300 Q262 328 238 328 H162 Q138 328 138 300 Z", p.fill)
    return stems + leaves + blooms + body + area("M158 244 Q140 270 160 310 Q150 272 170 240 Z", "#ffffff40")


def _frame(p: Paint) -> str:
    outer = rect(94, 60, 212, 268, p.dark, 4) + rect(94, 58, 212, 262, p.base, 4)
    mount = rect(114, 78, 172, 222, "#fdfbf5")
    view = (
        rect(136, 104, 128, 170, "#cfe2ea")
        + circle(232, 138, 17, "#f4cf6a")
        + area("M136 230 L178 170 L214 214 L238 190 L264 226 V274 H136 Z", p.accent)
    )
    abstract = (
        rect(136, 104, 128, 170, "#f2e7d8")
        + circle(180, 170, 34, p.accent)
        + area("M136 274 Q200 180 264 274 Z", p.accent_dark)
    )
    return outer + mount + (abstract if p.is_second_form else view)


def _basket(p: Paint) -> str:
    cloth = area("M104 158 Q150 120 200 142 Q260 112 298 158 Z", p.accent_light)
    body = area("M84 158 H316 L294 312 Q292 328 276 328 H124 Q108 328 106 312 Z", p.fill)
    handles = (
        line("M128 160 Q140 92 178 160 M222 160 Q260 92 272 160", p.accent_dark, 10)
        if p.is_second_form
        else line("M110 158 Q200 -4 290 158", p.accent_dark, 10)
    )
    return handles + cloth + body + rect(80, 150, 240, 20, p.dark, 10)


SHAPES = (
    Shape("lamp", _lamp, 80),
    Shape("floorlamp", _floorlamp, 76),
    Shape("chair", _chair, 108),
    Shape("stool", _stool, 104),
    Shape("shelf", _shelf, 140),
    Shape("table", _table, 108),
    Shape("clock", _clock, 0),
    Shape("pendant", _pendant, 0),
    Shape("cushion", _cushion, 130),
    Shape("blanket", _blanket, 124),
    Shape("rug", _rug, 0),
    Shape("towel", _towel, 0),
    Shape("candle", _candle, 80),
    Shape("vase", _vase, 72),
    Shape("frame", _frame, 106),
    Shape("basket", _basket, 104),
)
