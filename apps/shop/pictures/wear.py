"""Shapes for clothes, bags and shoes."""

from gristmill.apps.kit.svg import area, circle, line, oval, rect, ring
from gristmill.apps.shop.pictures.paint import INK, Paint
from gristmill.apps.shop.pictures.shape import Shape

_SLEEVES = "M140 84 L74 124 L44 288 L92 300 L122 186 Z M260 84 L326 124 L356 288 L308 300 L278 186 Z"
_TORSO = "M140 84 Q200 104 260 84 L284 140 L280 326 Q200 336 120 326 L116 140 Z"


def _jacket(p: Paint) -> str:
    collar = area("M148 66 Q200 92 252 66 L266 104 L200 136 L134 104 Z", p.light) + area(
        "M172 78 Q200 92 228 78 L200 122 Z", p.darker
    )
    zip_ = line("M200 122 V330", p.accent, 6)
    pockets = (
        rect(134, 244, 50, 56, p.dark, 6)
        + rect(216, 244, 50, 56, p.dark, 6)
        + rect(132, 240, 54, 14, p.light, 4)
        + rect(214, 240, 54, 14, p.light, 4)
    )
    quilting = (
        line("M120 170 H280 M119 204 H281", p.dark, 4)
        if p.is_second_form
        else rect(220, 166, 42, 30, p.dark, 4)
    )
    return area(_SLEEVES, p.dark) + area(_TORSO, p.fill) + quilting + pockets + zip_ + collar


def _sweater(p: Paint) -> str:
    cuffs = area("M44 288 L92 300 L88 322 L40 310 Z M356 288 L308 300 L312 322 L360 310 Z", p.darker)
    hem = area("M120 312 Q200 322 280 312 L278 338 Q200 348 122 338 Z", p.darker)
    neck = area("M156 78 Q200 128 244 78 L256 86 Q200 150 144 86 Z", p.darker)
    if p.is_second_form:
        neck = rect(158, 56, 84, 48, p.dark, 12) + line("M176 62 V98 M200 62 V98 M224 62 V98", p.darker, 3)
    hole = "" if p.is_second_form else area("M156 78 Q200 128 244 78 Z", p.darker)
    return area(_SLEEVES, p.dark) + area(_TORSO, p.fill) + hole + neck + cuffs + hem


def _tshirt(p: Paint) -> str:
    sleeves = area("M138 84 L62 130 L88 200 L126 184 Z M262 84 L338 130 L312 200 L274 184 Z", p.dark)
    body = area("M138 84 Q200 100 262 84 L280 140 L276 330 H124 L120 140 Z", p.fill)
    neck = area("M164 84 Q200 130 236 84 Q200 98 164 84 Z", p.darker) + line(
        "M164 85 Q200 132 236 85", p.light, 5
    )
    return sleeves + body + neck + (rect(218, 158, 42, 48, p.dark, 4) if p.is_second_form else "")


def _trousers(p: Paint) -> str:
    legs = area("M132 76 H268 L284 342 H222 L200 160 L178 342 H116 Z", p.fill) + area(
        "M200 160 L178 342 H166 L196 140 Z", p.dark
    )
    belt = rect(130, 62, 140, 24, p.dark, 4) + rect(188, 64, 24, 20, p.accent, 4)
    pockets = line("M140 92 Q146 122 134 130 M260 92 Q254 122 266 130", p.darker, 4) + line(
        "M200 88 V150", p.darker, 3
    )
    turn_up = (
        rect(113, 324, 68, 18, p.light, 3) + rect(219, 324, 68, 18, p.light, 3) if p.is_second_form else ""
    )
    return legs + belt + pockets + turn_up


def _scarf(p: Paint) -> str:
    tails = area("M150 170 L116 322 H186 L210 180 Z", p.fill) + area(
        "M206 170 L214 348 H286 L262 170 Z", p.fill
    )
    fringe = "".join(line(f"M{122 + 12 * n} 322 v20", p.accent, 5) for n in range(6)) + "".join(
        line(f"M{219 + 12 * n} 348 v20", p.accent, 5) for n in range(6)
    )
    loop = area("M104 120 Q200 40 296 120 Q306 176 250 198 Q200 214 150 198 Q94 176 104 120 Z", p.fill)
    hole = area("M136 118 Q200 70 264 118 Q200 166 136 118 Z", p.darker)
    knot = (
        rect(164, 160, 78, 62, p.light, 24)
        if p.is_second_form
        else line("M128 172 Q200 204 272 172", p.dark, 4)
    )
    return fringe + tails + loop + hole + knot


def _beanie(p: Paint) -> str:
    crown = area("M98 246 Q92 96 200 96 Q308 96 302 246 Z", p.fill)
    ribs = "".join(line(f"M{120 + 20 * n} 240 v70", p.dark, 4) for n in range(9))
    top = (
        circle(200, 88, 30, p.accent) + circle(192, 80, 10, p.accent_light)
        if p.is_second_form
        else oval(200, 98, 16, 7, p.dark)
    )
    return crown + rect(86, 232, 228, 86, p.light, 24) + ribs + top


def _backpack(p: Paint) -> str:
    loop = line("M172 84 Q172 46 200 46 Q228 46 228 84", p.accent_dark, 11)
    sides = rect(84, 206, 44, 108, p.darker, 18) + rect(272, 206, 44, 108, p.darker, 18)
    body = area(
        "M106 172 Q106 72 200 72 Q294 72 294 172 V300 Q294 328 266 328 H134 Q106 328 106 300 Z", p.base
    )
    flap = area("M106 172 Q106 72 200 72 Q294 72 294 172 Q200 206 106 172 Z", p.light)
    pocket = rect(132, 222, 136, 84, p.dark, 16) + line("M142 244 H258", p.accent, 5)
    straps = (
        rect(146, 150, 16, 66, p.accent, 4)
        + rect(238, 150, 16, 66, p.accent, 4)
        + rect(142, 196, 24, 20, "#c9a24a", 3)
        + rect(234, 196, 24, 20, "#c9a24a", 3)
    )
    return (
        loop
        + sides
        + body
        + (flap + straps if p.is_second_form else line("M124 152 Q200 176 276 152", p.accent, 6))
        + pocket
    )


def _tote(p: Paint) -> str:
    handles = line("M146 160 Q146 52 200 52 Q254 52 254 160", p.accent_dark, 13)
    body = area("M92 152 H308 L322 310 Q322 328 304 328 H96 Q78 328 78 310 Z", p.fill)
    patch = (
        rect(172, 206, 56, 40, p.accent, 4)
        if p.is_second_form
        else rect(138, 150, 18, 50, p.accent, 3) + rect(244, 150, 18, 50, p.accent, 3)
    )
    return handles + body + rect(90, 148, 220, 16, p.dark, 4) + patch


def _wallet(p: Paint) -> str:
    card = rect(112, 118, 176, 70, p.accent_light, 8) + rect(126, 104, 148, 60, p.accent, 8)
    body = rect(80, 148, 240, 168, p.base, 18)
    stitch = (
        '<rect x="92" y="160" width="216" height="144" rx="12" fill="none" stroke="'
        + p.light
        + '" stroke-width="3" stroke-dasharray="9 7"/>'
    )
    clasp = rect(250, 206, 84, 54, p.dark, 16) + circle(274, 233, 10, p.accent)
    return card + body + stitch + (clasp if p.is_second_form else line("M200 150 V314", p.dark, 4))


def _shoe(p: Paint) -> str:
    upper = area(
        "M64 210 Q70 176 100 190 Q136 212 160 166 Q188 160 216 206 Q256 240 316 250 Q346 258 346 288 H62 Z",
        p.base,
    )
    toe = area("M270 240 Q346 250 346 288 H262 Q250 262 270 240 Z", p.light)
    swoop = (
        line("M100 262 Q170 276 232 226", p.accent, 13)
        if p.is_second_form
        else line("M112 226 L136 284 M146 220 L170 284", p.accent, 10)
    )
    laces = line("M170 184 l34 -10 M184 202 l34 -10 M200 220 l34 -10", "#ffffff", 6)
    sole = area("M54 284 H350 Q360 312 326 316 H74 Q50 314 54 284 Z", "#fbf9f4") + area(
        "M64 308 H344 Q336 324 318 324 H84 Q66 322 64 308 Z", p.accent
    )
    return upper + toe + swoop + laces + sole


def _boot(p: Paint) -> str:
    upper = area("M110 76 H218 L222 196 Q234 226 300 236 Q334 244 334 292 H106 Z", p.base)
    toe = area("M262 230 Q334 240 334 292 H250 Q240 254 262 230 Z", p.dark)
    elastic = area("M150 112 H190 L196 206 H156 Z", p.darker)
    laces = "".join(line(f"M180 {y} l44 -6", p.accent, 6) for y in (112, 138, 164, 190))
    sole = (
        rect(100, 286, 240, 20, p.accent_dark, 6)
        + rect(100, 300, 78, 28, INK, 4)
        + rect(196, 304, 144, 20, INK, 6)
    )
    return (
        upper
        + toe
        + (laces if p.is_second_form else elastic)
        + rect(106, 70, 116, 16, p.light, 6)
        + line("M118 72 q6 -26 20 0", p.accent, 6)
        + sole
    )


def _watch(p: Paint) -> str:
    strap = area("M166 34 H234 L242 130 H158 Z", p.base) + area("M158 270 H242 L234 372 H166 Z", p.base)
    stitches = line("M176 48 V118 M224 48 V118 M176 284 V356 M224 284 V356", p.light, 3)
    case = circle(200, 200, 86, "#8f979d") + circle(200, 200, 76, p.darker) + circle(200, 200, 68, p.accent)
    marks = "".join(
        f'<g transform="rotate({30 * n} 200 200)">{rect(197, 138, 6, 14, INK, 2)}</g>' for n in range(12)
    )
    hands = line("M200 200 L172 172", INK, 7) + line("M200 200 L236 158", INK, 5) + circle(200, 200, 6, INK)
    digital = rect(150, 176, 100, 48, INK, 8) + "".join(
        rect(x, 188, 12, 24, p.accent_light, 3) for x in (164, 182, 206, 224)
    )
    return (
        strap
        + stitches
        + rect(282, 188, 16, 24, "#6f777d", 4)
        + case
        + (digital if p.is_second_form else marks + hands)
        + ring(200, 200, 81, "#c9d0d4", 3)
    )


SHAPES = (
    Shape("jacket", _jacket, 0),
    Shape("sweater", _sweater, 0),
    Shape("tshirt", _tshirt, 0),
    Shape("trousers", _trousers, 0),
    Shape("scarf", _scarf, 0),
    Shape("beanie", _beanie, 0),
    Shape("backpack", _backpack, 112),
    Shape("tote", _tote, 122),
    Shape("wallet", _wallet, 120),
    Shape("shoe", _shoe, 150),
    Shape("boot", _boot, 118),
    Shape("watch", _watch, 0),
)
