"""Accounts, service tokens, and what the API says of our own token."""

from __future__ import annotations

from tui.models.base import Resource


class Account(Resource, frozen=True, kw_only=True):
    """An account that the token can see; ids are 32 hex digits."""

    id: str
    name: str = ""
    type: str | None = None


class ServiceToken(Resource, frozen=True, kw_only=True):
    """A token that instances use to read their source. Its secret is never returned."""

    id: str
    name: str = ""
    cf_api_id: str | None = None
    enabled: bool | None = None
    legacy: bool | None = None
    created_at: str | None = None
    modified_at: str | None = None


class TokenStatus(Resource, frozen=True, kw_only=True):
    """The verification of our own token: `active`, `disabled` or `expired`."""

    id: str = ""
    status: str = ""
    expires_on: str | None = None
    not_before: str | None = None
