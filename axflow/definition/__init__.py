"""What a workflow is: the language, its models, reading and writing them, checking them before they are published."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from axflow.definition.builder import DefinitionBuilder
    from axflow.definition.definition import Definition
    from axflow.definition.guard_schema import CompiledGuard, CompiledGuards, compile_guards
    from axflow.definition.lint import Finding
    from axflow.definition.loading import Loaded, from_data, load, load_source, loads, loads_source
    from axflow.definition.paths import NamedTransition, named_transitions
    from axflow.definition.problems import DefinitionError, Problem

_HOMES: Final = {
    "CompiledGuard": "guard_schema",
    "CompiledGuards": "guard_schema",
    "Definition": "definition",
    "DefinitionBuilder": "builder",
    "DefinitionError": "problems",
    "Finding": "lint",
    "Loaded": "loading",
    "NamedTransition": "paths",
    "Problem": "problems",
    "compile_guards": "guard_schema",
    "from_data": "loading",
    "load": "loading",
    "load_source": "loading",
    "loads": "loading",
    "loads_source": "loading",
    "named_transitions": "paths",
}
"""Where each public name lives. They are fetched on first use, so that one part does not pay for the others.
`lint`, `guard_schema` and `json_schema` are left to the modules of those names."""

__all__ = [
    "CompiledGuard",
    "CompiledGuards",
    "Definition",
    "DefinitionBuilder",
    "DefinitionError",
    "Finding",
    "Loaded",
    "NamedTransition",
    "Problem",
    "compile_guards",
    "from_data",
    "load",
    "load_source",
    "loads",
    "loads_source",
    "named_transitions",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"axflow.definition has no {name!r}; its public names are {', '.join(sorted(_HOMES))}")
    return getattr(import_module(f"axflow.definition.{_HOMES[name]}"), name)
