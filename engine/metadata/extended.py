"""The file kinds of an application whose plugins bring field types: the same structs, in which fields may be of more types."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache, reduce
from operator import or_
from typing import Annotated, Any, Literal, get_args

import msgspec
from msgspec import Meta

from .application import Metadata
from .declared import FILE_KINDS, Entity, Extension, Subtype
from .declared_effects import Automation, Trigger, Word
from .declared_fields import ValueDeclaration
from .declared_keys import FieldBase, ValueBase
from .declared_process import Action, Lifecycle
from .declared_rows import RowLifecycle, TableField
from .declared_tables import Decision
from .field_types import FIELD_TYPES
from .meanings import MEANINGS
from .written import Declaration, Name, Names

ExtraTypes = tuple[type[ValueBase], ...]


@lru_cache(maxsize=64)
def kinds_with(extra: ExtraTypes = ()) -> Mapping[str, type[Declaration]]:
    """First key of a file to the struct of its kind; fields may also be of the types `extra`."""
    if not extra:
        return FILE_KINDS
    values = (*get_args(ValueDeclaration), *extra)
    asked: Any = Names | dict[Name, reduce(or_, values) | Literal["required", "optional"]]  # type: ignore[misc]
    actions: Any = ("actions", dict[Name, _copy(Action, [("ask", asked, ())])], {})  # type: ignore[misc]
    lifecycle = _copy(RowLifecycle, [actions]) | None
    table = _copy(TableField, [("fields", _mapping(values, least=1)), ("lifecycle", lifecycle, None)], tag="table")
    fields = (*values, table)
    kinds: Any = ("subtypes", dict[Name, _copy(Subtype, [("fields", _mapping(fields, least=0), {})])], {})  # type: ignore[misc]
    told: Any = dict[Name, reduce(or_, values) | Word]  # type: ignore[misc]
    trigger = Literal["created", "deleted"] | _copy(Trigger, [("fields", told, {})])
    return {
        **FILE_KINDS,
        "entity": _copy(Entity, [("fields", _mapping(fields, least=1)), kinds]),
        "extend": _copy(Extension, [("fields", _mapping(fields, least=0), {}), kinds, actions]),
        "lifecycle": _copy(Lifecycle, [actions]),
        "automation": _copy(Automation, [("trigger", trigger)]),
        **{kind: _copy(FILE_KINDS[kind], [("parameters", _mapping(fields, least=0), {})]) for kind in ("report", "dashboard")},
        "decision": _copy(Decision, [("gives", reduce(or_, fields) | Literal["who"])]),
    }


def extra_types(metadata: Metadata) -> ExtraTypes:
    """The field types of plugins that an application uses, in the order of their words."""
    used = {type(field.declared) for entity in metadata.entities.values() for field in entity.fields.values()}
    own = {struct.__struct_config__.tag for struct in FIELD_TYPES}
    foreign = [struct for struct in used if issubclass(struct, ValueBase) and struct.__struct_config__.tag not in own]
    return tuple(sorted(foreign, key=lambda struct: str(struct.__struct_config__.tag)))


def meanings_of(struct: type[ValueBase]) -> dict[str, str]:
    """What each key of a field type means, blank where nobody says it. Raises TypeError for keys that YAML cannot hold."""
    properties = msgspec.json.schema(struct)["$defs"][struct.__name__]["properties"]
    return {key: part.get("title") or MEANINGS.get(key, "") for key, part in properties.items()}


def _mapping(structs: tuple[type[FieldBase], ...], least: int) -> Any:
    return Annotated[dict[Name, reduce(or_, structs)], Meta(min_length=least)] if least else dict[Name, reduce(or_, structs)]  # type: ignore[misc]


def _copy(struct: type[Declaration], keys: list[Any], tag: str | None = None) -> Any:
    """`struct` with other types of these keys."""
    return msgspec.defstruct(struct.__name__, keys, bases=(struct,), namespace={"__doc__": struct.__doc__}, kw_only=True, tag=tag)
