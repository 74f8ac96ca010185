"""Jobs beyond the newest page: read as the reader scrolls to the last one that is known."""

from __future__ import annotations

from tui.errors import AppError
from tui.ui.desk import Desk


class OlderJobs:
    """Reads one more page at a time."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._reading = False

    def wanted(self) -> None:
        """The last job that is known is in sight: read the page before it, where there is one."""
        state = self.desk.state
        key, shown = state.selected, len(state.selected_jobs.value or ())
        if key is None or self._reading or not shown or (state.job_counts.get(key) or 0) <= shown:
            return
        self._reading = True
        self.desk.start(self._read(), "older jobs")

    async def _read(self) -> None:
        try:
            if key := self.desk.state.selected:
                await self.desk.service.read.older_jobs(key)
        except AppError as error:
            self.desk.show_error(error, "jobs")
        finally:
            self._reading = False
