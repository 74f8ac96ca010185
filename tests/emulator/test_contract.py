"""Every operation of the contract answers as the contract says. (The client of all other tests checks it too.)"""

from __future__ import annotations

import pytest

from tests.emulator import contract
from tui.emulator import EmulatorConfig
from tui.emulator.app import PREFIX
from tui.emulator.routes import ACCOUNT_OPERATIONS, OPERATIONS

KEY = {"cf_api_id": "id", "cf_api_key": "secret", "name": "mine"}
SEARCH = {"query": "text"}
CHAT = {"messages": [{"role": "user", "content": "text"}]}


def test_the_route_table_is_the_contract():
    ours = {(op.method.lower(), op.path) for op in ACCOUNT_OPERATIONS}
    ours |= {(op.method.lower(), f"/accounts/{{account_id}}/ai-search{op.path}") for op in OPERATIONS}
    theirs = {(method, path) for path, methods in contract.DOCUMENT["paths"].items() for method in methods}
    assert ours == {(method, path) for method, path in theirs if method != "parameters"}
    assert PREFIX == contract.PREFIX


async def everything(api) -> None:
    """Call every operation once with success, at both base paths."""
    for path in ("!/user/tokens/verify", "!/accounts", f"!/accounts/{api.account}"):
        await api.ok("GET", path)
    await api.ok("GET", f"!/accounts/{api.account}/tokens/verify")
    token = (await api.ok("POST", "/tokens", 201, json=KEY))["id"]
    await api.ok("GET", "/tokens")
    await api.ok("GET", f"/tokens/{token}")
    await api.ok("PUT", f"/tokens/{token}", json=KEY)
    await api.ok("DELETE", f"/tokens/{token}")
    await api.ok("POST", "/namespaces", 201, json={"name": "other"})
    for method, body in (("GET", None), ("PUT", {"description": "x"})):
        await api.ok(method, "/namespaces/other", json=body)
    await api.ok("GET", "/namespaces")
    api.bucket("docs", {"a.md": "some text", "empty.md": "", "b.csv": "name,text\nx,y\n"})
    for base in ("", "/namespaces/other"):
        await instance_operations(api, base)
    await namespaced_operations(api)
    await api.ok("DELETE", "/namespaces/other")


async def instance_operations(api, base: str) -> None:
    instance = f"{base}/instances/docs"
    await api.ok("POST", f"{base}/instances", 201, json={"id": "docs", "source": "docs"})
    await api.ok("GET", f"{base}/instances")
    await api.ok("GET", instance)
    await api.ok("PUT", instance, json={"max_num_results": 5})
    job = (await api.ok("POST", f"{instance}/jobs"))["id"]
    for seconds in (0.7, 0.5, 0.1, 60):
        api.pass_time(seconds)
        await api.ok("GET", f"{instance}/jobs/{job}")
        await api.ok("GET", f"{instance}/stats")
        await api.ok("GET", f"{instance}/jobs/{job}/logs")
    await api.ok("GET", f"{instance}/jobs")
    second = (await api.ok("POST", f"{instance}/jobs"))["id"]
    await api.ok("PATCH", f"{instance}/jobs/{second}", json={"action": "cancel"})
    await api.ok("POST", f"{instance}/search", json=SEARCH)
    assert (await api.send("POST", f"{instance}/chat/completions", json=CHAT)).status_code == 200
    await api.ok("DELETE", instance)


async def namespaced_operations(api) -> None:
    path = "/namespaces/other/instances/files"
    await api.ok("POST", "/namespaces/other/instances", 201, json={"id": "files"})
    upload = {"files": {"file": ("a.md", b"some text")}, "data": {"metadata": '{"year": 1}'}}
    item = (await api.ok("POST", f"{path}/items", **upload))["id"]
    await api.ok("PUT", f"{path}/items", json={"key": "a.md", "next_action": "INDEX", "wait_for_completion": True})
    await api.ok("GET", f"{path}/items")
    await api.ok("GET", f"{path}/items/{item}")
    await api.ok("PATCH", f"{path}/items/{item}", json={"next_action": "INDEX"})
    await api.ok("GET", f"{path}/items/{item}/chunks")
    await api.ok("GET", f"{path}/items/{item}/logs")
    assert (await api.send("GET", f"{path}/items/{item}/download")).content == b"some text"
    await api.ok("GET", f"{path}/stats")
    many = {"ai_search_options": {"instance_ids": ["files"]}}
    await api.ok("POST", "/namespaces/other/search", json={**SEARCH, **many})
    assert (await api.send("POST", "/namespaces/other/chat/completions", json={**CHAT, **many})).status_code == 200
    await api.ok("POST", f"{path}/purge_cache")
    await api.ok("DELETE", f"{path}/items/{item}")
    await api.ok("PATCH", path, json={"new_namespace": "default"})


@pytest.mark.parametrize(
    "switches",
    [
        {},
        {"totals": False, "log_order": "asc", "log_times": "ms"},
        {"result_info": False, "time_format": "naive", "max_per_page": 2},
    ],
)
async def test_every_operation_succeeds_within_the_contract(make, switches):
    api = make(**switches)
    await everything(api)
    theirs = {(path, m) for path, methods in contract.DOCUMENT["paths"].items() for m in methods if m != "parameters"}
    assert theirs - api.answered == set()


async def test_the_demo_is_within_the_contract(make):
    api = make(seed="demo", account="", data=None, token=EmulatorConfig().token)
    api.http.headers["Authorization"] = f"Bearer {EmulatorConfig().token}"
    root = f"!/accounts/{api.emulator.account}/ai-search"
    for instance in await api.ok("GET", f"{root}/instances", params={"per_page": 100}):
        path = f"{root}/namespaces/{instance['namespace']}/instances/{instance['id']}"
        await api.ok("GET", f"{path}/stats")
        await api.ok("GET", f"{path}/items")
        for job in (await api.ok("GET", f"{path}/jobs"))[:2]:
            await api.ok("GET", f"{path}/jobs/{job['id']}/logs")
