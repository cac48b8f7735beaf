"""Notebooks: made by Otter, run cell by cell in a worker, judged outside of it."""

from __future__ import annotations

import base64
import io
import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from autograder.builder.gate import build
from autograder.builder.handout import cut_stubs, read_solution
from autograder.builder.lab_proof import prove_lab
from autograder.builder.labs import make_lab
from autograder.checker.contract import Limits
from autograder.checker.host import Load, SubprocessHost
from autograder.checker.outcome import CheckResult, QuestionResult
from autograder.errors import BuildError, ConfigurationError, IntakeError
from autograder.grade import read_labs
from autograder.labs.lab import Lab
from autograder.labs.marking import LabMarker
from autograder.labs.matching import place
from autograder.labs.notebook import MAX_CELLS, Cell, read_cells
from autograder.labs.session import Session

MASTER = Path(__file__).with_name("labs") / "numbers.md"
CONTRACT = """
labs:
  cell_seconds: 4
  notebook_seconds: 20
  preload: [numpy, matplotlib.pyplot]
  notebooks:
    numbers: {title: Numbers, needs: [scale]}
report:
  title: Report
  parts: {first: 2, second: 3}
"""
LIMITS = Limits(check_seconds=20.0, question_seconds=120.0)


def with_lab(course: Any) -> Any:
    """Give a copy of the smallest course its lab."""
    course.path("assignment/labs").mkdir()
    shutil.copy(MASTER, course.path("assignment/labs"))
    course.write("grading.yml", course.path("grading.yml").read_text("utf-8") + CONTRACT)
    return course


@pytest.fixture(scope="module")
def lab_course(tmp_path_factory: pytest.TempPathFactory, built: Any) -> Any:
    """Return a built course with a lab, for tests that change nothing in it."""
    root = tmp_path_factory.mktemp("lab") / "scaling"
    course = with_lab(type(built)(Path(shutil.copytree(built.root, root))))
    course.build()
    return course


@pytest.fixture(scope="module")
def lab(lab_course: Any) -> Lab:
    (lab,) = read_labs(lab_course.layout, lab_course.contract)
    return lab


@pytest.fixture(scope="module")
def answers(lab_course: Any) -> dict[str, str]:
    """Return the model answers' cells, by what they are for."""
    cells = read_cells(lab_course.path("dist/otter/numbers.ipynb").read_bytes(), "numbers")
    code = [cell.source for cell in cells if cell.kind == "code"]
    return {
        "total": next(source for source in code if source.startswith("total")),
        "doubled": next(source for source in code if source.startswith("from scale")),
        "picture": next(source for source in code if "subplots" in source),
    }


@pytest.fixture(scope="module")
def handed_out(lab_course: Any) -> bytes:
    return bytes(lab_course.path("student/labs/numbers.ipynb").read_bytes())


def make(course: Any) -> None:
    """Make a course's lab and prove it, without the rest of the build."""
    layout, contract = course.layout, course.contract
    stubs = cut_stubs(read_solution(layout, contract.assignment))
    for plan in contract.labs:
        prove_lab(layout, contract, make_lab(layout, contract, plan, stubs))


def filled_in(notebook: bytes, **answers: str) -> bytes:
    """Return the notebook with answers in place of what students fill in."""
    gaps = {"total": "total = ...", "doubled": "from scale import scale", "picture": "..."}
    gaps |= {"words": "_Type your answer", "check": 'grader.check("total")'}
    plain = json.loads(notebook)
    for name, answer in answers.items():
        (cell,) = [
            c
            for c in plain["cells"]
            if "".join(c["source"]) == gaps[name]
            or (name in ("doubled", "words") and "".join(c["source"]).startswith(gaps[name]))
        ]
        cell["source"] = answer
    return json.dumps(plain).encode()


Marked = Callable[..., QuestionResult]


@pytest.fixture
def mark(lab: Lab, lab_course: Any, solution: Any, tmp_path: Path) -> Marked:
    """Return a function that marks a notebook with the right modules beside it."""

    def marked(notebook: bytes, limits: Limits = LIMITS, **files: str) -> QuestionResult:
        modules = {**solution, **{f"{name}.py": text.encode() for name, text in files.items()}}
        load = Load(modules, lab_course.contract.assignment.functions)
        (tmp_path / "data").exists() or (tmp_path / "data").symlink_to(lab_course.path("data"))

        def session(cells: Sequence[str]) -> Session:
            return Session(SubprocessHost(limits, tmp_path), load, cells, limits, nobody)

        return LabMarker(lab, limits).mark(read_cells(notebook, "numbers.ipynb"), session)

    return marked


def nobody(*_: Any) -> None:
    raise AssertionError("nothing is answered here")


def by_name(result: QuestionResult) -> dict[str, CheckResult]:
    return {check.name: check for check in result.checks}


# What is built ------------------------------------------------------------------------------------


def test_tasks_have_the_points_tests_and_rubrics_of_the_master(lab):
    total, doubled, picture = lab.tasks

    assert [(c.name, c.points, c.visibility) for c in total.cases] == [
        ("is_a_number", 1.0, "public"),
        ("is_the_sum", 2.0, "hidden"),
    ]
    assert (doubled.points, doubled.title) == (2.0, "A function")
    assert picture.written and picture.points == 2.0
    assert picture.answer.startswith("The third is the largest")
    assert picture.rubric.splitlines() == [
        "- 1: a picture with labelled axes",
        "- 1: the third number is named",
    ]


def test_students_get_no_answer_no_hidden_test_and_no_rubric(handed_out):
    text = handed_out.decode()

    assert "total = ..." in text and "test_is_a_number" in text
    for secret in ("numbers.sum", "np.ones(1)", "subplots", "largest: $", "Rubric", "2.75"):
        assert secret not in text, secret
    assert "test_is_the_sum" not in text and "test_three_factors" not in text


def test_the_notebook_is_the_same_in_every_build(lab_course, handed_out):
    again = build(lab_course.layout, lab_course.contract, lambda _: None)

    assert again.handout["labs/numbers.ipynb"] == handed_out
    assert again.dist["otter/numbers.zip"] == lab_course.path("dist/otter/numbers.zip").read_bytes()


@pytest.mark.parametrize(
    ("old", "new", "error", "said"),
    [
        ("total = float(numbers.sum()) #", "total = 3.0 #", BuildError, "does not pass total.is_t"),
        (
            'assert np.allclose(answer, [2.0, -4.0]), f"doubled([1, -2]) is {answer}"',
            "assert np.pi > 3",
            BuildError,
            "as it is handed out passes doubled.doubles",
        ),
        (
            '"total is not the sum of the numbers in the file"',
            'f"{total} is not 2.75"',
            BuildError,
            "needs a message of plain text",
        ),
        ("- 1: the third number", "- 2: the third number", ConfigurationError, "sum to 3"),
        ("name: doubled", "name: total", ConfigurationError, "total is there twice"),
        ('    """The total is one number."""\n', "", ConfigurationError, "needs a docstring"),
    ],
)
def test_a_master_that_is_not_right_is_refused_with_the_reason(course, old, new, error, said):
    course = with_lab(course)
    course.edit("assignment/labs/numbers.md", old, new)

    with pytest.raises(error, match=said):
        make(course)


def test_an_answer_that_otter_leaves_in_the_notebook_is_found(course):
    course = with_lab(course)
    course.edit("assignment/labs/numbers.md", "numbers.sum()) # SOLUTION", "sum(numbers))")

    with pytest.raises(BuildError, match="as it is handed out passes total"):
        make(course)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("numbers: {title: N, needs: [other]}", "other is not a question"),
        ("scale: {title: N}", "means something else already"),
        ("missing: {title: N}", "there is no assignment/labs/missing.md"),
    ],
)
def test_a_contract_that_names_no_such_lab_is_refused(course, text, said):
    course = with_lab(course)
    course.edit("grading.yml", "numbers: {title: Numbers, needs: [scale]}", text)

    with pytest.raises(ConfigurationError, match=said):
        _ = course.contract


# What is read -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [b"", b"{}", b"[]", b'{"cells": 3}', b"\xff\xfe", b"[" * 100_000, b'{"cells": null}', b"NaN"],
)
def test_what_is_no_notebook_is_refused(data):
    with pytest.raises(IntakeError, match="is not a notebook"):
        read_cells(data, "n.ipynb")


def test_only_cells_of_code_and_markdown_are_read_and_not_too_many():
    cells: list[Any] = [{"cell_type": "code", "source": ["a\n", "b", 3], "id": "x"}]
    cells += [{"cell_type": "raw", "source": "r"}, 7, {"cell_type": "code", "source": {}}]
    cells += [{"cell_type": "markdown", "source": "m", "id": 5}] * (2 * MAX_CELLS)

    read = read_cells(b"\xef\xbb\xbf" + json.dumps({"cells": cells}).encode(), "n.ipynb")

    assert read[0] == Cell("x", "code", "a\nb")
    assert read[1] == Cell("", "markdown", "m")
    assert len(read) == MAX_CELLS - 3


def test_cells_are_matched_by_id_or_text_and_new_ones_belong_to_the_task_before(lab, handed_out):
    cells = list(read_cells(handed_out, "n"))
    new_ids = [replace(cell, id="") for cell in cells]
    at = next(i for i, cell in enumerate(new_ids) if cell.source.startswith("### A function"))
    new_ids.insert(at + 1, Cell("", "code", "helper = 1"))

    for kept in (cells, new_ids):
        tasks = [placed.task for placed in place(kept, lab.cells) if placed.task]
        assert list(dict.fromkeys(tasks)) == ["total", "doubled", "picture"]
    placed = place(new_ids, lab.cells)
    assert [(p.cell.source, p.task) for p in placed if p.changed] == [("helper = 1", "doubled")]


# What is marked -----------------------------------------------------------------------------------


def test_model_answers_have_everything_that_tests_can_give(mark, handed_out, answers):
    result = mark(filled_in(handed_out, **answers, words="The third."))

    assert result.points == 5.0
    assert [c.reason for c in result.checks] == ["", "", "", "", "by_hand"]
    assert [(p.kind, p.text) for p in result.checks[-1].answer if p.kind != "printed"] == [
        ("markdown", "The third."),
        ("code", answers["picture"]),
    ]


def test_a_notebook_as_it_was_handed_out_is_not_started(mark, handed_out):
    result = mark(handed_out)

    assert result.not_started and result.points == 0


def test_a_missing_answer_costs_what_it_is_worth(mark, handed_out, answers):
    result = mark(filled_in(handed_out, doubled=answers["doubled"]))

    assert result.points == 2.0
    assert {c.reason for c in result.checks if c.name.startswith("total")} == {"not_started"}


def test_a_wrong_value_is_told_without_what_is_due(mark, handed_out, answers):
    checks = by_name(mark(filled_in(handed_out, **{**answers, "total": "total = 3.0"})))

    assert checks["total.is_a_number"].outcome == "passed"
    assert checks["total.is_the_sum"].found == "total is not the sum of the numbers in the file"
    assert checks["doubled.doubles"].outcome == "passed"


@pytest.mark.parametrize(
    ("total", "reason", "said"),
    [
        ("totl = 2.75", "no_value", "There is no `total`."),
        ("total = 2.75 / 0", "no_value", "ZeroDivisionError: float division by zero"),
        ("total = {1, 2}", "form", "`total` is a set"),
        ("total = np.zeros(10**6)", "form", "more than 4 MiB"),
        ("total = 'x' * 3", "wrong", "total is 'xxx'"),
        ("total = (", "no_value", "SyntaxError"),
        ("import sys; sys.exit()", "no_value", "ended Python"),
        ("raise NotImplementedError", "no_value", "There is no `total`."),
    ],
)
def test_what_is_no_value_is_told_as_what_it_is(mark, handed_out, answers, total, reason, said):
    checks = by_name(mark(filled_in(handed_out, **{**answers, "total": total})))

    assert checks["total.is_a_number"].reason == reason
    assert said in checks["total.is_a_number"].found
    assert checks["total.is_the_sum"].points == 0
    assert checks["doubled.doubles"].outcome == "passed"


def test_the_place_of_an_error_is_told(mark, handed_out, answers):
    checks = by_name(mark(filled_in(handed_out, **{**answers, "total": "a = 1\nb = a.nothing"})))

    assert checks["total.is_a_number"].place == "cell 4, line 2: b = a.nothing"


@pytest.mark.parametrize(
    "bad", ["while True: pass", "import os; os._exit(3)", "import os; os.abort()"]
)
def test_a_cell_that_ends_its_process_costs_what_depends_on_it(mark, handed_out, answers, bad):
    limits = replace(LIMITS, check_seconds=2.0)
    notebook = filled_in(handed_out, **{**answers, "total": bad})

    checks = by_name(mark(notebook, limits))

    assert checks["total.is_a_number"].points == checks["total.is_the_sum"].points == 0
    assert checks["doubled.doubles"].outcome == "passed"
    assert checks["picture"].reason == "by_hand"
    assert checks["picture"].pictures


def test_a_function_that_never_returns_costs_the_test_that_calls_it(mark, handed_out, answers):
    endless = "def doubled(values):\n    while True:\n        pass\n\n\n"
    endless += "factors = {'half': 0.5, 'a': 1, 'b': 2}"
    limits = replace(LIMITS, check_seconds=2.0)

    checks = by_name(mark(filled_in(handed_out, **{**answers, "doubled": endless}), limits))

    assert checks["doubled.doubles"].reason == "time"
    assert checks["doubled.three_factors"].outcome == "passed"
    assert checks["total.is_the_sum"].outcome == "passed"


def test_when_the_notebooks_time_is_over_the_rest_is_not_run(mark, handed_out, answers):
    endless = {**answers, "total": "while True: pass"}
    limits = replace(LIMITS, check_seconds=2.0, question_seconds=2.0)

    checks = by_name(mark(filled_in(handed_out, **endless), limits))

    assert checks["doubled.doubles"].reason == "no_time_left"


def test_what_notebooks_understand_and_python_does_not_is_no_error(mark, handed_out, answers):
    magic = "%matplotlib inline\n!ls\n%%time\ntotal = float(numbers.sum())\ntotal"

    assert by_name(mark(filled_in(handed_out, total=magic)))["total.is_the_sum"].outcome == "passed"
    timed = "%%time\ntotal = float(numbers.sum())\ndisplay(total)"
    assert by_name(mark(filled_in(handed_out, total=timed)))["total.is_the_sum"].outcome == "passed"


def test_figures_are_kept_with_their_own_words_for_those_who_do_not_see_them(
    mark, handed_out, answers
):
    result = mark(filled_in(handed_out, **answers))

    (picture,) = by_name(result)["picture"].pictures
    image = Image.open(io.BytesIO(base64.b64decode(picture.png)))
    assert picture.alt == "Four numbers from a file; axes row and value (m)"
    assert min(image.size) > 200 and len(image.getcolors(1 << 20) or ()) > 10


def test_a_task_whose_check_was_deleted_is_tested_at_the_end(mark, handed_out, answers):
    result = mark(filled_in(handed_out, **answers, check="total = total + 0"))

    assert by_name(result)["total.is_the_sum"].outcome == "passed"


def test_a_task_is_tested_where_it_is_checked_and_not_by_what_comes_later(
    mark, handed_out, answers
):
    later = answers["doubled"] + "\ntotal = None\nnumbers = None"

    checks = by_name(mark(filled_in(handed_out, total=answers["total"], doubled=later)))

    assert checks["total.is_the_sum"].outcome == "passed"


@pytest.mark.parametrize(
    "trick",
    [
        "import builtins; builtins.abs = lambda x: 0\ntotal = 1.0",
        "class Same(float):\n    def __sub__(self, o): return 0\n    __eq__ = lambda s, o: True\n"
        "total = Same(1)",
        "import numpy.testing, otter\notter.test_files = None\ngrader.check = print\ntotal = 1.0",
        "import json, sys\nfor name in list(sys.modules):\n    pass\n"
        "open('results.json', 'w').write('{}')\ntotal = 1.0",
        "total = type('T', (), {'__eq__': lambda *a: True, '__abs__': lambda s: 0})()",
    ],
)
def test_tricks_that_beat_tests_in_the_same_process_gain_nothing(mark, handed_out, answers, trick):
    checks = by_name(mark(filled_in(handed_out, **{**answers, "total": trick})))

    assert checks["total.is_the_sum"].points == 0
    assert checks["doubled.doubles"].outcome == "passed"
    assert checks["doubled.three_factors"].outcome == "passed"


# Graded as all else is ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def graded(
    lab_course: Any,
    handed_out: bytes,
    answers: dict[str, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[Path, dict[str, dict[str, Any]]]:
    """Grade a class of its own; return the results' folder and the records by name."""
    from autograder import cli

    root = tmp_path_factory.mktemp("class")
    right = filled_in(handed_out, **answers, words="The third, as $4 > 1$.")
    wrong_scale = (lab_course.path("solution/scale.py").read_text()).replace("* factor", "+ factor")
    modules = {p.name: p.read_bytes() for p in lab_course.path("solution").glob("*.py")}
    classes: dict[str, Mapping[str, bytes]] = {
        "all": {**modules, "labs/numbers.ipynb": right, "report.md": b"# I\n\n<script>x</script>"},
        "lab-alone": {"numbers.ipynb": right},
        "wrong-module": {**modules, "scale.py": wrong_scale.encode(), "numbers.ipynb": right},
        "damaged": {**modules, "numbers.ipynb": b"{"},
        "paper": {**modules, "report.pdf": b"%PDF-1.7"},
    }
    for name, files in classes.items():
        for path, data in files.items():
            place = root / "in" / name / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)
    command = ["grade", str(root / "in"), "--out", str(root / "out")]
    with pytest.raises(SystemExit) as ended:
        cli.main([*command, "--course", str(lab_course.root)])
    assert not ended.value.code
    records = {
        name: json.loads((root / "out" / name / "record.json").read_text()) for name in classes
    }
    return root / "out", records


def lab_points(record: Mapping[str, Any]) -> float:
    (lab,) = [q for q in record["questions"] if q["name"] == "numbers"]
    return sum(check["points"] for check in lab["checks"])


def test_a_submission_may_have_modules_notebook_and_report_or_some_of_them(graded):
    _, records = graded

    assert lab_points(records["all"]) == 5.0
    assert lab_points(records["damaged"]) == 0.0
    reasons = {c["reason"] for c in records["paper"]["questions"][2]["checks"]}
    assert reasons == {"missing"}


def test_a_bug_in_a_module_is_not_charged_in_the_notebook_again(graded):
    _, records = graded

    assert lab_points(records["wrong-module"]) == 5.0
    assert records["wrong-module"]["questions"][2]["helped_by"] == ["scale"]
    assert lab_points(records["lab-alone"]) == 5.0


def test_a_report_that_no_page_can_show_lies_beside_the_feedback(graded):
    out, records = graded

    assert (out / "paper" / "report.pdf").read_bytes() == b"%PDF-1.7"
    report = records["paper"]["questions"][3]
    assert [check["reason"] for check in report["checks"]] == ["by_hand", "by_hand"]


# Marks by hand ------------------------------------------------------------------------------------


@pytest.fixture
def results(graded: Any, tmp_path: Path) -> Path:
    return Path(shutil.copytree(graded[0], tmp_path / "results"))


def test_written_answers_are_exported_with_pages_that_show_them(autograder, results, lab_course):
    status, said, _ = autograder("manual", results, "--course", lab_course.root)

    table = (results / "marking" / "marks.csv").read_text()
    page = (results / "marking" / "all.html").read_text()
    assert status == 0 and "7 written answers of 4 submissions" in said
    assert table.splitlines()[1] == "all,numbers,picture,,2,,all.html#numbers-picture"
    assert 'id="numbers-picture"' in page and "<math" in page and "data:image/png" in page
    assert "a picture with labelled axes" in page and "The third is the largest" in page
    assert "<script" not in page and "&lt;script&gt;" in page


def test_marks_come_back_into_gradebook_feedback_and_results(autograder, results, lab_course):
    autograder("manual", results, "--course", lab_course.root)
    table = results / "marking" / "marks.csv"
    text = table.read_text().replace("picture,,2,,all", 'picture,1.5,2,"Good, but units?",all')
    table.write_text("\ufeff" + text.replace(",", ";"), "utf-8")  # as a spreadsheet may save it
    table.write_text(text)

    status, said, _ = autograder("manual", results, "--import", table)

    assert status == 0 and "1 marks taken in" in said
    row = next(
        line for line in (results / "gradebook.csv").read_text().splitlines() if line[:4] == "all,"
    )
    assert row.startswith("all,8,3,6.5,0,17.5,graded,2 written answers wait for marks")
    assert "Good, but units?" in (results / "all" / "feedback.html").read_text()
    tests = json.loads((results / "all" / "results.json").read_text())["tests"]
    (picture,) = [test for test in tests if test["name"] == "numbers · Picture"]
    assert (picture["score"], picture["max_score"]) == (1.5, 2)


def test_marks_stay_when_the_submissions_are_graded_again(
    autograder, results, lab_course, graded, tmp_path
):
    autograder("manual", results, "--course", lab_course.root)
    table = results / "marking" / "marks.csv"
    table.write_text(table.read_text().replace("picture,,2", "picture,2,2"))
    autograder("manual", results, "--import", table)
    submissions = graded[0].parent / "in"

    autograder("grade", submissions, "--out", results, "--course", lab_course.root, "--fresh")

    assert "all,8,3,7,0,18," in (results / "gradebook.csv").read_text()


def test_blind_marking_shows_no_name_and_finds_the_way_back(autograder, results, lab_course):
    autograder("manual", results, "--blind", "--course", lab_course.root)

    folder = results / "marking-blind"
    for path in folder.iterdir():
        text = path.name + path.read_text()
        assert not [name for name in ("lab-alone", "wrong-module", "paper") if name in text]
    table = folder / "marks.csv"
    table.write_text(table.read_text().replace("picture,,2", "picture,2,2"))
    status, said, _ = autograder("manual", results, "--import", table)

    assert status == 0 and "3 marks taken in" in said
    assert "all,8,3,7,0,18," in (results / "gradebook.csv").read_text()


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("all,numbers,picture,2.5,2,,", "expected a number from 0 to 2"),
        ("all,numbers,picture,-1,2,,", "expected a number from 0 to 2"),
        ("all,numbers,picture,nan,2,,", "expected a number from 0 to 2"),
        ("nobody,numbers,picture,1,2,,", "there is no submission 'nobody'"),
        ("all,numbers,other,1,2,,", "all has no written answer to numbers, other"),
        ("all,numbers,total,1,2,,", "all has no written answer to numbers, total"),
    ],
)
def test_a_table_that_cannot_be_understood_changes_nothing(autograder, results, row, said):
    table = results / "filled-in.csv"
    head = "submission,question,task,points,of,comment,answer"
    table.write_text(f"{head}\nall,report,first,1,2,good,\n{row}\n")
    before = (results / "gradebook.csv").read_text()

    status, _, complaint = autograder("manual", results, "--import", table)

    assert (status, (results / "gradebook.csv").read_text()) == (2, before)
    assert "line 3" in complaint and said in complaint
    assert not (results / "marks.json").exists()


def test_a_table_without_its_columns_is_refused(autograder, results):
    table = results / "filled-in.csv"
    table.write_text("who,points\nall,1\n")

    status, _, complaint = autograder("manual", results, "--import", table)

    assert status == 2
    assert "the columns submission, question, task, of, comment are missing" in complaint
