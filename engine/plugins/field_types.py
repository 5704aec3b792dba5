"""What a field type of a plugin must be, so that every room can take it as the type that it is made from."""

from __future__ import annotations

from collections.abc import Collection

from engine.metadata import FIELD_TYPES, ValueBase, meanings_of


def wrong_type(struct: object, taken: Collection[str]) -> str:
    """What its author forgot, in words; blank when all is right. `taken` are the words that are field types already."""
    if not isinstance(struct, type) or not issubclass(struct, ValueBase) or not any(base in FIELD_TYPES for base in struct.__mro__[1:]):
        return f"{getattr(struct, '__name__', struct)} is not made from a field type that holds a value"
    word = struct.__struct_config__.tag
    if not isinstance(word, str) or word in {FIELD_TYPES[base].word for base in FIELD_TYPES if issubclass(struct, base)}:
        return f'{struct.__name__} has no word of its own: class {struct.__name__}(…, tag="word")'
    if word in taken:
        return f'there is a field type "{word}" already'
    try:
        missing = [key for key, words in meanings_of(struct).items() if not words]
    except TypeError as wrong:
        return str(wrong)
    return f'key "{missing[0]}" of field type "{word}" has no meaning: Annotated[…, Meta(title="…")]' if missing else ""
