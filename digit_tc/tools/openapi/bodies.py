"""What a request or a response carries: one media type of those that are offered."""

from typing import Any

from digit_tc.tools.openapi.document import Document
from digit_tc.tools.place import step

_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


def is_json(media: str) -> bool:
    """Says whether a media type, or a range of them, holds JSON."""
    plain = _plain(media)
    return plain in ("application/json", "text/json", "application/*", "*/*") or plain.endswith("+json")


def _plain(media: str) -> str:
    return media.partition(";")[0].strip().lower()


def _rank(media: str) -> int:
    plain = _plain(media)
    if plain == "application/json":
        return 0
    return 1 if is_json(media) else 2 if plain in _FORMS else 3


def offered(document: Document, holder: dict[str, Any], pointer: str) -> list[tuple[str, dict[str, Any], str]]:
    """Returns the media types under the `content` of an object, each with what is said of it and the pointer to it.

    JSON comes first, then other JSON-like types, then forms; what has a schema comes before what has none.

    Raises:
        CatalogueError: `content` is no object of objects.
    """
    if holder.get("content") is None:
        return []
    where = step(pointer, "content")
    content = document.object(holder["content"], where, "`content`")
    found = [(media, *document.follow(entry, step(where, media), "a media type")) for media, entry in content.items()]
    return sorted(found, key=lambda one: ("schema" not in one[1], _rank(one[0])))
