"""Likeness of submissions: what counts as alike, what is unusual, and what the page says of it."""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from copydetect import compare_files

from autograder.errors import ConfigurationError
from autograder.grading_file import read
from autograder.intake import HandedIn, Person
from autograder.layout import Layout
from autograder.similarity.likeness import compare_all, fingerprint, runs_of
from autograder.similarity.page import percent
from autograder.similarity.pairs import find
from autograder.similarity.sides import MOST_LINES, side_by_side
from autograder.similarity.texts import LONGEST, asked_for, code_of
from autograder.similarity.texts import read as read_text

VOID = {"meta"}
EXPRESSIONS = [
    "np.log({0}) - {1}",
    "{0}.sum(axis=1) / {1}",
    "[{1}[i] * 2 for i in range(len({0}))]",
    "np.where({0} > 3, {0}, {1})",
    "dict(zip({0}, {1}))",
    "sorted({0}, key=lambda t: t[{1}])",
    "{0}[:, None] @ {1}[None, :]",
    "float(max({0}, {1}))",
    "({0} * {1}).reshape(-1, 2)",
    "{0} if {1} is None else {1}",
]


def program(seed: int, lines: int = 25) -> str:
    """Return a program that nobody else has written."""
    chance = random.Random(seed)
    body = []
    for _ in range(lines):
        names = chance.choices("abcdefgh", k=3)
        depth = chance.choice(["    ", "    ", "        "])
        if depth != "    ":
            body.append(
                f"    {chance.choice(['if', 'while'])} {names[2]} > {chance.randint(0, 9)}:"
            )
        body.append(f"{depth}{names[0]} = {chance.choice(EXPRESSIONS).format(*names[1:])}")
    return "def scale(x, factor=2.0):\n" + "\n".join(body) + "\n    return a\n"


def disguised(text: str) -> str:
    """Return a program with other names, comments, spaces and quotes, and nothing else changed."""
    renamed = re.sub(r"\b([a-h])\b", r"my_\1", text)
    return "# All my own work.\n\n" + renamed.replace("    ", "  ").replace(":\n", ":  # so\n")


def nobody(n: int) -> list[HandedIn]:
    return [HandedIn()] * n


# Likeness -----------------------------------------------------------------------------------------


def test_names_comments_and_spaces_make_no_difference():
    shares = compare_all({0: program(1), 1: disguised(program(1)), 2: program(2)}, []).shares

    assert shares[0, 1] == shares[1, 0] == 1
    assert shares[0, 2] < 0.6 and shares[2, 0] < 0.6


def test_all_pairs_at_once_are_as_alike_as_copydetect_finds_one_pair():
    half = program(3).split("\n")
    texts = [program(seed, 5 + 5 * seed) for seed in range(5)]
    texts += ["\n".join(half[:12]), "\n".join(half[8:]) + program(4), "x = 1\n" * 40]
    given = [program(0, 3), "x = 1\nx = 2\n"]

    found = compare_all(dict(enumerate(texts)), given)

    made = [fingerprint(texts[place], runs_of(given)) for place in found.places]
    for i, one in enumerate(made):
        for j, other in enumerate(made):
            _, (share_of_one, share_of_other), _ = compare_files(one, other)
            assert found.shares[j, i] == pytest.approx(share_of_one, abs=1e-6)
            assert found.shares[i, j] == pytest.approx(share_of_other, abs=1e-6)


def test_what_was_handed_out_makes_nobody_alike():
    stub = program(1)
    texts = {0: stub + program(2), 1: disguised(stub) + program(3)}

    with_stub, without = compare_all(texts, []), compare_all(texts, [stub])

    assert with_stub.alike[0, 1] > 0.5 > 0.35 > without.alike[0, 1]


def test_a_run_that_is_there_twice_is_left_out_twice():
    stub = program(1, 6)

    assert fingerprint(stub + stub, runs_of([stub + stub])).token_coverage == 0


def test_a_text_with_little_of_its_own_is_not_compared():
    stub = program(1)

    found = compare_all({3: stub, 5: program(2), 6: "", 7: "x = 1\n", 9: program(3)}, [stub])

    assert found.too_short == (3, 6, 7)
    assert found.places.tolist() == [5, 9]
    assert compare_all({}, [stub]).shares.shape == (0, 0)


def test_a_text_that_is_no_python_is_compared_all_the_same():
    broken = "def (:\n" + program(1) + "   ''' never closed \x00"

    assert compare_all({0: broken, 1: program(1)}, []).alike[0, 1] > 0.9


# What is unusual ----------------------------------------------------------------------------------


def found_in(texts: dict[int, str], handed_in: list[HandedIn], threshold: float = 0.5):
    names = [f"s{place:02}" for place in range(len(handed_in))]
    return find("scale", compare_all(texts, []), handed_in, names, threshold, most=100)


def test_a_pair_far_outside_of_what_is_usual_is_marked_and_comes_first():
    texts = {seed: program(seed) for seed in range(15)}
    texts[11] = disguised(texts[4])

    found = found_in(texts, nobody(15), threshold=0.1)

    first, *others = found.listed
    assert (first.one, first.other, first.likeness, first.as_alike) == (4, 11, 1, 1)
    assert first.unusual and not any(pair.unusual for pair in others)
    assert others == sorted(others, key=lambda pair: -pair.likeness)
    assert sum(found.usual.counts) == found.usual.pairs == 15 * 14 / 2


def test_where_all_are_alike_by_nature_no_pair_is_unusual():
    one_right_answer = (
        "def scale(x, factor=2.0):\n    if factor is None:\n        raise ValueError(factor)\n"
        "    if not len(x):\n        return []\n    return [value * factor for value in list(x)]\n"
    )
    texts = {place: one_right_answer + f"TOLERANCE_{place} = None\n" for place in range(9)}

    found = found_in(texts, nobody(9))

    assert found.usual.median > 0.9 and found.above == 36
    assert not any(pair.unusual for pair in found.listed)


def test_of_few_pairs_it_is_not_said_what_is_usual():
    texts = {0: program(0), 1: program(1), 2: program(1)}

    found = found_in(texts, nobody(3))

    assert found.usual.fence is None and not found.listed[0].unusual


@pytest.mark.parametrize(
    ("one", "other", "pairs"),
    [
        (Person("Ada", "1"), Person("Ada", "1"), 0),
        (Person("Ada", "", "ada@x.org"), Person("A. L.", "", "Ada@x.org"), 0),
        (Person("Ada"), Person("Ada"), 0),
        (Person("Ada", "1"), Person("Ada", "2"), 1),
        (Person("Ada"), Person("Emmy"), 1),
    ],
)
def test_attempts_of_one_person_are_no_pair(one, other, pairs):
    handed_in = [HandedIn("Canvas", (one, Person("Pál", "7"))), HandedIn("Canvas", (other,))]

    found = found_in({0: program(1), 1: program(1)}, handed_in)

    assert (found.usual.pairs, len(found.listed)) == (pairs, pairs)


def test_equally_alike_pairs_are_in_the_order_of_their_names():
    texts = dict.fromkeys(range(4), program(1))

    listed = found_in(texts, nobody(4)).listed

    assert [(pair.one, pair.other) for pair in listed] == [
        *((0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3))
    ]
    assert {pair.as_alike for pair in listed} == {6}


# Side by side -------------------------------------------------------------------------------------


def test_lines_that_are_alike_are_marked_and_no_others():
    common, own, others = program(1, 12), program(2, 12), program(3, 12)
    one = own + "\n" + common
    other = disguised(common) + "# a remark\n" + others

    left, right = side_by_side(one, other, frozenset(), frozenset())

    marked_left = {line.text for line in left if line.kind == "alike"}
    marked_right = {line.text for line in right if line.kind == "alike"}
    body = [line for line in common.split("\n") if line.strip()]
    assert len(marked_left & set(body)) >= 0.9 * len(set(body))
    assert not any(line.startswith("#") or not line.strip() for line in marked_left | marked_right)
    assert {line.strip() for line in marked_right} & {"my_a = my_b"} == set()
    only = [line for line in others.split("\n")[6:-2] if line not in disguised(common)]
    assert len(marked_right & set(only)) <= 0.4 * len(only)


def test_lines_that_were_handed_out_are_marked_as_such_and_never_as_alike():
    stub = program(5, 8)
    given = frozenset(line.strip() for line in stub.split("\n"))
    text = stub + program(1)

    left, _ = side_by_side(text, text, runs_of([stub]), given)

    kinds = {line.text.strip(): line.kind for line in left}
    assert kinds["return a"] == "given"
    assert not [text for text, kind in kinds.items() if kind == "alike" and text in given]
    assert "alike" in kinds.values()


def test_a_long_text_is_shortened_and_says_so():
    text = "\n".join(f"a{i} = b{i} + {i}" for i in range(2 * MOST_LINES)) + "\n"

    left, _ = side_by_side(text, text, frozenset(), frozenset())

    assert len(left) == MOST_LINES + 1
    assert left[-1].text == f"{MOST_LINES} lines not shown"


def test_texts_that_have_nothing_in_common_are_shown_as_a_gap():
    left, right = side_by_side(program(1, 2), "import this\n" * 9, frozenset(), frozenset())

    assert {line.kind for line in [*left, *right]} == {"gap"}


# Reading ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"\xef\xbb\xbf\n\nx = 1\r\ny\r", "x = 1\ny\n"),
        ("# coding: latin-1\nx = 'ä'".encode("latin-1"), "# coding: latin-1\nx = 'ä'\n"),
        (b"# coding: punycode\n\xff", None),
        (b"\xff\xfe\x00", None),
        (b"", ""),
    ],
)
def test_a_text_is_read_whatever_its_line_ends(data, text):
    assert read_text(data) == text


def test_of_a_notebook_the_code_cells_are_read():
    notebook = b"""{"cells": [{"cell_type": "code", "source": ["a = 1\\n", "b"], "outputs": [1]},
        {"cell_type": "markdown", "source": "words"}, {"cell_type": "code", "source": "c"}]}"""

    assert code_of(notebook, "lab.ipynb") == "a = 1\nb\n\nc\n"


def test_a_lab_is_compared_when_it_is_named(real_layout, real_contract):
    lab = real_contract.labs[0]

    (asked,) = asked_for(real_layout, real_contract, [lab.name])

    assert (asked.file, asked.title) == (lab.file, lab.title)
    assert "import numpy" in asked.given[0] and '"cells"' not in asked.given[0]


def test_a_name_that_is_none_of_the_courses_is_refused(built):
    with pytest.raises(ConfigurationError, match=r"^scal: no question .* there are scale, summed$"):
        asked_for(built.layout, read(Layout(built.root)), ["scal"])


# The command and its page -------------------------------------------------------------------------


class Page(HTMLParser):
    """The tags and texts of a page, which must be balanced."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.fixture
def compared(
    autograder: Callable[..., tuple[int, str, str]], built, hand_in, tmp_path: Path
) -> Callable[..., tuple[str, str]]:
    """Return a function that compares a class's ``scale.py``: the page, and what was said."""

    def run(texts: dict[str, str | bytes], *options: object) -> tuple[str, str]:
        files = {
            name: {"scale.py": text if isinstance(text, bytes) else text.encode()}
            for name, text in texts.items()
        }
        out = tmp_path / "similarity.html"
        asked = ("--out", out, "--course", built.root, *options)
        status, said, told = autograder("similarity", hand_in(**files), *asked)
        assert status == 0
        return out.read_text("utf-8"), said + told

    return run


@pytest.fixture
def a_class() -> dict[str, str | bytes]:
    texts: dict[str, str | bytes] = {f"s{seed:02}": program(seed) for seed in range(12)}
    return {**texts, "s09": disguised(program(2))}


def test_the_page_says_at_its_top_that_it_shows_likeness_not_guilt(compared, a_class):
    page, said = compared(a_class)

    top = page[page.index("<body>") : page.index("<nav")]
    assert "This page shows likeness, not guilt." in top
    assert "look alike by nature" in " ".join(top.split())
    assert "Likeness is not guilt" in said


def test_the_unusual_pair_is_first_and_its_texts_are_side_by_side(compared, a_class):
    page, said = compared(a_class, "--threshold", "0.2")

    first = re.findall(r"<tr><td>.*?</tr>", page, re.DOTALL)[0]
    assert "<bdi>s02</bdi> and <bdi>s09</bdi>" in first
    assert "100\u00a0%" in first and "unusual" in first
    anchor = re.search(r'href="#(pair-\d+)"', first)
    assert anchor is not None and f'id="{anchor[1]}"' in page
    assert "scale: 12 texts" in said and "1 of them unusual" in said
    assert "summed: 0 texts" in said and "There are no two texts to compare." in page


def test_the_page_needs_neither_script_nor_network(compared, a_class):
    page, _ = compared(a_class)

    tags = Page(page).tags
    assert not [tag for tag, _ in tags if tag in ("script", "link", "img", "iframe")]
    assert not [a for _, a in tags for name in a if name.startswith("on")]
    links = [a["href"] for tag, a in tags if tag == "a"]
    ids = {a["id"] for _, a in tags if "id" in a}
    assert links and all(link[0] == "#" and link[1:] in ids for link in links)
    assert "default-src 'none'" in page


def test_hostile_text_is_text(compared):
    said = "'''</pre><script>alert(1)</script> \x1b[31m \u202e{{ 7*7 }} &lt;'''\n"
    hostile = program(1) + said * 9
    page, _ = compared({"a&lt;b": hostile, "b": hostile, "c": program(2)})

    tags = Page(page).tags
    assert not [tag for tag, _ in tags if tag in ("script", "b")]
    assert "a&amp;lt;b" in page and "&lt;script&gt;alert(1)" in page
    assert "\x1b" not in page and "\u202e" not in page and "{{ 7*7 }}" in page


def test_only_so_many_pairs_are_side_by_side(compared, a_class):
    page, _ = compared(a_class, "--threshold", "0", "--most", "2")

    assert page.count("<details>") == 2
    assert page.count('id="pair-') == 2 and "more pairs are alike by 0\u00a0% or more" in page


def test_what_cannot_be_compared_is_listed(compared, a_class, hand_in):
    (hand_in() / "broken.zip").parent.mkdir(exist_ok=True)
    (hand_in() / "broken.zip").write_bytes(b"no archive")
    long = "x = 1\n" * (LONGEST // 6 + 1)
    page, told = compared({**a_class, "binary": b"\xff\xfe\x00", "long": long, "stub": "pass"})

    listed = page[page.index("Not compared") :]
    assert "<bdi>binary: scale.py</bdi> is no text that can be read" in listed
    assert "<bdi>long: scale.py</bdi> has more than 200,000 characters" in listed
    assert "<bdi>stub: scale.py</bdi> has too little of its own" in listed
    assert "broken.zip is not a zip archive" in listed
    assert "4 submissions or files were not compared" in told


def test_a_course_without_its_handout_is_told(autograder, course, hand_in, solution):
    folder = hand_in(ada=solution)

    status, _, told = autograder("similarity", folder, "--course", course.root)

    assert status == 2 and "is missing; run `autograder build`" in told


def test_the_same_class_gives_the_same_bytes_in_any_run(built, hand_in, a_class, tmp_path):
    folder = hand_in(**{name: {"scale.py": str(t).encode()} for name, t in a_class.items()})
    pages = []
    for seed in ("1", "2"):
        out = tmp_path / f"{seed}.html"
        asked = ("--course", built.root, "--out", out, "--threshold", "0.2")
        subprocess.run(
            [sys.executable, "-m", "autograder", "similarity", folder, *asked],
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
        )
        pages.append(out.read_bytes())

    assert pages[0] == pages[1]


def test_a_share_is_100_percent_only_when_it_is_all():
    assert [percent(s) for s in (0, 0.004, 0.5, 0.999, np.float32(1))] == [
        f"{number}\u00a0%" for number in (0, 0, 50, 99, 100)
    ]
