"""What a person chose in the window, kept from one run to the next, and named workspaces of it."""

from livemel.settings.file import Loaded, load, reset, settings_path
from livemel.settings.keeper import Keeper
from livemel.settings.recent import RecentFiles
from livemel.settings.values import Settings
from livemel.settings.workspaces import (
    check_name,
    delete_workspace,
    load_workspace,
    save_workspace,
    workspaces,
)

__all__ = [
    "Keeper",
    "Loaded",
    "RecentFiles",
    "Settings",
    "check_name",
    "delete_workspace",
    "load",
    "load_workspace",
    "reset",
    "save_workspace",
    "settings_path",
    "workspaces",
]
