"""What every part of a definition shares: the frozen model, ids, bilingual words, lists written as their one item."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    GetJsonSchemaHandler,
    StringConstraints,
    model_serializer,
    model_validator,
)
from pydantic_core import CoreSchema

Language = Literal["en", "ko"]
ID_PATTERN = r"^[a-z][a-z0-9_]{0,63}$"

Id = Annotated[str, StringConstraints(pattern=ID_PATTERN)]
"""An id inside a definition: ASCII lower case, digits and underscores, 64 characters at most."""

Ref = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}(\.[a-z][a-z0-9_]{0,63})?$")]
"""A reference that may name a part of something: `stage`, `track.state`, `handoff.offer`."""


class Part(BaseModel):
    """A piece of a definition: frozen, complete, and closed to names it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_by_name=True, validate_by_alias=True)


class Text(Part):
    """Words for people, in English and Korean. One plain string stands for both."""

    en: Annotated[str, StringConstraints(min_length=1, max_length=2000)]
    ko: Annotated[str, StringConstraints(min_length=1, max_length=2000)] | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_string(cls, value: Any) -> Any:
        return {"en": value} if isinstance(value, str) else value

    @model_serializer(mode="plain")
    def _serialise(self) -> dict[str, str]:
        return {"en": self.en} if self.ko is None else {"en": self.en, "ko": self.ko}

    def in_(self, language: Language) -> str:
        """The words in `language`; English where there is no Korean."""
        return (self.ko or self.en) if language == "ko" else self.en


def _listed(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


class _OneItem:
    """Tells the JSON Schema of such a list that its only item may stand for it."""

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        listed = handler(schema)
        return {"anyOf": [listed["items"], listed]}


_T = TypeVar("_T")
OneOrMore = Annotated[tuple[_T, ...], BeforeValidator(_listed), _OneItem()]
"""A list that may be written as its only item: `by: officer` is `by: [officer]`."""


def spoken(identifier: str) -> str:
    """An id as words, for a part that has no title: `demo_plan` reads "Demo plan"."""
    return identifier.replace("_", " ").replace(".", ": ").capitalize()
