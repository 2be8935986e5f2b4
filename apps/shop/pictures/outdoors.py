"""Shapes for sports and camping."""

from gristmill.apps.kit.svg import area, circle, line, oval, rect, ring
from gristmill.apps.shop.pictures.paint import INK, Paint
from gristmill.apps.shop.pictures.shape import Shape


def _ball(p: Paint) -> str:
    body = circle(200, 204, 122, p.base)
    if p.is_second_form:
        curves = area(
            "M200 82 Q296 110 250 204 Q226 140 200 82 Z M322 204 Q294 300 200 254 Q264 232 322 204 Z",
            p.accent,
        )
        curves += area(
            "M200 326 Q104 298 150 204 Q174 268 200 326 Z M78 204 Q106 108 200 154 Q136 176 78 204 Z",
            p.accent,
        )
        return body + curves + oval(156, 136, 30, 18, "#ffffff50")
    seams = line(
        "M200 158 V84 M244 190 L314 166 M227 242 L268 304 M173 242 L132 304 M156 190 L86 166", p.accent, 6
    )
    patches = (
        area("M200 156 L245 189 L228 242 H172 L155 189 Z", p.accent)
        + area("M168 88 Q200 80 232 88 L200 108 Z", p.accent)
        + (
            area("M318 168 Q326 208 312 244 L296 200 Z M82 168 Q74 208 88 244 L104 200 Z", p.accent)
            + area("M254 312 Q278 300 290 284 L262 284 Z M146 312 Q122 300 110 284 L138 284 Z", p.accent)
        )
    )
    return body + seams + patches + oval(150, 136, 26, 16, "#ffffff50")


def _tent(p: Paint) -> str:
    if p.is_second_form:
        dome = area("M40 322 Q60 110 200 110 Q340 110 360 322 Z", p.base) + line(
            "M96 322 Q120 150 200 110 Q280 150 304 322", p.dark, 5
        )
        return (
            dome
            + area("M150 322 Q156 216 200 204 Q244 216 250 322 Z", p.darker)
            + area("M150 322 Q156 216 200 204 Q190 260 176 322 Z", p.accent)
        )
    back = area("M200 96 L356 322 H232 Z", p.dark)
    front = area("M200 96 L44 322 H312 Z", p.base)
    door = area("M190 150 L130 322 H246 Z", p.darker) + area(
        "M190 150 L130 322 H160 Q186 240 190 150 Z", p.accent
    )
    return (
        line("M200 96 V72", INK, 5) + back + front + door + line("M44 322 L20 334 M356 322 L380 334", INK, 4)
    )


def _helmet(p: Paint) -> str:
    shell = area("M62 250 Q58 106 204 100 Q344 106 344 236 Q344 256 322 256 H76 Q62 256 62 250 Z", p.base)
    vents = "".join(
        line(path, p.darker, 17)
        for path in ("M132 168 Q180 128 236 136", "M112 212 Q190 160 288 182", "M268 146 Q300 164 314 196")
    )
    if p.is_second_form:
        vents = (
            rect(66, 214, 280, 18, p.accent)
            + circle(200, 150, 12, p.dark)
            + circle(140, 172, 10, p.dark)
            + circle(262, 166, 10, p.dark)
        )
    straps = line("M124 256 L178 322 M254 256 L190 322", INK, 8) + rect(170, 314, 34, 18, p.accent_dark, 5)
    return straps + shell + vents + rect(60, 242, 286, 20, p.accent, 10)


def _mat(p: Paint) -> str:
    sheet = rect(52, 306, 310, 18, p.dark, 6) if p.is_second_form else ""
    roll = (
        rect(70, 236, 260, 88, p.base, 44)
        + circle(112, 280, 43, p.light)
        + ring(112, 280, 29, p.dark, 6)
        + ring(112, 280, 14, p.dark, 6)
    )
    straps = rect(196, 234, 16, 92, p.accent, 4) + rect(268, 234, 16, 92, p.accent, 4)
    return sheet + roll + straps + line("M204 234 Q240 150 276 234", p.accent, 9)


def _dumbbell(p: Paint) -> str:
    bar = rect(140, 250, 120, 26, p.accent, 8) + "".join(
        rect(158 + 16 * n, 250, 4, 26, p.accent_dark) for n in range(6)
    )
    if p.is_second_form:
        ends = (
            circle(106, 262, 62, p.base)
            + circle(294, 262, 62, p.base)
            + circle(106, 262, 34, p.dark)
            + circle(294, 262, 34, p.dark)
        )
    else:
        hexagon = "M{0} 202 h68 l22 60 l-22 60 h-68 l-22 -60 Z"
        ends = (
            area(hexagon.format(72), p.base)
            + area(hexagon.format(260), p.base)
            + circle(106, 262, 30, p.dark)
            + circle(294, 262, 30, p.dark)
        )
    return bar + ends + line("M84 214 h40 M272 214 h40", p.light, 5)


def _sleepingbag(p: Paint) -> str:
    body = area(
        "M118 136 Q118 60 200 60 Q282 60 282 136 L256 316 Q252 344 200 344 Q148 344 144 316 Z", p.base
    )
    hood = area(
        "M146 132 Q146 88 200 88 Q254 88 254 132 Q254 170 200 170 Q146 170 146 132 Z", p.accent
    ) + oval(200, 140, 38, 20, p.accent_light)
    quilts = line("M128 200 Q200 220 272 200 M134 240 Q200 260 266 240 M140 280 Q200 300 260 280", p.dark, 5)
    zip_ = line("M254 170 L238 316", p.accent, 5) if p.is_second_form else line("M200 172 V318", p.accent, 5)
    return body + quilts + hood + zip_


SHAPES = (
    Shape("ball", _ball, 86),
    Shape("tent", _tent, 160),
    Shape("helmet", _helmet, 0),
    Shape("mat", _mat, 130),
    Shape("dumbbell", _dumbbell, 130),
    Shape("sleepingbag", _sleepingbag, 0),
)
