"""What is not part of everybody's face: freckles, scars, wrinkles, beards, glasses. Units are those of the face."""

from bot.demo.brush import Canvas, Colour, Point, Shape, darker, lighter, mirrored, mix, oval, smooth
from bot.demo.faces import Person

EYE_LINE = 0.06
MOUTH_LINE = 0.66


def shade_of(skin: Colour) -> Colour:
    """Skin in shadow: warmer and more saturated, never grey."""
    red, green, blue = skin
    return (round(red * 0.80), round(green * 0.68), round(blue * 0.69))


def draw_marks(canvas: Canvas, person: Person, face: Shape) -> None:
    """Freckles and moles, inside the face."""
    marks = person.marks
    if marks.freckles:
        colour = mix(person.skin, (150, 78, 48) if sum(person.skin) > 430 else (44, 20, 18), 0.62)
        for i in range(34):
            # A low-discrepancy sequence: scattered evenly, and the same on every face of this person.
            u, v = (i * 0.7549 + person.width * 7) % 1.0, (i * 0.5698 + person.jaw * 5) % 1.0
            x = (u * 2 - 1) * 0.6
            y = 0.14 + v * 0.28 - 0.12 * (1 - abs(x) / 0.6)
            canvas.tint(oval(x, y, 0.011 + 0.008 * v, 0.012 + 0.006 * u, points=10), colour, 0.75, inside=face)
    if marks.mole:
        canvas.cut(oval(marks.mole * 0.34, 0.52, 0.02, 0.02, points=14), darker(shade_of(person.skin), 0.4))


def draw_scar(canvas: Canvas, person: Person) -> None:
    """A thin line over brow and cheek."""
    side = person.marks.scar
    path = [(side * 0.30, -0.36), (side * 0.40, -0.1), (side * 0.42, 0.2), (side * 0.50, 0.44)]
    canvas.stroke([(x + 0.012, y + 0.008) for x, y in path], 0.05, shade_of(person.skin), start=0.1, end=0.1)
    canvas.stroke(path, 0.03, lighter(mix(person.skin, (226, 130, 126), 0.4), 0.3), start=0.1, end=0.1)


def draw_wrinkles(canvas: Canvas, person: Person) -> None:
    """Lines of the forehead and around the mouth."""
    line = mix(person.skin, shade_of(person.skin), 0.75)
    for side in (-1, 1):
        canvas.stroke([(side * 0.2, 0.42), (side * 0.33, 0.54), (side * 0.36, 0.68)], 0.022, line, start=0.2, end=0.1)
        canvas.stroke([(side * 0.22, 0.2), (side * 0.33, 0.235), (side * 0.46, 0.18)], 0.018, line, start=0.1, end=0.1)
        for k in (-0.05, 0.04):
            canvas.stroke([(side * 0.56, 0.05 + k), (side * 0.66, 0.03 + k * 2)], 0.016, line, start=0.6, end=0.1)
    for y in (-0.42, -0.54):
        canvas.stroke([(-0.26, y), (0, y - 0.03), (0.26, y)], 0.016, line, start=0.1, end=0.1)


def draw_beard(canvas: Canvas, person: Person, face: Shape) -> None:
    """What grows on the jaw."""
    kind, w = person.marks.beard, person.width
    long = {"full": 0.34, "short": 0.1}.get(kind, 0.0)
    half: list[Point] = [
        (0.0, 0.56), (0.30, 0.575), (w * 0.70, 0.42), (w * 0.9, 0.0), (w * 1.01, 0.02), (w * 0.99, 0.38),
        (person.jaw * 1.08, 0.72), (person.chin * 1.7, 1.03 + long * 0.6), (0.0, 1.07 + long),
    ]  # fmt: skip
    if kind == "stubble":
        canvas.tint(smooth(mirrored(half)), darker(person.hair, 0.2), 0.34, inside=face, blur=0.1)
        return
    if kind == "goatee":
        half = [(0.0, 0.80), (0.16, 0.82), (0.2, 0.95), (0.0, 1.2)]
    if kind == "moustache":
        return
    shape = smooth(mirrored(half))
    canvas.cut(shape, darker(person.hair, 0.12))
    canvas.fade(shape, person.hair, 0.8)
    strand = darker(person.hair, 0.34)
    for i in range(-4, 5):
        x = i * (0.11 if kind != "goatee" else 0.035)
        canvas.tint(_strand(x, 0.84 if kind == "goatee" else 0.78, 1.0 + long), strand, 0.4, inside=shape)


def _strand(x: float, top: float, bottom: float) -> list[Point]:
    return smooth(
        [(x - 0.012, top), (x * 0.86, (top + bottom) / 2), (x * 0.7, bottom), (x * 0.9 + 0.02, (top + bottom) / 2)]
    )


def draw_moustache(canvas: Canvas, person: Person) -> None:
    """What grows over the lip."""
    y = person.nose_length + 0.105
    for side in (-1, 1):
        wing = smooth(
            [(0, y - 0.03), (side * 0.16, y - 0.01), (side * 0.33, y + 0.1), (side * 0.2, y + 0.075), (0, y + 0.055)]
        )
        canvas.cut(wing, darker(person.hair, 0.05))
        canvas.tint([(x, py + 0.03) for x, py in wing], darker(person.hair, 0.4), 0.4, inside=wing, blur=0.03)


def draw_glasses(canvas: Canvas, person: Person) -> None:
    """Frames and a hint of glass."""
    frame: Colour = (58, 44, 48)
    for side in (-1, 1):
        x = side * (person.eye_gap + 0.01)
        ring = oval(x, EYE_LINE, 0.245, 0.225)
        if person.marks.glasses == "square":
            ring = smooth(
                [(x - 0.25, -0.1), (x, -0.13), (x + 0.25, -0.1), (x + 0.235, 0.18), (x, 0.24), (x - 0.235, 0.18)]
            )
        canvas.tint(ring, (226, 240, 246), 0.13)
        canvas.tint(
            smooth([(x - 0.12, -0.1), (x - 0.02, -0.13), (x - 0.12, 0.16), (x - 0.2, 0.1)]),
            (255, 255, 255),
            0.16,
            inside=ring,
        )
        loop = [*ring, ring[0]]
        canvas.stroke([*loop[:: max(len(loop) // 16, 1)], ring[0]], 0.032, frame, start=1, end=1)
        canvas.stroke([(x + side * 0.24, 0.0), (side * (person.width + 0.02), -0.02)], 0.034, frame, start=1, end=1)
    canvas.stroke(
        [(-person.eye_gap + 0.23, 0.02), (0, -0.03), (person.eye_gap - 0.23, 0.02)], 0.034, frame, start=1, end=1
    )
