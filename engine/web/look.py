"""The color of a portal as a stylesheet: every shade of it can be read, in the light and in the dark theme."""

from __future__ import annotations

from engine.metadata import BLACK, WHITE, Color, color_of, contrast, mixed, text_of

READABLE = 4.6
"""A little more than what WCAG 1.4.3 asks."""
DARK_PAPER: Color = (18, 21, 27)
STEPS = 20

_SHEET = """:root, [data-bs-theme="light"] {{
  --accent: {accent}; --accent-2: {pressed}; --accent-soft: {soft};
  --tblr-primary-rgb: {accent_rgb}; --tblr-link-color-rgb: {accent_rgb};
}}
[data-bs-theme="dark"] {{
  --accent: {light}; --accent-2: {lighter}; --accent-soft: {dim};
  --tblr-primary-rgb: {light_rgb}; --tblr-link-color-rgb: {light_rgb};
}}
[data-bs-theme="dark"] .btn-primary, [data-bs-theme="dark"] .side-nav .count.hot {{ background: {color}; border-color: {color}; }}
[data-bs-theme="dark"] .btn-primary:hover {{ background: {pressed}; border-color: {pressed}; }}
"""


def stylesheet(color: str) -> str:
    """The shades that stand in for those of the engine, made of one color."""
    base = color_of(color)
    soft, dim = mixed(base, WHITE, 0.92), mixed(base, DARK_PAPER, 0.75)
    accent, light = _until_readable(base, BLACK, soft), _until_readable(base, WHITE, dim)
    shades = {
        "color": base, "accent": accent, "pressed": mixed(base, BLACK, 0.2), "soft": soft,
        "light": light, "lighter": mixed(light, WHITE, 0.25), "dim": dim,
    }  # fmt: skip
    numbers = {f"{name}_rgb": ", ".join(map(str, shades[name])) for name in ("accent", "light")}
    return _SHEET.format(**{name: text_of(shade) for name, shade in shades.items()}, **numbers)


def _until_readable(color: Color, towards: Color, paper: Color) -> Color:
    """The color, mixed with another until it can be read on `paper`."""
    tries = (mixed(color, towards, step / STEPS) for step in range(STEPS + 1))
    return next((shade for shade in tries if contrast(shade, paper) >= READABLE), towards)
