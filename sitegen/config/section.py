"""What all sections of the config are made of."""

from __future__ import annotations

from typing import Annotated, TypeVar

from pydantic import AfterValidator, AliasChoices, BaseModel, ConfigDict, Field, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

K = TypeVar("K")
V = TypeVar("V")


class Section(BaseModel):
    """Base of all sections: immutable, no unknown keys, no silent conversion."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, use_attribute_docstrings=True)

    @classmethod
    def aliases(cls) -> dict[str, str]:
        """Return other names that fields are understood by, and the name of the field that each means."""
        return {
            str(alias): name
            for name, field in cls.model_fields.items()
            if isinstance(field.validation_alias, AliasChoices)
            for alias in field.validation_alias.choices[1:]
        }

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Return the JSON Schema with a property for each alias, so that editors accept it."""
        made = handler(schema)
        properties = handler.resolve_ref_schema(made).get("properties", {})
        for alias, name in cls.aliases().items():
            properties[alias] = {**properties[name], "description": f"The same as `{name}`."}
        return made


def aliases_of_all(section: type[Section] = Section) -> dict[str, set[str]]:
    """Return the other names of the fields of all sections, by the field's name."""
    found: dict[str, set[str]] = {}
    for each in section.__subclasses__():
        for alias, name in each.aliases().items():
            found.setdefault(name, set()).add(alias)
        for name, others in aliases_of_all(each).items():
            found.setdefault(name, set()).update(others)
    return found


class _FrozenDict(dict[object, object]):
    """A dictionary that can be hashed, as a config must be; nothing changes it once it is validated."""

    def __hash__(self) -> int:  # type: ignore[override]  # a dict has none
        return hash(frozenset(self.items()))


Mapping = Annotated[dict[K, V], AfterValidator(_FrozenDict), Field(validate_default=True)]
"""A mapping inside a section."""
