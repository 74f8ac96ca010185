"""Namespaces and service tokens."""

from __future__ import annotations

KEY = {"cf_api_id": "id", "cf_api_key": "secret", "name": "mine"}


async def test_default_exists_is_not_listed_and_stays(api):
    assert await api.ok("GET", "/namespaces") == []
    assert (await api.ok("GET", "/namespaces/default"))["created_at"] is None
    fixed = (400, 7065, "cannot_modify_default_namespace")
    assert await api.refused("PUT", "/namespaces/default", json={"description": "x"}) == fixed
    assert await api.refused("DELETE", "/namespaces/default") == fixed
    changed = await api.ok("PUT", "/namespaces/default", json={"public_endpoint_params": {"enabled": True}})
    assert changed["public_endpoint_id"]


async def test_create_list_update_delete(api):
    made = await api.ok("POST", "/namespaces", 201, json={"name": "team-a", "description": "ours"})
    assert (made["name"], made["description"]) == ("team-a", "ours")
    again = (409, 7064, "namespace_already_exists")
    assert await api.refused("POST", "/namespaces", json={"name": "team-a"}) == again
    assert (await api.ok("PUT", "/namespaces/team-a", json={"description": None}))["description"] is None
    assert await api.ok("GET", "/namespaces", params={"search": "zzz"}) == []
    assert len(await api.ok("GET", "/namespaces", params={"search": "TEAM"})) == 1
    await api.ok("POST", "/namespaces", 201, json={"name": "b", "description": "Everything of Legal"})
    assert [one["name"] for one in await api.ok("GET", "/namespaces", params={"search": "LEGAL"})] == ["b"]
    await api.ok("DELETE", "/namespaces/team-a")
    assert await api.refused("GET", "/namespaces/team-a") == (404, 7063, "namespace_not_found")


async def test_only_an_empty_namespace_can_be_deleted(api):
    await api.ok("POST", "/namespaces", 201, json={"name": "team-a"})
    await api.ok("POST", "/namespaces/team-a/instances", 201, json={"id": "x"})
    assert await api.refused("DELETE", "/namespaces/team-a") == (400, 7066, "namespace_not_empty")
    await api.ok("DELETE", "/namespaces/team-a/instances/x")
    await api.ok("DELETE", "/namespaces/team-a")


async def test_names_descriptions_and_numbers_have_limits(make):
    api = make(max_namespaces=1)
    for name in ("", "Über", "a/b", "..", "-a"):
        assert (await api.refused("POST", "/namespaces", json={"name": name}))[:2] == (400, 7001)
    assert (await api.refused("POST", "/namespaces", json={"name": "a", "description": "x" * 257}))[1] == 7001
    await api.ok("POST", "/namespaces", 201, json={"name": "a"})
    assert await api.refused("POST", "/namespaces", json={"name": "b"}) == (403, 7062, "max_namespaces_reached")


async def test_an_endpoint_allows_only_instances_that_exist(api):
    body = {"public_endpoint_params": {"enabled": True, "instances_allowed": ["ghost"]}}
    assert (await api.refused("PUT", "/namespaces/default", json=body))[1] == 7097


async def test_a_token_in_use_cannot_be_deleted(api):
    token = await api.ok("POST", "/tokens", 201, json=KEY)
    assert "cf_api_key" not in token
    await api.ok("POST", "/instances", 201, json={"id": "a", "source": "b", "token_id": token["id"]})
    in_use = (409, 7076, "token_in_use_by_instances")
    assert await api.refused("DELETE", f"/tokens/{token['id']}") == in_use
    await api.ok("DELETE", "/instances/a")
    await api.ok("DELETE", f"/tokens/{token['id']}")
    assert await api.refused("GET", f"/tokens/{token['id']}") == (404, 7075, "token_not_found")


async def test_tokens_are_listed_found_and_replaced(api):
    (first,) = await api.ok("GET", "/tokens")  # wrangler creates instances only when there is one
    api.clock.advance(1)
    token = await api.ok("POST", "/tokens", 201, json=KEY)
    assert [one["id"] for one in await api.ok("GET", "/tokens", params={"search": "mine"})] == [token["id"]]
    changed = await api.ok("PUT", f"/tokens/{token['id']}", json={**KEY, "name": "yours"})
    assert (changed["name"], changed["created_at"]) == ("yours", token["created_at"])
    assert first["id"] != token["id"]
    assert (await api.refused("POST", "/tokens", json={"name": "x"}))[1] == 7001
    assert b"secret" not in (api.data / "emulator.sqlite3").read_bytes()
