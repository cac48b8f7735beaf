"""The sample submissions of the demo, graded as students' work is: each says one thing."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.builder.handout import cut_stubs, read_solution
from autograder.checker.outcome import QuestionResult
from autograder.grading_file import Contract
from autograder.layout import Layout
from autograder.report import FEEDBACK, RESULTS
from autograder.result import SubmissionResult

RIGHT = ("complete", "nested-folder")
UNFINISHED = {
    "untouched": ("estep", "mstep", "loglik", "em1d", "bic", "segment"),
    "half-done": ("em1d", "bic", "segment"),
}
"""Sample: the questions whose stubs it leaves untouched, besides the bonus."""

BONUS = "vbem"
"""Right in one sample, an untouched stub in those that are unfinished, left out of all others."""

MISTAKES = {
    "estep-without-weights": ("estep", "estep_without_weights"),
    "mstep-divides-by-n": ("mstep", "mstep_covariance_divided_by_all_points"),
    "loglik-mean": ("loglik", "loglik_mean"),
    "em1d-standard-deviations": ("em1d", "em1d_standard_deviations"),
    "bic-counts-every-weight": ("bic", "n_parameters_all_weights"),
    "segment-transposed": ("segment", "segment_transposed"),
}
"""Sample: the only question that is wrong, and the known mistake that it is wrong by."""

MISHAPS = {
    "crash": ("mstep", "crash"),
    "endless-loop": ("em1d", "time"),
    "quits": ("bic", "exit"),
    "syntax-error": ("loglik", "import"),
}
"""Sample: the only question that is wrong, and the reason why its checks were not run."""

HELPED = {
    "estep-without-weights": {"loglik": "estep", "em1d": "estep", "segment": "estep"},
    "mstep-divides-by-n": {"loglik": "mstep", "em1d": "mstep", "segment": "mstep"},
    "syntax-error": {"em1d": "loglik", "segment": "loglik"},
}
"""Sample: the questions that call its wrong one, and would have lost marks by that."""

WRONG = {sample: question for sample, (question, _) in (MISTAKES | MISHAPS).items()}


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("samples")


@pytest.fixture(scope="module")
def results(
    grade_real: Callable[[Path, Path], dict[str, SubmissionResult]], real_layout: Layout, out: Path
) -> dict[str, SubmissionResult]:
    """Return every sample's result by its name; the samples' reports are in ``out``."""
    return grade_real(real_layout.samples, out)


def modules(result: SubmissionResult) -> list[QuestionResult]:
    """Return what came of the modules: the samples have no notebooks, and no report."""
    return [question for question in result.questions if question.kind == "module"]


def lost_at(result: SubmissionResult) -> list[str]:
    return [q.name for q in modules(result) if q.points < q.max_points and not q.bonus]


def numbers(text: str) -> set[str]:
    """Return the numbers that are precise enough not to be there by chance."""
    return set(re.findall(r"\d+\.\d{3,}", text))


def test_every_sample_is_graded_and_spoken_of_here(results: dict[str, SubmissionResult]) -> None:
    assert set(results) == {*RIGHT, *UNFINISHED, *WRONG}
    assert {result.status for result in results.values()} == {"graded"}


@pytest.mark.parametrize("sample", RIGHT)
def test_a_right_submission_has_full_marks(
    results: dict[str, SubmissionResult], real_contract: Contract, sample: str
) -> None:
    assert lost_at(results[sample]) == []
    assert results[sample].points == real_contract.assignment.points == 100


def test_bonus_points_come_on_top_and_a_bonus_left_out_costs_nothing(
    results: dict[str, SubmissionResult], real_contract: Contract
) -> None:
    bonus = {name: result.bonus_points for name, result in results.items() if result.bonus_points}
    bonuses = {name: next(q for q in r.questions if q.bonus) for name, r in results.items()}
    started = {name for name, question in bonuses.items() if not question.not_started}

    assert real_contract.assignment.bonus_questions == (BONUS,)
    assert bonus == {"complete": real_contract.assignment.bonus_points} == {"complete": 12}
    assert results["complete"].total == 112
    assert started == {"complete"}
    assert not [note for result in results.values() for note in result.notes if BONUS in note]


def test_files_one_folder_deeper_are_found_and_a_note_says_so(
    results: dict[str, SubmissionResult],
) -> None:
    assert results["complete"].notes == ()
    assert results["nested-folder"].notes == ("its files were found in the folder em-homework",)


@pytest.mark.parametrize("sample", UNFINISHED)
def test_stubs_in_the_samples_are_those_that_are_handed_out(
    real_layout: Layout, real_contract: Contract, sample: str
) -> None:
    stubs = cut_stubs(read_solution(real_layout, real_contract.assignment))

    for question in (*UNFINISHED[sample], BONUS):
        handed_in = real_layout.samples / sample / f"{question}.py"
        assert handed_in.read_bytes() == stubs[handed_in.name], (
            f"copy it from {real_layout.student}"
        )


@pytest.mark.parametrize("sample", UNFINISHED)
def test_unfinished_work_loses_marks_only_where_a_stub_is_untouched(
    results: dict[str, SubmissionResult], sample: str
) -> None:
    result = results[sample]

    assert tuple(lost_at(result)) == UNFINISHED[sample]
    assert all(q.not_started and q.points == 0 for q in modules(result) if q.points < q.max_points)


@pytest.mark.parametrize(("sample", "question"), WRONG.items())
def test_one_wrong_question_costs_marks_there_alone(
    results: dict[str, SubmissionResult], sample: str, question: str
) -> None:
    assert lost_at(results[sample]) == [question]


@pytest.mark.parametrize("sample", [*RIGHT, *UNFINISHED, *WRONG])
def test_right_parts_are_put_in_where_a_wrong_one_is_called_and_nowhere_else(
    results: dict[str, SubmissionResult], sample: str
) -> None:
    helped = {q.name: q.helped_by for q in results[sample].questions if q.helped_by}

    assert helped == {name: (by,) for name, by in HELPED.get(sample, {}).items()}


@pytest.mark.parametrize(("sample", "question", "mistake"), [(s, *m) for s, m in MISTAKES.items()])
def test_a_typical_mistake_is_named_in_its_own_words(
    results: dict[str, SubmissionResult], out: Path, sample: str, question: str, mistake: str
) -> None:
    (named,) = [diagnosis for q in results[sample].questions for diagnosis in q.diagnoses]
    (where,) = [q.name for q in results[sample].questions if q.diagnoses]

    page = html.unescape((out / sample / FEEDBACK).read_text("utf-8"))

    assert (where, named.name) == (question, mistake)
    assert named.message.partition("`")[0].strip() in re.sub(r"\s+", " ", page)


@pytest.mark.parametrize("sample", [*RIGHT, *UNFINISHED, *MISHAPS])
def test_no_mistake_is_named_where_none_is_known(
    results: dict[str, SubmissionResult], sample: str
) -> None:
    assert all(question.diagnoses == () for question in results[sample].questions)


@pytest.mark.parametrize(("sample", "question", "reason"), [(s, *m) for s, m in MISHAPS.items()])
def test_a_mishap_is_told_as_a_check_that_was_not_run(
    results: dict[str, SubmissionResult], sample: str, question: str, reason: str
) -> None:
    (hit,) = [q for q in results[sample].questions if q.name == question]

    short = [check for check in hit.checks if check.outcome != "passed"]

    assert {(check.outcome, check.reason) for check in short} == {("not run", reason)}


@pytest.mark.parametrize("sample", [s for s in MISTAKES if s != "segment-transposed"])
def test_values_of_hidden_checks_are_told_to_nobody(
    results: dict[str, SubmissionResult], out: Path, sample: str
) -> None:
    checks = [check for q in results[sample].questions for check in q.checks]
    secret = {n for c in checks if c.visibility == "hidden" for n in numbers(c.detail)}
    told = {n for c in checks if c.visibility == "public" for n in numbers(f"{c.found} {c.asked}")}

    assert secret - told  # of segments there are none: labels are whole numbers
    for report in (FEEDBACK, RESULTS):
        shown = numbers((out / sample / report).read_text("utf-8"))
        assert not shown & (secret - told)
