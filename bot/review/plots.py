"""Plots as SVG that stands in a page: drawn for the width of a phone, coloured by the page's own style."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from math import floor, log10

from bot.review.figures import Cell

WIDTH = 340
"""Units of a plot's width; as wide as a phone, where one is a pixel."""
_LEFT, _RIGHT, _HEIGHT, _LINE = 44, 8, 150, 16
_LETTER = 6.3
"""Units of a letter's width at the size of the labels, on the safe side."""
_LABELS = 5
"""Labels below the columns."""

Series = Mapping[str, Sequence[Cell]]
"""Values by the name of what they are of; a value that is hidden is not drawn."""


def columns(title: str, steps: Sequence[str], series: Series, across: str, up: str) -> str:
    """Return columns, one a step, in which the series stand on one another."""
    top, legend = _legend(list(series))
    heights = [sum(_number(values[i]) for values in series.values()) for i in range(len(steps))]
    most, axis = _axis(max(heights, default=0), top, up)
    slot = (WIDTH - _LEFT - _RIGHT) / max(len(steps), 1)
    drawn = []
    for i in range(len(steps)):
        base = 0.0
        for number, values in enumerate(series.values()):
            value = _number(values[i])
            if value:
                x, y, high = (
                    _LEFT + (i + 0.1) * slot,
                    top + _HEIGHT * (1 - (base + value) / most),
                    _HEIGHT * value / most,
                )
                drawn.append(_rect(x, y, 0.8 * slot, high, number))
            base += value
    return _svg(title, top + _HEIGHT + 44, [*legend, *axis, *drawn, *_steps(steps, slot, top, across)])


def lines(title: str, steps: Sequence[str], series: Series, across: str, up: str) -> str:
    """Return a line a series over the steps."""
    top, legend = _legend(list(series))
    most, axis = _axis(max((_number(v) for values in series.values() for v in values), default=0), top, up)
    slot = (WIDTH - _LEFT - _RIGHT) / max(len(steps), 1)
    drawn = []
    for number, values in enumerate(series.values()):
        points = [
            (_LEFT + (i + 0.5) * slot, top + _HEIGHT * (1 - _number(value) / most))
            for i, value in enumerate(values)
            if isinstance(value, int | float)
        ]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        drawn.append(f'<polyline class="line s{number}" points="{path}"/>')
        drawn += [f'<circle class="s{number}" cx="{x:.1f}" cy="{y:.1f}" r="2"/>' for x, y in points]
    return _svg(title, top + _HEIGHT + 44, [*legend, *axis, *drawn, *_steps(steps, slot, top, across)])


def shares(title: str, rows: Sequence[str], series: Series) -> str:
    """Return a bar of 100 % a row, in which the series follow one another; what is hidden leaves a gap at the end."""
    top, legend = _legend(list(series))
    drawn, left, width = [], 60, WIDTH - 60 - _RIGHT
    for i, row in enumerate(rows):
        y, at = top + i * 26, float(left)
        drawn.append(_text(left - 6, y + 14, row, "end"))
        drawn.append(f'<rect class="rest" x="{left}" y="{y}" width="{width}" height="20"/>')
        for number, values in enumerate(series.values()):
            part = width * _number(values[i]) / 100
            if part:
                drawn.append(_rect(at, y, part, 20, number))
            if part > 30:
                drawn.append(_text(at + part / 2, y + 14, f"{_number(values[i]):.0f}", "middle", f"on{number}"))
            at += part
    bottom = top + len(rows) * 26
    for percent in (0, 25, 50, 75, 100):
        drawn.append(
            _text(left + width * percent / 100 - (6 if percent == 100 else 0), bottom + 12, f"{percent}", "middle")
        )
    drawn.append(_text(left + width / 2, bottom + 28, "% of questions", "middle"))
    return _svg(title, bottom + 34, [*legend, *drawn])


def bars(title: str, rows: Sequence[tuple[str, Cell]], across: str) -> str:
    """Return a bar a row, its name above it and its value at its end."""
    most = max((_number(value) for _, value in rows), default=0) or 1
    drawn = [_text(0, 11, across, "start")]
    for i, (name, value) in enumerate(rows):
        y, wide = 20 + i * 30, (WIDTH - 60) * _number(value) / most
        drawn.append(_text(0, y + 11, name, "start"))
        drawn.append(_rect(0, y + 15, max(wide, 1), 9, 0))
        drawn.append(_text(max(wide, 1) + 4, y + 24, f"{value:,}" if isinstance(value, int) else str(value), "start"))
    return _svg(title, 24 + len(rows) * 30, drawn)


def _svg(title: str, height: float, drawn: Sequence[str]) -> str:
    return (
        f'<svg role="img" aria-label="{escape(title)}; the table below has the figures." '
        f'viewBox="0 0 {WIDTH} {height:.0f}">{"".join(drawn)}</svg>'
    )


def _legend(names: Sequence[str]) -> tuple[float, list[str]]:
    """Return where the plot may begin and the names of its series, in as many lines as it takes."""
    x, y, drawn = 0.0, 0, []
    for number, name in enumerate(names):
        width = 16 + _LETTER * len(name) + 10
        if x + width > WIDTH:
            x, y = 0.0, y + _LINE
        drawn.append(_rect(x, y + 2, 11, 11, number))
        drawn.append(_text(x + 16, y + 12, name, "start"))
        x += width
    return y + 2.5 * _LINE, drawn


def _axis(most: float, top: float, unit: str) -> tuple[float, list[str]]:
    """Return the value at the top and the lines across, each with its value; the unit stands above them."""
    step = _step(most / 4) if most else 1.0
    ticks = max(1, -int(-most // step))
    drawn = [_text(0, top - 8, unit, "start")]
    for tick in range(ticks + 1):
        y = top + _HEIGHT * (1 - tick / ticks)
        drawn.append(f'<line class="grid" x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>')
        drawn.append(_text(_LEFT - 5, y + 4, f"{tick * step:,.10g}", "end"))
    return ticks * step, drawn


def _step(least: float) -> float:
    """Return the least of 1, 2, 5, 10, 20, 50, ... that is not less than a value; below 1 there is none."""
    power = 10.0 ** max(0, floor(log10(least)))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= least)


def _steps(steps: Sequence[str], slot: float, top: float, name: str) -> list[str]:
    """Return the labels below the columns, as many as have room, and what they are; a date goes without its year."""
    steps = [step[5:] if len(step) == len("2026-11-23") else step for step in steps]
    every = max(1, -(-len(steps) // _LABELS))
    bottom = top + _HEIGHT
    drawn = [_text((WIDTH + _LEFT) / 2, bottom + 36, name, "middle")]
    for i in range(0, len(steps), every):
        x = _LEFT + (i + 0.5) * slot
        drawn.append(f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{bottom:.1f}" y2="{bottom + 4:.1f}"/>')
        half = _LETTER * len(steps[i]) / 2
        drawn.append(_text(min(max(x, half), WIDTH - half), bottom + 17, steps[i], "middle"))
    return drawn


def _rect(x: float, y: float, width: float, height: float, number: int) -> str:
    return f'<rect class="s{number}" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"/>'


def _text(x: float, y: float, text: str, anchor: str, name: str = "") -> str:
    named = f' class="{name}"' if name else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{named}>{escape(text)}</text>'


def _number(value: Cell) -> float:
    return value if isinstance(value, int | float) else 0
