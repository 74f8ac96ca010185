"""Items: list, upload, index, delete, chunks, log, download. On the namespaced path only (api-facts: Routes)."""

from __future__ import annotations

import re
import unicodedata

import msgspec

from tui.emulator import filters
from tui.emulator.documents.types import kind_of
from tui.emulator.errors import ApiError
from tui.emulator.extract import supported
from tui.emulator.items import BUILTIN, ItemQuery
from tui.emulator.records import Instance, Item
from tui.emulator.schema import ItemPut, ItemSync, parse
from tui.emulator.uploads import metadata_of, warnings_of
from tui.emulator.web import Call, Operation, Reply, Upload, instance_operation, listed, result

LONGEST_KEY = 128
_UNSHOWN = {"Cc", "Cs", "Zl", "Zp"}
"""Controls, half characters, and the separators of lines and paragraphs."""
_CURSOR = re.compile(r"[0-9]{1,18}")
STATUSES = ("queued", "running", "completed", "error", "skipped", "outdated")


def list_items(call: Call) -> Reply:
    """List items, filtered and sorted as the query says."""
    page, instance = call.page(), call.instance()
    where, values = "1", ()
    if call.query.get("metadata_filter"):
        where, values = filters.compile_filter(_metadata_filter(call.query["metadata_filter"]))
    query = ItemQuery(
        call.query.get("search"),
        call.choice("status", STATUSES),
        call.query.get("source"),
        call.query.get("key"),
        call.query.get("item_id"),
        call.choice("sort_by", ("status", "modified_at")) == "modified_at",
        where,
        values,
    )
    found, total = call.world.items.page(instance, query, page.offset, page.size)
    return listed(call, [call.world.items.view(instance, item) for item in found], page, total)


def _metadata_filter(text: str) -> object:
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        raise ApiError.named("invalid_metadata_filter") from None


def get(call: Call) -> Reply:
    """Return one item."""
    instance = call.instance()
    return result(call.world.items.view(instance, call.world.items.get(instance, call.params["item_id"])))


def upload(call: Call) -> Reply:
    """Store a file in built-in storage and index it, at once with `wait_for_completion`."""
    instance = _taking_uploads(call)
    form = call.body if isinstance(call.body, dict) else {}
    file = form.get("file")
    if not isinstance(file, Upload) or not file.filename:
        raise ApiError.named("file_field_is_required")
    key = file.filename
    _check_key(key)
    if not supported(key):
        raise ApiError.named("unsupported_file_type")
    if len(file.content) > call.config.largest_upload(kind_of(key)):
        raise ApiError.named("file_exceeds_maximum_size")
    metadata = metadata_of(form.get("metadata"))
    item = call.world.items.keyed(instance, key)
    if item is None:
        item = call.world.items.add(instance, key, call.now, source_id=BUILTIN)
    elif item.source_id != BUILTIN:
        raise ApiError.named("item_key_already_exist")
    call.world.items.store(item, file.content, metadata, call.now)
    done = _index(call, instance, item, wait=str(form.get("wait_for_completion", "")).lower() in {"true", "1"})
    warnings = warnings_of(instance, metadata)
    shown = call.world.items.view(instance, done)
    return result({**shown, "warnings": warnings} if warnings else shown)


def put(call: Call) -> Reply:
    """Index a key now; one that has no document behind it becomes an item in error."""
    instance = call.instance()
    body = parse(ItemPut, call.body)
    if not instance.crawls:
        _check_key(body.key)
    if instance.paused:
        raise ApiError.named("ai_search_is_paused")
    item = call.world.items.keyed(instance, body.key)
    if item is None:
        item = call.world.items.add(instance, body.key, call.now, source_id=instance.source or BUILTIN)
    return result(call.world.items.view(instance, _index(call, instance, item, wait=body.wait_for_completion)))


def sync(call: Call) -> Reply:
    """Index one item again."""
    instance = call.instance()
    body = parse(ItemSync, call.body)
    item = call.world.items.get(instance, call.params["item_id"])
    return result(call.world.items.view(instance, _index(call, instance, item, wait=body.wait_for_completion)))


def _index(call: Call, instance: Instance, item: Item, *, wait: bool) -> Item:
    """Index `item` now or plan it, and return it as it is afterwards."""
    world = call.world
    if wait:
        world.agenda.drop("item", item.n)
        with world.storage.carefully():
            world.pipeline.indexer.run(instance, item, call.now)
        world.instances.touch(instance.n, call.now)
    else:
        world.items.mark(item.n, "queued", next_action="INDEX")
        fresh = world.items.get(instance, item.id)
        world.items.log(fresh, call.now, "queue")
        world.upload_planned(fresh, call.now)
    return world.items.get(instance, item.id)


def delete(call: Call) -> Reply:
    """Remove an item."""
    instance = call.instance()
    item = call.world.items.get(instance, call.params["item_id"])
    call.world.items.delete(instance, item)
    return result({"key": item.key})


def chunks(call: Call) -> Reply:
    """Return the chunks of an item by limit and offset."""
    limit, offset = call.number("limit", 20, most=100), call.number("offset", 0, least=0)
    item = call.world.items.get(call.instance(), call.params["item_id"])
    found, total = call.world.items.chunk_page(item, offset, limit)
    info = {"count": len(found), "total": total, "limit": limit, "offset": offset}
    return result(found, result_info=info)


def logs(call: Call) -> Reply:
    """Return the log of an item, newest first, by cursor."""
    limit, cursor = call.number("limit", 50, most=100), call.query.get("cursor")
    if cursor is not None and not _CURSOR.fullmatch(cursor):
        raise ApiError.invalid("cursor: not a cursor of this list")
    item = call.world.items.get(call.instance(), call.params["item_id"])
    found, following = call.world.items.log_page(item, int(cursor) if cursor else None, limit)
    info = {
        "count": len(found),
        "per_page": limit,
        "cursor": None if following is None else str(following),
        "truncated": following is not None,
    }
    return result(found, result_info=info)


def download(call: Call) -> Reply:
    """Return the bytes of an uploaded file."""
    item = call.world.items.get(call.instance(), call.params["item_id"])
    content = call.world.items.content(item)
    if content is None:
        raise ApiError.named("content_download_not_available_for_external_source_items")
    return Reply(raw=content)


def _taking_uploads(call: Call) -> Instance:
    instance = call.instance()
    if not instance.managed and call.config.uploads == "managed":
        raise ApiError.named("this_operation_requires_a_managed_instance")
    if instance.paused:
        raise ApiError.named("ai_search_is_paused")
    return instance


def _check_key(key: str) -> None:
    """Refuse keys that are too long, that no line can show, or that could be mistaken for a way out of a folder.

    Everything else is a key, as in a bucket: blanks and joiners of every kind, emoji, every script.
    """
    if len(key) > LONGEST_KEY:
        raise ApiError.named("filename_exceeds_maximum_length")
    if control := next((one for one in key if unicodedata.category(one) in _UNSHOWN), None):
        raise ApiError.invalid(f"file: the name holds the control character U+{ord(control):04X}")
    if "\\" in key:
        raise ApiError.invalid("file: the name holds a backslash; folders are separated by `/`")
    if key.startswith("/"):
        raise ApiError.invalid("file: the name begins with `/`; it must be relative")
    if wrong := {"..", ".", ""} & set(key.split("/")):
        kind = min(wrong, key=len)
        raise ApiError.invalid(f"file: the name has {f'a segment `{kind}`' if kind else 'an empty segment'}")


ROUTES: list[Operation] = [
    *instance_operation("list_items", "GET", "/items", list_items, flat=False),
    *instance_operation("upload_item", "POST", "/items", upload, flat=False),
    *instance_operation("put_item", "PUT", "/items", put, flat=False),
    *instance_operation("get_item", "GET", "/items/{item_id}", get, flat=False),
    *instance_operation("sync_item", "PATCH", "/items/{item_id}", sync, flat=False),
    *instance_operation("delete_item", "DELETE", "/items/{item_id}", delete, flat=False),
    *instance_operation("get_item_chunks", "GET", "/items/{item_id}/chunks", chunks, flat=False),
    *instance_operation("get_item_logs", "GET", "/items/{item_id}/logs", logs, flat=False),
    *instance_operation("download_item", "GET", "/items/{item_id}/download", download, flat=False),
]
