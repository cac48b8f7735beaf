"""Hints, progress, pictures, renamed files and what is noticed of saving: the parts of check.py."""

from __future__ import annotations

import ast
import base64
import io
import json
import os
import queue
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from autograder.builder.gate import build
from autograder.builder.handout import assemble, cut_stubs, read_solution
from autograder.checker import console as console_module
from autograder.checker.ahead import Ahead, libraries
from autograder.checker.contract import Assignment, Check, Question
from autograder.checker.folder import looks_like, missing_packages, missing_parts, renamed
from autograder.checker.hints import STATE, Hints
from autograder.checker.host import SubprocessHost
from autograder.checker.local import check_questions, read_assignment
from autograder.checker.outcome import CheckResult, Picture, QuestionResult
from autograder.checker.pictures import Gallery
from autograder.checker.plotting import Plate, plates, save
from autograder.checker.progress import progress_lines
from autograder.checker.recordings import Recordings
from autograder.checker.saves import Saves, changes, stamps
from autograder.checker.screen import ALL_PASSED, Screen, compose
from autograder.checker.session import Event, Events, Session
from autograder.checker.watch import Watcher
from autograder.errors import BuildError, ConfigurationError

SECONDS = 60.0
FRONT = Path(console_module.__file__).parents[1] / "builder" / "check.py.txt"


@pytest.fixture
def folder(built: Any, tmp_path: Path) -> Path:
    return Path(shutil.copytree(built.path("student"), tmp_path / "Übung 1 – 学生"))


def check(folder: Path, *arguments: str, **variables: str) -> tuple[int, str]:
    dropped = {"FORCE_COLOR", "DISPLAY", "WAYLAND_DISPLAY", "PYTHONPATH"}
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    ended = subprocess.run(
        [sys.executable, str(folder / "check.py"), *arguments],
        env={**kept, "COLUMNS": "80", "PYTHONUTF8": "1", **variables},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=120,
        check=False,
    )
    return ended.returncode, " ".join(ended.stdout.decode("utf-8").split())


# Hints --------------------------------------------------------------------------------------------


def test_hints_come_one_at_a_time_and_their_end_is_told(folder):
    told = [Hints(folder).next("scale")[0] for _ in range(4)]

    assert told[0].startswith("Hint 1 of 3 for scale: Look at the first number that differs")
    assert told[1].startswith("Hint 2 of 3 for scale: Every number is multiplied")
    assert told[2].startswith("Hint 3 of 3 for scale: One product")
    assert told[3].startswith("There are no more hints for scale. All 3 of them again")


def test_each_question_has_hints_of_its_own_and_what_else_is_remembered_stays(folder):
    (folder / STATE).write_text('{"other": 1}')
    Hints(folder).next("scale")

    assert Hints(folder).next("summed")[0].startswith("Hint 1 of 3 for summed")
    kept = json.loads((folder / STATE).read_text())
    assert kept == {"other": 1, "hints": {"scale": 1, "summed": 1}}


@pytest.mark.parametrize("content", ["{", "[]", '{"hints": {"scale": -1}}', '{"hints": 3}'])
def test_a_damaged_memory_of_hints_begins_anew(folder, content):
    (folder / STATE).write_text(content)

    assert Hints(folder).next("scale")[0].startswith("Hint 1 of 3")


def test_hints_that_are_missing_are_no_obstacle(folder):
    (folder / "checks" / "hints.json").unlink()

    assert Hints(folder).next("scale") == [
        "There are no hints for scale. Read the docstring in scale.py."
    ]


def test_a_hint_needs_a_question(folder):
    status, said = check(folder, "--hint")

    assert status == 2
    assert "name a question, for example: python check.py scale --hint" in said


def handed_out(course: Any) -> dict[str, bytes]:
    assignment = course.contract.assignment
    recordings = {question.name: Recordings() for question in assignment.questions}
    stubs = cut_stubs(read_solution(course.layout, assignment))
    return assemble(course.layout, course.contract, stubs, recordings)


def test_hints_are_handed_out_as_json(course):
    hints = json.loads(handed_out(course)["checks/hints.json"])

    assert list(hints) == ["scale", "summed"]
    assert hints["summed"][1] == "It is the sum of what scale returns."


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "expected names of questions, each with three hints"),
        ("scale: [a, b, c]\n", "summed needs 3 hints (where to look, the idea, the shape of the"),
        ("scale: [a, b, c]\nsummed: [a, b]\n", "summed needs 3 hints"),
        ("scale: [a, b, c, d]\nsummed: [a, b, c]\n", "scale needs 3 hints"),
        ("scale: [a, '  ', c]\nsummed: [a, b, c]\n", "scale: the hint for the idea is no text"),
        ("scale: [a, b, c]\nsummed: [a, b, 3]\n", "the hint for the shape of the line is no text"),
        ("scale: [a, b, c]\nsummed: [a, b, c]\nx: []\n", "x is no question of grading.yml"),
        ("scale: [", "hints.yml"),
    ],
)
def test_hints_that_are_not_three_for_each_question_are_refused(course, text, told):
    course.write("assignment/hints.yml", text)

    with pytest.raises(ConfigurationError) as raised:
        handed_out(course)

    assert told in str(raised.value)


def test_missing_hints_are_refused(course):
    course.path("assignment/hints.yml").unlink()

    with pytest.raises(ConfigurationError, match=r"hints\.yml: missing"):
        handed_out(course)


def test_a_hint_that_is_a_line_of_the_solution_is_refused(course):
    line = "return _as_floating_point_numbers(x) * factor"
    assert line in course.path("solution/scale.py").read_text()
    course.edit("assignment/hints.yml", "One product of an array", f"It is {line}, an array")

    with pytest.raises(BuildError, match=r"can be read in checks/hints\.json of the handout"):
        build(course.layout, course.contract, lambda _: None)


# Progress -----------------------------------------------------------------------------------------


def question(name: str, bonus: bool = False) -> Question:
    checks = (Check("a", 4.0, "public"), Check("b", 5.0, "public"))
    return Question(name, "Title", (), (), 0.0, 0.0, checks, 11.0, bonus)


def result(name: str, *outcomes: str, reason: str = "wrong") -> QuestionResult:
    checks = tuple(
        CheckResult(
            check.name,
            "public",
            check.points if outcome == "passed" else 0.0,
            check.points,
            outcome,  # type: ignore[arg-type]
            "" if outcome == "passed" else reason,
        )
        for check, outcome in zip(question(name).checks, outcomes, strict=True)
    )
    return QuestionResult(name, "Title", checks)


def test_progress_tells_what_can_be_seen_and_what_hidden_checks_add():
    questions = [question("one"), question("two"), question("three", bonus=True)]
    known = {"one": result("one", "passed", "failed"), "three": result("three", "passed", "passed")}

    lines = [line.plain for line in progress_lines(questions, known, bars=False)]

    assert lines == [
        "one      4 of  9 public  +11 hidden  1 of 2 passed",
        "two      0 of  9 public  +11 hidden  not checked",
        "three    9 of  9 public  +11 hidden  passed (bonus)",
        "all      4 of 18 public  +22 hidden  bonus 9 of 9 +11 hidden",
    ]


def test_a_bar_is_full_for_all_points_alone_and_empty_for_none_alone():
    def bar(points: float) -> str:
        check = CheckResult("a", "public", points, 1000.0, "failed", "wrong")
        whole = replace(question("q"), checks=(Check("a", 1000.0, "public"),))
        found = {"q": QuestionResult("q", "Title", (check,))}
        return progress_lines([whole], found, bars=True)[0].plain.split("[")[1].split("]")[0]

    assert [bar(points) for points in (0, 1, 500, 999, 1000)] == [
        "----------",
        "#---------",
        "#####-----",
        "#########-",
        "##########",
    ]


def test_progress_fits_into_80_columns_and_is_plain_ascii():
    longest = [question("a_question_with_a_name"), question("segment", bonus=True)]
    known = {"segment": result("segment", "not run", "not run", reason="not_started")}

    lines = [line.plain for line in progress_lines(longest, known, bars=True)]

    assert all(len(line) <= 80 and line.isascii() for line in lines)


def test_progress_in_a_file_has_no_bars(folder):
    status, said = check(folder)

    assert status == 1
    assert "scale 0 of 4 public + 4 hidden not started" in said
    assert "[--" not in said


# The screen ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("height", "width"), [(24, 80), (12, 80), (30, 40), (8, 60)])
def test_the_screen_never_scrolls(folder, height, width):
    console = Console(file=io.StringIO(), width=width, height=height, force_terminal=True)
    assignment = read_assignment(folder)
    checks = (
        CheckResult("a", "public", 0.0, 4.0, "failed", "wrong", "asked " * 90, "found " * 90),
    )
    shown = QuestionResult("scale", "Scaling", checks)

    lines = compose(console, Screen(folder, assignment, "scale", {"scale": shown}, shown))

    text = ["".join(segment.text for segment in line) for line in lines]
    assert len(lines) <= height - 1
    assert any("q quit" in line for line in text[-2:])
    assert any("lines more: python check" in line for line in text)
    assert max(map(len, text)) <= width


# Pictures -----------------------------------------------------------------------------------------


def png(width: int, height: int) -> str:
    import matplotlib.image
    import numpy as np

    data = io.BytesIO()
    matplotlib.image.imsave(data, np.zeros((height, width, 3)), format="png")
    return base64.b64encode(data.getvalue()).decode()


def test_pictures_of_one_check_are_saved_side_by_side(tmp_path):
    import matplotlib.image

    plate = Plate("scale-doubles", (Picture("mine", png(30, 20)), Picture("due", png(40, 10))))

    (path,) = save([plate], tmp_path)

    assert path == tmp_path / "plots" / "scale-doubles.png"
    assert matplotlib.image.imread(path).shape[:2] == (20, 70)


def test_a_check_without_pictures_has_no_plate():
    picture = Picture("x", png(1, 1))
    with_one = replace(result("q", "passed", "failed").checks[0], pictures=(picture,))
    both = replace(
        result("q", "passed", "failed"),
        checks=(with_one, result("q", "passed", "failed").checks[1]),
    )

    assert plates(both) == [Plate("q-a", (picture,))]


def test_pictures_that_checks_attach_are_drawn_on_request_alone(folder, solution):
    (folder / "scale.py").write_bytes(solution["scale.py"])
    assignment = read_assignment(folder)

    (checked,) = check_questions(folder, assignment, assignment.questions[:1])
    (drawn,) = check_questions(folder, assignment, assignment.questions[:1], gallery=Gallery())

    assert not plates(checked)
    assert [plate.name for plate in plates(drawn)] == ["scale-doubles"]
    assert plates(drawn)[0].pictures[0].alt == "A line of slope two."


def test_nothing_that_draws_is_loaded_unless_it_is_asked_for(folder):
    program = (
        "import sys; sys.path.append(sys.argv[1]); from pathlib import Path\n"
        "from checker.console import main; main(Path(sys.argv[1]), ['scale'])\n"
        "print([n for n in ('matplotlib', 'PIL', 'watchfiles') if n in sys.modules])"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program, str(folder)], capture_output=True, text=True, check=True
    )

    assert ended.stdout.splitlines()[-1] == "[]"


def test_that_nothing_can_be_drawn_is_told(folder):
    status, said = check(folder, "scale", "--plot")

    assert status == 1
    assert "scale: there is nothing to be drawn yet. Not started" in said
    assert not (folder / "plots").exists()


def test_saving_belongs_to_plotting(folder):
    assert check(folder, "scale", "--save")[0] == 2


# What is wrong with the folder --------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "estep (1).py",
        "Estep.py",
        "ESTEP.PY",
        "estep.py.txt",
        "estep.txt",
        "estep-2.py",
        "estep1.py",
        "Copy of estep.py",
        "estep - Kopie.py",
        "estep_final.py",
    ],
)
def test_renamed_files_are_recognised(name):
    assert looks_like(name, "estep")


@pytest.mark.parametrize("name", ["estep.py", "test_estep.py", "mstep.py", "estep.md", "steps.py"])
def test_other_files_are_not_taken_for_renamed_ones(name):
    assert not looks_like(name, "estep")


def test_a_renamed_file_is_asked_about(folder):
    (folder / "scale.py").rename(folder / "scale (1).py")

    status, said = check(folder, "scale")

    assert status == 1
    assert 'But there is "scale (1).py": is this your scale.py? Then give it the name' in said


def test_a_download_beside_an_untouched_file_is_asked_about(folder, solution):
    (folder / "scale.py.txt").write_bytes(solution["scale.py"])

    assert 'Beside it there is "scale.py.txt": is this your scale.py?' in check(folder, "scale")[1]
    assert renamed(folder, "summed", there=True) == ""


def test_a_folder_that_was_unpacked_in_part_is_told(folder):
    (folder / "checks" / "test_scale.py").unlink()

    status, said = check(folder)

    assert status == 2
    assert "was unpacked in part" in said and "checks/test_scale.py is missing" in said
    assert missing_parts(folder, read_assignment(folder))


def test_a_module_of_the_checks_that_is_missing_is_told(folder, solution):
    for name, data in solution.items():
        (folder / name).write_bytes(data)
    (folder / "checks" / "some_numbers.py").unlink()

    status, said = check(folder)

    assert status == 1
    assert "Files of the handout may be missing or changed. Unpack the handout again" in said


def test_packages_that_are_not_installed_are_named(folder):
    (folder / "requirements.txt").write_text("numpy==1\nno-such-package==2\n# x\n")

    assert missing_packages(folder) == ["no-such-package"]
    (folder / "scale.py").write_text("import no_such_package\n")
    assert "Not installed: no-such-package. Run: python -m pip install -r" in check(folder)[1]


def test_a_python_that_is_too_old_is_told(folder):
    program = (
        "import sys, runpy\nsys.version_info = (3, 9)\n"
        "runpy.run_path(sys.argv[1], run_name='__main__')"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program, str(folder / "check.py")],
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode == 1
    assert "This needs Python 3.11 or newer" in ended.stderr


def test_a_python_that_is_too_old_can_read_the_program():
    tree = ast.parse(FRONT.read_text("utf-8"))

    too_new = (ast.JoinedStr, ast.AnnAssign, ast.Match, ast.NamedExpr, ast.AsyncFunctionDef)
    assert not [node for node in ast.walk(tree) if isinstance(node, too_new)]


# Watching -----------------------------------------------------------------------------------------


def test_watching_without_a_terminal_is_told(folder):
    status, said = check(folder, "--watch")

    assert status == 2
    assert "--watch needs a terminal" in said


@pytest.fixture(params=[False, True], ids=["events", "polling"])
def saved(request: pytest.FixtureRequest, folder: Path) -> Iterator[queue.Queue[tuple[str, ...]]]:
    told: queue.Queue[tuple[str, ...]] = queue.Queue()
    saves = Saves(folder, told.put, polling=request.param)
    saves.start()
    yield told
    saves.stop()


def test_a_saved_file_is_noticed(folder, saved):
    (folder / "scale.py").write_text("# new\n")

    assert saved.get(timeout=SECONDS) == ("scale.py",)


def test_a_file_put_in_the_place_of_another_is_noticed(folder, saved):
    (folder / "beside.tmp").write_text("# new\n")
    os.replace(folder / "beside.tmp", folder / "scale.py")

    assert saved.get(timeout=SECONDS) == ("scale.py",)


def test_a_file_that_is_gone_is_noticed_and_other_files_are_not(folder, saved):
    (folder / STATE).write_text("{}")
    (folder / "notes.md").write_text("x")
    (folder / "scale.py").unlink()

    assert saved.get(timeout=SECONDS) == ("scale.py",)


def test_what_changes_in_a_file_is_seen(folder):
    before = stamps(folder)
    (folder / "scale.py").write_text("# longer than it was before " * 100)
    (folder / "new.py").write_text("")

    assert changes(before, stamps(folder)) == ("new.py", "scale.py")
    assert changes(before, before) == ()


def test_what_questions_import_is_known_through_their_own_modules():
    files = {
        "scale.py": b"import numpy as np\nfrom helper import two\nimport pack.more\n",
        "helper.py": b"from scipy.linalg import solve\nfrom __future__ import annotations\n",
        "pack/more.py": b"",
        "unused.py": b"import matplotlib\n",
        "broken.py": b"import (",
    }

    assert libraries(files, ["scale", "broken"]) == ["numpy", "scipy.linalg"]


class Checking:
    """A session, and what it tells."""

    def __init__(self, folder: Path) -> None:
        self.events: Events = queue.Queue()
        self.session = Session(folder, read_assignment(folder), self.events)

    def until(self, kind: str) -> Event:
        while True:
            event = self.events.get(timeout=SECONDS)
            if event.kind == kind:
                return event


@pytest.fixture
def checking(folder: Path) -> Iterator[Checking]:
    made = Checking(folder)
    yield made
    made.session.close()


def test_each_run_sees_the_files_as_they_are_then(folder, checking, solution, mistaken):
    (folder / "scale.py").write_bytes(solution["scale.py"])
    checking.session.begin(["scale"])
    first = checking.until("done").result
    checking.until("idle")
    (folder / "scale.py").write_bytes(mistaken("scale_adds_the_factor")["scale.py"])
    checking.session.begin(["scale"])
    second = checking.until("done").result

    assert first is not None and first.complete
    assert second is not None and second.diagnoses and not second.complete


def test_the_first_failure_is_told_while_others_are_running(folder, checking, mistaken):
    (folder / "scale.py").write_bytes(mistaken("scale_adds_the_factor")["scale.py"])
    checking.session.begin(["scale"])

    told = checking.until("bad").result

    assert told is not None and told.checks[-1].outcome == "failed"
    assert len(told.checks) < 3


def test_a_loop_is_stopped_and_said_to_be_one_before_the_other_checks_are_done(folder):
    path = folder / "checks" / "questions.json"
    plain = json.loads(path.read_text("utf-8"))
    plain["limits"]["check_seconds"] = 1.0
    path.write_text(json.dumps(plain), "utf-8")
    (folder / "scale.py").write_text("def scale(x, factor=2.0):\n    while True: pass\n")
    made = Checking(folder)
    made.session.begin(["scale"])

    told = made.until("bad").result
    made.session.close()

    assert told is not None and len(told.checks) == 1
    assert "It did not finish within 1 seconds. Is there a loop" in told.checks[0].found


def test_a_run_that_never_ends_is_stopped_by_the_next_one(folder, checking, solution):
    if not hasattr(os, "mkfifo"):
        pytest.skip("named pipes of POSIX")
    os.mkfifo(folder / "begun")
    (folder / "scale.py").write_text(
        "def scale(x, factor=2.0):\n    open('begun', 'w').close()\n    while True: pass\n"
    )
    checking.session.begin(["scale"])
    (folder / "begun").read_bytes()  # returns when the loop has begun
    (folder / "scale.py").write_bytes(solution["scale.py"])

    checking.session.begin(["scale"])

    done = checking.until("done")
    assert done.run == 2
    assert done.result is not None and done.result.complete


def test_a_worker_that_waits_is_taken_once(folder):
    assignment = read_assignment(folder)
    host = SubprocessHost(assignment.limits, folder)
    ahead = Ahead(host, assignment, lambda: {"scale.py": b"import numpy\n"})
    ahead.prepare()

    workers = [ahead.take(), ahead.take()]

    assert workers[0] is not workers[1]
    assert [worker.end(0.0) for worker in workers] == [None, None]
    ahead.close()


def test_a_worker_that_died_waiting_is_replaced(folder):
    assignment = read_assignment(folder)
    ahead = Ahead(SubprocessHost(assignment.limits, folder), assignment, dict)
    ahead.prepare()
    assert ahead._spare is not None
    ahead._spare.kill()

    worker = ahead.take()

    assert worker.end(0.0) is None
    ahead.close()


class NoSession:
    """Remembers what it was asked to check."""

    run = 1

    def __init__(self) -> None:
        self.asked: list[list[str]] = []

    def begin(self, names: list[str]) -> None:
        self.asked.append(list(names))


@pytest.fixture
def watcher(folder: Path) -> tuple[Watcher, NoSession]:
    session = NoSession()
    return Watcher(folder, read_assignment(folder), session, "scale"), session  # type: ignore[arg-type]


def checked(assignment: Assignment, name: str, outcome: str = "passed") -> Event:
    question = assignment.question(name)
    checks = tuple(
        CheckResult(
            c.name,
            "public",
            c.points * (outcome == "passed"),
            c.points,
            outcome,  # type: ignore[arg-type]
            "" if outcome == "passed" else "wrong",
        )
        for c in question.checks
    )
    return Event("done", name, result=QuestionResult(name, question.title, checks), run=1)


def test_a_saved_question_is_checked_first_and_what_uses_it_afterwards(folder, watcher):
    watched, session = watcher
    assignment = read_assignment(folder)
    watched.begin()
    for name in ("scale", "summed"):
        watched.heed(checked(assignment, name))
    watched.heed(Event("saved", names=("scale.py",)))
    watched.heed(Event("saved", names=("summed.py",)))
    watched.heed(Event("saved", names=("helper.py",)))

    assert session.asked == [["scale", "summed"], ["scale", "summed"], ["summed"], ["summed"]]


def test_keys_lead_to_the_next_question_to_hints_to_a_list_and_out(folder, watcher):
    watched, session = watcher
    assignment = read_assignment(folder)
    watched.heed(checked(assignment, "scale", "failed"))
    watched.heed(Event("key", "h"))
    assert "Hint 1 of 3 for scale" in watched.screen().hint[0]
    watched.heed(Event("key", "l"))
    assert watched.screen().listing and not watched.screen().hint
    watched.heed(Event("key", "N"))
    assert watched.screen().current == "summed" and not watched.screen().listing
    watched.heed(Event("key", "a"))
    assert watched.screen().current == "scale"
    assert session.asked == [["summed"], ["scale", "summed"]]
    watched.heed(Event("key", "q"))
    assert watched.ended


def test_what_comes_late_from_a_run_that_was_stopped_is_not_shown(folder, watcher):
    watched, session = watcher
    session.run = 2

    watched.heed(checked(read_assignment(folder), "scale"))

    assert watched.screen().result is None


def test_that_all_is_passed_is_shown(folder, watcher):
    watched, _ = watcher
    assignment = read_assignment(folder)
    for name in ("scale", "summed"):
        assert not watched.all_passed
        watched.heed(checked(assignment, name))

    console = Console(file=io.StringIO(), width=80, height=24, force_terminal=True)
    lines = compose(console, watched.screen())
    assert any(ALL_PASSED in "".join(s.text for s in line) for line in lines)
