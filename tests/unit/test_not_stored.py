"""A change that was accepted is compared with a fresh read, and where that fails with the reply to the change."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.unit.build import instance
from tests.unit.fake_api import FakeApi, Server
from tests.unit.virtual_time import clock, simulated
from tui.errors import Unreachable
from tui.models import InstanceDocument, InstanceKey
from tui.service import Service
from tui.service.audit import Audit
from tui.state.store import Store

DOCS = InstanceKey("default", "docs")
OPENED = {"id": "docs"}
SENT = {"chunk_size": 512, "keyword_tokenizer": "trigram"}


class ForgetfulApi(FakeApi):
    """Answers to a change with what `replied` says; from then on a read holds `stored`, or fails when that is None."""

    replied: Mapping[str, Any] = {}
    stored: Mapping[str, Any] | None = None
    changed = False

    async def change_instance(self, key: InstanceKey, wanted: Mapping[str, Any]) -> InstanceDocument:
        await self._answer("change_instance", key)
        ForgetfulApi.changed = True
        return InstanceDocument(self._instance(key), {}, {**OPENED, **self.replied})

    async def get_instance(self, key: InstanceKey) -> InstanceDocument:
        await self._answer("get_instance", key)
        if not self.changed:
            return InstanceDocument(self._instance(key), {}, dict(OPENED))
        if self.stored is None:
            raise Unreachable("No answer")
        return InstanceDocument(self._instance(key), {}, {**OPENED, **self.stored})


@pytest.mark.parametrize(
    ("replied", "stored", "missing"),
    [
        (SENT, SENT, ()),
        ({"chunk_size": 512}, {"chunk_size": 512}, ("keyword_tokenizer",)),
        (SENT, {"chunk_size": 512}, ("keyword_tokenizer",)),
        ({}, SENT, ()),
        (SENT, None, ()),
        ({"chunk_size": 512}, None, ("keyword_tokenizer",)),
        ({"chunk_size": 256, "keyword_tokenizer": "trigram"}, None, ("chunk_size",)),
    ],
)
@simulated
async def test_what_was_not_stored_is_named(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    replied: Mapping[str, Any],
    stored: Mapping[str, Any] | None,
    missing: tuple[str, ...],
) -> None:
    for name, value in (("replied", replied), ("stored", stored), ("changed", False)):
        monkeypatch.setattr(ForgetfulApi, name, value)
    server = Server(instances=[instance("docs")])
    service = Service(ForgetfulApi(server), Store(), clock, Audit(tmp_path / "audit.jsonl", clock))
    outcome = await service.configs.change(DOCS, OPENED, {**OPENED, **SENT})
    assert outcome.missing == missing
    assert outcome.certain is (not missing and stored is not None)
    assert ("Not read back" in outcome.detail) is (stored is None)
    assert f"not stored: {', '.join(missing)}." in outcome.detail if missing else "not stored" not in outcome.detail
