"""The operations of the API, one module a resource. Paths are below /accounts/{account_id}/ai-search."""

from __future__ import annotations

from tui.emulator.routes import accounts, instances, items, jobs, namespaces, search, tokens
from tui.emulator.web import Operation

OPERATIONS: list[Operation] = [
    *namespaces.ROUTES,
    *instances.ROUTES,
    *jobs.ROUTES,
    *items.ROUTES,
    *search.ROUTES,
    *tokens.ROUTES,
]
ACCOUNT_OPERATIONS: list[Operation] = accounts.ROUTES
