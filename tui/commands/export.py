"""`aisearch export`: configurations as TOML, JSON or Terraform's HCL, without what the server keeps by itself."""

from __future__ import annotations

from pathlib import Path

from tui.commands.config_file import NOTE, as_json, as_toml, exported
from tui.commands.hcl import as_hcl
from tui.commands.refs import instances
from tui.commands.session import Invocation
from tui.errors import AppError, UsageError
from tui.models import Instance, InstanceKey
from tui.system.private_files import make_folder, replace_file
from tui.text import safe

SUFFIX = {"toml": "toml", "json": "json", "hcl": "tf"}


async def run(call: Invocation) -> int:
    """Write them to standard output, or each into a file of its own; one that cannot be read is named."""
    form = "json" if call.out.as_json else call.flag("format", "toml")
    folder = call.flag("output")
    targets = await instances(call, call.flag("refs"))
    lines = form == "json" and not folder and (len(targets) > 1 or call.out.as_json)
    if len(targets) > 1 and form == "toml" and not folder:
        raise UsageError("Several instances need a folder", "A TOML file has one.", "Give -o DIR, or --format json.")
    for target in targets:
        try:
            text = await _text(call, target, form, lines=lines)
        except AppError as error:
            if len(targets) == 1:
                raise
            call.not_read(str(target.key), error)
            continue
        if folder:
            _write(call, Path(folder) / file_name(target.key, SUFFIX[form]), text)
        else:
            call.out.text(safe(text) if call.out.terminal else text, "")
    return call.finish()


async def _text(call: Invocation, target: Instance, form: str, *, lines: bool) -> str:
    document = await call.service.configs.open(target.key)
    account = call.state.identity.account_id
    value = exported(document, account, call.now)
    if form == "hcl":
        return as_hcl({name: inner for name, inner in value.items() if name != NOTE}, account)
    if lines:  # one object a line
        call.out.object(value)
        return ""
    return as_json(value) if form == "json" else as_toml(value)


def file_name(key: InstanceKey, suffix: str) -> str:
    """`NAMESPACE.NAME.toml`, whatever characters they have."""
    name = "".join(char if char.isalnum() or char in "._-" else "_" for char in f"{key.namespace}.{key.id}")
    return f"{name}.{suffix}"


def _write(call: Invocation, path: Path, text: str) -> None:
    """A file of mode 0600: a crawler's headers may be secrets. One that is there is replaced. Raises UsageError."""
    try:
        make_folder(path.parent)
        replace_file(path, text)
    except OSError as error:
        raise UsageError("Cannot write the file", f"{path}: {error.strerror}.", "Choose another folder.") from None
    call.out.note(f"{path} written")
