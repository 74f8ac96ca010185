"""Accounts and the verification of API tokens: what a client asks before it can do anything else."""

from __future__ import annotations

import hashlib
from typing import Any

from tui.emulator.errors import ApiError
from tui.emulator.times import rfc3339
from tui.emulator.web import Call, Operation, Reply, listed, result

ACCOUNT_BORN = 1_704_067_200.0


def _accounts(call: Call) -> dict[str, str]:
    """Return the names of the accounts that the token can see, by id."""
    mine = call.world.storage.recall("account_name") or "Emulator"
    return {call.account: mine, **dict(call.config.other_accounts)}


def _view(account: str, name: str) -> dict[str, Any]:
    return {
        "id": account,
        "name": name,
        "type": "standard",
        "created_on": rfc3339(ACCOUNT_BORN),
        "settings": {"enforce_twofactor": False},
    }


def list_accounts(call: Call) -> Reply:
    """List the accounts, filtered by `name`."""
    page = call.page()
    falling = call.choice("direction", ("asc", "desc")) == "desc"
    wanted = call.query.get("name", "").lower()
    found = [_view(*pair) for pair in _accounts(call).items() if wanted in pair[1].lower()]
    found.sort(key=lambda account: account["name"], reverse=falling)
    return listed(call, found[page.offset : page.offset + page.size], page, len(found))


def get_account(call: Call) -> Reply:
    """Return one account."""
    account = call.params["account_id"]
    return result(_view(account, _accounts(call)[account]))


def verify_user_token(call: Call) -> Reply:
    """Confirm a user token; an account-owned one is refused with code 1000 (api-facts: Authentication)."""
    if call.config.token_owner == "account":
        raise ApiError(401, 1000, "Invalid API Token")
    return verify_account_token(call)


def verify_account_token(call: Call) -> Reply:
    """Confirm the token."""
    digest = hashlib.sha256(call.config.token.encode()).hexdigest()
    return result({"id": digest[:32], "status": call.config.token_status})


ROUTES = [
    Operation("verify_user_token", "GET", "/user/tokens/verify", verify_user_token),
    Operation("list_accounts", "GET", "/accounts", list_accounts),
    Operation("get_account", "GET", "/accounts/{account_id}", get_account),
    Operation("verify_account_token", "GET", "/accounts/{account_id}/tokens/verify", verify_account_token),
]
