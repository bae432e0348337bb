"""The files of deploy/ are what those who read them take, and fit each other: what one names, another has."""

from __future__ import annotations

import configparser
import os
import re
import shutil
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

import pytest
import yaml

from flows.cli import COMMANDS
from schemas.protocol import read_protocol
from warehouse.template import format_template

ROOT = Path(__file__).parents[3]
DEPLOY = ROOT / "deploy"
SERVICES = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
UNITS = sorted((DEPLOY / "systemd").iterdir())
TEMPLATE = (DEPLOY / "nginx" / "living-review.conf.template").read_text()


def tool(name: str) -> str:
    """A program that the package of its name installed beside this Python, or the system's."""
    found = shutil.which(name, path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    if not found:
        pytest.skip(f"there is no {name}")
    return found


def run(*words: str | Path) -> str:
    done = subprocess.run(words, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_dockerfile_passes_hadolint() -> None:
    run(tool("hadolint"), DEPLOY / "Dockerfile")


def test_compose_follows_the_compose_specification() -> None:
    run(tool("check-jsonschema"), "--builtin-schema", "vendor.compose-spec", DEPLOY / "compose.yaml")


@pytest.mark.parametrize("script", sorted(DEPLOY.glob("*.sh")), ids=lambda path: path.name)
def test_scripts_pass_shellcheck(script: Path) -> None:
    run(tool("shellcheck"), "--external-sources", script)
    assert os.access(script, os.X_OK)


def test_prefect_takes_its_deployments() -> None:
    from prefect.cli.deploy._models import PrefectYamlModel

    read = PrefectYamlModel.model_validate(yaml.safe_load((DEPLOY / "prefect.yaml").read_text()))
    (deployment,) = read.deployments
    assert deployment.work_pool.name == "reviews"
    module, _, name = deployment.entrypoint.rpartition(".")
    assert module == "flows.update" and name in (ROOT / "flows" / "update.py").read_text()
    assert "living-review" in deployment.tags, "the automations are of runs with this tag"


def test_prefect_takes_the_servers_settings() -> None:
    """Each is a setting of today's Prefect, and what is kept is what the runbook says."""
    given = dict(re.findall(r"^(PREFECT_\w+)=(.*)$", (DEPLOY / "server.env").read_text(), re.M))
    script = (
        "from prefect.settings import get_current_settings; s = get_current_settings();"
        "v = s.server.services.db_vacuum;"
        "print(v.retention_period.days, s.server.events.retention_period.days, sorted(v.enabled_vacuum_types),"
        "s.server.services.late_runs.after_seconds.seconds, s.flows.heartbeat_frequency, s.server.analytics_enabled)"
    )
    plain = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    said = subprocess.run([sys.executable, "-c", script], env=plain | given, capture_output=True, text=True, check=True)
    assert said.stdout.split(maxsplit=2)[:2] == ["400", "90"]
    assert said.stdout.strip().endswith("600 30 False")
    assert "flow_runs" in said.stdout


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_units_are_read_by_systemd(unit: Path, tmp_path: Path) -> None:
    """The program is not where it will be installed, so each line's program is one that is there."""
    for each in UNITS:
        text = re.sub(r"/opt/living-review/bin/[\w-]+", "/bin/true", each.read_text())
        (tmp_path / each.name.replace("@.", "@cen.")).write_text(text)
    said = subprocess.run(
        [tool("systemd-analyze"), "verify", "--man=no", tmp_path / unit.name.replace("@.", "@cen.")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (said.returncode, said.stderr) == (0, "")


@pytest.mark.parametrize("unit", [u for u in UNITS if u.suffix == ".service"], ids=lambda path: path.name)
def test_units_run_as_a_user_of_their_own_without_privileges(unit: Path) -> None:
    read = configparser.ConfigParser(strict=False, interpolation=None)
    read.optionxform = str  # type: ignore[assignment,method-assign]
    read.read(unit)
    assert read["Service"]["User"] == "review"
    assert read["Service"]["NoNewPrivileges"] == "true"
    assert read["Service"]["ProtectSystem"] == "strict"


def test_what_is_run_is_a_command() -> None:
    texts = [path.read_text() for path in (*UNITS, DEPLOY / "compose.yaml", DEPLOY / "run-by-hand.sh")]
    called = {word for text in texts for word in re.findall(r"(?:bin/|[ '])living-review ([a-z-]+)", text)}
    assert {"screen", "refresh", "backup", "schedule", "automations"} <= called
    assert called - {"prefect"} <= set(COMMANDS), "prefect: the script lists what it needs"


def test_what_compose_asks_for_is_in_the_example() -> None:
    example = set(re.findall(r"^#? ?([A-Z_]+)=", (DEPLOY / "env.example").read_text(), re.M))
    asked = set(re.findall(r"\$\{([A-Z_]+)", (DEPLOY / "compose.yaml").read_text()))
    assert asked - example == set()


def test_the_proxy_is_told_all_that_its_template_names() -> None:
    named = set(re.findall(r"\$\{([A-Z_]+)\}", re.sub(r"(?m)^#.*", "", TEMPLATE)))
    assert named == set(SERVICES["proxy"]["environment"])
    by_hand = (DEPLOY / "run-by-hand.sh").read_text()
    assert [name for name in named if f"{name}=" not in by_hand] == []


def test_a_shell_reads_the_example_and_has_all_that_the_template_names() -> None:
    """As the template's first lines say to fill it in, where compose does not."""
    script = "set -eua; . deploy/env.example; env -0"
    said = subprocess.run(["/bin/sh", "-c", script], cwd=ROOT, capture_output=True, text=True, check=True, env={})
    assert said.stderr == ""
    read = dict(line.split("=", 1) for line in said.stdout.split("\0") if line)
    assert (read["SITE_LOGIN"], read["REVIEW_CRON"]) == ("Living reviews", "0 6 * * 1")
    assert set(SERVICES["proxy"]["environment"]) - set(read) == set()


def test_no_address_of_the_site_becomes_a_header() -> None:
    redirect = re.search(r"location ~ (\S+) \{\s+return 301 \$uri", TEMPLATE)
    assert redirect
    pattern = redirect[1].replace("[:cntrl:]", r"\x00-\x1f\x7f").replace(r"\z", r"\Z")  # as PCRE has them
    assert re.search(pattern, "/cen") and re.search(pattern, "/größe 2")
    for path in ("/a\r\nSet-Cookie: x=y", "/\nx", "/a\n", "/a\r\n\r\n<script>", "/.lock", "/cen/"):
        assert not re.search(pattern, path), path


def test_old_backups_of_one_review_are_no_other_reviews() -> None:
    unit = (DEPLOY / "systemd" / "living-review-backup@.service").read_text()
    found = re.search(r"-name (\S+)", unit)
    assert found
    pattern = found[1].replace("%i", "cen")
    assert fnmatch("cen-20261128T023000Z.tar", pattern), "as tasks/review/back_up.py names them"
    assert not fnmatch("cen-2-20261128T023000Z.tar", pattern)


@pytest.mark.parametrize("name", SERVICES)
def test_a_container_has_no_rights_but_to_what_it_is_given(name: str) -> None:
    service = SERVICES[name]
    assert service["cap_drop"] == ["ALL"]
    assert "cap_add" not in service and "privileged" not in service
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["read_only"] is True
    assert service["image"] == "living-review" or service["user"] != "root", "our image says its user itself"
    for place in service["tmpfs"]:
        options = place.partition(":")[2]
        assert place == "/tmp" or "uid=" in options, f"{place} is root's, and {name} is not root"


def test_nobody_reaches_dashboard_or_database_but_through_the_proxy() -> None:
    assert {name for name, service in SERVICES.items() if "ports" in service} == {"proxy"}
    assert {name for name, service in SERVICES.items() if "database" in service.get("networks", ())} == {
        "database",
        "server",
    }
    assert {n for n, s in SERVICES.items() if "prefect" in s.get("networks", ())} == {"server", "worker", "proxy"}
    holders = {n for n, s in SERVICES.items() if "POSTGRES_PASSWORD" in str(s)}
    assert holders == {"database", "server"}


def test_the_template_of_a_protocol_says_how_often_a_source_is_asked(tmp_path: Path) -> None:
    path = tmp_path / "review.toml"
    path.write_text(format_template("T", ("medline",)))
    assert "every_days = 28" in path.read_text()
    assert read_protocol(path).protocol.source[0].every_days == 31
