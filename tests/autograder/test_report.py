"""What the reports say, against golden results: see ``golden/README.md``."""

import csv
import io
import json
import os
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from autograder.checker.isolation import Isolation
from autograder.checker.outcome import Diagnosis
from autograder.policies.decided import decided, read_decisions
from autograder.report import (
    FEEDBACK,
    RESULTS,
    feedback_html,
    gradebook_csv,
    render_all,
    results_json,
)
from autograder.report.wording import clean, listed, number, shortened
from autograder.result import RECORD, SubmissionResult, load

GOLDEN = Path(__file__).with_name("golden")
CASES = sorted(path.parent.name for path in GOLDEN.glob(f"*/{RECORD}"))
VOID = {"meta", "img", "br", "hr", "link", "input"}
COLOURS = Path(__file__).parents[2] / "autograder/report/templates/base.css"


def record(case: str) -> SubmissionResult:
    return decided(load(GOLDEN / case), read_decisions(GOLDEN / case))


def agree(path: Path, text: str) -> None:
    """Compare with a golden file; write it instead when asked to."""
    if os.environ.get("GOLDEN") == "write":
        path.write_text(text, "utf-8", newline="\n")
    assert text == path.read_text("utf-8"), f"{path} differs; see {GOLDEN / 'README.md'}"


def body(page: str) -> str:
    return page[page.index("<body>") :]


def visible_text(page: str) -> str:
    return " ".join(Page(page).text)


class Page(HTMLParser):
    """What a test wants to know of a page; raises when its tags are not balanced."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.text: list[str] = []
        self.feed(page)
        self.close()
        assert self.open == [], f"never closed: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open.pop() == tag, f"</{tag}> closes nothing"

    def handle_data(self, data: str) -> None:
        if "style" not in self.open and data.strip():
            self.text.append(" ".join(data.split()))

    def named(self, *names: str) -> list[dict[str, str]]:
        return [attributes for tag, attributes in self.tags if tag in names]


def outputs(result: SubmissionResult) -> Iterator[str]:
    yield results_json(result).decode()
    yield feedback_html(result)
    yield gradebook_csv([result])


# Golden results


@pytest.mark.parametrize("case", CASES)
def test_results_json_is_as_agreed(case: str) -> None:
    agree(GOLDEN / case / RESULTS, results_json(record(case)).decode())


@pytest.mark.parametrize("case", CASES)
def test_the_page_is_as_agreed(case: str) -> None:
    agree(GOLDEN / case / "page.html", body(feedback_html(record(case))))


def test_the_gradebook_is_as_agreed() -> None:
    agree(GOLDEN / "gradebook.csv", gradebook_csv([record(case) for case in CASES]))


# What may never be told


@pytest.mark.parametrize("case", CASES)
def test_the_instructors_detail_is_in_no_output(case: str) -> None:
    assert all("DETAIL-FOR-THE-INSTRUCTOR" not in text for text in outputs(record(case)))


def test_a_hidden_check_gives_away_neither_values_nor_prints_nor_pictures() -> None:
    result = record("wrong_value_hidden")

    texts = list(outputs(result))

    assert "31.4159" in (GOLDEN / "wrong_value_hidden" / RECORD).read_text()
    assert all("31.4159" not in text for text in texts)
    assert "<img" not in texts[1]
    assert "squared[3, 1]" in texts[0] and "squared[3, 1]" in texts[1]


def test_a_page_says_of_withheld_checks_how_many_and_how_many_points() -> None:
    page = feedback_html(record("hidden_withheld"))

    assert "1 more check is not shown here: 0 of 1.5 points." in page
    assert "Far from the origin" not in page
    assert "Ties go to the last centre" not in page


def test_a_diagnosis_stands_with_a_check_that_students_see() -> None:
    result = record("hidden_withheld")
    first, *others = result.questions
    told = replace(first, diagnoses=(Diagnosis("a", "It is this."),))

    tests = json.loads(results_json(replace(result, questions=(told, *others))))["tests"]

    assert [test["number"] for test in tests if "It is this." in test["output"]] == ["1.1"]


def test_gradescope_does_not_tell_early_that_marks_were_lost_at_hidden_checks() -> None:
    known = record("follow_through")
    first, second, last = known.questions
    failed, *passed = first.checks
    hidden = replace(first, checks=(replace(failed, visibility="hidden"), *passed))
    unknown = replace(known, questions=(hidden, second, last))

    told = [
        [test["number"] for test in json.loads(results_json(r))["tests"] if _helped(test)]
        for r in (known, unknown)
    ]

    assert told == [["3.1"], ["3.2"]]  # the second is the first that is not visible at once


def test_the_page_says_which_right_versions_were_put_in() -> None:
    told = "marked with correct versions of distances and assign, since yours lost marks there."

    assert told in feedback_html(record("follow_through"))


def _helped(test: dict[str, str]) -> bool:
    return "marked with correct versions of distances and assign" in test["output"]


def test_what_ails_the_grader_is_not_laid_on_the_student() -> None:
    for text in list(outputs(record("graders_fault")))[:2]:
        assert "The grader could not run this check" in text
        assert "is recorded" not in text


# Gradescope


@pytest.mark.parametrize("case", CASES)
def test_gradescope_gets_keys_and_values_that_it_publishes(case: str) -> None:
    result = record(case)

    plain = json.loads(results_json(result))

    words = {"hidden", "after_due_date", "after_published", "visible"}
    assert plain.keys() == {
        *("score", "output", "output_format", "visibility", "stdout_visibility"),
        *("tests", "extra_data"),
    }
    assert plain["stdout_visibility"] == "hidden"
    assert plain["score"] == pytest.approx(sum(test["score"] for test in plain["tests"]))
    adjusted = [test for test in plain["tests"] if "adjustment" in test["extra_data"]]
    assert len(adjusted) == sum("/" not in change.target for change in result.adjustments)
    assert len(plain["tests"]) == sum(len(q.checks) for q in result.questions) + len(adjusted)
    assert len({test["number"] for test in plain["tests"]}) == len(plain["tests"])
    for test in plain["tests"]:
        assert test["visibility"] in words
        if test in adjusted:
            assert test["max_score"] == 0 and "status" not in test
            continue
        dropped = test["extra_data"]["reason"] == "dropped"
        assert test.get("status") in ((None,) if dropped else ("passed", "failed"))
        assert test["output_format"] == "text"
        assert isinstance(test["score"], int | float) and test["score"] <= test["max_score"]


def test_feedback_comes_in_the_agreed_order() -> None:
    tests = json.loads(results_json(record("crash")))["tests"]

    output = next(test["output"] for test in tests if test["name"] == "assign · Nearest wins")

    heads = ["What was asked: ", "What happened: ", "Where: ", "What your code printed:\n"]
    assert sorted(heads, key=output.index) == heads


@pytest.mark.parametrize("case", CASES)
def test_grading_twice_gives_the_same_bytes(case: str) -> None:
    result = record(case)
    again = replace(
        result,
        seconds=result.seconds + 7,
        questions=tuple(
            replace(q, checks=tuple(replace(c, seconds=c.seconds + 7) for c in q.checks))
            for q in result.questions
        ),
    )

    assert list(outputs(again)) == list(outputs(result))


# The gradebook


def test_the_gradebook_has_one_row_a_submission_sorted_by_name() -> None:
    rows = list(csv.DictReader(io.StringIO(gradebook_csv([record(c) for c in reversed(CASES)]))))

    assert list(rows[0]) == [
        *("submission", "distances", "assign", "update"),
        *("total", "status", "notes"),
    ]
    names = [row["submission"] for row in rows if not row["submission"].startswith("'")]
    assert names == sorted(names) and len(rows) == len(CASES)
    ada = next(row for row in rows if row["submission"] == "ada")
    assert ada["distances"] == "4.5" and ada["assign"] == "3" and ada["total"] == "10"


def test_the_gradebooks_notes_say_what_a_person_should_know() -> None:
    text = gradebook_csv([record(case) for case in CASES])

    notes = {row["submission"]: row["notes"] for row in csv.DictReader(io.StringIO(text))}

    assert notes["boole"] == "not started: distances, assign, update; isolation: sandbox"
    assert notes["klein"] == (
        "update was marked with correct versions of distances and assign; isolation: limits"
    )
    assert notes["moebius.zip"].startswith(
        "moebius.zip is damaged: nothing in it could be read.; isolation: "
    )
    assert notes["ada"] == "isolation: sandbox"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r=", " =", "\ufeff=", "＝"])
def test_no_cell_is_a_formula(start: str) -> None:
    result = replace(
        record("full_marks"), submission=f"{start}1+1", notes=(f"{start}2", "fine", f"{start}3")
    )

    row = next(csv.DictReader(io.StringIO(gradebook_csv([result]))))

    assert row["submission"].startswith("'")
    assert all(part.startswith(("'", "fine", "isolation")) for part in row["notes"].split("; "))


def test_the_gradebook_says_what_a_probe_could_and_could_not_do() -> None:
    observed = {
        "file filter": "in force",
        "reach the network": "refused",
        "see other processes": "possible: saw 3",
        "start a process": "refused",
    }
    result = replace(record("full_marks"), isolation=Isolation("user", observed))

    (row,) = csv.DictReader(io.StringIO(gradebook_csv([result])))

    assert row["notes"] == (
        "isolation: user, 2 of 3 attempts refused (see other processes: possible)"
    )


def test_the_gradebook_survives_quotes_commas_and_line_ends() -> None:
    result = replace(record("full_marks"), submission='a,"b"\nc', notes=("x\r\ny", "z"))

    text = gradebook_csv([result])

    assert text.count("\n") == 2 and "\r" not in text
    row = next(csv.DictReader(io.StringIO(text)))
    assert row["submission"] == 'a,"b" c' and row["notes"] == "x y; z; isolation: sandbox"


# The page


@pytest.mark.parametrize("case", CASES)
def test_a_page_is_well_formed_and_asks_for_nothing_outside(case: str) -> None:
    page = Page(feedback_html(record(case)))

    assert not page.named("script", "link", "iframe", "object", "embed", "form", "base")
    policy = page.named("meta")[1]
    assert policy["http-equiv"] == "Content-Security-Policy"
    assert policy["content"].startswith("default-src 'none'; img-src data:;")
    for _, attributes in page.tags:
        assert not any(name.startswith("on") for name in attributes)
        assert attributes.get("src", "data:image/png;base64,").startswith("data:image/png;base64,")
        assert attributes.get("href", "#").startswith("#")
    assert all(image["alt"] for image in page.named("img"))


@pytest.mark.parametrize("case", CASES)
def test_headings_landmarks_and_links_hold_together(case: str) -> None:
    page = Page(feedback_html(record(case)))

    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert {link["href"][1:] for link in page.named("a")} <= set(ids)
    assert {a["aria-labelledby"] for _, a in page.tags if "aria-labelledby" in a} <= set(ids)
    assert len(page.named("main")) == len(page.named("footer")) == 1


def test_an_outcome_is_told_in_words_beside_its_glyph() -> None:
    text = visible_text(feedback_html(record("crash")))

    assert all(word in text for word in ("✗ failed", "– not run", "✓ passed"))


def test_a_question_not_started_is_one_calm_sentence() -> None:
    page = feedback_html(record("not_started"))

    assert page.count("still raises NotImplementedError") == 3  # once a question
    assert "✗" not in page and "By hand" not in page


def test_a_file_that_cannot_be_loaded_is_told_once() -> None:
    page = feedback_html(record("import_error"))

    assert page.count("could not be loaded") == 1
    assert page.count("SyntaxError") == 1
    assert page.count("There is no file assign.py") == 1
    assert "None of the 3 checks could be run" in page


def test_two_mistakes_that_cannot_be_told_apart_are_both_named() -> None:
    for text in list(outputs(record("two_diagnoses")))[:2]:
        assert "One of two mistakes explains this" in text
        assert "median" in text and "first point" in text


def test_a_failed_submission_shows_why_and_no_marks() -> None:
    page = feedback_html(record("failed_submission"))

    assert "Not graded" in page and "moebius.zip is damaged" in page
    assert " of 10 points" not in page and "<nav" not in page


def test_pictures_stand_in_the_page_with_their_words() -> None:
    page = Page(feedback_html(record("full_marks")))

    (image,) = page.named("img")

    assert image["alt"].startswith("Three points and the two centres")
    assert image["alt"] in page.text


def _luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    digits = digits if len(digits) == 6 else "".join(2 * d for d in digits)
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", [0, 1, 2], ids=["light", "dark", "print"])
def test_text_has_the_contrast_that_wcag_aa_asks_for(scheme: int) -> None:
    block = re.findall(r":root \{(.*?)\}", COLOURS.read_text("utf-8"), re.DOTALL)[scheme]
    colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", block))

    for front in ("text", "soft", "link", "passed", "failed", "not-run"):
        for back in ("page", "card"):
            _assert_contrast(colours, front, back, 4.5)
    _assert_contrast(colours, "text", "known", 4.5)
    _assert_contrast(colours, "text", "code", 4.5)
    _assert_contrast(colours, "soft", "code", 4.5)
    _assert_contrast(colours, "known-line", "known", 3.0)


def _assert_contrast(colours: dict[str, str], front: str, back: str, least: float) -> None:
    dark, light = sorted(_luminance(colours[name]) for name in (front, back))
    ratio = (light + 0.05) / (dark + 0.05)
    assert ratio >= least, f"{front} on {back}: {ratio:.2f}"


# Hostile text


def test_text_of_students_stays_text() -> None:
    result = record("hostile_text")

    page = feedback_html(result)

    text = visible_text(page)
    assert "<script" not in page and "<i>" not in page and "<b>" not in page
    assert "<script>alert(1)</script> {{7*7}} {% raw %}" in text
    assert "{{ config }}" in text and "49" not in text
    assert json.loads(results_json(result))["extra_data"]["isolation"] == "limits"


@pytest.mark.parametrize("case", CASES)
def test_no_output_holds_controls_or_turns_the_direction_of_writing(case: str) -> None:
    for text in outputs(record(case)):
        strange = {
            character
            for character in text
            if (unicodedata.category(character) in ("Cc", "Cs") and character not in "\n\t")
            or unicodedata.bidirectional(character)
            in ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
        }
        assert not strange


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("\x1b[1;31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07x\x1b]8;;http://a\x1b\\y", "xy"),
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("a\x00\x08\x7f\x9bb", "ab"),
        ("\u202etxt\u2066", "\ufffdtxt\ufffd"),
        ("half \udcff", "half \ufffd"),
        ("naïve 数 🙂 − \u200dz", "naïve 数 🙂 − \u200dz"),
    ],
)
def test_text_is_cleaned_of_what_steers_a_terminal(raw: str, text: str) -> None:
    assert clean(raw) == text


def test_a_name_that_is_not_unicode_breaks_no_output() -> None:
    for text in outputs(replace(record("full_marks"), submission="a\udcff")):
        text.encode()


# Words and numbers


def test_long_printing_keeps_its_beginning_and_its_end() -> None:
    text = shortened("\n".join(f"line {i}" for i in range(1000)) + "\n" + "x" * 5000)

    lines = text.split("\n")
    assert lines[0] == "line 0" and lines[-2] == "line 999" and lines[-1].endswith("x …")
    assert any("981 lines left out" in line for line in lines) and len(text) < 1000


def test_printing_that_is_only_blank_is_not_shown() -> None:
    assert shortened("\n \n") == ""


def test_points_are_written_without_noise() -> None:
    assert [number(p) for p in (12.0, 0.1 + 0.2, 12.5, 1 / 3, 0)] == [12, 0.3, 12.5, 0.333, 0]
    assert all(isinstance(number(p), int) for p in (12.0, 0.0))


def test_names_are_listed_as_in_a_sentence() -> None:
    assert [listed(names) for names in (["a"], ["a", "b"], ["a", "b", "c"])] == [
        *("a", "a and b", "a, b and c"),
    ]


def test_everything_is_written_beside_the_record(tmp_path: Path) -> None:
    result = record("half_done")

    render_all(result, tmp_path)

    assert {path.name for path in tmp_path.iterdir()} == {RESULTS, FEEDBACK}
    assert (tmp_path / RESULTS).read_bytes() == results_json(result)
    assert (tmp_path / FEEDBACK).read_text("utf-8") == feedback_html(result)
