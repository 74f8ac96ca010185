"""Page sizes that the server takes: each list has a largest one of its own, which is refused with a 400, not clamped.

Nothing tells the largest size beforehand (api-facts: Lists and paging), so it is found by asking, once a list.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from tui.api.envelope import Reply
from tui.errors import Refused

VALIDATION = 7001
SMALLEST = 20
"""The server's own default: a refusal of it is about something else."""
Query = Mapping[str, str | int | None]


class PageSizes:
    """The largest size that each list is known to take; shared by all classes of the budget."""

    def __init__(self) -> None:
        self._largest: dict[str, int] = {}

    async def read(self, path: str, query: Query, get: Callable[[Query], Awaitable[Reply]]) -> Reply:
        """A page of the list at `path`; on its first page a size that is refused is halved until one is taken.

        The size is `per_page`, or `limit` in the lists of chunks and of an item's log. Raises what the last size was
        refused with when none is taken: then the refusal was about something else. A later page is never asked for in
        another size than the first: it would hold other rows. An offset or a cursor goes on from any row, so there
        every request may be halved.
        """
        field = "per_page" if "per_page" in query else "limit"
        name, asked = f"{path.rsplit('/', 1)[-1]} {field}", query.get(field)
        if not isinstance(asked, int):
            return await get(query)
        size = min(asked, self._largest.get(name, asked))
        while True:
            try:
                reply = await get({**query, field: size})
            except Refused as refused:
                too_large = refused.http == 400 and refused.code in (None, VALIDATION) and size > SMALLEST
                if not too_large or query.get("page", 1) != 1:
                    raise
                size = max(SMALLEST, size // 2)
            else:
                if size < asked:
                    self._largest[name] = size
                return reply
