"""A folder that a group shares: what one person's runs write, the others can write; nobody else gets in."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from schemas.errors import UserError
from tests.support.exports import Rec
from tests.support.reviews import SmallReview
from warehouse.connect import reader, writer
from warehouse.lock import lock
from warehouse.publish import publish_private
from warehouse.review import open_review
from warehouse.sharing import is_shared, set_permissions_of_new_files

pytestmark = pytest.mark.skipif(os.name != "posix", reason="groups of files are POSIX's")


@pytest.fixture(autouse=True)
def _umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def run_once(root: Path, mode: int) -> dict[str, int]:
    """The permissions of everything that a run leaves in a folder of this mode, and of the drop folders that it was given."""
    small = SmallReview(root)
    root.chmod(mode)
    open_review(root)
    small.search("medline", "a", [Rec("1", "Of apples")])
    with lock(root, "test"):
        small.update()
        small.publish()
        with writer(small.review.warehouse) as con:
            publish_private(con, small.review.private_warehouse)
    return {path.relative_to(root).as_posix(): stat.S_IMODE(path.stat().st_mode) for path in root.rglob("*")}


def test_in_a_shared_folder_a_colleague_can_write_whatever_is_written_again(tmp_path: Path) -> None:
    left = run_once(tmp_path / "review", 0o2775)
    assert {".lock", "ledger.sqlite", "warehouse.duckdb", "private/warehouse.duckdb", "snapshots"} <= left.keys()
    replaced_whole = {name for name in left if name.startswith("snapshots/") and (tmp_path / "review" / name).is_file()}
    replaced_whole |= {"published/warehouse.duckdb", "review.toml"}
    assert {name for name, mode in left.items() if not mode & stat.S_IWGRP} == replaced_whole
    assert (left["private"] & 0o777, left["private/warehouse.duckdb"]) == (0o770, 0o660)


@pytest.mark.parametrize("mode", [0o755, 0o775], ids=["its owner's", "without the group's mark"])
def test_elsewhere_nobody_else_can_write_or_see_the_private_copy(tmp_path: Path, mode: int) -> None:
    left = run_once(tmp_path / "review", mode)
    assert [name for name, mode in left.items() if mode & 0o022] == []
    assert (left["private"] & 0o777, left["private/warehouse.duckdb"]) == (0o700, 0o600)


def test_one_process_can_go_from_a_shared_review_to_another(tmp_path: Path) -> None:
    tmp_path.chmod(0o2775)
    assert is_shared(tmp_path)
    set_permissions_of_new_files(tmp_path)
    (tmp_path / "a").touch()
    set_permissions_of_new_files(tmp_path / "nowhere")
    (tmp_path / "b").touch()
    assert [stat.S_IMODE((tmp_path / name).stat().st_mode) & stat.S_IWGRP for name in "ab"] == [stat.S_IWGRP, 0]


def test_a_copy_whose_folder_may_not_be_looked_into_is_one_line(tmp_path: Path, monkeypatch) -> None:
    def denied(path: Path) -> bool:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "exists", denied)
    with pytest.raises(UserError, match=r"private/warehouse\.duckdb: cannot be opened: permission denied"), \
            reader(tmp_path / "private" / "warehouse.duckdb"):  # fmt: skip
        pass
