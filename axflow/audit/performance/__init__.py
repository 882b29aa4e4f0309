"""Time analysis: where projects spend their time, with whom, how often they come back, and what share gets where.

`history_of` reads a store's journals and `history_of_log` an event log of another system; both give a `History`, and
everything else here is a pure function of it.
"""

from __future__ import annotations

from axflow.audit.performance.analysis import Options, Performance, analyse
from axflow.audit.performance.case import Act, Case, History, Limit, Reading, Request, Stay, Turn
from axflow.audit.performance.journals import history_of
from axflow.audit.performance.logs import history_of_log
from axflow.audit.performance.milestone import Milestone

__all__ = [
    "Act",
    "Case",
    "History",
    "Limit",
    "Milestone",
    "Options",
    "Performance",
    "Reading",
    "Request",
    "Stay",
    "Turn",
    "analyse",
    "history_of",
    "history_of_log",
]
