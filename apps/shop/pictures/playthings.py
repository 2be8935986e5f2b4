"""Shapes for toys."""

from gristmill.apps.kit.svg import area, circle, line, oval, rect, turned
from gristmill.apps.shop.pictures.paint import INK, Paint
from gristmill.apps.shop.pictures.shape import Shape


def _cube(x: float, y: float, size: float, fill: str, edge: str) -> str:
    return rect(x, y, size, size, edge, 9) + rect(x + 7, y + 7, size - 14, size - 14, fill, 6)


def _blocks(p: Paint) -> str:
    lower = _cube(82, 236, 88, p.light, p.base) + _cube(176, 236, 88, p.accent_light, p.accent)
    arch = area("M268 324 V236 H340 V324 H324 Q324 280 304 280 Q284 280 284 324 Z", p.dark)
    upper = _cube(128, 146, 88, "#fbf3df", p.accent_dark)
    roof = area("M128 142 L172 78 L216 142 Z", p.base)
    mark = (
        circle(172, 190, 20, p.base)
        if p.is_second_form
        else area("M172 168 l7 15 l16 2 l-12 11 l3 16 l-14 -8 l-14 8 l3 -16 l-12 -11 l16 -2 Z", p.base)
    )
    return (
        lower
        + arch
        + upper
        + roof
        + mark
        + circle(126, 280, 18, p.base)
        + rect(202, 262, 36, 36, p.accent, 5)
    )


def _plush(p: Paint) -> str:
    limbs = (
        oval(112, 236, 30, 52, p.dark)
        + oval(288, 236, 30, 52, p.dark)
        + oval(146, 308, 42, 26, p.dark)
        + oval(254, 308, 42, 26, p.dark)
    )
    ears = (
        circle(138, 84, 32, p.base)
        + circle(262, 84, 32, p.base)
        + circle(138, 84, 17, p.accent)
        + circle(262, 84, 17, p.accent)
    )
    if p.is_second_form:
        ears = area("M116 122 L122 44 L180 92 Z M284 122 L278 44 L220 92 Z", p.base) + area(
            "M130 104 L132 66 L160 90 Z M270 104 L268 66 L240 90 Z", p.accent
        )
    body = oval(200, 254, 86, 74, p.base) + oval(200, 262, 54, 50, p.accent)
    face = (
        oval(200, 138, 86, 74, p.base)
        + oval(200, 162, 42, 30, p.accent)
        + circle(166, 128, 9, INK)
        + circle(234, 128, 9, INK)
    )
    return (
        limbs
        + body
        + ears
        + face
        + oval(200, 150, 13, 9, INK)
        + line("M200 158 V168 Q190 180 180 172 M200 168 Q210 180 220 172", INK, 4)
    )


def _puzzle(p: Paint) -> str:
    def piece(x: float, y: float, fill: str) -> str:
        return (
            rect(x, y, 96, 96, fill, 6) + circle(x + 96, y + 48, 17, fill) + circle(x + 48, y + 96, 17, fill)
        )

    tones = (
        (p.base, p.accent, p.accent_dark, p.light)
        if p.is_second_form
        else (p.light, p.base, p.dark, p.accent)
    )
    loose = turned(16, piece(232, 226, tones[3]))
    return (
        loose
        + rect(196, 204, 96, 0.1, p.base)
        + piece(196, 96, tones[1])
        + piece(92, 204, tones[2])
        + piece(92, 96, tones[0])
    )


def _train(p: Paint) -> str:
    engine = (
        rect(66, 208, 120, 70, p.base, 12)
        + rect(66, 148, 62, 80, p.dark, 10)
        + rect(80, 164, 34, 34, "#eaf3f6", 6)
    )
    chimney = rect(150, 168, 22, 44, p.accent, 4) + rect(144, 160, 34, 14, p.accent_dark, 5)
    smoke = (
        circle(166, 128, 16, "#ffffffc0")
        + circle(190, 106, 21, "#ffffffc0")
        + (circle(222, 86, 15, "#ffffffc0") if p.is_second_form else "")
    )
    wagon = (
        rect(220, 214, 118, 64, p.accent, 10)
        + circle(250, 206, 20, p.base)
        + rect(274, 184, 36, 34, p.light, 5)
    )
    wheels = "".join(
        circle(x, 298, 27, p.darker) + circle(x, 298, 11, "#f0dcb8") for x in (98, 160, 250, 310)
    )
    return (
        smoke
        + line("M186 262 H222", INK, 7)
        + engine
        + chimney
        + wagon
        + rect(220, 228, 118, 50, p.accent_dark, 8)
        + wheels
    )


def _kite(p: Paint) -> str:
    tail = line("M172 292 Q120 330 180 350 T250 384", p.accent_dark, 4)
    bows = "".join(
        area(f"M{x} {y} l-18 -10 v20 Z M{x} {y} l18 -10 v20 Z", p.accent) for x, y in ((146, 328), (206, 358))
    )
    if p.is_second_form:
        sail = area("M200 60 L340 236 Q270 214 200 246 Q130 214 60 236 Z", p.fill) + line(
            "M200 60 V246", p.darker, 5
        )
        return (
            line("M200 246 L172 292", p.accent_dark, 4)
            + tail
            + bows
            + sail
            + area("M200 60 L270 148 L200 180 Z", "#ffffff40")
        )
    sail = area("M216 36 L318 134 L172 296 L108 118 Z", p.fill)
    shade = area("M216 36 L318 134 L172 296 Z", "#00000016")
    return tail + bows + sail + shade + line("M216 36 L172 296 M108 118 L318 134", p.darker, 5)


SHAPES = (
    Shape("blocks", _blocks, 142),
    Shape("plush", _plush, 104),
    Shape("puzzle", _puzzle, 0),
    Shape("train", _train, 140),
    Shape("kite", _kite, 0),
)
