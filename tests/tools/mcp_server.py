"""A small MCP server over stdio that says what a script tells it, sound or not.

    python mcp_server.py SCRIPT.json

The script holds `pages`, the answers to `tools/list` in their order, and `name`, what the server calls itself. A page
that is a text is written as it is; null is no answer at all; an integer is that of an error.
"""

import json
import sys
from pathlib import Path
from typing import Any

SCRIPT = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
PAGES = iter(SCRIPT["pages"])


def answer(method: str) -> dict[str, Any] | None:
    if method == "initialize":
        known = {"protocolVersion": "2025-06-18", "capabilities": {"tools": {}}}
        return {"result": {**known, "serverInfo": {"name": SCRIPT["name"], "version": "1"}}}
    page = next(PAGES, SCRIPT["pages"][-1]) if method == "tools/list" else -32601
    if isinstance(page, str):
        print(page, flush=True)
        return None
    if isinstance(page, int):
        return {"error": {"code": page, "message": "that does not work here"}}
    return {"result": page} if page is not None else None


for line in sys.stdin:
    request = json.loads(line)
    said = answer(request["method"]) if "id" in request else None
    if said is not None:
        print(json.dumps({"jsonrpc": "2.0", "id": request["id"], **said}), flush=True)
