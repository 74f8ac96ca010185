"""Service tokens: create, list, read, replace, delete."""

from __future__ import annotations

from tui.emulator.schema import ServiceToken, given, parse
from tui.emulator.web import Call, Operation, Reply, listed, result


def create(call: Call) -> Reply:
    """Add a token: 201."""
    return result(call.world.tokens.create(given(parse(ServiceToken, call.body)), call.now), 201)


def list_tokens(call: Call) -> Reply:
    """List the tokens."""
    page = call.page()
    call.choice("order_by", ("created_at",))
    ids, total = call.world.tokens.page(
        call.query.get("search"), page.offset, page.size, descending=call.descending("desc")
    )
    return listed(call, [call.world.tokens.view(one) for one in ids], page, total)


def get(call: Call) -> Reply:
    """Return one token."""
    return result(call.world.tokens.view(call.params["id"]))


def update(call: Call) -> Reply:
    """Replace a token."""
    fields = given(parse(ServiceToken, call.body))
    return result(call.world.tokens.update(call.params["id"], fields, call.now))


def delete(call: Call) -> Reply:
    """Remove a token that no instance uses."""
    call.world.tokens.delete(call.params["id"])
    return result({})


ROUTES = [
    Operation("create_token", "POST", "/tokens", create),
    Operation("list_tokens", "GET", "/tokens", list_tokens),
    Operation("get_token", "GET", "/tokens/{id}", get),
    Operation("update_token", "PUT", "/tokens/{id}", update),
    Operation("delete_token", "DELETE", "/tokens/{id}", delete),
]
