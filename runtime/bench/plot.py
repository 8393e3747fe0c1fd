"""Draws lines of values on a logarithmic scale, as SVG."""

import math
from html import escape
from typing import NamedTuple

WIDTH = 860
LEFT, RIGHT = 330, 80
TOP, LINE_HEIGHT = 78, 30
COLOURS = ["#1f6fb2", "#c8553d", "#5b8c3a", "#7a5195", "#8a6d1d"]
FLOOR_COLOUR = "#9aa0a6"


class Span(NamedTuple):
    """The values of one program in one line."""

    low: float
    middle: float
    high: float


class Line(NamedTuple):
    """One line of the plot: the spans by program."""

    title: str
    spans: dict


class Scale:
    """Where a value is, from the power of ten below all to the one above."""

    def __init__(self, lines):
        values = [value for line in lines for span in line.spans.values() for value in span]
        self.first = math.floor(math.log10(min(values)))
        self.last = max(math.ceil(math.log10(max(values))), self.first + 1)

    def x(self, value):
        part = (math.log10(value) - self.first) / (self.last - self.first)
        return LEFT + part * (WIDTH - LEFT - RIGHT)


def label(x, y, text, anchor="start", colour="#202124", size=13):
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{colour}" '
        f'text-anchor="{anchor}">{escape(text)}</text>'
    )


def grid(scale, bottom):
    """The powers of ten, and between them fainter lines."""
    for power in range(scale.first, scale.last + 1):
        for digit in range(1, 10 if power < scale.last else 2):
            x = scale.x(digit * 10.0**power)
            colour = "#c4c7cc" if digit == 1 else "#eceef1"
            yield f'<path d="M{x:.1f} {TOP - 8}V{bottom}" stroke="{colour}"/>'
        yield label(scale.x(10.0**power), TOP - 14, f"{10.0**power:,g} ns", "middle", "#5f6368", 12)


def mark(low, middle, high, y, colour, is_floor):
    """The floor is an upright bar, the others a dot with their spread."""
    if is_floor:
        yield f'<path d="M{middle:.1f} {y - 10}v20" stroke="{colour}" stroke-width="4"/>'
        return
    yield f'<path d="M{low:.1f} {y}H{high:.1f}" stroke="{colour}" stroke-width="3" opacity="0.5"/>'
    yield f'<circle cx="{middle:.1f}" cy="{y}" r="5" fill="{colour}"/>'


def svg(title, lines, floor, number):
    """The picture; FLOOR names the program whose values are limits, NUMBER writes one."""
    programs = list(dict.fromkeys(name for line in lines for name in line.spans))
    others = [name for name in programs if name != floor]
    colours = {floor: FLOOR_COLOUR, **dict(zip(others, COLOURS * len(others)))}
    scale = Scale(lines)
    bottom = TOP + LINE_HEIGHT * len(lines)
    height = bottom + 16
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
        f'viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" role="img">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        label(16, 26, title, size=16),
    ]
    x = LEFT
    for name in programs:
        out += mark(x - 9, x, x + 9, 44, colours[name], name == floor)
        out.append(label(x + 16, 48, name))
        x += 50 + 8 * len(name)
    out += grid(scale, bottom)
    for i, line in enumerate(lines):
        y = TOP + LINE_HEIGHT * i + LINE_HEIGHT // 2
        out.append(label(LEFT - 14, y + 4, line.title, "end"))
        for name, span in line.spans.items():
            out += mark(*map(scale.x, span), y, colours[name], name == floor)
        if others and others[0] in line.spans:
            value = line.spans[others[0]].middle
            out.append(label(WIDTH - 16, y + 4, number(value), "end", colours[others[0]]))
    return "\n".join([*out, "</svg>"]) + "\n"
