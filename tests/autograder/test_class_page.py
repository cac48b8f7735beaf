"""The class page: its figures, its words, and that nobody can put anything into it."""

from __future__ import annotations

import base64
import hashlib
import random
import re
import weakref
from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from autograder.checker.isolation import Isolation
from autograder.checker.outcome import CheckResult, Diagnosis, QuestionResult
from autograder.marks import Mark, write_marks
from autograder.policies import Attempt, Grade, Policies
from autograder.policies.attempts import superseded
from autograder.policies.rules import AttemptsRule
from autograder.report import CLASS_PAGE, ClassPage
from autograder.report.class_figures import (
    LEAST_ON_EACH_SIDE,
    LEAST_TRIED,
    Item,
    correlation,
    histogram,
    items,
    summary,
)
from autograder.report.class_histogram import chart
from autograder.report.class_page import counted, duration, link, percent
from autograder.report.class_rows import Rows
from autograder.result import Adjustment, DecidedQuestion, SubmissionResult, save
from autograder.stored import Results, write_course

from .classes import CHECKS, TITLES, VISIBILITY, a_class
from .test_report import CASES, Page, record


def page_of(results: Iterable[SubmissionResult]) -> str:
    page = ClassPage()
    for result in results:
        page.add(result)
    return page.html()


def words_of(page: str) -> str:
    return " ".join(Page(re.sub(r"<script>.*?</script>", "", page, flags=re.DOTALL)).text)


def check(name: str, reason: str = "", points: float = 1.0, outcome: str = "") -> CheckResult:
    ended = outcome or ("failed" if reason == "wrong" else "not run" if reason else "passed")
    return CheckResult(name, "public", 0.0 if reason else points, points, ended, reason)


def question(*checks: CheckResult, **more: object) -> QuestionResult:
    return QuestionResult("sum", "Adding up", checks, **more)  # type: ignore[arg-type]


def submission(name: str, *questions: QuestionResult, **more: object) -> SubmissionResult:
    result = SubmissionResult(
        *(name, "Sums", "graded", questions, (), Isolation("limits"), VISIBILITY, {}),
    )
    return replace(result, **more)  # type: ignore[arg-type]


def items_of(results: Iterable[SubmissionResult]) -> dict[str, Item]:
    rows = Rows()
    for result in results:
        rows.add(result)
    return {item.key[1]: item for item in items(rows.sorted(), rows)}


# Figures ------------------------------------------------------------------------------------------


def test_marks_are_summed_up_by_mean_median_and_quartiles() -> None:
    spread = summary([7.0, 1.0, 3.0, 9.0, 10.0])

    assert spread is not None
    assert (spread.count, spread.least, spread.most) == (5, 1.0, 10.0)
    assert (spread.mean, spread.median, spread.lower, spread.upper) == (6.0, 7.0, 3.0, 9.0)


def test_one_mark_is_its_own_median_and_no_mark_has_none() -> None:
    spread = summary([4.0])

    assert spread is not None and spread.lower == spread.median == spread.upper == 4.0
    assert summary([]) is None


@pytest.mark.parametrize(
    ("top", "size", "width", "number"),
    [
        (100, 500, 5, 20),
        (100, 20, 10, 10),
        (255, 14, 25, 11),
        (243, 300, 20, 13),
        (11, 30, 1, 11),
        (1, 30, 0.1, 10),
        (10, 200, 0.5, 20),
        (3000, 200, 200, 15),
    ],
)
def test_bins_are_round_and_few_for_any_maximum(
    top: float, size: int, width: float, number: int
) -> None:
    values = [top * i / (size - 1) for i in range(size)]

    bins = histogram(values, top)

    assert len(bins) == number
    assert all(part.end - part.start == pytest.approx(width) for part in bins)
    assert sum(part.count for part in bins) == size
    for part in bins[:-1]:
        # The borders may be off by the last bit of a float.
        assert part.count == sum(part.start - 1e-9 <= v < part.end - 1e-9 for v in values)


def test_full_marks_are_in_the_last_bin_and_marks_on_a_border_in_the_upper_one() -> None:
    bins = histogram([0.0, 1.0, 1.0, 2.0, 10.0, 10.0], 10.0)

    assert [part.count for part in bins] == [1, 2, 1, 0, 0, 0, 0, 0, 0, 2]


def test_the_histogram_of_nothing_to_be_had_is_none() -> None:
    assert histogram([0.0, 0.0], 0.0) == ()
    assert chart([], 10.0, 0.0) is None and chart([0.0], 0.0, 0.0) is None


def test_the_picture_is_true_to_scale_and_says_in_words_what_it_shows() -> None:
    drawn = chart([0.0, 5.0, 5.0, 10.0, 12.0], 10.0, 2.0)

    assert drawn is not None
    heights = {bar.count: bar.height for bar in drawn.bars}
    assert heights[2] == pytest.approx(2 * heights[1], abs=0.02) and heights[0] == 0
    assert {round(bar.y + bar.height, 1) for bar in drawn.bars} == {76.0}
    assert min(bar.y for bar in drawn.bars) > 5  # above the tallest, its number has a place
    assert drawn.median == pytest.approx(100 * 5 / 12, abs=0.01)
    assert drawn.border == pytest.approx(100 * 10 / 12, abs=0.01)
    assert drawn.words == (
        "Marks from 0 to 12, with a median of 5 and the middle half from 5 to 10. "
        "Most, 2, have 5 to 6."
    )


def test_a_check_tells_apart_by_the_correlation_with_the_points_of_all_others() -> None:
    chance = random.Random(3)
    names = [f"c{i}" for i in range(6)]
    passed = np.array([[chance.random() < 0.3 + 0.1 * (k % 5) for _ in names] for k in range(40)])
    class_ = [
        submission(
            f"s{k:02d}",
            question(*(check(n, "wrong" * (not row[i]), 1.0 + i) for i, n in enumerate(names))),
            adjustments=(Adjustment("late", "total", -float(k % 7), ""),),
        )
        for k, row in enumerate(passed)
    ]

    found = items_of(class_)

    points = passed * np.arange(1.0, 7.0)
    for i, name in enumerate(names):
        rest = points.sum(axis=1) - points[:, i]
        assert found[name].discrimination == pytest.approx(np.corrcoef(passed[:, i], rest)[0, 1])
        assert (found[name].passed, found[name].tried) == (passed[:, i].sum(), 40)


def test_only_those_who_tried_and_are_judged_count_in_a_checks_figures() -> None:
    reasons = ["", "", "wrong", "time", "crash", "not_started", "waits", "missing", "by_hand"]
    class_ = [
        submission(f"s{i}", question(check("c", r))) for i, r in enumerate([*reasons, "grader"])
    ]

    (item,) = items_of(class_).values()

    assert (item.passed, item.failed, item.not_run) == (2, 1, 2)
    assert (item.not_tried, item.undecided) == (3, 2)
    assert item.rate == 2 / 5
    assert dict(item.reasons) == dict.fromkeys(
        ["time", "crash", "not_started", "waits", "missing", "by_hand", "grader"], 1
    )


def test_what_a_person_has_marked_is_correlated_by_its_points() -> None:
    given = [0.0, 1.0, 2.0, 3.0, 4.0] * 4
    class_ = [
        submission(
            f"s{i:02d}",
            question(
                replace(check("written", "marked", 4.0, "failed"), points=points),
                check("other", "" if points + i % 3 > 2.5 else "wrong"),
            ),
        )
        for i, points in enumerate(given)
    ]

    item = items_of(class_)["written"]

    rest = [float(points + i % 3 > 2.5) for i, points in enumerate(given)]
    assert item.discrimination == pytest.approx(np.corrcoef(given, rest)[0, 1])
    assert item.marked == 2.0
    assert "mean mark 2 of 4" in words_of(page_of(class_))


def test_a_correlation_that_hangs_on_few_is_not_told() -> None:
    enough, rest = LEAST_ON_EACH_SIDE, np.arange(20.0)
    some = np.array([1.0] * enough + [0.0] * (20 - enough))
    few = np.array([1.0] * (enough - 1) + [0.0] * (21 - enough))

    assert correlation(some, rest) == pytest.approx(np.corrcoef(some, rest)[0, 1])
    assert correlation(few, rest) is None
    assert correlation(rest, np.ones(20)) is None
    assert correlation(np.ones(0), np.ones(0)) is None


def an_item(passed: int, failed: int, discrimination: float | None = None) -> Item:
    return Item(("q", "c"), passed, failed, 0, 0, 0, (), discrimination, None)


@pytest.mark.parametrize(
    ("item", "remarks"),
    [
        (an_item(19, 81, 0.3), ("few pass",)),
        (an_item(20, 80, 0.3), ()),
        (an_item(1, LEAST_TRIED - 2), ()),
        (an_item(0, LEAST_TRIED), ("few pass",)),
        (an_item(50, 50, 0.09), ("does not tell strong from weak",)),
        (an_item(50, 50, 0.1), ()),
        (an_item(50, 50, -0.01), ("those with fewer points pass more often",)),
        (an_item(995, 5, 0.0), ()),
        (an_item(0, 0), ()),
    ],
)
def test_a_check_is_worth_a_look_when_few_pass_or_it_tells_nothing(
    item: Item, remarks: tuple[str, ...]
) -> None:
    assert item.remarks == remarks


def test_that_nearly_all_pass_is_said_but_is_no_reason_to_look() -> None:
    assert an_item(99, 1).nearly_all and not an_item(98, 2).nearly_all
    assert not an_item(LEAST_TRIED - 1, 0).nearly_all


# Words --------------------------------------------------------------------------------------------


def test_the_head_says_how_many_and_what_they_have() -> None:
    class_ = [
        submission("ada", question(check("a"), check("b")), seconds=61.0),
        submission("bob", question(check("a"), check("b", "wrong")), seconds=4.0),
        submission("eve", question(check("a", "not_started"), check("b", "not_started"))),
        submission("joe", question(check("a", "grader"), check("b")), status="partial"),
        submission("zoe", status="failed", notes=("no archive",), isolation=Isolation("none")),
    ]

    words = words_of(page_of(class_))

    assert "5 submissions : 3 graded, 1 graded in part, 1 not graded" in words
    assert "Median 1 Mean 1 Middle half 0.8 to 1.2 To be had 2 Full marks 1 submission" in words
    assert "1 submission could not be graded and is in no figure" in words
    assert "Isolation: limits (4 submissions); none (1 submission)." in words
    assert "Grading took 1 min 5 s in all, the slowest submission 1 min 1 s." in words
    assert "zoe not graded no archive" in words
    assert "joe graded in part sum: could not be run by the grader" in words


def test_mistakes_come_by_frequency_and_one_of_two_is_told_apart() -> None:
    wrong = check("a", "wrong")
    mean = Diagnosis("sum_takes_the_mean", "This is the mean.\n\nDo not `divide`.")
    first = Diagnosis("sum_leaves_out_the_first", "The first is left out.")
    class_ = [
        submission("ada", question(wrong, diagnoses=(mean,))),
        submission("bob", question(wrong, diagnoses=(first,))),
        submission("eve", question(wrong, diagnoses=(first,))),
        submission("joe", question(wrong, diagnoses=(mean, first))),
    ]

    page = page_of(class_)
    words = words_of(page)

    told = words[words.index("Known mistakes") : words.index("Mean of those")]
    leaves_out, takes_mean = (
        told.index("3 submissions Leaves out"),
        told.index("2 submissions Takes"),
    )
    assert leaves_out < takes_mean
    assert "The first is left out. bob eve One of two , this or “Takes the mean”" in told
    assert "This is the mean. Do not divide . ada One of two , this or “Leaves out" in told
    assert 'data-mistakes="sum/sum_takes_the_mean sum/sum_leaves_out_the_first"' in page


def test_a_long_list_of_names_is_folded_and_a_short_one_is_not() -> None:
    known = Diagnosis("sum_x", "It is x.")
    ill = question(check("a", "wrong"), diagnoses=(known,))

    few, many = (page_of(submission(f"s{i:02d}", ill) for i in range(size)) for size in (12, 13))

    assert "<summary>12 names" not in few and "<summary>13 names</summary>" in many
    assert len(Page(many).named("a")) > 13


def test_a_question_says_who_has_not_started_and_who_was_helped() -> None:
    class_ = [
        submission("ada", question(check("a", points=4.0))),
        submission("bob", question(check("a", "wrong", 4.0), helped_by=("other",))),
        submission("eve", question(check("a", "not_started", 4.0))),
        submission("joe", question(check("a", "missing", 4.0))),
    ]

    words = words_of(page_of(class_))

    # mean of ada and bob, full marks, not started, known mistakes, helped
    assert "Worth a look Adding up 2 of 4 1 2 0 1 –" in words
    assert "50 % 1 of 2 – 1 not handed in, 1 not started" in words
    assert "bob 0 0 graded helped at sum" in words


def test_answers_that_wait_for_marks_are_counted_and_lower_no_mean() -> None:
    class_ = [
        submission("ada", question(check("a"), check("b", "by_hand", 3.0))),
        submission("bob", question(check("a"), replace(check("b", "marked", 3.0), points=2.0))),
    ]

    words = words_of(page_of(class_))

    assert "1 written answer of 1 submission waits for marks and counts nothing yet." in words
    assert "Adding up 3 of 4 0 0 0 0 1 –" in words
    assert "1 answer waits for marks" in words


def test_failures_are_told_by_question_and_counted_once_a_submission() -> None:
    both = question(check("a", "time"), check("b", "crash"), check("c", "crash"))
    class_ = [
        submission("ada", both),
        submission("bob", question(check("a", "import"), check("b", "import"))),
        submission("eve", question(check("a"))),
    ]

    words = words_of(page_of(class_))

    # could not be loaded, crashed, out of time, memory, grader's fault
    assert "Adding up 1 1 1 0 0" in words
    assert "sum: crashed; sum: ran out of time" in words and "sum: could not be loaded" in words


def test_bonus_points_are_in_the_total_and_told_apart() -> None:
    extra = replace(question(check("a", points=5.0)), name="extra", title="More", bonus=True)
    page = page_of([submission("ada", question(check("a", points=10.0)), extra)])

    words = words_of(page)

    assert "To be had 10 and 5 bonus" in words and "More bonus 5 of 5" in words
    assert 'class="border"' in page and "extra +5" in words
    assert "ada 10 5 15 graded" in words


def test_marks_of_the_golden_results_are_in_the_table() -> None:
    class_ = [record(case) for case in CASES]

    page = page_of(class_)

    words = words_of(page)
    assert f"{len(CASES)} submissions" in words
    assert "ada 4.5 3 2.5 10 graded" in words
    assert "DETAIL-FOR-THE-INSTRUCTOR" not in page


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [(0, 9, 0), (9, 9, 100), (1, 1000, 1), (999, 1000, 99), (1, 3, 33), (0, 0, 0), (-1, 2, 0)],
)
def test_none_and_all_in_percent_are_said_of_none_and_of_all_only(
    part: int, whole: int, said: int
) -> None:
    assert percent(part, whole) == said


def test_times_and_numbers_are_said_as_people_say_them() -> None:
    times = [duration(s) for s in (0.04, 9.94, 9.96, 59.6, 3599.4, 3600, 9999)]
    assert times == [
        "0.0 s",
        "9.9 s",
        "10 s",
        "1 min 0 s",
        "59 min 59 s",
        "1 h 0 min",
        "2 h 46 min",
    ]
    assert (counted(1, "name"), counted(5000, "name")) == ("1 name", "5,000 names")


# What was decided since ---------------------------------------------------------------------------


def test_points_given_and_taken_since_grading_are_in_the_page() -> None:
    late = Adjustment("late", "total", -2.0, "two days")
    by_hand = Adjustment("override", "sum", 3.0, "by word of mouth")
    untouched = question(check("a", "not_started"), check("b", "not_started", 9.0))
    class_ = [
        submission("ada", question(check("a"), check("b", points=9.0)), adjustments=(late,)),
        submission("bob", DecidedQuestion.of(untouched, by_hand=3.0), adjustments=(by_hand,)),
        submission("eve", DecidedQuestion.of(untouched, by_hand=10.0)),
        submission("joe", status="failed", adjustments=(Adjustment("override", "total", 5.0, ""),)),
    ]

    page = page_of(class_)

    words = words_of(page)
    assert "ada 10 8 graded late (-2 points)" in words
    assert "bob 3 3 graded sum set by hand (+3 points)" in words
    assert "joe 5 failed total set by hand (+5 points)" in words
    assert "Median 6.5" in words and "in no figure" not in words
    assert re.findall(r'data-is="(\w+)"', page) == ["full", "lost", "full"]


def test_what_is_taken_out_of_the_marking_is_nobodys_loss() -> None:
    out = check("b", "dropped", 0.0)
    other = replace(question(replace(out, name="c")), name="other")
    class_ = [
        submission("ada", question(check("a"), out), other),
        submission("bob", question(check("a", "not_started"), out)),
    ]

    page = page_of(class_)

    words = words_of(page)
    assert items_of(class_)["a"].tried == 1 and items_of(class_)["b"].undecided == 2
    assert "B nobody tried – 2 taken out of the marking –" in words
    assert "ada 1 1 graded" in words and "bob – 0 graded" in words
    assert re.findall(r'data-is="(\w+)"', page) == ["full", "none"]


def test_points_set_by_hand_are_correlated_as_what_they_are() -> None:
    given = [0.0, 1.0, 2.0, 3.0, 4.0] * 4
    class_ = [
        submission(
            f"s{i:02d}",
            question(
                replace(check("set", "override", 4.0, "failed"), points=points),
                check("other", "" if points + i % 3 > 2.5 else "wrong"),
            ),
        )
        for i, points in enumerate(given)
    ]

    item = items_of(class_)["set"]

    rest = [float(points + i % 3 > 2.5) for i, points in enumerate(given)]
    assert item.discrimination == pytest.approx(np.corrcoef(given, rest)[0, 1])
    assert item.marked is None  # a program checks it, and people have only overruled that


def test_a_submission_that_counts_for_nobody_is_in_the_table_and_in_no_figure() -> None:
    page = ClassPage()
    for name, reason in (("ada_1", "wrong"), ("ada_2", ""), ("bob", "")):
        page.add(submission(name, question(check("a", reason))))

    words = words_of(page.html({"ada_1": "does not count: ada_2 is later"}, {"ada_1"}))

    assert "3 submissions : 3 graded" in words and "Mean 1 Middle half 1 to 1" in words
    assert "1 submission counts for nobody, since the same people have handed in another" in words
    assert "ada_1 0 0 graded does not count: ada_2 is later" in words
    assert "100 % 2 of 2" in words


def test_the_rule_for_attempts_holds_for_the_page_that_is_written(tmp_path: Path) -> None:
    for name, reason in (("ada_1", "wrong"), ("ada_2", ""), ("bob_1", "")):
        save(submission(name, question(check("a", reason))), tmp_path / name)
    rule = AttemptsRule(keep="best", pattern=r"(?P<student>\w+)_(?P<attempt>\d)")

    write_course(Results(tmp_path, policies=Policies(attempts=rule)))

    words = words_of((tmp_path / CLASS_PAGE).read_text("utf-8"))
    assert "1 submission counts for nobody" in words and "100 % 2 of 2" in words
    assert "ada_1 0 0 graded does not count: ada_2 is better" in words


def test_what_counts_for_one_of_its_people_is_not_superseded() -> None:
    one, two, three, four = (Attempt(name, (), "", "", 1.0, 2.0, 0.0) for name in "1234")
    grades = [
        Grade("ada", two, (one, two)),
        Grade("bob", three, (two, three)),
        Grade("eve", None, (three, four)),
    ]

    assert superseded(grades) == {"1"}
    assert superseded([Grade("ada", one, (one,)), Grade("ada", two, (two,))]) == frozenset()


# What holds for every page ------------------------------------------------------------------------

CLASSES = {
    "none": [],
    "one": [record("half_done")],
    "golden": [record(case) for case in CASES],
    "failed": [record("failed_submission")],
    "not started": [record("not_started")],
    "hostile": [record("hostile_text")],
    "made up": list(a_class(60)),
}


@pytest.mark.parametrize("name", CLASSES)
def test_a_page_is_well_formed_and_asks_for_nothing_outside(name: str) -> None:
    source = page_of(CLASSES[name])
    page = Page(source)

    (script,) = re.findall(r"<script>(.*?)</script>", source, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert page.named("meta")[1]["content"] == (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; "
        "base-uri 'none'; form-action 'none'"
    )
    assert not page.named("link", "img", "iframe", "object", "embed", "form", "base")
    for _, attributes in page.tags:
        assert not any(key.startswith("on") or key == "src" for key in attributes)
        href = attributes.get("href", "#")
        assert href.startswith("#") or re.fullmatch(r"[\w.~%-]+/feedback\.html", href)


@pytest.mark.parametrize("name", CLASSES)
def test_headings_labels_and_links_hold_together(name: str) -> None:
    page = Page(page_of(CLASSES[name]))

    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    links = {a["href"][1:] for a in page.named("a") if a["href"].startswith("#")}
    named = {i for _, a in page.tags for i in a.get("aria-labelledby", "").split()}
    assert links | named <= set(ids)
    rows = sum(a.get("scope") == "col" for a in page.named("th"))
    assert rows and all("scope" in a for a in page.named("th"))


@pytest.mark.parametrize("name", CLASSES)
def test_every_submission_has_a_row_with_a_cell_for_each_column(name: str) -> None:
    page = page_of(CLASSES[name])

    table = page[page.index('id="submissions"') :]
    columns = table[: table.index("</thead>")].count('scope="col"')
    rows = re.findall(r"<tr.*?</tr>", table[table.index("<tbody>") :], re.DOTALL)
    assert len(rows) == len(CLASSES[name])
    assert all(row.count("<td") + row.count("<th") == columns for row in rows)


def test_the_page_does_not_depend_on_the_order_in_which_results_come() -> None:
    class_ = list(a_class(150))
    mixed = random.Random(1).sample(class_, len(class_))

    assert page_of(class_) == page_of(mixed) == page_of(reversed(class_))


def test_nor_does_it_when_results_tell_differently_of_the_same_check() -> None:
    wrong = check("a", "wrong")
    class_ = [
        submission(
            f"s{i}",
            replace(
                question(replace(wrong, asked=told, max_points=points)),
                title=f"Adding {told}",
                diagnoses=(Diagnosis("sum_x", f"It is {told}."),),
            ),
        )
        for i, (told, points) in enumerate([("one", 1.0), ("", 3.0), ("two", 2.0)])
    ]

    assert page_of(class_) == page_of(reversed(class_))


def test_grading_again_changes_nothing_but_times() -> None:
    class_ = list(a_class(40))
    later = [
        replace(
            result,
            seconds=2 * result.seconds,
            questions=tuple(
                replace(q, checks=tuple(replace(c, seconds=3 * c.seconds) for c in q.checks))
                for q in result.questions
            ),
        )
        for result in class_
    ]

    timeless = [
        re.sub("(?s)Grading took [^<]*|<h3>Time</h3>.*?</ol>", "", page_of(results))
        for results in (class_, later)
    ]

    assert timeless[0] == timeless[1] and page_of(class_) != page_of(later)


def test_a_result_that_comes_again_takes_the_place_of_the_first() -> None:
    first, again = (submission("ada", question(check("a", reason))) for reason in ("wrong", ""))

    assert page_of([first, again]) == page_of([again])


def test_results_are_let_go_of() -> None:
    page = ClassPage()
    result = submission("ada", question(check("a")))
    page.add(result)
    gone = weakref.ref(result)

    del result

    assert gone() is None


# Hostile text -------------------------------------------------------------------------------------

NASTY = "\x1b[31m\"'><script>alert(1)</script>{{7*7}}\u202e</td>&\udcff=1"


def test_names_notes_and_messages_stay_text() -> None:
    ill = question(check("a", "wrong"), diagnoses=(Diagnosis("sum_x", NASTY),))
    page = page_of(
        [
            submission(NASTY, ill, notes=(NASTY,)),
            submission("eve", ill, status="failed", notes=(NASTY, NASTY)),
        ]
    )

    words = words_of(page)
    assert page.count("<script>") == page.count("</script>") == 1
    assert words.count("<script>alert(1)</script>{{7*7}}") >= 6 and "49" not in words
    assert not re.search(
        "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", page
    )
    page.encode()


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("ada", "ada/feedback.html"),
        ("zoë [red] #1?", "zo%C3%AB%20%5Bred%5D%20%231%3F/feedback.html"),
        ("javascript:alert(1)", "javascript%3Aalert%281%29/feedback.html"),
        ("//evil.example", "%2F%2Fevil.example/feedback.html"),
        ('a"b%20', "a%22b%2520/feedback.html"),
    ],
)
def test_a_link_leads_to_the_submissions_folder_whatever_its_name(name: str, address: str) -> None:
    assert link(name) == address


def test_endless_notes_are_cut() -> None:
    notes = tuple(f"{i} " + "x" * 1000 for i in range(50))

    words = words_of(page_of([submission("ada", question(check("a")), notes=notes)]))

    assert "and 45 more" in words and "x" * 161 not in words


# Where it comes from ------------------------------------------------------------------------------


def test_grading_and_reporting_write_the_page_and_say_where(
    autograder, built, hand_in, solution, mistaken, tmp_path
):
    folder = hand_in(ada=solution, bob=solution | mistaken("scale_adds_the_factor"))
    out = tmp_path / "out"

    status, said, _ = autograder(
        *("grade", folder, "--out", out, "--course", built.root, "--jobs", 1),
        *("--isolation", "limits"),
    )

    page = (out / CLASS_PAGE).read_text("utf-8")
    assert status == 0 and f"Class page: {out / CLASS_PAGE}" in said
    assert "The factor is added to each number; multiply instead." in page
    (out / CLASS_PAGE).unlink()
    _, said, _ = autograder("report", out)
    assert f"Class page: {out / CLASS_PAGE}" in said
    assert (out / CLASS_PAGE).read_text("utf-8") == page


def test_what_people_have_decided_is_in_the_page(tmp_path: Path) -> None:
    waiting = submission("ada", question(check("a"), check("b", "by_hand", 3.0)))
    save(waiting, tmp_path / "ada")
    write_course(Results(tmp_path), lambda _: None)
    before = words_of((tmp_path / CLASS_PAGE).read_text("utf-8"))

    write_marks({"ada": {"sum/b": Mark(2.0)}}, tmp_path)
    write_course(Results(tmp_path), lambda _: None)

    after = words_of((tmp_path / CLASS_PAGE).read_text("utf-8"))
    assert "wait" in before and "ada 1 1 graded 1 answer waits for marks" in before
    assert "waits for marks and" not in after and "ada 3 3 graded" in after


def test_the_made_up_class_has_something_of_everything() -> None:
    words = words_of(page_of(a_class(500, seed=1)))

    assert "few pass" in words and "those with fewer points pass more often" in words
    assert "One of two" in words and re.search(r" \d graded in part, \d not graded", words)
    assert all(title in words for title in TITLES.values()) and CHECKS == 8
