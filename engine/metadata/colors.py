"""Colors as three numbers, and how well they are told apart (WCAG 2.2, relative luminance and contrast)."""

from __future__ import annotations

Color = tuple[int, int, int]
BADGES = (
    "azure", "blue", "cyan", "danger", "gray", "green", "indigo", "info", "lime", "orange", "pink", "primary", "purple", "red",
    "secondary", "success", "teal", "warning", "yellow",
)  # fmt: skip
"""The colors that badges of states and choices have."""
WHITE: Color = (255, 255, 255)
BLACK: Color = (0, 0, 0)


def color_of(text: str) -> Color:
    """A color such as `#0f6e56`."""
    red, green, blue = (int(text[at : at + 2], 16) for at in (1, 3, 5))
    return red, green, blue


def text_of(color: Color) -> str:
    """The color as it is written."""
    return "#{:02x}{:02x}{:02x}".format(*color)


def mixed(color: Color, other: Color, share: float) -> Color:
    """The color with so much (0 to 1) of another."""
    red, green, blue = (round(one + (two - one) * share) for one, two in zip(color, other, strict=True))
    return red, green, blue


def contrast(color: Color, other: Color) -> float:
    """How many times lighter one is than the other: 1 for the same, 21 for black and white."""
    darker, lighter = sorted((_luminance(color), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(color: Color) -> float:
    parts = (part / 255 for part in color)
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
