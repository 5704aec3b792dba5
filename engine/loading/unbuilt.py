"""What the language has and this version does not act on yet: such a key is an issue, never silently accepted.

The tables name keys by the struct they would stand in, so that "not built yet" differs from a typing mistake. A key that is
built leaves its line here.
"""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


KINDS = _words("matching")

KEYS: dict[str, frozenset[str]] = {
    "Step": _words("lines"),
    "Print": _words("template freeze"),
    "PrintBlock": _words("image qr"),
    "Create": _words("lines group take"),
}

VALUES: dict[str, frozenset[str]] = {
    "do": _words("create wait"),
    "mask": frozenset(),
}
"""Values of a key with a fixed list of values."""


def key_is_unbuilt(struct: str, key: str) -> bool:
    """Whether `key` belongs to the struct of that name in the language, but not in this version."""
    return key in KEYS.get(struct, ())


def value_is_unbuilt(key: str, value: object) -> bool:
    """Whether `value` is one the language has for `key`, but this version has not."""
    return isinstance(value, str) and value in VALUES.get(key, frozenset())
