"""The house's rules: imports run one way, SQL lives in its files, and nothing of anybody's machine is in the repository."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from flows.cli import COMMANDS
from schemas.dictionary import tables

ROOT = Path(__file__).parents[2]
#: Each package, and those whose modules it may import.
BELOW = {
    "schemas": {"schemas"},
    "warehouse": {"warehouse", "schemas"},
    "tasks": {"tasks", "warehouse", "schemas"},
    "web": {"web", "tasks", "warehouse", "schemas"},
    "flows": {"flows", "tasks", "warehouse", "schemas"},
}
MODULES = sorted(path for package in BELOW for path in (ROOT / package).rglob("*.py"))

#: What is around it: tests, benchmarks, the worked example.
AROUND = sorted(path for folder in ("tests", "benchmarks", "examples") for path in (ROOT / folder).rglob("*.py"))


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def imports(path: Path) -> set[str]:
    """The modules that a module imports, also inside its functions; 'from a import b' as 'a.b'."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def texts(path: Path) -> list[tuple[int, str]]:
    """The strings of a module that are no docstring, each with its line; an f-string with its fixed parts."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docstrings = {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    }
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in docstrings:
            found.append((node.lineno, node.value))
        elif isinstance(node, ast.JoinedStr):
            found.append(
                (node.lineno, "".join(str(part.value) for part in node.values if isinstance(part, ast.Constant)))
            )
    return found


def tracked() -> list[Path]:
    """The files of the repository, as git lists them; what the working tree holds, where there is no git."""
    if (ROOT / ".git").exists() and shutil.which("git"):
        listed = subprocess.run(["git", "-C", str(ROOT), "ls-files", "-z"], capture_output=True, check=True).stdout
        return [ROOT / name for name in listed.decode().split("\0") if name and (ROOT / name).is_file()]
    return [path for path in ROOT.rglob("*") if path.is_file() and not re.search(r"/\.|__pycache__", str(path))]


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_imports_run_one_way(path: Path) -> None:
    package = path.relative_to(ROOT).parts[0]
    ours = {name for name in imports(path) if name.split(".")[0] in BELOW}
    allowed = BELOW[package] | ({"web"} if named(path) == "flows/cli.py" or "commands/screen" in named(path) else set())
    assert sorted(name for name in ours if name.split(".")[0] not in allowed) == []


@pytest.mark.parametrize("stage", sorted(path.name for path in (ROOT / "tasks").iterdir() if path.is_dir()))
def test_stages_do_not_import_each_other(stage: str) -> None:
    """The use cases (tasks/review) put the stages together; no stage knows of them."""
    stages = {path.name for path in (ROOT / "tasks").iterdir() if path.is_dir()}
    others = set() if stage == "review" else stages - {stage}
    found = {
        (named(path), name)
        for path in (ROOT / "tasks" / stage).rglob("*.py")
        for name in imports(path)
        if name.startswith("tasks.") and name.split(".")[1] in others
    }
    assert found == set()


def test_what_stages_share_imports_no_stage() -> None:
    stages = {path.name for path in (ROOT / "tasks").iterdir() if path.is_dir()}
    found = {
        (path.name, name)
        for path in (ROOT / "tasks").glob("*.py")
        for name in imports(path)
        if name.startswith("tasks.") and name.split(".")[1] in stages
    }
    assert found == set()


@pytest.mark.parametrize("path", sorted((ROOT / "flows").glob("*.py")), ids=named)
def test_a_module_with_a_flow_keeps_its_annotations(path: Path) -> None:
    """Prefect pickles a served flow by value: names that only stand in postponed annotations are lost on the way."""
    text = path.read_text(encoding="utf-8")
    if re.search(r"^@flow\b", text, re.MULTILINE):
        assert "from __future__ import annotations" not in text


@pytest.mark.parametrize(
    "path",
    [ROOT / "flows" / "arguments.py", ROOT / "flows" / "rows.py", *sorted((ROOT / "flows" / "commands").glob("*.py"))],
    ids=named,
)
def test_a_command_imports_what_is_heavy_when_it_runs(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    heavy = {"prefect", "duckdb", "polars", "pandera", "tasks", "warehouse", "flows", "schemas"}
    at_once = {
        name
        for node in tree.body
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names])
    }
    at_once = {name for name in at_once if not name.startswith("flows.commands.")}  # which are held to the same
    assert {name for name in at_once if name.split(".")[0] in heavy} - {
        "flows.arguments",
        "flows.rows",
        "schemas.words",
    } == set()


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_long_sql_lives_in_sql_files(path: Path) -> None:
    """Beyond ten lines a query is read better, and formatted better, in a file of its own."""
    verbs = re.compile(r"^\s*(--.*\n\s*)*(SELECT|WITH|INSERT|CREATE|MERGE|UPDATE|DELETE)\b")
    long = [(line, text.count("\n")) for line, text in texts(path) if verbs.match(text) and text.count("\n") > 10]
    assert long == []


@pytest.mark.parametrize("path", [*MODULES, *AROUND], ids=named)
def test_a_module_is_one_idea(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 450


def test_nothing_of_a_machine_is_in_the_repository() -> None:
    """No path of somebody's home or workshop, no address of a package registry."""
    private = re.compile(
        "|".join(
            [
                r"/(?:home|Users)/[a-z]",
                r"/wo" + r"rk/",
                r"/opt/l" + r"rv",
                r"/roo" + r"t/",
                r"files\.pythonhosted",
                r"pypi\.org",
                r"index-" + "url",
            ]
        )
    )
    found = []
    for path in tracked():
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except UnicodeDecodeError:
            continue
        found += [f"{named(path)}:{n}: {line[:100]}" for n, line in enumerate(lines, start=1) if private.search(line)]
    assert found == []


def test_no_secret_is_in_the_repository() -> None:
    assert [
        named(path) for path in tracked() if path.name in (".env", "ledger.sqlite") or path.suffix in (".pem", ".key")
    ] == []
    example = (ROOT / "deploy" / "env.example").read_text(encoding="utf-8")
    assert re.findall(r"^\w*(?:KEY|PASSWORD|AUTH)=.+$", example, re.MULTILINE) == []


class TestReadme:
    """What the README tells people to type exists."""

    text = (ROOT / "README.md").read_text(encoding="utf-8")

    def test_its_commands_exist(self) -> None:
        called = set(re.findall(r"\bliving-review ([a-z][a-z-]+)", self.text))
        assert called
        assert called - set(COMMANDS) == set()

    def test_its_tables_exist(self) -> None:
        blocks = "\n".join(re.findall(r"```(?:sql|sh)\n(.*?)```", self.text, re.DOTALL))
        asked = set(re.findall(r"\b(?:FROM|JOIN)\s+([a-z_]+)\b(?!\()", blocks))
        # Names that a query itself gives, with WITH or as an alias of a subquery, are no tables.
        given = set(re.findall(r"\b([a-z_]+) AS \(", blocks))
        assert asked - given - {name.split(".")[1] for name in tables()} == set()

    def test_its_links_lead_somewhere(self) -> None:
        links = re.findall(r"\]\(([^)#]+)", self.text) + re.findall(r'src(?:set)?="([^"]+)"', self.text)
        assert [link for link in links if "://" not in link and not (ROOT / link).exists()] == []
