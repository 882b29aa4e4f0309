"""How the engine's store stands: what waits and for how long, and how the database keeps what it promises."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from axflow.engine.core import Core
from axflow.engine.options import HostT
from axflow.kernel.moment import utc_text
from axflow.store.errors import StoreError
from axflow.store.rows import Backlog, TableSize


@dataclass(frozen=True, slots=True)
class Health:
    """How a store stood at `at`."""

    at: datetime
    reachable: bool
    problem: str | None = None
    """Why it could not be reached."""
    settings: Mapping[str, str] | None = None
    """`schema_version`, and what durability rests on, by the database's own names."""
    backlog: Backlog | None = None

    @property
    def timer_lag(self) -> float:
        """Seconds for which the first timer that has not fired has been due; 0 where none is due."""
        return self._since(self.backlog.timers_since if self.backlog else None)

    @property
    def message_lag(self) -> float:
        """Seconds since the entry was recorded that the first waiting message tells of; 0 where none waits."""
        return self._since(self.backlog.messages_since if self.backlog else None)

    @property
    def unplaced_lag(self) -> float:
        """Seconds since the first entry was recorded that has no place in the log; 0 where all have one."""
        return self._since(self.backlog.unplaced_since if self.backlog else None)

    def _since(self, text: str | None) -> float:
        return 0.0 if text is None else max(0.0, (self.at - datetime.fromisoformat(text)).total_seconds())


class Watching(Core[HostT]):
    """The engine's methods that look at the store as a whole."""

    def health(self) -> Health:
        """What waits and for how long. Raises nothing for a store that cannot be reached: that is what it then says.

        It reads indexes, so it may be asked every minute; `verify` reads every entry.
        """
        at = self.clock()
        try:
            return self.transactions.read(
                lambda unit: Health(at, True, None, unit.settings(), unit.backlog(utc_text(at)))
            )
        except StoreError as error:
            return Health(at, False, str(error))

    def sizes(self) -> Sequence[TableSize]:
        """Rows and bytes of each table. Reads every table."""
        return self.transactions.read(lambda unit: unit.sizes())
