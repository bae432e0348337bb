"""A folder anywhere that fsspec reaches (S3, SFTP, WebDAV, SMB) as a feed: it is mirrored into a source's drop folder.

A file is fetched when it is new, or its size or time is another than that of the file in the drop folder. Nothing is
written there, and what is taken away there stays here. Passwords and keys come from fsspec's own variables of the
environment (FSSPEC_SFTP_PASSWORD, AWS_ACCESS_KEY_ID …).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import fsspec
from fsspec.config import conf

from schemas.problem import Problem
from schemas.protocol_feeds import FOLDER_EXTRAS, show_address
from tasks.search.feed import MOST_BYTES, FeedAnswer, FeedError, one_line, put_file, safe_name, within

SECONDS = 120.0
"""For one answer of the place, a whole file among them."""
_SECRET = re.compile("pass|secret|token|key|credential|connection_string", re.IGNORECASE)
_TIMES = ("mtime", "LastModified", "modified", "last_modified", "last_write_time", "created")


@dataclass(frozen=True)
class _RemoteFile:
    path: str
    name: str
    size: int
    modified: float | None


def mirror_folder(
    address: str, source: str, root: Path, settled: Mapping[str, int], seconds: float = SECONDS
) -> FeedAnswer:
    """Fetches what is new or changed in the folder at `address` into the drop folder of `source`.

    `settled`: names and sizes of files that are not to be fetched again where they are gone here (they were moved or withdrawn).
    Raises FeedError where the folder cannot be looked into, UserError where a file cannot be written.
    """
    kind = address.partition("://")[0]
    answer = FeedAnswer()
    place = show_address(address)
    try:
        system, folder = within(seconds, lambda: _open(address), place)
        listed = within(seconds, lambda: system.find(folder, detail=True), place)
        if not listed and not within(seconds, lambda: system.exists(folder), place):
            raise FeedError("there is no such folder")
        files = _list_files(listed, folder)
    except ImportError:
        extra = FOLDER_EXTRAS[kind]
        raise FeedError(f"needs what is not installed: pip install 'living-review[{extra}]'") from None
    except FeedError:
        raise
    except Exception as error:  # each kind of folder has errors of its own
        raise FeedError(f"cannot be looked into: {_why(error)}") from None
    for file in files:
        name = f"exports/{source}/{file.name}"
        if _is_same(root / name, file) or (settled.get(name) == file.size and not (root / name).exists()):
            continue
        if file.size > MOST_BYTES:
            text = f"is larger than {MOST_BYTES >> 20} MB, and is not taken"
            answer.problems.append(Problem(f"{place}/{file.name}", None, text))
            continue
        try:
            content = within(seconds, lambda at=file.path: system.cat_file(at), place)  # type: ignore[misc]
        except Exception as error:
            answer.reason = f"'{file.name}' cannot be fetched: {_why(error)}"
            continue
        if not (root / name).exists() or (root / name).read_bytes() != content:
            answer.taken.append(name)
        put_file(root, name, content, modified=file.modified)
    return answer


def _open(address: str) -> tuple[Any, str]:
    """The file system and the path on it."""
    kind = address.partition("://")[0]
    if kind.startswith("webdav"):
        return _open_webdav(address)
    options: dict[str, Any] = {"skip_instance_cache": True}
    if kind in ("sftp", "ssh"):
        options |= {"timeout": 30, "banner_timeout": 30, "auth_timeout": 30}
        if "host_key_policy" not in conf.get("sftp", {}):
            options["host_key_policy"] = _known_hosts()
    if kind == "s3":
        options |= {"use_listings_cache": False}
        options["config_kwargs"] = {"connect_timeout": 10, "read_timeout": 60, "retries": {"max_attempts": 2}}
    system, path = fsspec.core.url_to_fs(address, **options)
    return system, str(path)


def _open_webdav(address: str) -> tuple[Any, str]:
    """webdavs:// is WebDAV over TLS; over plain http, webdav://, no password is sent but to this machine."""
    parts, secret = urlsplit(address), str(conf.get("webdav", {}).get("password", ""))
    plain = parts.scheme == "webdav"
    if plain and secret and parts.hostname not in ("localhost", "127.0.0.1", "::1"):
        raise FeedError("sends the password in the clear over webdav://; say webdavs://")
    base = f"{'http' if plain else 'https'}://{parts.netloc.rpartition('@')[2]}"
    auth = (parts.username, secret) if parts.username else None
    # Under another name, since fsspec hands the password of its settings to a constructor that does not take one.
    kind = type("Folder", (import_module("webdav4.fsspec").WebdavFileSystem,), {"protocol": "webdav-folder"})
    return kind(base, auth=auth, timeout=60, skip_instance_cache=True), parts.path.strip("/")


def _known_hosts() -> Any:
    """Refuses every server but those in the user's known_hosts."""
    paramiko = import_module("paramiko")

    class KnownHosts(paramiko.MissingHostKeyPolicy):  # type: ignore[name-defined,misc]
        def missing_host_key(self, client: Any, hostname: str, key: Any) -> None:
            known = paramiko.HostKeys()
            path = Path("~/.ssh/known_hosts").expanduser()
            if path.exists():
                known.load(str(path))
            if not known.check(hostname, key):
                raise FeedError(
                    f"the key of {hostname} is not in {path}; connect to it once with sftp, and look at its key"
                )

    return KnownHosts()


def _list_files(listed: Mapping[str, Mapping[str, Any]], folder: str) -> list[_RemoteFile]:
    files = []
    base = folder.strip("/")
    for path, facts in sorted(listed.items()):
        if facts.get("type") not in ("file", None):
            continue
        inside = path.strip("/").removeprefix(base).lstrip("/")
        name = safe_name(inside)
        if name is None:
            continue
        files.append(
            _RemoteFile(path, name, int(facts.get("size") or facts.get("content_length") or 0), _time_of(facts))
        )
    return files


def _time_of(facts: Mapping[str, Any]) -> float | None:
    value = next((facts[key] for key in _TIMES if facts.get(key) is not None), None)
    if isinstance(value, datetime):
        return value.timestamp()
    return float(value) if isinstance(value, int | float) else None


def _is_same(here: Path, there: _RemoteFile) -> bool:
    """Whether the file here is that one, by size and time; where the place tells no time, it is fetched and compared."""
    if there.modified is None or not here.exists():
        return False
    found = here.stat()
    return found.st_size == there.size and abs(found.st_mtime - there.modified) < 1


def _why(error: Exception) -> str:
    """An error in one line, without what fsspec's settings hold of passwords, keys and tokens."""
    options = [option for place in conf.values() if isinstance(place, dict) for option in place.items()]
    return one_line(error, *(str(value) for name, value in options if _SECRET.search(name)))
