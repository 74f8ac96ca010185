"""The command starts its own package, whatever else is called `tui`, and says in words where it cannot run."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import tui.__main__ as entry
from tui.emulator.documents.converter import _program

PACKAGE = Path(entry.__file__).parent
MODULES = PACKAGE.parent / "build_tools" / "modules"
THEIRS = "raise SystemExit('theirs was started')\n"


@pytest.fixture(params=["PYTHONPATH", "current folder", "both"])
def hidden(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, dict[str, str]]:
    """Somebody's project with a folder `tui`: where a command is started, and with which environment."""
    project = tmp_path / "project"
    (project / "tui").mkdir(parents=True)
    (project / "tui" / "__init__.py").write_text(THEIRS)
    environ = {**os.environ, "PYTHONSAFEPATH": ""}
    if request.param != "current folder":
        environ["PYTHONPATH"] = "." if request.param == "both" else str(project)
    return tmp_path if request.param == "PYTHONPATH" else project, environ


@pytest.fixture(params=["wheel", "clone"])
def launcher(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The folder with the module `aisearch_tui`, beside the package or, as in a clone, away from it."""
    folder = tmp_path / "site-packages"
    folder.mkdir()
    (folder / "aisearch_tui.py").write_bytes((MODULES / "aisearch_tui.py").read_bytes())
    if request.param == "wheel":
        (folder / "tui").symlink_to(PACKAGE)
    return folder


def start(launcher: Path, where: Path, environ: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """The console script as pip writes it: the module is found at the end of the path."""
    path = [str(launcher), str(PACKAGE.parent)] if not (launcher / "tui").exists() else [str(launcher)]
    start = "import sys; sys.path += {}; sys.argv[1:] = {}; import aisearch_tui as own; sys.exit(own.main())"
    code = start.format(path, list(arguments))
    command = [sys.executable, "-c", code]
    return subprocess.run(command, cwd=where, env=environ, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("arguments", [("--version",), ("emulate", "--help"), ("logout", "--help")])
def test_a_folder_of_the_same_name_hides_nothing(
    hidden: tuple[Path, dict[str, str]], launcher: Path, arguments: tuple[str, ...]
) -> None:
    done = start(launcher, *hidden, *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    assert "aisearch" in done.stdout


def test_the_reader_of_documents_is_ours_too(hidden: tuple[Path, dict[str, str]]) -> None:
    where, environ = hidden
    code = f"import sys; sys.path.insert(0, {str(where / 'project' if (where / 'project').exists() else where)!r})\n"
    program = _program().replace("serve()", "print(sys.modules['tui'].__file__)")
    command = [sys.executable, "-c", code + program]
    done = subprocess.run(command, cwd=where, env=environ, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == str(PACKAGE / "__init__.py"), done.stderr


def test_without_the_package_the_import_says_so(tmp_path: Path) -> None:
    (tmp_path / "aisearch_tui.py").write_bytes((MODULES / "aisearch_tui.py").read_bytes())
    code = (
        "import sys; sys.path[:] = [one for one in sys.path if 'site-packages' not in one]; "
        f"sys.path.append({str(tmp_path)!r}); import aisearch_tui; aisearch_tui.main()"
    )
    command = [sys.executable, "-I", "-S", "-c", code]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "No module named 'tui'" in done.stderr


def test_windows_gets_one_sentence_and_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(entry.sys, "platform", "win32")
    assert entry.main() == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert "WSL" in said.err


def test_the_plugin_of_pytest_leaves_another_tui_alone(tmp_path: Path) -> None:
    """It loads in every run of pytest where the distribution is installed: also beside somebody's own `tui`."""
    (tmp_path / "aisearch_tui_pytest.py").write_bytes((MODULES / "aisearch_tui_pytest.py").read_bytes())
    (tmp_path / "tui").mkdir()
    (tmp_path / "tui" / "__init__.py").write_text("OWN = True\n")
    (tmp_path / "test_theirs.py").write_text("import tui\n\ndef test_it_is_ours():\n    assert tui.OWN\n")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "aisearch_tui_pytest", "-p", "no:aisearch_emulator"]
    options = ["-c", os.devnull, "--rootdir", str(tmp_path), "-p", "no:cacheprovider", "test_theirs.py"]
    done = subprocess.run([*command, *options], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "1 passed" in done.stdout, done.stdout + done.stderr


@pytest.mark.parametrize("command", [["doctor"], ["ls"], ["login"], ["config", "path"], []])
def test_without_a_home_directory_one_sentence_says_so(command: list[str], tmp_path: Path) -> None:
    """A user id without an entry, as in a container, and no HOME: the report of a bug has no folder either."""
    (tmp_path / "sitecustomize.py").write_text(
        "import pwd\ndef no(*_): raise KeyError('no entry')\npwd.getpwuid = no\n"
    )
    left = ("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME")
    environ = {name: value for name, value in os.environ.items() if name not in left}
    done = subprocess.run(
        [sys.executable, "-m", "tui", *command],
        env={**environ, "PYTHONPATH": f"{tmp_path}:{PACKAGE.parent}"},
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        cwd=tmp_path,
        check=False,
    )
    assert done.returncode
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) <= 3
