"""How a command is made: options that many share are written once, as a dataclass that a command asks for.

    @command(app)
    def withdraw(project: Id, record: RecordId, by: Acting, out: Output) -> None: ...

`Acting` stands for all of its fields: the parser gets an option for each, and the function gets the dataclass. Every
command also has `--lang`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, TypeVar, get_type_hints

import typer

from axflow.cli.help import Command, Group
from axflow.cli.language import ENVIRONMENT

_Function = TypeVar("_Function", bound=Callable[..., Any])


class Lang(StrEnum):
    """Languages of words for people."""

    en = "en"
    ko = "ko"


_LANGUAGE = inspect.Parameter(
    "spoken_language",
    inspect.Parameter.KEYWORD_ONLY,
    default=None,
    annotation=Annotated[
        Lang | None,
        typer.Option("--lang", envvar=ENVIRONMENT, help="Language of what is said; default: that of your system."),
    ],
)


def group(help: str) -> typer.Typer:
    """A group of commands."""

    def callback() -> None:
        pass

    callback.__doc__ = help
    made = typer.Typer(help=help, cls=Group, no_args_is_help=True, rich_markup_mode=None)
    made.callback()(expanded(callback))
    return made


def command(
    app: typer.Typer, name: str | None = None, *, section: str | None = None
) -> Callable[[_Function], _Function]:
    """Make a function a command of `app`, listed under `section`. The function itself stays as it is."""

    def made(function: _Function) -> _Function:
        app.command(name, cls=Command, rich_help_panel=section)(expanded(function))
        return function

    return made


def expanded(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function as the parser sees it: each parameter that is a dataclass replaced by the fields of it."""
    hints = get_type_hints(function, include_extras=True)
    shared: dict[str, type] = {}
    own: list[inspect.Parameter] = []
    common: list[inspect.Parameter] = []
    for parameter in inspect.signature(function).parameters.values():
        hint = hints[parameter.name]
        if is_dataclass(hint) and isinstance(hint, type):
            shared[parameter.name] = hint
            common += _parameters(hint)
        else:
            own.append(parameter.replace(annotation=hint, kind=inspect.Parameter.KEYWORD_ONLY))
    parameters = [*own, *common, _LANGUAGE]  # what is this command's own is read first

    def call(**given: Any) -> Any:
        given.pop(_LANGUAGE.name, None)
        for name, kind in shared.items():
            given[name] = kind(**{one.name: given.pop(one.name) for one in fields(kind)})
        return function(**given)

    call.__name__ = function.__name__
    call.__doc__ = function.__doc__
    call.__module__ = function.__module__
    call.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    call.__annotations__ = {one.name: one.annotation for one in parameters}
    return call


@cache  # many commands share them, and help is to be quick
def _parameters(kind: type) -> tuple[inspect.Parameter, ...]:
    hints = get_type_hints(kind, include_extras=True)
    return tuple(
        inspect.Parameter(one.name, inspect.Parameter.KEYWORD_ONLY, default=_default(one), annotation=hints[one.name])
        for one in fields(kind)
    )


def _default(one: Field[Any]) -> Any:
    return inspect.Parameter.empty if one.default is MISSING else one.default
