"""The files and folders of a simulated machine, seen as a tree over the entities of the world.

A file or folder is an entity of that type whose id is its path. What lies in a folder is known in full once it was
given, made, or listed; before that, a name that somebody mentions is there, unless it was removed or sought in vain.
"""

import posixpath
from collections.abc import Iterator

from digit_tc.streams import Streams
from digit_tc.values.lexicon import words_for
from digit_tc.world.knowledge import Knowledge

FOLDER = "folder"
"""The context under which the current folder is kept, and the type of a folder."""
FILE = "file"
_IN = "in"
_ENDINGS = (".txt", ".md", ".csv", ".log", ".docx")


class Tree:
    """The tree as one call sees it, with what the call itself has brought up so far."""

    def __init__(self, knowledge: Knowledge, streams: Streams, home: str) -> None:
        self._knowledge, self._streams = knowledge, streams
        self.current: str = knowledge.world["context"].get(FOLDER) or home

    def path(self, name: str) -> str:
        """Returns the absolute path that a name stands for from the current folder."""
        given = self.current if name in ("", "~", ".") else name
        return posixpath.normpath(posixpath.join(self.current, given))

    def kind(self, path: str) -> str:
        """Returns "file" or "folder", or an empty text where nothing is known to be there."""
        if path in ("/", self.current):
            return FOLDER
        return next((kind for kind in (FILE, FOLDER) if self._knowledge.standing(kind, path) == "live"), "")

    def gone(self, path: str) -> bool:
        """Says whether there is surely nothing at a path: it was removed, sought in vain, or its folder is known.

        Nor does a folder hold a thing of its own name: who asks for it is in the folder already.
        """
        if self.kind(path):
            return False
        world, parent = self._knowledge.world, posixpath.dirname(path)
        removed = any(self._knowledge.standing(kind, path) == "deleted" for kind in (FILE, FOLDER))
        sought = any(path in world["absent"].get(kind, ()) for kind in (FILE, FOLDER))
        inside = posixpath.basename(path) == posixpath.basename(parent)
        return removed or sought or inside or self.complete(parent) or self.kind(parent) == FILE

    def complete(self, folder: str) -> bool:
        """Says whether everything in a folder is known."""
        return self._knowledge.complete(FILE, {_IN: folder})

    def close(self, folder: str) -> None:
        """Notes that everything in a folder is known from now on."""
        if not self.complete(folder):
            self._knowledge.list_all(FILE, {_IN: folder})

    def entries(self, folder: str) -> list[str]:
        """Returns the paths of what is known to lie in a folder, files and folders, oldest first."""
        found = [path for path in self._live() if posixpath.dirname(path) == folder and path != folder]
        return sorted(found, key=self._number)

    def below(self, folder: str) -> list[str]:
        """Returns the paths of everything known below a folder, each folder followed by what it holds."""
        found: list[str] = []
        for path in self.entries(folder):
            found.append(path)
            if self.kind(path) == FOLDER:
                found += self.below(path)
        return found

    def written(self, path: str) -> bool:
        """Says whether the text of a file is known."""
        return "content" in self._knowledge.of(FILE, path)

    def content(self, path: str) -> str:
        """Returns the text of a file; what was never shown is drawn, and remembered."""
        held = self._knowledge.of(FILE, path).get("content")
        if isinstance(held, str):
            return held
        drawn = "\n".join(self._streams.of("world", FILE, path, "content").sample(words_for("content"), 3))
        self._knowledge.note(FILE, path, {"content": drawn})
        return drawn

    def make(self, kind: str, path: str, content: str | None = None) -> None:
        """Puts a file or a folder at a path; what lies in a new folder is known: nothing."""
        told = {"name": posixpath.basename(path)}
        if content is not None and kind == FILE:
            told["content"] = content
        parent = posixpath.dirname(path)
        links = {FOLDER: [[FOLDER, parent]]} if parent != "/" else None
        self._knowledge.note(kind, path, told, links=links)
        if kind == FOLDER and content is not None:
            self.close(path)

    def remove(self, path: str) -> None:
        """Takes away what is at a path, and all below it."""
        for one in [*self.below(path), path]:
            self._knowledge.note(self.kind(one), one, {}, deleted=True)

    def fill(self, folder: str) -> None:
        """Makes up what else lies in a folder that was never listed, and so gets to know it all."""
        if self.complete(folder):
            return
        stream = self._streams.of("world", FOLDER, folder, "entries")
        stems = stream.sample(words_for(FOLDER), stream.integer(2, 4))
        for at, stem in enumerate(stems):
            folder_last = at == len(stems) - 1
            name = f"{stem}_{stream.integer(2, 9)}" if folder_last else f"{stem}_notes{stream.choice(_ENDINGS)}"
            path = posixpath.join(folder, name)
            if not self.kind(path) and not self.gone(path):
                self.make(FOLDER if folder_last else FILE, path)
        self.close(folder)

    def _number(self, path: str) -> int:
        """Returns when a path was met first; what the call itself brings up comes last."""
        held = self._knowledge.world["entities"]
        numbers: list[int] = [held[kind][path]["number"] for kind in (FILE, FOLDER) if path in held.get(kind, {})]
        return min(numbers, default=sum(map(len, held.values())))

    def _live(self) -> Iterator[str]:
        for kind in (FOLDER, FILE):
            held = self._knowledge.live(kind)
            own = [op["id"] for op in self._knowledge.effects if op["type"] == kind]
            yield from (path for path in dict.fromkeys([*held, *own]) if self._knowledge.standing(kind, path) == "live")
