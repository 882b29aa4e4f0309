"""The guard language: conditions that are data.

A guard is written in a subset of CEL, checked against a schema at publish, evaluated to TRUE, FALSE or UNKNOWN, and
able to explain its verdict. This package imports nothing else of axflow and nothing beyond the standard library.
"""

from __future__ import annotations

from axflow.guards.encoding import decode, encode
from axflow.guards.errors import GuardError, OpcodeUnsupported, ValueProblem
from axflow.guards.guard import LANGUAGE_VERSION, Guard, compile_guard
from axflow.guards.render import render
from axflow.guards.shortfall import Shortfall
from axflow.guards.types import (
    Type,
    boolean,
    date,
    decimal,
    duration,
    enum,
    integer,
    list_of,
    money,
    record,
    text,
    timestamp,
)
from axflow.guards.values import REASONS, Collection, Span, Unknown
from axflow.guards.verdict import Read, Verdict

__all__ = [
    "LANGUAGE_VERSION",
    "REASONS",
    "Collection",
    "Guard",
    "GuardError",
    "OpcodeUnsupported",
    "Read",
    "Shortfall",
    "Span",
    "Type",
    "Unknown",
    "ValueProblem",
    "Verdict",
    "boolean",
    "compile_guard",
    "date",
    "decimal",
    "decode",
    "duration",
    "encode",
    "enum",
    "integer",
    "list_of",
    "money",
    "record",
    "render",
    "text",
    "timestamp",
]
