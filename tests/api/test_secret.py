"""The token stays where it belongs: in the Authorization header to the configured host, and nowhere else."""

import copy
import io
import logging
import pickle
import traceback

import httpx
import pytest
from rich.console import Console
from rich.traceback import Traceback

from tui.api.client import Client
from tui.base_url import checked_base_url, is_loopback
from tui.errors import AppError, CredentialError, UsageError
from tui.secret import MASK, Secret

from .kit import ACCOUNT, KEY, TOKEN, Net, make_client, ok, refused


def test_no_form_of_a_secret_shows_it():
    secret = Secret(TOKEN)
    forms = (repr(secret), str(secret), f"{secret}", f"{secret:>40}", f"{secret!r}", f"{[secret]}", f"{secret!a}")
    assert not [form for form in forms if TOKEN in form]
    assert secret.reveal() == TOKEN
    assert secret.masked_in(f"a {TOKEN} b") == f"a {MASK} b"
    assert not hasattr(secret, "__dict__")


@pytest.mark.parametrize("short", ["a", "in", "Acme", "team", "default", "instances", "acme-prod"[:4], "1", ""])
def test_short_values_and_words_are_not_cut_out_of_ordinary_words(short):
    words = "The instances of Acme in namespace default: a team of 1."
    assert Secret(short).masked_in(words) == words
    assert not Secret(short).stands_in(words.encode())


def test_a_token_of_a_few_characters_is_masked_where_it_stands_by_itself():
    secret = Secret("tok-12345")
    assert secret.masked_in("Bearer tok-12345, please") == f"Bearer {MASK}, please"
    assert secret.masked_in("see tok-12345-guide.md") == "see tok-12345-guide.md"


def test_a_long_one_is_masked_wherever_it_stands():
    long = "k" * 40
    assert Secret(long).masked_in(f"x{long}x") == f"x{MASK}x"
    assert Secret(long).stands_in(f"x{long}x".encode())


def test_a_secret_compares_but_is_neither_pickled_nor_copied():
    assert Secret("a") == Secret("a") != Secret("b")
    assert len({Secret("a"), Secret("a")}) == 1
    assert Secret("a") != "a"
    assert Secret("") or True
    assert not Secret("")
    for leak in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError):
            leak(Secret("a"))


async def test_the_token_signs_every_request_and_is_not_kept_on_the_client():
    net = Net([ok([])])
    client = make_client(net)
    await client.list_instances()
    await client.list_accounts()
    assert [request.headers["authorization"] for request in net.requests] == [f"Bearer {TOKEN}"] * 2
    assert "authorization" not in client._wire._http.headers


FAILURES = [
    refused(401, 10000, f"token {TOKEN} is wrong"),
    refused(400, 7001, f"bad header Bearer {TOKEN}"),
    httpx.ConnectError(f"cannot use {TOKEN}"),
    httpx.LocalProtocolError(f"Illegal header value b'Bearer {TOKEN}'"),
    httpx.ReadTimeout(f"while sending {TOKEN}"),
    RuntimeError(f"headers were {TOKEN}"),
]


@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: type(failure).__name__)
async def test_no_error_traceback_or_exchange_shows_the_token(failure, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG)
    client = make_client(Net([failure]))
    with pytest.raises(AppError) as caught:
        await client.search(KEY, {"query": "anything"})
    error = caught.value
    ours = error.__traceback__.tb_next  # the first frame is this test's, which knows the token
    assert ours is not None
    console = Console(width=200, record=True, file=io.StringIO())
    console.print(Traceback.from_exception(type(error), error, ours, show_locals=True))
    shown = [
        *(str(part) for part in (error, repr(error), error.title, error.detail, error.hint, error.args)),
        *(repr(exchange) for exchange in client.exchanges),
        "".join(traceback.format_exception(type(error), error, ours)),
        console.export_text(),
        caplog.text,
        repr(client),
        repr(vars(client._wire)),
    ]
    assert error.__cause__ is None
    frames = {frame.name for frame in traceback.extract_tb(error.__traceback__)}
    assert not frames & {"decode", "_opened", "_attempt"}, "their locals hold the reply and the signed request"
    assert not [text for text in shown if TOKEN in text]


async def test_what_the_server_says_of_the_token_is_masked_too():
    client = make_client(Net([refused(400, 7001, f"bad header Bearer {TOKEN}")]))
    with pytest.raises(AppError) as caught:
        await client.stats(KEY)
    assert f"bad header Bearer {MASK}" in caught.value.detail
    assert TOKEN not in client.exchanges[0].failure


async def test_secrets_in_bodies_are_masked_in_the_request_log_and_sent_as_they_are():
    net = Net([ok({"id": "t1"})])
    client = make_client(net)
    await client.create_token({"name": "reader", "cf_api_id": "id", "cf_api_key": "k3y"})
    headers = {"web_crawler": {"parse_options": {"include_headers": {"Authorization": "Basic abc"}}}}
    await client.update_instance(KEY, {"source_params": headers, "system_prompt_ai_search": f"say {TOKEN}"})
    assert b"k3y" in net.requests[0].content
    assert b"Basic abc" in net.requests[1].content
    logged = "".join(exchange.body for exchange in client.exchanges)
    assert "k3y" not in logged
    assert "Basic abc" not in logged
    assert TOKEN not in logged
    assert "reader" in logged


@pytest.mark.parametrize("text", ["", "two words", "line\n", "naïve", "tab\t", "nul\0"])
def test_a_token_that_cannot_be_a_header_is_refused_at_once(text: str):
    with pytest.raises(CredentialError) as caught:
        Client(account=ACCOUNT, token=Secret(text))
    assert not text or text not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "http://api.cloudflare.com/client/v4",
        "http://localhost.evil.example/",
        "http://10.0.0.1/",
        "http://[::2]/",
        "ftp://api.cloudflare.com/",
        "https://user:pw@api.cloudflare.com/",
        "https://:pw@api.cloudflare.com/",
        "https://@api.cloudflare.com/",
        "https:///client/v4",
        "https://api.cloudflare.com/?x=1",
        "https://api.cloudflare.com:port/",
        "https://[broken/",
        "api.cloudflare.com",
        "",
    ],
)
def test_the_token_goes_over_https_only(url: str):
    with pytest.raises(UsageError):
        checked_base_url(url)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8787", "http://[::1]:8787/x/", "http://localhost", "HTTPS://api.x/v4"]
)
def test_loopback_may_be_plain(url: str):
    assert checked_base_url(f" {url} ") == url.rstrip("/")


def test_loopback_is_decided_by_address():
    assert is_loopback("127.8.8.8")
    assert is_loopback("LOCALHOST")
    assert not is_loopback("127.0.0.1.nip.io")
    assert not is_loopback("0.0.0.0")


async def test_a_redirect_does_not_carry_the_token_away():
    net = Net([httpx.Response(302, headers={"location": "https://evil.example/"})])
    with pytest.raises(AppError):
        await make_client(net).stats(KEY)
    assert [request.url.host for request in net.requests] == ["api.cloudflare.com"]
