"""The week as a picture, where the extra is installed that draws it."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

COLOURS = ("#0072b2", "#c46f00", "#009e73", "#8a4f7d", "#b3261e", "#9a9aa6")
"""Of the parts of a column, from below; told apart by people who see colours otherwise, too."""


def draw(title: str, days: Sequence[str], parts: Mapping[str, Sequence[int]]) -> bytes | None:
    """Return a PNG of a column a day, with its parts on one another; None where matplotlib is not installed."""
    try:
        from matplotlib.figure import Figure
    except ImportError:
        return None
    figure = Figure(figsize=(6.4, 3.6), dpi=150, layout="constrained")
    axes = figure.add_subplot()
    base = [0] * len(days)
    for (name, values), colour in zip(parts.items(), COLOURS, strict=False):
        axes.bar(days, values, bottom=base, label=name, color=colour, width=0.8)
        base = [below + value for below, value in zip(base, values, strict=True)]
    axes.set_title(title)
    axes.locator_params(axis="y", integer=True)
    axes.spines[["top", "right"]].set_visible(False)
    figure.legend(loc="outside lower center", ncols=3, frameon=False)
    file = io.BytesIO()
    figure.savefig(file, format="png")
    return file.getvalue()
