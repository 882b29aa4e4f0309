"""Sampling: which projects an inspector looks at by hand, drawn so that anybody can draw the same again."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from heapq import heappush, heappushpop

from axflow.audit.reading import AuditError


def sample(ids: Iterable[str], size: int, seed: str) -> tuple[str, ...]:
    """`size` of the ids, each as likely as any other, the same for the same seed whatever their order.

    Each id's rank is SHA-256(seed ‖ 0x00 ‖ id); the lowest ranks are drawn. Whoever has seed and list can check it with
    any tool, and a project that comes later changes nothing but its own place. Memory is bounded by `size`. Raises
    `AuditError` for a size below 1 or a seed that is empty.
    """
    if size < 1 or not seed:
        raise AuditError("a sample needs a size of at least 1 and a seed that is not empty")
    drawn: list[tuple[int, str]] = []  # the highest rank first, by its negative
    for id in ids:
        rank = int.from_bytes(sha256(seed.encode() + b"\x00" + id.encode()).digest())
        if len(drawn) < size:
            heappush(drawn, (-rank, id))
        else:
            heappushpop(drawn, (-rank, id))
    return tuple(id for _, id in sorted(drawn, reverse=True))
