"""The checks on each push: the workflow's own steps, run by a shell in a clone of a repository."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml

from autograder.checker import push_formats as formats
from autograder.checker.contract import Assignment, Check, Question
from autograder.checker.guard import MANIFEST, Standing, examine, make_manifest, restored
from autograder.checker.outcome import CheckResult, QuestionResult

pytestmark = pytest.mark.skipif(
    sys.platform == "win32" or shutil.which("git") is None, reason="a shell of POSIX, and Git"
)

SERVERS = Path(__file__).resolve().parents[2] / "assignment" / "ci"
COMMAND = re.compile(r"^\s*::|##\[")
EVIL = (
    r"::error file=x.py::gotcha\n##[error]gotcha\n```\n# <img src=x> [a](b) ]]> </failure> \x1b[31m"
)
INSTALL = "pip install"
MISTAKE = """import numpy as np


def scale(x, factor=2.0):
    return np.asarray(x, dtype=float) + factor
"""


@dataclass(frozen=True)
class Run:
    """What a server has after a run."""

    status: int
    said: str
    summary: str
    report: Path

    @property
    def result(self) -> dict[str, Any]:
        plain = json.loads((self.report / "result.json").read_text("utf-8"))
        assert isinstance(plain, dict)
        return plain

    @property
    def commands(self) -> list[str]:
        return [line for line in self.said.split("\n") if COMMAND.search(line)]

    @property
    def suites(self) -> ElementTree.Element:
        return ElementTree.parse(self.report / "result.xml").getroot()


class Repository:
    """A student's repository, whose first commit is the handout; each run is in a clean clone."""

    def __init__(self, path: Path, handout: Path | None) -> None:
        self.path = path / "mine"
        self._around = path
        self.path.mkdir(parents=True)
        self.git("init", "-q")
        if handout is not None:
            shutil.copytree(handout, self.path, dirs_exist_ok=True)
            self.commit()

    def git(self, *arguments: str, cwd: Path | None = None) -> None:
        identity = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org")
        subprocess.run(["git", *identity, *arguments], cwd=cwd or self.path, check=True)

    def commit(self) -> None:
        self.git("add", "-A", "-f")
        self.git("commit", "-q", "-m", "Work")

    def push(
        self, files: Mapping[str, bytes | str | None] = {}, server: str = "github", **variables: str
    ) -> Run:
        """Commit the files, clone, and run the steps of the server's own file there."""
        for name, content in files.items():
            path = self.path / name
            if content is None:
                path.unlink()
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        if files:
            self.commit()
        clone = self._around / "clone"
        self.git("clone", "-q", str(self.path), str(clone), cwd=self._around)
        return RUNNERS[server](clone, self._around, variables)


def run_on_github(clone: Path, around: Path, variables: Mapping[str, str]) -> Run:
    (job,) = read("github.yml")["jobs"].values()
    (around / "temporary").mkdir()
    surroundings = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_WORKSPACE": str(clone),
        "GITHUB_STEP_SUMMARY": str(around / "summary.md"),
        "GITHUB_TOKEN": "a-token",
        "RUNNER_TEMP": str(around / "temporary"),
    }
    status, said = 0, ""
    for step in job["steps"]:
        if "run" not in step or INSTALL in step["run"] or status:
            continue
        own = {name: variable(text, variables) for name, text in step.get("env", {}).items()}
        ended = shell(["-e"], step["run"], clone, surroundings | own)
        status, said = ended.returncode, said + ended.stdout.decode() + ended.stderr.decode()
    return finished(status, said, clone, around)


def run_on_gitlab(clone: Path, around: Path, variables: Mapping[str, str]) -> Run:
    lines = [line for line in read("gitlab.yml")["check"]["script"] if INSTALL not in line]
    surroundings = {"CI_PROJECT_DIR": str(clone), "CI_JOB_TOKEN": "a-token"}
    ended = shell(["-eo", "pipefail"], "\n".join(lines), clone, surroundings | dict(variables))
    said = ended.stdout.decode() + ended.stderr.decode()
    return finished(ended.returncode, said, clone, around)


RUNNERS = {"github": run_on_github, "gitlab": run_on_gitlab}


def read(name: str) -> dict[str, Any]:
    plain = yaml.safe_load((SERVERS / name).read_text("utf-8"))
    assert isinstance(plain, dict)
    return plain


def variable(text: str, variables: Mapping[str, str]) -> str:
    """Return what GitHub puts in the place of ``${{ secrets.NAME || vars.NAME }}``."""
    (expression,) = re.findall(r"^\$\{\{ (.+) \}\}$", text)
    names = [name.partition(".")[2] for name in expression.split(" || ")]
    return next((variables[name] for name in names if name in variables), "")


def shell(
    options: list[str], script: str, cwd: Path, surroundings: Mapping[str, str]
) -> subprocess.CompletedProcess[bytes]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("GITHUB_", "CI", "RUNNER_", "HANDOUT_", "PYTHON"))
    }
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["bash", "--noprofile", "--norc", *options, "-c", script],
        cwd=cwd,
        env={**kept, "PATH": path, "PYTHONUTF8": "1", **surroundings},
        capture_output=True,
        timeout=120,
        check=False,
    )


def finished(status: int, said: str, clone: Path, around: Path) -> Run:
    summary = around / "summary.md"
    text = summary.read_text("utf-8") if summary.exists() else ""
    return Run(status, said, text, clone / "report")


@pytest.fixture(scope="session")
def handed_out(built: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the small course's handout, with the real files for servers, as the build does it."""
    root = tmp_path_factory.mktemp("with-servers")
    course = type(built)(Path(shutil.copytree(built.root, root / "scaling")))
    shutil.copytree(SERVERS, course.path("assignment/ci"))
    course.build()
    return Path(course.path("student"))


@pytest.fixture
def repository(handed_out: Path, tmp_path: Path) -> Repository:
    return Repository(tmp_path / "Übung 1", handed_out)


@pytest.fixture
def pushed(repository: Repository) -> Callable[..., Run]:
    return repository.push


# What is handed out -------------------------------------------------------------------------------


def test_the_handout_has_what_servers_read_under_their_names(handed_out):
    for name, master in (
        (".github/workflows/check.yml", "github.yml"),
        (".gitlab-ci.yml", "gitlab.yml"),
        (".gitignore", "gitignore"),
    ):
        assert (handed_out / name).read_bytes() == (SERVERS / master).read_bytes()


def test_the_workflow_asks_for_all_of_the_history_and_may_write_nothing():
    workflow = read("github.yml")
    (job,) = workflow["jobs"].values()
    checkout = next(s for s in job["steps"] if s.get("uses", "").startswith("actions/checkout@"))
    upload = next(s for s in job["steps"] if "upload-artifact" in s.get("uses", ""))

    assert workflow["permissions"] == {"contents": "read"}
    assert checkout["with"] == {"fetch-depth": 0, "persist-credentials": False}
    assert upload["if"] == "always()" and upload["with"]["path"] == "report/"
    assert read("gitlab.yml")["check"]["variables"] == {"GIT_DEPTH": "0"}


def test_packages_are_installed_without_looking_into_the_students_folder():
    text = (SERVERS / "github.yml").read_text() + (SERVERS / "gitlab.yml").read_text()

    modules = re.findall(r"python (.*-m \w+)", text)

    assert set(modules) == {"-I -m pip", "-I -m zipfile"}


def test_the_list_names_every_given_file_and_none_of_the_students(handed_out):
    listed = set(json.loads((handed_out / MANIFEST).read_text("utf-8"))["files"])

    there = {p.relative_to(handed_out).as_posix() for p in handed_out.rglob("*") if p.is_file()}
    own = {"README.md", "handout.md", "report.md", "requirements.txt", "scale.py", "summed.py"}
    assert there - listed == {*own, ".gitignore", MANIFEST}


# What a push brings -------------------------------------------------------------------------------


def test_right_work_passes(pushed, solution):
    run = pushed(solution)

    assert (run.status, run.commands) == (0, [])
    assert "# Scaling numbers: 5 of 5 points of the public checks" in run.summary
    assert "| `scale.py` | Scaling | 4 | 4 | 4 | ✓ 3 of 3 passed |" in run.summary
    assert "| **together** | | **5** | **5** | **6** | |" in run.summary
    assert run.summary.endswith("All public checks passed.\n")
    assert run.summary == (run.report / "summary.md").read_text("utf-8")
    result = run.result
    assert (result["status"], result["exit_status"], result["trusted"]) == ("passed", 0, True)
    assert (result["score"], result["max_score"], result["hidden_max_score"]) == (5, 5, 6)
    assert result["restored_from_hand_out"] is True and result["changes"] == []


def test_a_mistake_is_named_beside_the_line_of_the_function(pushed, solution):
    run = pushed(solution | {"scale.py": MISTAKE})

    assert run.status == 1
    first, second = run.commands
    assert first.startswith("::error file=scale.py,line=4,title=scale%3A doubles::asked: Unless")
    assert "The factor is added to each number; multiply instead." in first
    assert second.startswith("::error file=summed.py,line=")
    assert "## Begin here: scale.py: doubles (scale.py, line 4)" in run.summary
    assert "The factor is added to each number; multiply instead." in run.summary
    assert "| `scale.py` | Scaling | 1 | 4 | 4 | 1 of 3 passed |" in run.summary
    question = run.result["questions"][0]
    assert [m["name"] for m in question["mistakes"]] == ["scale_adds_the_factor"]
    assert (question["score"], question["checks"][0]["line"]) == (1, 4)


def test_a_syntax_error_is_put_beside_its_line_once(pushed):
    run = pushed({"scale.py": "import os\n\ndef scale(x, factor=2.0:\n    return x\n"})

    assert run.status == 1
    (only,) = run.commands
    assert only.startswith("::error file=scale.py,line=3,title=")
    assert "SyntaxError" in only
    assert {check["line"] for check in run.result["questions"][0]["checks"]} == {3}


def test_the_handout_as_it_comes_is_not_started_and_no_error_is_shown(pushed):
    run = pushed()

    assert (run.status, run.commands) == (1, [])
    assert "| `scale.py` | Scaling | 0 | 4 | 4 | not started |" in run.summary
    assert "Begin here" not in run.summary
    assert {suite.get("skipped") for suite in run.suites} == {"3", "1"}


def test_pictures_that_checks_attach_are_written_and_named(pushed, solution):
    run = pushed(solution)

    assert [path.name for path in run.report.glob("pictures/*")] == ["scale-doubles.png"]
    assert (run.report / "pictures" / "scale-doubles.png").read_bytes() == b"a drawing"
    assert "- `pictures/scale-doubles.png`: A line of slope two." in run.summary
    assert run.result["questions"][0]["checks"][0]["pictures"] == ["pictures/scale-doubles.png"]


def test_a_picture_that_two_checks_attach_is_written_once(handed_out, solution, tmp_path):
    folder = Path(shutil.copytree(handed_out, tmp_path / "folder"))
    (folder / "scale.py").write_bytes(solution["scale.py"])
    checks = folder / "checks" / "test_scale.py"
    text = checks.read_text("utf-8").replace(
        "def test_argument_unchanged(submission):",
        "def test_argument_unchanged(submission, attach):\n    attach(Drawing, alt='Again.')\n",
    )
    checks.write_text(text, "utf-8")

    run_here(folder)

    assert "Again." in text
    assert [path.name for path in folder.glob("report/pictures/*")] == ["scale-doubles.png"]


def test_gitlab_gets_junit_and_code_quality(pushed, solution):
    run = pushed(solution | {"scale.py": MISTAKE}, server="gitlab")

    assert (run.status, run.commands, run.summary) == (1, [], "")
    assert "  | found: 4 of 4 values differ" in run.said
    scale, _ = run.suites
    assert (scale.get("tests"), scale.get("failures"), scale.get("errors")) == ("3", "2", "0")
    quality = json.loads((run.report / "codequality.json").read_text("utf-8"))
    assert quality[0]["location"] == {"path": "scale.py", "lines": {"begin": 4}}
    assert len({entry["fingerprint"] for entry in quality}) == len(quality) == 3


# What students have changed -----------------------------------------------------------------------


def test_changed_checks_are_told_and_the_ones_handed_out_are_run(pushed, mistaken):
    run = pushed(
        mistaken("scale_adds_the_factor")
        | {
            "check.py": "raise SystemExit(0)\n",
            "checker/push.py": "raise SystemExit(0)\n",
            "checks/test_scale.py": "def test_doubles(): pass\n",
            "checks/extra.py": "",
            "data/numbers.csv": "0\n",
            "halves.py": None,
        }
    )

    assert run.status == 1
    assert run.result["questions"][0]["score"] == 1
    assert {(c["file"], c["what"]) for c in run.result["changes"]} == {
        ("check.py", "changed"),
        ("checker/push.py", "changed"),
        ("checks/test_scale.py", "changed"),
        ("checks/extra.py", "added"),
        ("data/numbers.csv", "changed"),
        ("halves.py", "removed"),
    }
    assert run.commands[0].startswith("::warning title=Given files were changed::")
    assert "They were restored before the checks were run." in run.summary


def test_changed_checks_cost_nothing_where_the_work_is_right(pushed, solution):
    run = pushed(solution | {"checks/test_scale.py": "def test_doubles(): assert False\n"})

    assert (run.status, run.result["trusted"]) == (0, True)
    assert "checks/test&#95;scale.py (changed)" in run.summary


def test_a_new_list_for_changed_checks_deceives_nobody_who_has_the_first_commit(
    pushed, handed_out, solution
):
    name, text = "checks/test_scale.py", b"def test_doubles(): pass\n"
    listed = json.loads((handed_out / MANIFEST).read_text("utf-8"))["files"]
    listed[name] = hashlib.sha256(text).hexdigest()

    run = pushed({name: text, MANIFEST: json.dumps({"files": listed})})

    assert run.status == 1
    assert {c["file"] for c in run.result["changes"]} == {name, MANIFEST}


def test_changed_checks_without_a_copy_are_not_trusted(tmp_path, handed_out, solution):
    repository = Repository(tmp_path, None)
    shutil.copytree(handed_out, repository.path, dirs_exist_ok=True)
    (repository.path / MANIFEST).unlink()

    run = repository.push(solution)

    assert (run.status, run.result["status"], run.result["trusted"]) == (1, "failed", False)
    assert run.commands[0].startswith("::error title=Given files were changed::This result cannot")
    assert "> **This result cannot be trusted." in run.summary
    assert "All public checks passed." not in run.said + run.summary
    assert run.suites[-1].get("errors") == "1"


def test_without_history_changes_are_noticed_and_not_trusted(handed_out, solution, tmp_path):
    folder = Path(shutil.copytree(handed_out, tmp_path / "folder"))
    for name, data in solution.items():
        (folder / name).write_bytes(data)
    assert run_here(folder).returncode == 0

    (folder / "checks" / "test_scale.py").write_text("def test_doubles(): pass\n")
    ended = run_here(folder)

    assert ended.returncode == 1
    assert b"This result cannot be trusted. Files that were given" in ended.stdout
    assert b"checks/test_scale.py (changed)" in ended.stdout


def run_here(folder: Path) -> subprocess.CompletedProcess[bytes]:
    return shell([], "python check.py --report report", folder, {})


def test_an_address_of_the_handout_comes_before_the_first_commit(pushed, handed_out, tmp_path):
    (tmp_path / "in").mkdir()
    shutil.copytree(handed_out, tmp_path / "in" / "handout")
    archive = Path(shutil.make_archive(str(tmp_path / "h"), "zip", tmp_path / "in", "handout"))
    hashed = hashlib.sha256(archive.read_bytes()).hexdigest()

    run = pushed(
        {"checks/test_scale.py": "def test_doubles(): pass\n"},
        HANDOUT_URL=archive.as_uri(),
        HANDOUT_SHA256=hashed,
    )

    assert f"{archive.name}" not in run.said and "handout.zip: OK" in run.said
    assert [c["file"] for c in run.result["changes"]] == ["checks/test_scale.py"]


def test_another_archive_than_was_promised_is_not_run(pushed, tmp_path):
    (tmp_path / "h.zip").write_bytes(b"PK")

    run = pushed(HANDOUT_URL=(tmp_path / "h.zip").as_uri(), HANDOUT_SHA256="0" * 64)

    assert run.status == 1 and not run.report.exists()


# Text of strangers --------------------------------------------------------------------------------


def test_what_code_prints_and_raises_is_text_everywhere(pushed, solution):
    source = f"def scale(x, factor=2.0):\n    print('{EVIL}')\n    raise ValueError('{EVIL}')\n"

    run = pushed(solution | {"scale.py": source})

    assert all(line.startswith("::error file=") for line in run.commands)
    assert [re.split("[=,]", line)[1] for line in run.commands] == ["scale.py"]
    assert "gotcha" in run.commands[0] and "\x1b" not in run.said
    fences = re.findall(r"^````text\n(.*?)\n````$", run.summary, re.MULTILINE | re.DOTALL)
    assert "<img" in fences[0]
    assert "<img" not in re.sub(r"^````text\n.*?\n````$", "", run.summary, flags=re.M | re.S)
    failure = run.suites[0][0][0]
    assert failure.tag == "failure" and "]]> </failure>" in str(failure.text)


def test_code_is_told_neither_tokens_nor_where_the_summary_is(pushed):
    source = (
        "import os\n\ndef scale(x, factor=2.0):\n"
        "    told = [name for name in os.environ if name.startswith(('GITHUB_', 'RUNNER_'))]\n"
        "    raise ValueError(f'told {told}')\n"
    )

    run = pushed({"scale.py": source})

    assert "ValueError: told []" in run.result["questions"][0]["checks"][0]["found"]


def test_modules_of_students_run_nowhere_but_apart(pushed, solution):
    names = ("random", "numpy", "json", "zipfile", "pip", "pytest", "some_numbers", "sitecustomize")

    run = pushed(solution | {f"{name}.py": b"raise SystemExit('mine')\n" for name in names})

    assert (run.status, run.commands) == (0, [])


def test_names_of_files_are_text_too(handed_out, tmp_path):
    folder = Path(shutil.copytree(handed_out, tmp_path / "folder"))
    (folder / "checks" / "a\n::error::gotcha ##[error]gotcha.py").write_text("")

    said = run_here(folder).stdout.decode()

    assert "gotcha" in said
    assert not [line for line in said.split("\n") if COMMAND.search(line)]


@pytest.mark.parametrize(
    ("message", "escaped"),
    [
        ("100 %", "100 %25"),
        ("a\r\n::error::b", "a%0D%0A::error::b"),
        ("%0A", "%250A"),
        ("a, b: c", "a, b: c"),
    ],
)
def test_messages_of_commands_are_escaped(message, escaped):
    assert formats.command("error", message) == f"::error::{escaped}"


def test_properties_of_commands_are_escaped():
    line = formats.command("error", "m", file="a,line=9::b%\n.py", line=3)

    assert line == "::error file=a%2Cline=9%3A%3Ab%25%0A.py,line=3::m"


# When it cannot be run ----------------------------------------------------------------------------


def test_checks_that_cannot_be_read_are_no_failure_of_the_work(handed_out, tmp_path):
    folder = Path(shutil.copytree(handed_out, tmp_path / "folder"))
    (folder / "checks" / "questions.json").write_text("{")

    ended = run_here(folder)

    result = json.loads((folder / "report" / "result.json").read_text("utf-8"))
    assert (ended.returncode, result["status"], result["exit_status"]) == (2, "not run", 2)
    assert ended.stdout.startswith(b"The checks could not be run (")


# Scores, and lists --------------------------------------------------------------------------------


def report(*points: float, unseen: float = 0.0) -> formats.Report:
    checks = tuple(Check(f"c{i}", value, "public") for i, value in enumerate(points))
    question = Question("q", "Q", (), (), 0.0, 0.0, checks, unseen)
    done = tuple(CheckResult(c.name, "public", c.points, c.points, "passed") for c in checks)
    results = (QuestionResult("q", "Q", done),)
    return formats.Report(Assignment("A", (question,)), results, Standing(separate=True))


@pytest.mark.parametrize(
    ("points", "unseen", "scale", "score", "hidden"),
    [
        ((1.0, 2.0), 3.0, 1, 3, 3),
        ((0.5, 2.0), 3.0, 2, 5, 6),
        ((0.1, 0.2), 0.25, 20, 6, 5),
        ((0.1,) * 3, 0.0, 10, 3, 0),
    ],
)
def test_scores_are_whole_and_exact(points, unseen, scale, score, hidden):
    result = json.loads(formats.result_json(report(*points, unseen=unseen)))

    assert (result["scale"], result["score"]) == (scale, score)
    assert (result["max_score"], result["hidden_max_score"]) == (score, hidden)


def handout_of(folder: Path, files: Mapping[str, bytes]) -> Path:
    for name, data in {**files, MANIFEST: make_manifest(files)}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def test_line_ends_are_no_change_and_bytes_of_pictures_are(tmp_path):
    files = {"data/a.csv": b"1\n2\n", "data/b.png": b"\0\n"}
    original = handout_of(tmp_path / "original", files)
    work = handout_of(tmp_path / "work", files)
    (work / "data/a.csv").write_bytes(b"1\r\n2\r\n")
    assert examine(original, work).changes == ()

    (work / "data/b.png").write_bytes(b"\0\r\n")

    assert [change.file for change in examine(original, work).changes] == ["data/b.png"]


def test_whatever_stands_in_the_place_of_a_given_file_is_replaced_and_nothing_outside(tmp_path):
    original = handout_of(tmp_path / "original", {"data/a.csv": b"1", "given.py": b"2"})
    work, outside = tmp_path / "work", tmp_path / "outside"
    (work / "given.py").mkdir(parents=True)
    outside.mkdir()
    (work / "data").symlink_to(outside)

    with restored(original, work) as place:
        assert (place / "data/a.csv").read_bytes() == b"1"
        assert (place / "given.py").read_bytes() == b"2"

    assert list(outside.iterdir()) == []


def test_a_list_that_leads_out_of_the_folder_is_none(tmp_path):
    folder = handout_of(tmp_path / "original", {"../outside.py": b""})

    assert "is not there" in examine(folder, tmp_path).doubt


def test_a_copy_that_is_not_whole_is_not_trusted(tmp_path):
    original = handout_of(tmp_path / "original", {"checks/a.py": b"1", ".gitlab-ci.yml": b""})
    work = handout_of(tmp_path / "work", {"checks/a.py": b"1", ".gitlab-ci.yml": b""})
    (original / ".gitlab-ci.yml").unlink()
    assert examine(original, work).trusted

    (original / "checks/a.py").unlink()

    assert not examine(original, work).trusted
