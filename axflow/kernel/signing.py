"""Signatures: acts that need several persons. Each is bound to what was signed; the last one lets it happen."""

from __future__ import annotations

from axflow.definition.canonical import digest_of
from axflow.kernel.actor import Actor
from axflow.kernel.authority import Granted, behalf, granted
from axflow.kernel.blocker import Blocker
from axflow.kernel.case import Case
from axflow.kernel.entry import Effect
from axflow.kernel.project import Signatures


class Signing:
    """One person's signature under an act that needs `roles`, each by another person."""

    def __init__(self, case: Case, act: str, roles: tuple[str, ...], content: object) -> None:
        self.case = case
        self.act = act
        self.roles = roles
        # Ids of records and names of rules only: nothing in it could be guessed back from the digest.
        self.content = digest_of(content)
        given = case.project.signatures.get(act)
        self.given: tuple[tuple[str, str, str | None], ...] = (
            given.by if given is not None and given.content == self.content else ()
        )

    @property
    def open_roles(self) -> tuple[str, ...]:
        """Roles that have not signed yet."""
        signed = {role for role, _, _ in self.given}
        return tuple(role for role in self.roles if role not in signed)

    def blockers(self, actor: Actor, role: str) -> list[Blocker]:
        """Whether this person may sign in `role`: nobody signs twice, in person or by deputy."""
        mine = {actor.id, behalf(self.case)} - {None}
        for _, who, for_whom in self.given:
            if who in mine or for_whom in mine:
                return [Blocker("already_signed", {"actor": actor.id}, self.open_roles)]
        return []

    def complete_with(self, role: str) -> bool:
        """Whether the signature in `role` is the last one missing."""
        return set(self.open_roles) <= {role}

    def effect(self, role: str, actor: Actor) -> Effect:
        """The effect that keeps this signature."""
        by = (*self.given, (role, actor.id, behalf(self.case)))
        return ("signatures", self.act, Signatures(self.content, by)._asdict())

    def done(self) -> list[Effect]:
        """The effect that clears the signatures once the act has happened."""
        return [("signatures", self.act, None)] if self.act in self.case.project.signatures else []


def signing_role(case: Case, actor: Actor, signing: Signing) -> Granted | None:
    """The role in which `actor` signs: one that is still missing, if they hold one, else any of the roles."""
    return granted(case, actor, signing.open_roles) or granted(case, actor, signing.roles)
