"""A namespace: instances are unique within one."""

from __future__ import annotations

from tui.models.base import Resource


class Namespace(Resource, frozen=True, kw_only=True):
    """One namespace. The list does not return `default`, which always exists (api-facts: Namespaces)."""

    name: str
    description: str | None = None
    created_at: str | None = None
    public_endpoint_id: str | None = None
