"""Instances: create, list, read, update, delete, move, statistics, cache."""

from __future__ import annotations

from typing import Any

from tui.emulator.instances import InstanceQuery
from tui.emulator.schema import InstanceCreate, InstanceMove, InstanceUpdate, given, parse
from tui.emulator.stats import statistics
from tui.emulator.web import Call, Operation, Reply, instance_operation, listed, result


def create(call: Call) -> Reply:
    """Add an instance: 201."""
    fields = given(parse(InstanceCreate, call.body))
    namespace = call.namespace
    made = call.world.instances.create(namespace, fields.pop("id"), fields, call.now)
    return result(call.world.instances.view(made), 201)


def list_all(call: Call) -> Reply:
    """List the instances of every namespace, or of `?namespace=` (api-facts: Routes)."""
    return _list(call, call.query.get("namespace"))


def list_in_namespace(call: Call) -> Reply:
    """List the instances of the namespace of the path."""
    return _list(call, call.namespace)


def _list(call: Call, namespace: str | None) -> Reply:
    page = call.page()
    call.choice("order_by", ("created_at",))
    query = InstanceQuery(
        namespace, call.query.get("search"), call.query.get("hostname"), ascending=not call.descending("desc")
    )
    found, total = call.world.instances.page(query, page.offset, page.size)
    return listed(call, [call.world.instances.view(one) for one in found], page, total)


def get(call: Call) -> Reply:
    """Return one instance."""
    return result(call.world.instances.view(call.instance()))


def update(call: Call) -> Reply:
    """Change the given fields, and start the re-index that some of them ask for."""
    instance = call.instance()
    fields = given(parse(InstanceUpdate, call.body))
    changed = call.world.instances.update(instance, fields, call.now)
    call.world.reconfigure(instance, changed, call.now)
    return result(_updated_view(call, fields))


def _updated_view(call: Call, fields: dict[str, Any]) -> dict[str, Any]:
    """Return the instance; its custom domains are null unless the request carried them (api-facts: Instances)."""
    shown = call.world.instances.view(call.instance())
    params = shown["public_endpoint_params"]
    if params is not None and "custom_domains" not in (fields.get("public_endpoint_params") or {}):
        shown["public_endpoint_params"] = {**params, "custom_domains": None}
    return shown


def delete(call: Call) -> Reply:
    """Remove an instance; answers with what it was, or with nothing, as configured."""
    instance = call.instance()
    shown = call.world.instances.view(instance)
    call.world.index.drop(instance)
    call.world.instances.delete(instance)
    return Reply(status=204, raw=b"") if call.config.delete_status == 204 else result(shown)


def move(call: Call) -> Reply:
    """Take an instance to another namespace."""
    instance = call.instance()
    target = parse(InstanceMove, call.body).new_namespace
    call.world.namespaces.require(target)
    return result(call.world.instances.view(call.world.instances.move(instance, target, call.now)))


def stats(call: Call) -> Reply:
    """Return the counts of an instance."""
    return result(statistics(call.world, call.instance()))


def purge_cache(call: Call) -> Reply:
    """Forget cached answers; nothing is cached here, so this only confirms."""
    call.instance()
    return result({})


ROUTES = [
    Operation("create_instance", "POST", "/instances", create),
    Operation("create_instance", "POST", "/namespaces/{name}/instances", create),
    Operation("list_instances", "GET", "/instances", list_all),
    Operation("list_instances", "GET", "/namespaces/{name}/instances", list_in_namespace),
    *instance_operation("get_instance", "GET", "", get),
    *instance_operation("update_instance", "PUT", "", update),
    *instance_operation("delete_instance", "DELETE", "", delete),
    *instance_operation("move_instance", "PATCH", "", move, flat=False),
    *instance_operation("get_stats", "GET", "/stats", stats),
    *instance_operation("purge_cache", "POST", "/purge_cache", purge_cache, flat=False),
]
