"""Replies of every shape: one that fits the contract decodes without a complaint, any other ends in a typed error."""

import json
import tempfile
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tui.errors import AppError
from tui.models import Page, Resource
from tui.models.item import EXACT_KEY

from .calls import calls
from .kit import Net, make_client
from .shapes import ANYTHING, broken, reply_to

UNTYPED = {"ai-search-namespace-instance-get-item-content"}
BY_NAME = {name: make for name, make in calls(Path(__file__), Path("/nonexistent")) if name not in UNTYPED}
NAMES = sorted(BY_NAME)
HEADERS = st.dictionaries(
    st.sampled_from(["retry-after", "ratelimit", "cf-ray", "cf-mitigated", "date", "x-ratelimit-reset"]),
    st.text('0123456789abcxyz;=", -:GMT\xff', max_size=20),
    max_size=3,
)
RELAXED = settings(deadline=None, suppress_health_check=list(HealthCheck))


async def result_of(name: str, status: int, body: bytes, headers: dict[str, str] | None = None) -> Any:
    encoded = [(key, value.encode("latin-1")) for key, value in (headers or {}).items()]
    net = Net([lambda _: httpx.Response(status, content=body, headers=encoded)])
    return await BY_NAME[name](make_client(net))


def resources(value: Any) -> list[Resource]:
    """Every resource in a result."""
    if isinstance(value, Page):
        return list(value.items)
    if isinstance(value, Resource):
        return [value]
    inner = msgspec.structs.astuple(value) if isinstance(value, msgspec.Struct) else ()
    return [one for part in inner for one in resources(part)]


@pytest.mark.parametrize("name", NAMES)
@settings(RELAXED, max_examples=12)
@given(data=st.data())
async def test_a_reply_that_fits_the_contract_decodes_without_a_complaint(name: str, data: st.DataObject):
    body = json.dumps(data.draw(reply_to(name))).encode()
    found = await result_of(name, 200, body)
    for resource in resources(found):
        assert resource.problem == ""
        assert_safe(msgspec.to_builtins(resource))


@settings(RELAXED, max_examples=400)
@given(data=st.data(), name=st.sampled_from(NAMES))
async def test_a_broken_reply_gives_a_typed_result_or_a_typed_error(data: st.DataObject, name: str):
    body = data.draw(broken(reply_to(name)))
    try:
        for resource in resources(await result_of(name, 200, body)):
            assert_safe(msgspec.to_builtins(resource))
    except AppError as error:
        assert_told(error)


@settings(RELAXED, max_examples=300)
@given(
    name=st.sampled_from(NAMES),
    status=st.integers(200, 599),
    headers=HEADERS,
    body=st.binary(max_size=60) | ANYTHING.map(lambda value: json.dumps(value).encode()),
)
async def test_any_status_headers_and_bytes(name: str, status: int, headers: dict[str, str], body: bytes):
    try:
        await result_of(name, status, body, headers)
    except AppError as error:
        assert_told(error)
    else:
        assert 200 <= status < 300


@settings(RELAXED, max_examples=60)
@given(
    body=st.lists(
        st.sampled_from([b"data: ", b"event: error\n", b"\n", b"\n\n", b"\r", b"{}", b"[DONE]"]) | st.binary(max_size=9)
    )
)
async def test_any_stream(body: list[bytes]):
    name = "ai-search-namespace-instance-chat-completion"
    try:
        steps = await result_of(name, 200, b"".join(body))
    except AppError as error:
        assert_told(error)
    else:
        assert steps[-1].done


async def test_a_download_of_anything_is_bytes():
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "out"
        make = dict(calls(target, target))["ai-search-namespace-instance-get-item-content"]
        assert await make(make_client(Net([httpx.Response(200, content=b"\xff\x00{")]))) == 3


def assert_told(error: AppError) -> None:
    """An error that an operator can read: words for each part, safe to show."""
    assert error.title
    assert error.hint
    assert_safe([error.title, error.detail, error.hint, error.reference])


def assert_safe(value: Any) -> None:
    """No control character, escape or bidi override anywhere in a tree, but in exact keys, which are never painted."""
    if isinstance(value, str):
        assert not [char for char in value if ord(char) < 32 and char not in "\n\t"]
        assert not set(value) & set("\x7f\x9b\u202e\u2066\u200b\u2028")
    elif isinstance(value, dict):
        for key, inner in value.items():
            assert_safe(key)
            if key != EXACT_KEY:
                assert_safe(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            assert_safe(inner)
