"""Which source wins, what a broken one says, and that no child sees the token."""

import getpass
import os
import signal
import stat
import sys
import time
import warnings
from pathlib import Path

import pytest

from tests.credentials.conftest import PATIENCE
from tui.config import Settings
from tui.credentials import (
    KeyringAbsent,
    find_token,
    plain_delete,
    plain_path,
    plain_put,
    prompt_token,
    typed_token,
)
from tui.credentials.sources import from_command
from tui.errors import CredentialError
from tui.secret import Secret


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """A session without a keyring."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "LANG")}
    return kept | {"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path / "config")}


def settings(**given) -> Settings:
    return Settings(profile="prod", file=Path("config.toml"), **given)


def python(code: str) -> tuple[str, ...]:
    return (sys.executable, "-c", code)


def private(path: Path, text: str, mode: int = 0o600) -> Path:
    path.write_text(text)
    path.chmod(mode)
    return path


def refused(environ: dict[str, str], **given) -> CredentialError:
    with pytest.raises(CredentialError) as caught:
        find_token(settings(**given), environ)
    return caught.value


def test_the_ladder_from_top_to_bottom(tmp_path: Path, environ: dict[str, str]):
    """Each rung is taken away after it won, and the next one wins."""
    (tmp_path / "run").mkdir()
    private(tmp_path / "run" / "aisearch-token", "of-systemd\n", 0o440)
    plain_put(environ, "prod", Secret("of-plain-file"))
    file = private(tmp_path / "token", "of-file\n")
    profile = python("print('of-profile-command')")

    def won(env: dict[str, str], **given) -> tuple[str, str]:
        found = find_token(settings(token_command=profile, **given), env)
        assert found is not None
        return found.token.reveal(), found.source

    full = environ | {"CLOUDFLARE_API_TOKEN": "of-variable", "CREDENTIALS_DIRECTORY": str(tmp_path / "run")}
    name = Path(sys.executable).name
    assert won(dict(full), command_flag=python("print('of-flag')")) == ("of-flag", f"--token-command ({name})")
    assert won(dict(full), token_file=file) == ("of-file", f"--token-file {file}")
    assert won(full) == ("of-variable", "environment CLOUDFLARE_API_TOKEN")
    assert won(full) == ("of-systemd", "systemd credential aisearch-token")  # the variable is gone by now
    assert won(environ) == ("of-profile-command", f"token_command of profile prod ({name})")
    found = find_token(settings(), environ)
    assert found is not None
    assert found.source == f"plain file {plain_path(environ, 'prod')} (insecure storage)"
    plain_delete(environ, "prod")
    with pytest.raises(KeyringAbsent):  # never a silent step down to a prompt
        find_token(settings(), environ)


def test_no_child_sees_the_variable(environ: dict[str, str]):
    shows = python("import os; print(os.environ.get('CLOUDFLARE_API_TOKEN', 'not-there'))")
    found = find_token(settings(command_flag=shows), environ | {"CLOUDFLARE_API_TOKEN": "canary"})
    assert found is not None
    assert found.token.reveal() == "not-there"


def test_a_failing_command_shows_its_stderr_and_never_its_stdout(environ: dict[str, str]):
    code = "import sys; print('the-value'); sys.stderr.write('vault is \\x1b[31msealed\\n'); sys.exit(5)"
    error = refused(environ, token_command=python(code))
    assert "exit code 5" in error.detail
    assert error.hint == "vault is ␛[31msealed"
    assert "the-value" not in str(error) + error.hint


def test_a_hanging_command_is_killed_with_its_children(environ: dict[str, str], tmp_path: Path):
    mark = tmp_path / "pid"
    shell = ("sh", "-c", f"sleep 120 & echo $! > {mark}; wait")
    start = time.monotonic()
    with pytest.raises(CredentialError, match="took over") as caught:
        find_token(settings(token_command=shell), environ, command_seconds=1)
    assert time.monotonic() - start < 60
    assert "time" in caught.value.title
    assert is_gone(int(mark.read_text()))


def is_gone(pid: int, within: float = PATIENCE) -> bool:
    """Dead, or a zombie that its new parent has not reaped yet."""
    deadline = time.monotonic() + within
    while True:
        state = Path(f"/proc/{pid}/stat")
        if not state.exists() or state.read_text().rpartition(")")[2].split()[0] == "Z":
            return True
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)


def test_a_daemon_left_behind_with_our_pipe_does_not_hold_us_up(environ: dict[str, str], tmp_path: Path):
    mark = tmp_path / "pid"
    shell = ("sh", "-c", f"sleep 120 & echo $! > {mark}; echo token-of-agent")
    found = find_token(settings(token_command=shell), environ)
    assert found is not None
    assert found.token.reveal() == "token-of-agent"
    assert not is_gone(int(mark.read_text()), within=0), "it did not wait for the daemon"
    os.kill(int(mark.read_text()), signal.SIGKILL)


def test_a_command_that_is_not_there_or_never_stops_writing(environ: dict[str, str]):
    assert "could not run" in refused(environ, token_command=("no-such-program-here",)).detail
    assert "wrote too much" in refused(environ, token_command=("yes",)).detail


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("", "is empty"),
        (" \n ", "is empty"),
        ("abc def", "has blanks"),
        ("abc\ndef", "more than one line"),
        ("Bearer abc", "word Bearer"),
        ("abc\x1b[0m", "control characters"),
        ("tökén", "outside ASCII"),
        ("'abc'", "quotes"),
        ("a" * 5000, "longer than 4,096"),
    ],
)
def test_what_cannot_be_a_token_is_said_without_quoting_it(text: str, wrong: str):
    with pytest.raises(CredentialError, match=wrong) as caught:
        typed_token(text)
    assert "abc" not in str(caught.value) + caught.value.hint


def test_a_token_may_end_in_a_line_end():
    assert typed_token("v1.0-Ab_c=\r\n").token.reveal() == "v1.0-Ab_c="


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o610])
def test_a_file_that_others_can_read_is_refused(tmp_path: Path, environ: dict[str, str], mode: int):
    path = private(tmp_path / "token", "abc", mode)
    error = refused(environ, token_file=path)
    assert f"{mode:04o}" in error.detail
    assert error.hint == f"chmod 600 {path}"


def test_a_file_that_is_not_one_is_refused(tmp_path: Path, environ: dict[str, str]):
    real = private(tmp_path / "token", "abc")
    link, pipe = tmp_path / "link", tmp_path / "pipe"
    link.symlink_to(real)
    os.mkfifo(pipe, 0o600)
    assert "symbolic link" in refused(environ, token_file=link).detail
    assert "not a regular file" in refused(environ, token_file=pipe).detail  # and opening it did not wait
    assert "not a regular file" in refused(environ, token_file=tmp_path).detail
    assert "No such file" in refused(environ, token_file=tmp_path / "absent").detail


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_file_of_somebody_else_is_refused(tmp_path: Path, environ: dict[str, str]):
    path = private(tmp_path / "token", "abc")
    os.chown(path, 12345, 12345)
    assert "another user" in refused(environ, token_file=path).detail


def test_a_systemd_credential_that_all_can_read_is_refused(tmp_path: Path, environ: dict[str, str]):
    private(tmp_path / "aisearch-token", "abc", 0o444)
    assert "lets others in" in refused(environ | {"CREDENTIALS_DIRECTORY": str(tmp_path)}).detail
    with pytest.raises(KeyringAbsent):  # a service without that credential goes on down the ladder
        find_token(settings(), environ | {"CREDENTIALS_DIRECTORY": str(tmp_path / "other")})


def test_a_place_that_cannot_be_looked_into_stops_the_search_in_words(environ: dict[str, str]):
    """Not skipped: a source that is there and cannot be used is never passed over. Not a traceback either."""
    endless = "x" * 300  # no name of a file; as root nothing can be closed by its mode
    assert "File name too long" in refused(environ | {"CREDENTIALS_DIRECTORY": f"/{endless}"}).detail
    error = refused(environ | {"XDG_CONFIG_HOME": f"/{endless}"})
    assert error.title == "Token file refused"
    with pytest.raises(CredentialError, match="File name too long"):
        plain_delete({"XDG_CONFIG_HOME": f"/{endless}"}, "prod")


def test_a_stored_file_that_became_a_dangling_link_is_not_passed_over(environ: dict[str, str], tmp_path: Path):
    path = plain_path(environ, "prod")
    path.parent.mkdir(parents=True)
    path.symlink_to(tmp_path / "nowhere")
    assert "symbolic link" in refused(environ).detail


def test_the_plain_file_is_private_and_replaced_whole(environ: dict[str, str]):
    assert plain_delete(environ, "prod") is False
    for token in ("first", "second"):
        path = plain_put(environ, "prod", Secret(token))
    assert (path.read_text(), stat.S_IMODE(path.stat().st_mode)) == ("second\n", 0o600)
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert list(path.parent.iterdir()) == [path]
    assert plain_delete(environ, "prod") is True


def test_the_prompt(monkeypatch: pytest.MonkeyPatch):
    assert prompt_token(lambda text: "abc").token.reveal() == "abc"
    assert "session only" in prompt_token(lambda text: "abc").source

    def left(text: str) -> str:
        raise EOFError

    def would_echo(text: str) -> str:
        warnings.warn("cannot control echo", getpass.GetPassWarning, stacklevel=1)
        return "abc"

    for ask, words in ((left, "was cancelled"), (would_echo, "no terminal")):
        with pytest.raises(CredentialError, match=words):
            prompt_token(ask)


def test_no_repr_shows_the_token():
    found = typed_token("canary-canary")
    assert "canary" not in f"{found!r} {found} {found.token!r} {found.token}"


def test_a_token_command_that_prints_more_lines_gives_the_first() -> None:
    """As the entries of pass have them."""
    found = from_command(
        ["printf", "tok-0123456789\\nuser: ops\\nurl: https://example.com\\n"], "pass", os.environ, 5.0
    )
    assert found.token.reveal() == "tok-0123456789"
