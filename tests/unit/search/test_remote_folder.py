"""Folders elsewhere as feeds, against real servers: S3, SFTP, WebDAV, SMB, and a plain folder."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import boto3
import fsspec.config
import pytest
import smbclient

from schemas.protocol_feeds import show_address
from tasks.search import remote_folder
from tasks.search.feed import FeedError, safe_name
from tasks.search.remote_folder import mirror_folder
from tests.support.exports import Rec, ovid
from tests.support.feeds import (
    PASSWORD,
    USER,
    SftpServer,
    s3_server,
    sftp_server,
    silent_server,
    smb_server,
    webdav_server,
)
from tests.support.reviews import PROTOCOL, SmallReview

EXPORT = ovid([Rec("1", "Waiting to be heard")])
LONGER = ovid([Rec("1", "Waiting to be heard"), Rec("2", "A second invented title")])
Put = Callable[[str, str], None]
"""Puts a text into the remote folder."""


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    with s3_server() as address:
        yield address


@pytest.fixture(scope="module")
def sftp(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SftpServer]:
    with sftp_server(tmp_path_factory.mktemp("sftp")) as server:
        yield server


@pytest.fixture(scope="module")
def webdav(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, Path]]:
    folder = tmp_path_factory.mktemp("webdav")
    with webdav_server(folder) as port:
        yield port, folder


@pytest.fixture(scope="module")
def smb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, Path]]:
    folder = tmp_path_factory.mktemp("smb")
    with smb_server(folder) as port:
        yield port, folder


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of the test's own, for known_hosts."""
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".ssh").mkdir()
    return tmp_path


def put_below(folder: Path) -> Put:
    def put(name: str, text: str) -> None:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")

    return put


@pytest.fixture(params=["file", "s3", "sftp", "webdav", "smb"])
def elsewhere(request: pytest.FixtureRequest, home: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, Put]:
    """The address of a folder of each kind, and how a colleague puts files there."""
    match request.param:
        case "s3":
            address = request.getfixturevalue("s3")
            for name, value in {
                "AWS_ACCESS_KEY_ID": "a",
                "AWS_SECRET_ACCESS_KEY": "b",
                "AWS_DEFAULT_REGION": "us-east-1",
            }.items():
                monkeypatch.setenv(name, value)
            monkeypatch.setitem(fsspec.config.conf, "s3", {"endpoint_url": address})
            client = boto3.client("s3", endpoint_url=address)
            client.create_bucket(Bucket="team")
            for one in client.list_objects_v2(Bucket="team").get("Contents", []):
                client.delete_object(Bucket="team", Key=one["Key"])
            return "s3://team/medline", lambda name, text: client.put_object(
                Bucket="team", Key=f"medline/{name}", Body=text.encode()
            )  # type: ignore[return-value]
        case "sftp":
            server = request.getfixturevalue("sftp")
            (home / ".ssh" / "known_hosts").write_text(server.known_host)
            monkeypatch.setitem(fsspec.config.conf, "sftp", {"password": PASSWORD})
            folder = server.folder / home.name
            return f"sftp://{USER}@127.0.0.1:{server.port}{folder}", put_below(folder)
        case "webdav":
            port, served = request.getfixturevalue("webdav")
            monkeypatch.setitem(fsspec.config.conf, "webdav", {"password": PASSWORD})
            return f"webdav://{USER}@127.0.0.1:{port}/{home.name}", put_below(served / home.name)
        case "smb":
            port, served = request.getfixturevalue("smb")
            monkeypatch.setitem(fsspec.config.conf, "smb", {"password": PASSWORD})
            return f"smb://{USER}@127.0.0.1:{port}/team/{home.name}", put_below(served / home.name)
    return f"file://{home}/elsewhere", put_below(home / "elsewhere")


def test_what_is_new_and_changed_is_fetched_with_its_folders_and_notes(
    elsewhere: tuple[str, Put], tmp_path: Path
) -> None:
    address, put = elsewhere
    root = tmp_path / "review"
    put("2026-10.ris", EXPORT)
    put("2026-10.ris.toml", "hits = 1")
    put("older/2025.ris", EXPORT)
    put(".hidden", "x")
    first = mirror_folder(address, "medline", root, {})
    assert first.reason == ""
    assert sorted(first.taken) == [
        "exports/medline/2026-10.ris",
        "exports/medline/2026-10.ris.toml",
        "exports/medline/older/2025.ris",
    ]
    assert (root / "exports/medline/older/2025.ris").read_text() == EXPORT
    assert mirror_folder(address, "medline", root, {}).taken == []
    put("2026-10.ris", LONGER)
    assert mirror_folder(address, "medline", root, {}).taken == ["exports/medline/2026-10.ris"]
    assert (root / "exports/medline/2026-10.ris").read_text() == LONGER


def test_a_folder_that_is_not_there_is_said(elsewhere: tuple[str, Put], tmp_path: Path) -> None:
    with pytest.raises(FeedError, match=r"there is no such folder|cannot be looked into|No such"):
        mirror_folder(elsewhere[0] + "-nowhere", "medline", tmp_path, {})


def test_a_server_whose_key_is_not_known_is_refused(
    sftp: SftpServer, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(fsspec.config.conf, "sftp", {"password": PASSWORD})
    with pytest.raises(FeedError, match=r"the key of .* is not in .*known_hosts"):
        mirror_folder(f"sftp://{USER}@127.0.0.1:{sftp.port}{sftp.folder}", "medline", home, {})


def test_a_wrong_password_is_one_line_without_it(sftp: SftpServer, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / ".ssh" / "known_hosts").write_text(sftp.known_host)
    monkeypatch.setitem(fsspec.config.conf, "sftp", {"password": "wrong horse"})
    with pytest.raises(FeedError, match="cannot be looked into") as raised:
        mirror_folder(f"sftp://{USER}@127.0.0.1:{sftp.port}{sftp.folder}", "medline", home, {})
    assert "wrong horse" not in str(raised.value)


def test_a_wrong_password_of_a_share_is_one_line_without_it(
    smb: tuple[int, Path], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    smbclient.reset_connection_cache()  # else it goes on as who logged in before
    monkeypatch.setitem(fsspec.config.conf, "smb", {"password": "wrong horse"})
    with pytest.raises(FeedError, match="bad username or authentication") as raised:
        mirror_folder(f"smb://{USER}@127.0.0.1:{smb[0]}/team", "medline", home, {})
    assert "wrong horse" not in str(raised.value)


def test_no_password_is_sent_in_the_clear(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(fsspec.config.conf, "webdav", {"password": PASSWORD})
    with pytest.raises(FeedError, match="say webdavs://"):
        mirror_folder(f"webdav://{USER}@files.example/medline", "medline", home, {})


def test_a_server_that_hangs_is_given_up(home: Path) -> None:
    with silent_server() as port, pytest.raises(FeedError, match="did not answer within"):
        mirror_folder(f"sftp://{USER}@127.0.0.1:{port}/x", "medline", home, {}, seconds=0.2)


def test_an_extra_that_is_not_installed_is_said_with_the_way_out(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "webdav4.fsspec", None)
    with pytest.raises(FeedError, match=r"pip install 'living-review\[webdav\]'"):
        mirror_folder("webdavs://server.example/share", "medline", home, {})


def test_a_file_that_was_moved_or_withdrawn_is_not_fetched_again(home: Path) -> None:
    put_below(home / "there")("a.ris", EXPORT)
    settled = {"exports/medline/a.ris": len(EXPORT)}
    assert mirror_folder(f"file://{home}/there", "medline", home / "review", settled).taken == []
    put_below(home / "there")("a.ris", LONGER)
    assert mirror_folder(f"file://{home}/there", "medline", home / "review", settled).taken == list(settled), (
        "it is another by now"
    )


@pytest.mark.parametrize("path", ["../../etc/passwd", "a/../../b", ".ssh/key", "", "a/.hidden"])
def test_no_name_leads_out_of_the_drop_folder(path: str) -> None:
    assert safe_name(path) is None


def test_an_address_is_shown_without_its_user() -> None:
    assert show_address("sftp://ada@files.example/medline/") == "sftp://files.example/medline"


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('folder = "medline"', "is no address of a folder"),
        ('folder = "gopher://x/y"', "is no kind of folder that is known"),
        ('folder = "sftp://ada:secret@x/y"', "holds a password"),
        ('folder = "sftp://ada:ada:secret/1@x/y"', "holds a password"),
        ('folder = "ftp://ada:secret@x/y"', "holds a password"),
        ('folder = "s3://x/y?aws_secret=ada:secret"', "holds a password"),
    ],
)
def test_an_address_that_cannot_be_one_is_told_with_its_line(tmp_path: Path, line: str, says: str) -> None:
    small = SmallReview(tmp_path, PROTOCOL.replace('platform = "EBSCO"', f'platform = "EBSCO"\n{line}'))
    with pytest.raises(Exception, match=says) as raised:
        small.review.protocol()
    assert "review.toml:14: " in str(raised.value)
    assert "ada:secret" not in str(raised.value)
    assert os.linesep not in str(raised.value)


@pytest.mark.parametrize("name", ["password", "secret", "token", "key", "access_key_id"])
def test_no_error_tells_what_is_secret_in_the_settings(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(fsspec.config.conf, "s3", {name: "AKIA horse"})
    assert remote_folder._why(OSError("no access for AKIA horse")) == "no access for ***"
