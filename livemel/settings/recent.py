"""The sound files that were opened last: for the session alone, unless a person wants more."""

import contextlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from livemel.files import replace_text
from livemel.settings.file import MOST_BYTES, UnreadableError, read_table
from livemel.settings.keeper import Keeper

MOST = 10
_HEAD = "# Files that were opened in livemel. Its menu, Recent files, can forget them.\n\n"
_KEY = "files"


class RecentFiles:
    """At most ten paths, newest first. Nothing of them is written unless `remembers`, and when that
    is switched off what was written is removed.

    folder : that they are kept in, or None
    remembers : whether they are
    Runs on: the GUI thread; writing is done on one of its own.
    """

    def __init__(self, folder: Path | None, *, remembers: bool = False) -> None:
        self._path = None if folder is None else folder / "recent.toml"
        self.remembers = remembers
        self._keeper = Keeper(self._path, save=save)
        self._names: tuple[str, ...] | None = None  # not read yet

    @property
    def names(self) -> tuple[str, ...]:
        """The paths, newest first."""
        if self._names is None:  # most runs never ask
            wanted = self.remembers and self._path is not None
            self._names = load(self._path) if wanted and self._path else ()
        return self._names

    @property
    def note(self) -> str:
        """Why they are not kept though they should be, or ""."""
        return self._keeper.note

    def add(self, path: Path) -> None:
        """A file was opened."""
        name = str(path.absolute())
        self._change((name, *(n for n in self.names if n != name))[:MOST])

    def remove(self, name: str) -> None:
        """It is there no more."""
        self._change(tuple(n for n in self.names if n != name))

    def clear(self) -> None:
        """Forget all of them."""
        self._change(())

    def remember(self, wanted: bool) -> None:
        """Keep them from now on; or not any more: then none stays on the disk."""
        names = self.names  # as they were remembered until now
        self.remembers = wanted
        self._keeper.keep({_KEY: names if wanted else ()})

    def close(self) -> None:
        """Write what is left."""
        self._keeper.close()

    def _change(self, names: tuple[str, ...]) -> None:
        self._names = names
        if self.remembers:
            self._keeper.keep({_KEY: names})


def load(path: Path) -> tuple[str, ...]:
    """The names in a file, as far as there are any. Raises nothing."""
    try:
        names = read_table(path).get(_KEY)
    except UnreadableError:
        return ()
    if not isinstance(names, list):
        return ()
    possible = (
        n for n in names if isinstance(n, str) and n.isprintable() and Path(n).is_absolute()
    )
    return tuple(dict.fromkeys(possible))[:MOST]


def save(path: Path, changes: Mapping[str, Any]) -> None:
    """Write these names in place of all that is there; without any the file is removed.

    A broken one is not set aside: it holds names, too. Raises OSError.
    """
    # What is no UTF-8 cannot stand in it, nor what would be no name when it is read again.
    names = [name for name in changes[_KEY] if name.isprintable()]
    if not names:
        with contextlib.suppress(FileNotFoundError):
            path.unlink()
        return
    import tomli_w  # for those who want it

    while len((text := _HEAD + tomli_w.dumps({_KEY: names})).encode()) > MOST_BYTES:
        names.pop()  # the oldest
    replace_text(path, text)
