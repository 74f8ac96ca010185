"""A creation without a reply: what was there before proves nothing, and is never completed as if it were ours."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.unit.build import instance
from tests.unit.fake_api import FakeApi, Server
from tests.unit.virtual_time import clock, simulated
from tui.errors import OutcomeUnknown
from tui.models import Instance, Namespace
from tui.service import Service
from tui.service.audit import Audit
from tui.state.store import Store

LOST = "Outcome unknown"


class LosingApi(FakeApi):
    """Loses the reply to every creation; what is made stands in the server's lists."""

    async def create_instance(self, namespace: str, body: Mapping[str, Any]) -> Instance:
        await self._answer("create_instance")
        self.server.instances = list({one.id: one for one in (*self.server.instances, instance(body["id"]))}.values())
        raise OutcomeUnknown(LOST, read_back="the instances")

    async def create_namespace(self, name: str, description: str | None = None) -> Namespace:
        await self._answer("create_namespace")
        raise OutcomeUnknown(LOST, read_back="the namespaces")

    async def get_namespace(self, name: str) -> Namespace:
        await self._answer("get_namespace")
        return Namespace(name=name)


def service_of(tmp_path: Path, server: Server) -> Service:
    return Service(LosingApi(server), Store(), clock, Audit(tmp_path / "audit.jsonl", clock))


WANTED = {"namespace": "default", "id": "docs", "type": "r2", "source": "bucket", "system_prompt_ai_search": "Be kind."}


@pytest.mark.parametrize("there", [True, False])
@simulated
async def test_an_instance_that_was_there_before_is_not_called_created(tmp_path: Path, there: bool) -> None:
    server = Server(instances=[instance("docs")] if there else [])
    service = service_of(tmp_path, server)
    await service.read.fleet()
    if there:
        with pytest.raises(OutcomeUnknown):
            await service.configs.create(WANTED)
        assert server.names("change_instance", "update_instance") == []
    else:
        outcome = await service.configs.create({name: WANTED[name] for name in ("namespace", "id", "type", "source")})
        assert (outcome.title, outcome.certain) == ("docs was created", False)


@pytest.mark.parametrize("there", [True, False])
@simulated
async def test_a_namespace_that_was_there_before_is_not_called_created(tmp_path: Path, there: bool) -> None:
    service = service_of(tmp_path, Server(namespaces=[Namespace(name="team")] if there else []))
    await service.read.namespaces()
    if there:
        with pytest.raises(OutcomeUnknown):
            await service.namespaces.create("team", "")
    else:
        assert (await service.namespaces.create("team", "")).title == "Namespace team was created"
