"""A client for tests: its network is a function, its time a number, and its sleep moves that number."""

import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from tui.api.client import Client
from tui.models import InstanceKey
from tui.secret import Secret

ACCOUNT = "0123456789abcdef0123456789abcdef"
TOKEN = "tok-s3cr3t-0123456789abcdefghij"
KEY = InstanceKey("default", "docs")
Answer = Callable[[httpx.Request], httpx.Response]


@dataclass
class FakeTime:
    """Seconds that pass only when somebody sleeps."""

    now: float = 1000.0
    slept: list[float] = field(default_factory=list)

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@dataclass
class Net:
    """Stored answers, in order; the last one stays. Records what was asked."""

    answers: list[httpx.Response | Exception | Answer]
    requests: list[httpx.Request] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        if callable(answer):
            return answer(request)
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)


def ok(result: Any = None, status: int = 200, headers: dict[str, str] | None = None, **info: Any) -> httpx.Response:
    body = {"success": True, "result": result, **({"result_info": info} if info else {})}
    return httpx.Response(status, json=body, headers=headers)


def refused(status: int, code: int, message: str = "", headers: dict[str, str] | None = None) -> httpx.Response:
    body = {"success": False, "errors": [{"code": code, "message": message}], "result": {}}
    return httpx.Response(status, content=json.dumps(body), headers=headers)


def make_client(net: Net, fake: FakeTime | None = None, *, account: str = ACCOUNT, token: str = TOKEN) -> Client:
    fake = fake or FakeTime()
    return Client(
        account=account,
        token=Secret(token),
        transport=httpx.MockTransport(net),
        clock=fake.clock,
        wall=lambda: 1_800_000_000.0,
        sleep=fake.sleep,
        rng=random.Random(1),
    )
