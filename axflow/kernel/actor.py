"""Actors: who acts, as what kind, for which organisation, in which role, on whose behalf."""

from __future__ import annotations

from dataclasses import dataclass

from axflow.definition.organisation import ActorKind


@dataclass(frozen=True, slots=True)
class Actor:
    """A person, service or AI that acts.

    Parameters:
        id: stable id of the person or service; never a shared account.
        organisation: id of the organisation acted for.
        role: the role used; None lets the engine take the granted role that permits the act.
        kind: `human`, `service` or `ai`; recorded with every act.
        on_behalf_of: id of the person for whom a deputy acts; the delegation must stand in the directory.
        authenticated: how the host established who this is, such as `sso` or `certificate`.
    """

    id: str
    organisation: str
    role: str | None = None
    kind: ActorKind = "human"
    on_behalf_of: str | None = None
    authenticated: str | None = None
