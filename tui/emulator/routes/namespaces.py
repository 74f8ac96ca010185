"""Namespaces: create, list, read, update, delete."""

from __future__ import annotations

from tui.emulator.schema import NamespaceCreate, NamespaceUpdate, given, parse
from tui.emulator.web import Call, Operation, Reply, listed, result


def create(call: Call) -> Reply:
    """Add a namespace: 201."""
    fields = given(parse(NamespaceCreate, call.body))
    return result(call.world.namespaces.create(fields.pop("name"), fields, call.now), 201)


def list_namespaces(call: Call) -> Reply:
    """List the namespaces; `default` is not among them."""
    page = call.page()
    call.choice("order_by", ("created_at",))
    names, total = call.world.namespaces.page(
        call.query.get("search"), page.offset, page.size, descending=call.descending("desc")
    )
    return listed(call, [call.world.namespaces.view(name) for name in names], page, total)


def get(call: Call) -> Reply:
    """Return one namespace, `default` included."""
    return result(call.world.namespaces.view(call.params["name"]))


def update(call: Call) -> Reply:
    """Change description or public endpoint."""
    fields = given(parse(NamespaceUpdate, call.body))
    return result(call.world.namespaces.update(call.params["name"], fields))


def delete(call: Call) -> Reply:
    """Remove an empty namespace."""
    call.world.namespaces.delete(call.params["name"])
    return result({})


ROUTES = [
    Operation("create_namespace", "POST", "/namespaces", create),
    Operation("list_namespaces", "GET", "/namespaces", list_namespaces),
    Operation("get_namespace", "GET", "/namespaces/{name}", get),
    Operation("update_namespace", "PUT", "/namespaces/{name}", update),
    Operation("delete_namespace", "DELETE", "/namespaces/{name}", delete),
]
