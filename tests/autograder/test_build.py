"""The build: it proves that everything marks as it should, and only then writes."""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograder.builder.gate import build, compare, write
from autograder.builder.recorder import public_part, settle
from autograder.builder.variants import read_variants
from autograder.checker.contract import Question
from autograder.checker.recordings import (
    RAISED,
    Misconception,
    Recording,
    Recordings,
    call_key,
    load,
)
from autograder.checker.signature import Signature
from autograder.errors import AutograderError, BuildError, ConfigurationError

PUBLIC_TEST = "tests/public/test_scale.py"
HIDDEN_TEST = "tests/hidden/test_scale.py"
MISTAKES = "tests/misconceptions/scale.py"


def make(course: Any) -> Any:
    return build(course.layout, course.contract, lambda _: None)


def refusal(course: Any, kind: type[AutograderError] = BuildError) -> str:
    """Return what the build says when it refuses, having written nothing."""
    before = course.files()
    with pytest.raises(kind) as raised:
        make(course)
    assert course.files() == before
    return str(raised.value)


def append(course: Any, name: str, text: str) -> None:
    course.write(name, course.path(name).read_text("utf-8") + text)


# What is made -------------------------------------------------------------------------------------


def test_the_build_says_what_it_has_proved(course):
    built = make(course)

    assert built.facts == (
        "the solution passes all 8 checks: 11 points",
        "the untouched stubs pass none: 0 of 11 points",
        "each of 5 known mistakes loses marks and is named",
        "each of 1 other right implementations passes all checks",
        f"no line of the solution can be read in the {len(built.handout)} files of the handout",
    )


def test_the_build_says_which_question_it_is_at(course):
    said: list[str] = []

    build(course.layout, course.contract, said.append)

    assert [text.partition(":")[0] for text in said] == ["scale", "summed"]


def test_two_builds_are_the_same_to_the_byte(course, tmp_path):
    other = type(course)(Path(shutil.copytree(course.root, tmp_path / "elsewhere" / "scaling")))

    course.build()
    other.build()

    assert course.files() == other.files()


def test_building_again_changes_nothing(built_copy):
    before = built_copy.files()

    changed = write(make(built_copy), built_copy.layout)

    assert changed == []
    assert built_copy.files() == before


def test_what_is_written_is_told_file_by_file(built_copy):
    built_copy.path("student/scale.py").write_bytes(b"")
    built_copy.path("student/summed.py").unlink()
    built_copy.path("student/stray.py").write_bytes(b"")

    changed = write(make(built_copy), built_copy.layout)

    assert changed == [
        "student/scale.py (changed)",
        "student/stray.py (removed)",
        "student/summed.py (added)",
    ]


def test_the_archive_holds_the_handout(built):
    data = built.path("dist/handout.zip").read_bytes()

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}

    student = built.path("student")
    assert names == {
        path.relative_to(student).as_posix(): path.read_bytes()
        for path in student.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_a_folder_in_the_place_of_a_file_is_told(course):
    course.path("student/scale.py").mkdir(parents=True)
    built = make(course)

    with pytest.raises(ConfigurationError, match=r"scale\.py: a folder is where a file belongs"):
        write(built, course.layout)


# What is recorded ---------------------------------------------------------------------------------


def key(course: Any, function: str, *args: Any) -> str:
    return call_key(course.contract.assignment.signature(function), args, {})


def test_the_solutions_answers_are_recorded_with_those_of_the_mistakes(built):
    recordings = load(built.path("data/expected/scale.json"))

    secret = recordings.calls[key(built, "scale", [11.0, -22.0, 33.0], 4.0)]

    np.testing.assert_array_equal(secret.answer, [44, -88, 132])
    assert set(secret.wrong) == {
        *("scale_adds_the_factor", "scale_always_doubles", "scale_loses_the_sign")
    }
    np.testing.assert_array_equal(secret.wrong["scale_always_doubles"], [22, -44, 66])


def test_of_each_mistake_is_kept_what_it_fails_and_what_the_student_is_told(built):
    known = {m.name: m for m in load(built.path("data/expected/scale.json")).misconceptions}

    always_doubles = known["scale_always_doubles"]
    assert always_doubles.fails == {"other_factors", "large_numbers", "secret_numbers"}
    assert always_doubles.message == "The argument `factor` is never looked at."


def test_students_get_the_recordings_of_public_checks_alone(built):
    whole = load(built.path("data/expected/scale.json"))
    public = load(built.path("student/checks/expected/scale.json"))

    secret = key(built, "scale", [11.0, -22.0, 33.0], 4.0)
    assert public.calls.keys() == whole.calls.keys() - {secret}
    named = {name for known in public.misconceptions for name in known.fails}
    assert named <= {"doubles", "other_factors", "argument_unchanged"}


def test_a_mistake_that_only_hidden_checks_find_is_not_given_to_students(course):
    append(
        course,
        MISTAKES,
        '\n\ndef scale_fails_above_ten(x, factor=2.0):\n    """Secretly told."""\n'
        "    x = np.asarray(x, dtype=float)\n    return np.where(abs(x) > 10, 0, x * factor)\n",
    )

    course.build()

    assert "Secretly told." in course.path("data/expected/scale.json").read_text()
    assert "Secretly told." not in course.path("student/checks/expected/scale.json").read_text()


def test_a_mistake_that_raises_is_recorded_as_such(course):
    append(
        course,
        MISTAKES,
        '\n\ndef scale_counts_the_factors(x, factor=2.0):\n    """There is but one factor."""\n'
        "    return np.zeros(len(x)) if factor == 2.0 else x * len(factor)\n",
    )

    course.build()

    calls = load(course.path("data/expected/scale.json")).calls
    answers = [call.wrong["scale_counts_the_factors"] for call in calls.values()]
    assert RAISED in [answer for answer in answers if isinstance(answer, str)]


def test_a_mistake_may_replace_a_function_inside_a_class(course):
    append(
        course,
        MISTAKES,
        '\n\nclass HalvesInstead:\n    """Halved instead."""\n\n    @staticmethod\n'
        "    def scale(x, factor=2.0):\n        return np.asarray(x, dtype=float) / factor\n",
    )

    course.build()

    known = load(course.path("data/expected/scale.json")).misconceptions
    assert known[-1].name == "HalvesInstead" and "doubles" in known[-1].fails


def test_a_course_may_know_of_no_mistakes(course):
    shutil.rmtree(course.path("tests/misconceptions"))

    assert "each of 0 known mistakes" in make(course).facts[2]


def test_damaged_recordings_are_made_anew(built_copy):
    before = built_copy.files()
    built_copy.write("data/expected/scale.json", "{")

    built_copy.build()

    assert built_copy.files() == before


# What is refused ----------------------------------------------------------------------------------


def test_a_solution_that_fails_a_check_is_refused(course):
    course.edit("solution/scale.py", "* factor\n", "* factor * 1.001\n")

    said = refusal(course)

    assert said.startswith("solution/scale.py does not score 100 %:\n  large_numbers: ")


def test_a_solution_that_raises_is_refused_with_its_line(course):
    course.edit("solution/summed.py", "return float(", "return flaot(")

    said = refusal(course)

    assert "solution/summed.py does not score 100 %" in said
    assert "NameError" in said and "summed.py, line 10" in said


def test_a_solution_that_uses_what_is_unavailable_is_refused(course):
    course.edit(
        "solution/summed.py", "import numpy as np\n", "import numpy as np\nimport statistics\n"
    )

    assert "statistics may not be used in this assignment" in refusal(course)


def test_a_check_that_passes_without_calling_the_submission_is_refused(course):
    append(course, PUBLIC_TEST, '\n\ndef test_for_free(submission):\n    """Nothing is asked."""\n')
    course.edit("grading.yml", "doubles: 1,", "doubles: 1, for_free: 5,")

    said = refusal(course)

    assert "the untouched stub of scale gets 5 points at for_free" in said
    assert "must call the submission before anything can pass" in said


def test_a_check_that_catches_the_stubs_exception_is_refused(course):
    append(
        course,
        PUBLIC_TEST,
        '\n\ndef test_raises(submission):\n    """Something must go wrong."""\n'
        "    with pytest.raises(Exception):\n        submission.scale()\n",
    )
    course.edit("grading.yml", "doubles: 1,", "doubles: 1, raises: 1,")

    assert "stub of scale gets 1 points at raises" in refusal(course)


def test_a_stub_that_is_not_a_stub_is_refused(course):
    course.edit("solution/scale.py", "    # BEGIN SOLUTION\n    return", "    return")
    course.edit("solution/scale.py", "* factor\n    # END SOLUTION", "* factor")
    course.edit("solution/scale.py", "# BEGIN SOLUTION\ndef _as", "def _as")
    course.edit("solution/scale.py", "# END SOLUTION\n", "# BEGIN SOLUTION\n# END SOLUTION\n")

    assert "the untouched stub of scale gets" in refusal(course)


def test_a_hidden_check_whose_message_could_tell_is_refused(course):
    course.edit(HIDDEN_TEST, '"no number is zero here"', 'f"{y} has a zero"')

    assert "test_scale.py, line 16: an assertion of a hidden check needs" in refusal(course)


def test_a_line_of_the_solution_in_given_code_is_refused(course):
    append(
        course,
        "assignment/given/halves.py",
        "\n\ndef again(x, factor):\n    return _as_floating_point_numbers(x) * factor\n",
    )

    said = refusal(course)

    assert said.startswith("solution/scale.py, line 19: this line of the solution can be read in ")
    assert "halves.py of the handout" in said


def test_a_mistake_that_loses_no_marks_is_refused(course):
    append(
        course,
        MISTAKES,
        '\n\ndef scale_is_right(x, factor=2.0):\n    """Nothing is wrong."""\n'
        "    return np.multiply(x, factor)\n",
    )

    said = refusal(course)

    assert "tests/misconceptions/scale.py: scale_is_right loses no marks" in said
    assert "it is right and belongs into tests/alternatives, or a check is missing" in said


def test_all_mistakes_that_would_not_be_named_are_told_at_once(course):
    for name in ("one", "other"):
        append(
            course,
            MISTAKES,
            f'\n\ndef scale_{name}(x, factor=2.0):\n    """Nothing is wrong."""\n'
            "    return np.multiply(x, factor)\n",
        )

    said = refusal(course)

    assert "scale_one loses no marks" in said
    assert "scale_other loses no marks" in said


def test_an_exception_alone_does_not_tell_which_mistake_it_is(course):
    append(
        course,
        MISTAKES,
        '\n\ndef scale_raises(x, factor=2.0):\n    """It always raises."""\n    raise ValueError\n',
    )

    assert "scale_raises would not be named; its answers are taken for: nothing" in refusal(course)


def test_an_alternative_that_does_not_pass_is_refused(course):
    append(
        course,
        "tests/alternatives/scale.py",
        '\n\ndef scale_alike(x, factor=2.0):\n    """Nearly."""\n    return [n * 2 for n in x]\n',
    )

    said = refusal(course)

    assert "tests/alternatives/scale.py: scale_alike is right, but does not pass" in said
    assert "scale_number_by_number" not in said


def test_mistakes_that_cannot_be_told_apart_are_refused(course):
    for name in ("one", "other"):
        append(
            course,
            MISTAKES,
            f'\n\ndef scale_{name}(x, factor=2.0):\n    """Same as the other."""\n'
            "    return np.zeros(len(x))\n",
        )

    said = refusal(course)

    assert "scale_one would not be named; its answers are taken for: scale_one, scale_other" in said


def test_mistakes_that_show_in_no_recorded_answer_must_differ_in_the_checks_they_fail(course):
    append(
        course,
        MISTAKES,
        '\n\ndef scale_overwrites_x_too(x, factor=2.0):\n    """Written over the argument."""\n'
        "    return scale_overwrites_x(x, factor)\n",
    )

    said = refusal(course)

    assert "taken for: scale_overwrites_x, scale_overwrites_x_too" in said
    assert "It fails argument_unchanged." in said


@pytest.mark.parametrize(
    ("body", "ends_in"),
    [("exit()", "(exit)"), ("raise NotImplementedError", "(not_started)"), ("1 +", "line")],
)
def test_a_mistake_that_gives_no_answer_is_refused(course, body, ends_in):
    append(
        course,
        MISTAKES,
        f'\n\ndef scale_ends(x, factor=2.0):\n    """No answer."""\n    {body}\n',
    )

    kind = ConfigurationError if ends_in == "line" else BuildError
    said = refusal(course, kind)

    assert "scale.py" in said and ends_in in said


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("solution/scale.py", "def scale(x):\n    return x\n", "no # BEGIN SOLUTION anywhere"),
        ("solution/stray.py", "x = 1\n", "solution/stray.py is no question"),
        ("assignment/handout.md", "# No table\n", "expected the line <!-- questions --> once"),
        ("constraints.txt", "numpy==1\n", "has no version in constraints.txt"),
    ],
)
def test_a_source_that_is_not_as_it_must_be_is_refused(course, name, content, said):
    course.write(name, content)

    assert said in refusal(course, ConfigurationError)


# Variants as they are read ------------------------------------------------------------------------

QUESTION = Question(
    "q",
    "Q",
    (),
    tuple(Signature.parse(f"{name}(x) -> y float") for name in ("f", "f_long", "g")),
    *(1e-6, 1e-9, ()),
)


def variants(tmp_path: Path, source: str) -> list[tuple[str, str, dict[str, str]]]:
    (tmp_path / "q.py").write_text(source)
    return [(v.name, v.text, v.replaces) for v in read_variants(tmp_path, QUESTION)]


def test_a_variant_is_named_after_the_function_that_it_replaces(tmp_path):
    source = '''
import os
CONSTANT = 1
def _helper(): pass
def f_wrong(x):
    """First line,
    second   line."""
def f_long_wrong(x): "Said."
class Both:
    """Two at once."""
    def f(x): pass
    def other(x): pass
    def g(x): pass
class _Private: pass
'''

    assert variants(tmp_path, source) == [
        ("f_wrong", "First line, second line.", {"f": "f_wrong"}),
        ("f_long_wrong", "Said.", {"f_long": "f_long_wrong"}),
        ("Both", "Two at once.", {"f": "Both.f", "g": "Both.g"}),
    ]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("def f_wrong(x): pass", "q.py, line 1: f_wrong needs a docstring"),
        ('\ndef h_wrong(x): "Said."', "q.py, line 2: h_wrong replaces none of f_long, f, g"),
        ('def f(x): "Said."', "q.py, line 1: f replaces none of"),
        ('class C:\n    "Said."\n    def h(x): pass', "q.py, line 1: C replaces none of"),
        ("def f_wrong(:", "q.py, line 1: "),
        ('def f_w(x): "A."\ndef f_w(x): "B."', "q.py, line 2: f_w is defined a second time"),
    ],
)
def test_what_is_no_variant_is_refused_with_its_line(tmp_path, source, said):
    with pytest.raises(ConfigurationError) as raised:
        variants(tmp_path, source)

    assert said in str(raised.value)


def test_no_file_is_no_variants(tmp_path):
    assert read_variants(tmp_path, QUESTION) == []


# Last bits ----------------------------------------------------------------------------------------


def recorded(answer: Any, wrong: Any = None, name: str = "m") -> Recordings:
    known = Misconception(name, "Said.", frozenset({"a"}))
    wrongs = {} if wrong is None else {name: wrong}
    return Recordings({"k": Recording("f", answer, wrongs)}, (known,))


@pytest.mark.parametrize(
    ("fresh", "committed", "kept"),
    [
        (recorded(1.0 + 1e-12), recorded(1.0), True),
        (recorded(1.1), recorded(1.0), False),
        (recorded(1.0 + 1e-12, 2.0), recorded(1.0, 2.0 + 1e-12), True),
        (recorded(1.0 + 1e-12, 2.1), recorded(1.0, 2.0), False),
        (recorded(1.0 + 1e-12, 2.0), recorded(1.0), False),
        (recorded(1.0 + 1e-12, RAISED), recorded(1.0, RAISED), True),
        (recorded(1.0 + 1e-12, RAISED), recorded(1.0, 2.0), False),
        (recorded((1.0 + 1e-12, np.ones(2))), recorded((1.0, np.ones(2))), True),
        (recorded(1.0), Recordings(), False),
    ],
)
def test_a_recording_that_differs_by_rounding_alone_is_kept_as_it_was(fresh, committed, kept):
    settled = settle(fresh, committed, QUESTION)

    assert settled.calls["k"] is (committed if kept else fresh).calls["k"]
    assert settled.misconceptions == fresh.misconceptions


def test_recordings_that_are_no_longer_asked_for_are_dropped():
    assert settle(Recordings(), recorded(1.0), QUESTION).calls == {}


def test_on_another_processor_the_build_makes_the_same_files(built_copy):
    path = built_copy.path("data/expected/scale.json")
    plain = json.loads(path.read_text())
    for call in plain["calls"].values():
        call["answer"]["values"] = [value * (1 + 1e-15) for value in call["answer"]["values"]]
    built_copy.write("data/expected/scale.json", json.dumps(plain))
    built_copy.build()  # as if these had been committed from there

    compare(make(built_copy), built_copy.layout)

    first = next(iter(plain["calls"].values()))["answer"]["values"]
    assert str(first[0]) in path.read_text()


# Comparing with what is committed -----------------------------------------------------------------


def test_what_was_built_is_what_the_build_makes(built):
    compare(make(built), built.layout)


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("student/scale.py", "differs"),
        ("student/checker/worker.py", "differs"),
        ("student/data/numbers.csv", "differs"),
        ("student/requirements.txt", "is missing"),
        ("student/extra.py", "is not generated"),
        ("student/deep/extra.txt", "is not generated"),
        ("data/expected/scale.json", "differs"),
        ("data/expected/summed.json", "is missing"),
        ("data/expected/old.json", "is not generated"),
    ],
)
def test_any_difference_is_told_by_file(built_copy, name, state):
    path = built_copy.path(name)
    if state == "is missing":
        path.unlink()
    else:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes((path.read_bytes() if path.exists() else b"") + b"\n")
    built = make(built_copy)
    before = built_copy.files()

    with pytest.raises(BuildError) as raised:
        compare(built, built_copy.layout)

    said = str(raised.value).splitlines()
    assert said[:2] == ["1 generated files are not what the build makes:", f"  {name} {state}"]
    assert "autograder build" in said[2]
    assert built_copy.files() == before


def test_a_changed_line_of_the_solution_shows_in_what_was_generated_from_it(built_copy):
    built_copy.edit("solution/scale.py", "Return every number", "Return each number")
    built_copy.edit("tests/public/test_summed.py", "Twice one", "Two times one")

    with pytest.raises(BuildError) as raised:
        compare(make(built_copy), built_copy.layout)

    assert "student/scale.py differs" in str(raised.value)
    assert "student/checks/test_summed.py differs" in str(raised.value)


def test_a_changed_line_that_changes_no_answer_shows_too(built_copy):
    built_copy.edit(
        "solution/scale.py", "    # END SOLUTION", "    # that was all\n    # END SOLUTION"
    )

    with pytest.raises(BuildError, match=r"data/expected/scale\.json differs"):
        compare(make(built_copy), built_copy.layout)


def test_what_python_leaves_behind_is_no_difference(built_copy):
    cache = built_copy.path("student/checker/__pycache__")
    cache.mkdir(exist_ok=True)
    (cache / "x.pyc").write_bytes(b"")

    compare(make(built_copy), built_copy.layout)


def test_a_mistake_that_hidden_calls_alone_would_tell_is_not_in_the_handout():
    def call(*wrong: str) -> Recording:
        return Recording("f", 0.0, dict.fromkeys(wrong, 1.0))

    known = tuple(Misconception(n, n, frozenset({"a"})) for n in ("shown", "veiled", "silent"))
    recordings = Recordings({"x": call("shown"), "y": call("shown", "veiled")}, known)

    handed_out = public_part(recordings, {"a"}, {"a": {"x"}, "b": {"y"}}, QUESTION)

    assert [m.name for m in handed_out.misconceptions] == ["shown", "silent"]
    assert handed_out.calls == {"x": call("shown")}


def test_of_mistakes_that_hidden_checks_alone_tell_apart_students_have_the_shorter_text():
    known = (
        Misconception("both", "The sign is wrong. And it overflows.", frozenset({"a", "b"})),
        Misconception("one", "The sign is wrong.", frozenset({"a"})),
        Misconception("other", "The factor is wrong.", frozenset({"a"})),
    )
    wrong = {"one": 1.0, "both": 1.0 + 1e-12, "other": 1.0}
    recordings = Recordings({"x": Recording("f", 0.0, wrong)}, known)

    handed_out = public_part(recordings, {"a"}, {"a": {"x"}}, QUESTION)

    assert [m.name for m in handed_out.misconceptions] == ["one", "other"]
    assert set(handed_out.calls["x"].wrong) == {"one", "other"}
