"""A review's folder that a group shares: what one of them writes, the others may write too.

A folder is shared where its group may write in it and everything new in it is the group's (chmod g+ws).
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

_GROUP = 0o070
_UMASK = os.umask(0o077)
os.umask(_UMASK)

SHARE = "several people write in one folder where it was made for their group, with chgrp GROUP and chmod g+ws"


def is_shared(root: Path) -> bool:
    """Whether a group shares this folder. Where there is no such folder, or the system knows no groups: no."""
    try:
        mode = root.stat().st_mode
    except OSError:
        return False
    return bool(mode & stat.S_IWGRP and mode & stat.S_ISGID)


def set_permissions_of_new_files(root: Path) -> None:
    """From now on, what this process writes is for the group too, where the group shares this folder; else as the system has it."""
    os.umask(_UMASK & ~_GROUP if is_shared(root) else _UMASK)


def restrict_to_team(root: Path, folder: Path) -> None:
    """Closes a folder of the review at `root` to all but its owner, and the group that shares the review.

    Raises OSError where its mode cannot be changed.
    """
    mode = stat.S_IMODE(folder.stat().st_mode)
    folder.chmod(mode & ~0o777 | (0o770 if is_shared(root) else 0o700))
