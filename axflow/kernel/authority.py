"""Who may act: roles that a definition names, held by people on record, judged at the time of the act."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from axflow.kernel.actor import Actor
from axflow.kernel.case import Case
from axflow.kernel.directory import Authority


class Granted(NamedTuple):
    """The role under which an act is permitted, and the record that grants it; None where the host vouches."""

    role: str
    authority: Authority | None


def granted(case: Case, actor: Actor, roles: Iterable[str]) -> Granted | None:
    """The first of `roles` that `actor` holds at the time of the act; None if none."""
    for role in roles:
        if actor.role is not None and actor.role != role:
            continue
        found = _holds(case, actor, role)
        if found is not None:
            return found
    return None


def _holds(case: Case, actor: Actor, role: str) -> Granted | None:
    declared = case.definition.roles.get(role)
    if declared is None or actor.kind not in declared.kinds or not _belongs(case, actor.organisation, declared.of):
        return None
    directory = case.facts.directory
    if directory is None:
        return Granted(role, None)
    person = directory.person(actor.id)
    if person is not None and person.kind != actor.kind:
        # Who is on record as a machine cannot act as a human.
        return None
    authority = directory.authority(actor.id, role, actor.organisation, case.at)
    if authority is None or (actor.on_behalf_of is not None and actor.on_behalf_of != authority.on_behalf_of):
        return None
    return Granted(role, authority)


def _belongs(case: Case, organisation: str, of: tuple[str, ...]) -> bool:
    for name in of:
        if name == "any":
            return True
        if name == "firm":
            if same(case, organisation, case.project.firm):
                return True
        elif same(case, organisation, name):
            return True
    return False


def same(case: Case, one: str, other: str) -> bool:
    """Whether two organisation ids are one body at the time of the act, by succession."""
    if one == other:
        return True
    directory = case.facts.directory
    if directory is None:
        return False
    return directory.ultimate_successor(one, case.at) == directory.ultimate_successor(other, case.at)


def owner_roles(case: Case) -> tuple[str, ...]:
    """The roles of the organisation that owns the present stage: who decides where a definition names nobody."""
    owner = case.program.places[case.project.stage].owner if case.project.stage in case.program.places else ""
    return tuple(name for name, role in case.definition.roles.items() if owner and owner in role.of)


def behalf(case: Case) -> str | None:
    """For whom the present actor acts as deputy."""
    if case.authority is not None:
        return case.authority.on_behalf_of
    return None if case.actor is None else case.actor.on_behalf_of


def already_did(case: Case, actor: Actor, acts: Iterable[str]) -> str | None:
    """The first of `acts` (events, evidence types) that `actor` did, in person or through or for a deputy."""
    mine = {actor.id, behalf(case)} - {None}
    for act in acts:
        for who, for_whom in case.project.acts.get(act, ()):
            if who in mine or for_whom in mine:
                return act
    return None
