"""Freckles, scars, wrinkles, beards and glasses of a head from the side. See `bot.demo.marks`."""

from bot.demo.brush import Canvas, Colour, Point, Shape, darker, lighter, mix, oval, ribbon, smooth
from bot.demo.faces import Person
from bot.demo.marks import shade_of


def draw_profile_marks(canvas: Canvas, person: Person, face: Shape) -> None:
    """What is on the side that one sees, which is the right one of a face from the front."""
    marks = person.marks
    if marks.freckles:
        colour = mix(person.skin, (150, 78, 48) if sum(person.skin) > 430 else (44, 20, 18), 0.62)
        for i in range(20):
            u, v = (i * 0.7549 + person.width * 7) % 1.0, (i * 0.5698 + person.jaw * 5) % 1.0
            x, y = -0.82 + u * 0.6, 0.16 + v * 0.27 + u * 0.04
            canvas.tint(oval(x, y, 0.011 + 0.006 * v, 0.012 + 0.006 * u, points=10), colour, 0.75, inside=face)
    if marks.mole == 1:
        canvas.cut(oval(-0.42, 0.54, 0.02, 0.02, points=14), darker(shade_of(person.skin), 0.4))
    if person.age >= 55:
        _wrinkles(canvas, person)
    if marks.scar == 1:
        path: list[Point] = [(-0.52, -0.36), (-0.44, -0.1), (-0.4, 0.2), (-0.32, 0.44)]
        canvas.stroke([(x + 0.012, y + 0.008) for x, y in path], 0.05, shade_of(person.skin), start=0.1, end=0.1)
        canvas.stroke(path, 0.03, lighter(mix(person.skin, (226, 130, 126), 0.4), 0.3), start=0.1, end=0.1)


def _wrinkles(canvas: Canvas, person: Person) -> None:
    line = mix(person.skin, shade_of(person.skin), 0.75)
    canvas.stroke([(-0.62, 0.44), (-0.52, 0.54), (-0.48, 0.7)], 0.022, line, start=0.2, end=0.1)
    canvas.stroke([(-0.58, 0.2), (-0.47, 0.235), (-0.38, 0.18)], 0.018, line, start=0.1, end=0.1)
    for k in (-0.05, 0.04):
        canvas.stroke([(-0.32, 0.05 + k), (-0.22, 0.03 + k * 2)], 0.016, line, start=0.6, end=0.1)
    for y in (-0.42, -0.54):
        canvas.stroke([(-0.64, y), (-0.5, y - 0.03), (-0.36, y)], 0.016, line, start=0.1, end=0.1)


def draw_profile_beard(canvas: Canvas, person: Person, face: Shape) -> None:
    """What grows on jaw and lip."""
    kind = person.marks.beard
    if not kind:
        return
    long = {"full": 0.36, "short": 0.1}.get(kind, 0.0)
    jaw: list[Point] = [
        (0.06, -0.06), (0.16, 0.1), (0.2, 0.5), (0.1, 0.84), (-0.2, 1.06 + long * 0.4), (-0.52, 1.1 + long),
        (-0.76, 0.98 + long * 0.5), (-0.74, 0.8), (-0.6, 0.78), (-0.5, 0.62), (-0.3, 0.5), (-0.06, 0.36), (0.0, 0.1),
    ]  # fmt: skip
    if kind == "stubble":
        canvas.tint(smooth(jaw), darker(person.hair, 0.2), 0.34, inside=face, blur=0.1)
        canvas.tint(oval(-0.7, 0.53, 0.16, 0.06), darker(person.hair, 0.2), 0.3, inside=face, blur=0.06)
        return
    if kind == "goatee":
        jaw = [(-0.78, 0.84), (-0.6, 0.8), (-0.52, 0.98), (-0.66, 1.22), (-0.78, 1.04)]
    if kind != "moustache":
        _grown(canvas, person, smooth(jaw), long)
    lip = smooth([(-0.83, 0.52), (-0.72, 0.5), (-0.54, 0.62), (-0.46, 0.76), (-0.6, 0.68), (-0.82, 0.6)])
    canvas.cut(lip, darker(person.hair, 0.05))
    canvas.tint([(x, y + 0.03) for x, y in lip], darker(person.hair, 0.4), 0.4, inside=lip, blur=0.03)


def _grown(canvas: Canvas, person: Person, shape: Shape, long: float) -> None:
    canvas.cut(shape, darker(person.hair, 0.12))
    canvas.fade(shape, person.hair, 0.8)
    for i in range(7):
        x = -0.7 + i * 0.11
        path: list[Point] = [(x + 0.05, 0.74 - i * 0.04), (x + 0.01, 0.95), (x - 0.05, 1.1 + long)]
        canvas.tint(ribbon(path, 0.03), darker(person.hair, 0.34), 0.45, inside=shape)


def draw_profile_glasses(canvas: Canvas, person: Person, ear: float) -> None:
    """One lens, seen nearly edge on, and what holds it behind the ear."""
    frame: Colour = (58, 44, 48)
    ring = oval(-0.66, 0.06, 0.1, 0.225, turn=0.06)
    if person.marks.glasses == "square":
        ring = smooth([(-0.74, -0.12), (-0.58, -0.11), (-0.57, 0.18), (-0.7, 0.23), (-0.76, 0.18)])
    canvas.tint(ring, (226, 240, 246), 0.2)
    loop = [*ring, ring[0]]
    canvas.stroke([*loop[:: max(len(loop) // 16, 1)], ring[0]], 0.032, frame, start=1, end=1)
    canvas.stroke([(-0.57, 0.0), (-0.2, -0.02), (ear, -0.02)], 0.036, frame, start=1, end=1)
    canvas.stroke([(-0.75, 0.02), (-0.8, -0.02)], 0.034, frame, start=1, end=1)
