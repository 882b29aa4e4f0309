"""Splitting a project into several at the command line, and merging several into one."""

from __future__ import annotations

from typing import Annotated

import typer

from axflow.cli.answering import answer
from axflow.cli.options import Acting, Id, Output
from axflow.cli.rehearsing import trying
from axflow.cli.running import USAGE, CommandError
from axflow.cli.values import pairs

Parts = Annotated[
    list[str], typer.Argument(metavar="ID=TITLE", help="The projects that it becomes, each with its title.")
]


def split(project: Id, parts: Parts, by: Acting, out: Output) -> None:
    """End a project by splitting it into several."""
    titles = pairs(parts, "part")
    with out.engine() as engine, trying(engine, by.dry_run) as tried:
        definition, actor = tried.project(project).definition, by.who(tried)
        listed = [{"project": id, "title": title} for id, title in titles.items()]
        decision = tried.split(project, listed, actor=actor, **by.common(definition))
        see = tried.may_see(project, actor)
        answer(tried, project, definition, decision, actor, out, dry_run=by.dry_run, may_see=see)


def merge(
    projects: Annotated[list[str], typer.Argument(metavar="PROJECT", help="Ids of the projects.")],
    into: Annotated[str, typer.Option(metavar="ID=TITLE", help="The project that they become.")],
    by: Acting,
    out: Output,
) -> None:
    """End several projects by merging them into one: all, or none where one of them may not."""
    from axflow.kernel.decision import Refused

    if len(set(projects)) < 2:
        raise CommandError("name the projects that are to be merged, at least two", USAGE)
    ((id, title),) = pairs([into], "--into").items()
    with out.engine() as engine, trying(engine, by.dry_run) as tried:
        definition, actor = tried.project(projects[0]).definition, by.who(tried)
        see = tried.may_see(projects[0], actor)
        part = {"project": id, "title": title}
        try:
            decisions = tried.merge(projects, part, actor=actor, **by.common(definition))
        except Refused as error:
            refused = error.decision
            project = refused.project.id if refused.project is not None else projects[0]
            answer(tried, project, definition, refused, actor, out, dry_run=by.dry_run, may_see=see)
            return
        answer(tried, id, definition, decisions[-1], actor, out, dry_run=by.dry_run, may_see=see)
