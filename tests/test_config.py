"""Settings: precedence, the words of a mistake, and that the file is the only thing read."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.config import DEFAULT_BASE_URL, Settings, config_dir, load_settings, state_dir
from tui.errors import UsageError

FILE_ID, ENV_ID, FLAG_ID, TOP_ID = (letter * 32 for letter in "abcd")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "aisearch").mkdir()
    return tmp_path


def load(home: Path, text: str = "", flags: dict | None = None, **environ: str) -> Settings:
    (home / "aisearch" / "config.toml").write_text(text, "utf-8")
    return load_settings(flags or {}, {"XDG_CONFIG_HOME": str(home), "HOME": "/nowhere", **environ})


def refused(home: Path, text: str = "", flags: dict | None = None, **environ: str) -> UsageError:
    with pytest.raises(UsageError) as caught:
        load(home, text, flags, **environ)
    return caught.value


def test_without_anything_there_are_defaults(tmp_path: Path):
    got = load_settings({}, {"XDG_CONFIG_HOME": str(tmp_path)})
    assert (got.profile, got.account, got.base_url, got.read_only) == ("default", None, DEFAULT_BASE_URL, False)
    assert got.origins == {}


def test_flag_beats_environment_beats_profile_beats_top_level(home: Path):
    text = f'account = "{TOP_ID}"\n[profiles.prod]\naccount = "{FILE_ID}"\n[profiles.bare]\n'
    assert load(home, text, {"profile": "bare"}).account == TOP_ID
    assert load(home, text).account == FILE_ID
    with_env = load(home, text, CLOUDFLARE_ACCOUNT_ID=ENV_ID)
    assert (with_env.account, with_env.origins["account"]) == (ENV_ID, "environment CLOUDFLARE_ACCOUNT_ID")
    with_flag = load(home, text, {"account": FLAG_ID.upper()}, CLOUDFLARE_ACCOUNT_ID=ENV_ID)
    assert (with_flag.account, with_flag.origins["account"]) == (FLAG_ID, "flag --account")
    assert load(home, text).origins["account"] == f"{home}/aisearch/config.toml, line 3"


def test_a_whole_profile_is_read(home: Path):
    got = load(
        home,
        """
        profile = "eu.west"
        [keymap]
        sync = "f5"
        log.follow = "g, end"
        [profiles.staging]
        [profiles."eu.west"]
        namespace = "support"
        base_url = "https://proxy.example/client/v4/"
        read_only = true
        colour = "red"
        refresh = 30
        theme = "aisearch-light"
        ascii = true
        token_command = ["pass", "show", "cf"]
        [profiles."eu.west".keymap]
        sync = "f6"
        """,
    )
    assert (got.profile, got.namespace, got.base_url) == ("eu.west", "support", "https://proxy.example/client/v4")
    assert (got.read_only, got.colour, got.refresh, got.ascii) == (True, "red", 30.0, True)
    assert (got.theme, got.token_command) == ("aisearch-light", ("pass", "show", "cf"))
    assert got.keymap == {"sync": "f6", "log.follow": "g,end"}
    assert (got.keymap_line("sync"), got.keymap_line("log.follow"), got.keymap_line("quit")) == (17, 5, None)
    assert got.profiles == ("staging", "eu.west")


def test_the_first_profile_of_the_file_is_the_default_one(home: Path):
    text = "[profiles.one]\n[profiles.two]\n"
    assert load(home, text).profile == "one"
    assert load(home, text, {"profile": "two"}).profile == "two"
    assert load(home, text, {"profile": "default"}).profile == "default"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('acount = "x"', 1, "allowed are profile, profiles, account"),
        ("[profiles.a]\n\ncolor = 'red'", 3, "allowed are account"),
        ("[profiles.a]\naccount = 'short'", 2, "32 hexadecimal digits"),
        ("[profiles.a]\naccount = 5", 2, "32 hexadecimal digits"),
        ("[profiles.a]\ncolour = 'mauve'", 2, "one of red, green"),
        ("[profiles.a]\nread_only = 1", 2, "true or false"),
        ("[profiles.a]\nrefresh = 0", 2, "1 to 3600"),
        ("[profiles.a]\nrefresh = true", 2, "1 to 3600"),
        ("[profiles.a]\nrefresh = 'x'", 2, "1 to 3600"),
        ("[profiles.a]\nrefresh = nan", 2, "1 to 3600"),
        ("[profiles.a]\ntoken_command = 'pass show x'", 2, "without a shell"),
        ("[profiles.a]\ntoken_command = []", 2, "without a shell"),
        ("[profiles.a]\ntheme = 'dracula'", 2, "aisearch-dark"),
        ("[profiles.a]\nnamespace = 'a/b'", 2, "name of a namespace"),
        ("[profiles]\na = 1", 2, "a table"),
        ("profiles = 1", 1, "a table"),
        ("[profiles.'a b']", 1, "a profile name"),
        ("\nprofile = 3", 2, "a profile name"),
        ("\nprofile = 'zz'\n[profiles.a]", 2, "profiles in"),
        ("[keymap]\nsync = ['a']", 1, "a table of action"),
        ("[keymap]\nsync = ' '", 1, "a table of action"),
        ("profiles = { a = { theme = 'x' } }", 1, "aisearch-dark"),
        ("[profiles.a]\nx = [\n", 3, "config.toml"),
    ],
)
def test_a_mistake_in_the_file_names_its_line_and_what_is_allowed(home: Path, text: str, line: int, words: str):
    error = refused(home, text)
    assert words in error.detail
    assert (
        f"config.toml, line {line}" in error.detail or f"at line {line}" in error.detail or "end of doc" in str(error)
    )


def test_a_mistake_in_a_profile_that_is_not_in_use_shows_too(home: Path):
    assert "line 3" in refused(home, "[profiles.a]\n[profiles.b]\nascii = 'no'\n").detail


def test_a_file_that_cannot_be_read_is_no_traceback(home: Path):
    path = home / "aisearch" / "config.toml"
    path.write_bytes(b"account = '\xff'")
    with pytest.raises(UsageError, match="not UTF-8"):
        load_settings({}, {"XDG_CONFIG_HOME": str(home)})
    path.unlink()
    path.mkdir()
    with pytest.raises(UsageError, match="cannot be read"):
        load_settings({}, {"XDG_CONFIG_HOME": str(home)})


def test_a_mistake_never_quotes_the_value(home: Path):
    error = refused(home, CLOUDFLARE_ACCOUNT_ID="cf-token-pasted-here")
    assert "pasted" not in str(error) + error.hint
    assert "CLOUDFLARE_ACCOUNT_ID" in error.detail
    assert "dash.cloudflare.com" in error.hint


@pytest.mark.parametrize("url", ["http://127.0.0.1:8787/client/v4", "http://[::1]:80/x", "http://localhost/x"])
def test_plain_http_is_for_this_machine(home: Path, url: str):
    assert load(home, CLOUDFLARE_BASE_URL=url).base_url == url


@pytest.mark.parametrize(
    "url",
    [
        "http://api.cloudflare.com/client/v4",
        "http://localhost.evil.example/",
        "http://127.0.0.1.evil.example/",
        "http://0.0.0.0/",
        "ftp://x/",
        "api.cloudflare.com",
        "https://",
        "https://user:pw@api.cloudflare.com/",
        "https://api.cloudflare.com/?a=1",
        "https://api.cloudflare.com/#a",
        "https://api.cloudflare.com:99999/",
        "https://[::1/",
        "https://api.cloudflare.com/\nx",
    ],
)
def test_no_other_address_gets_the_token(home: Path, url: str):
    assert "https" in refused(home, flags={"base_url": url}).detail


def test_the_two_base_url_variables(home: Path):
    second = load(home, CLOUDFLARE_BASE_URL="", CLOUDFLARE_API_BASE_URL="https://b.example")
    assert second.base_url == "https://b.example"
    both = load(home, CLOUDFLARE_BASE_URL="https://a.example", CLOUDFLARE_API_BASE_URL="https://b.example")
    assert both.base_url == "https://a.example"


def test_the_token_flags(home: Path):
    got = load(home, flags={"token_command": "op read 'op://vault/cf token'", "read_only": True})
    assert (got.command_flag, got.token_command, got.read_only) == (("op", "read", "op://vault/cf token"), (), True)
    assert load(home, flags={"token_file": "/run/t"}).token_file == Path("/run/t")
    assert "quote" in refused(home, flags={"token_command": "op 'read"}).detail
    assert "not both" in refused(home, flags={"token_command": "x", "token_file": "y"}).detail


def test_directories_follow_xdg():
    assert config_dir({"HOME": "/h"}) == Path("/h/.config/aisearch")
    assert state_dir({"HOME": "/h", "XDG_STATE_HOME": "/s"}) == Path("/s/aisearch")
    assert state_dir({"HOME": "/h", "XDG_STATE_HOME": "relative"}) == Path("/h/.local/state/aisearch")


def test_no_color_counts_only_with_a_value(home: Path):
    assert load(home, NO_COLOR="1").no_color
    assert not load(home, NO_COLOR="").no_color


NAMES = st.sampled_from(["account", "theme", "keymap", "profile", "profiles", "odd"])
VALUES = st.recursive(
    st.one_of(st.booleans(), st.integers(), st.text(st.characters(codec="ascii", categories=["L", "P"]), max_size=9)),
    lambda inner: st.lists(inner, max_size=2),
)


@given(st.dictionaries(NAMES, VALUES, max_size=4))
def test_any_file_gives_settings_or_a_usage_error(tmp_path_factory: pytest.TempPathFactory, table: dict):
    folder = tmp_path_factory.mktemp("config")
    (folder / "aisearch").mkdir()
    lines = (
        f"{name} = {str(value).lower() if isinstance(value, bool) else repr(value)}" for name, value in table.items()
    )
    try:
        load(folder, "\n".join(lines))
    except UsageError as error:
        said = error.detail
    else:
        said = f"{folder}/aisearch/config.toml"
    assert f"{folder}/aisearch/config.toml" in said


def test_importing_the_settings_brings_no_heavy_library():
    code = "import sys, tui.config; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"textual", "httpx", "keyring", "asyncio"} & set(loaded)
