"""Where a Prefect server is named: by the environment, or by Prefect's own settings; else a run does without Prefect."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from flows.prefect_home import is_server_named


@pytest.fixture(autouse=True)
def _nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path / "prefect"))
    monkeypatch.chdir(tmp_path)


def test_a_server_is_named_nowhere() -> None:
    assert not is_server_named()


def test_one_is_named_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:4200/api")
    assert is_server_named()


@pytest.mark.parametrize(("named", "answer"), [('PREFECT_API_URL = "http://127.0.0.1:4200/api"', True), ("", False)])
def test_one_is_named_in_a_profile_of_prefect(tmp_path: Path, named: str, answer: bool) -> None:
    (tmp_path / "prefect").mkdir()
    (tmp_path / "prefect" / "profiles.toml").write_text(f'active = "team"\n[profiles.team]\n{named}\n')
    script = "from flows.prefect_home import is_server_named; print(is_server_named())"
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == str(answer)
