"""Finding lines of the solution, and telling messages, in what students get."""

from __future__ import annotations

import pytest

from autograder.builder.cutter import solution_lines
from autograder.builder.leaks import DISTINCTIVE, find_leaks, find_telling_messages

LINE = "total = np.einsum('n,n->', weights, numbers)"
SOLUTION = {
    "solution/f.py": f"""\
def f(weights, numbers):
    shown_to_everybody = "this line is outside of every region"
    # BEGIN SOLUTION
    import a_module_with_a_rather_long_name
    from a_module_with_a_rather_long_name import something
    short = weights + 1
    {LINE}

    return total
    # END SOLUTION
"""
}


def leaks(**files: str) -> list[str]:
    named = {name.replace("_", "."): text.encode() for name, text in files.items()}
    secrets = {name: solution_lines(source, name) for name, source in SOLUTION.items()}
    return list(find_leaks(secrets, named))


def test_a_handout_without_lines_of_the_solution_is_clean():
    assert leaks(f_py="def f(weights, numbers):\n    raise NotImplementedError\n") == []


def test_a_line_of_the_solution_is_told_with_where_it_is_from_and_where_it_is():
    assert leaks(given_py=f"def g():\n        {LINE}\n") == [
        "solution/f.py, line 7: this line of the solution can be read in given.py of the handout: "
        + LINE
    ]


@pytest.mark.parametrize(
    "hidden",
    [
        LINE.replace(" ", ""),
        LINE.replace("'", '"'),
        '{"source": ["' + LINE.replace("'", "\\'") + '\\n"]}',
        f"# {LINE}  # as a comment",
        LINE.replace(", ", ",\n        "),
        f"\ufeff{LINE}\r\n",
    ],
)
def test_white_space_and_quotes_do_not_hide_a_line(hidden):
    assert len(leaks(given_py=hidden)) == 1


def test_every_file_of_the_handout_is_looked_at():
    assert len(leaks(a_py=LINE, b_ipynb=LINE, c_md=LINE, d_csv="1,2")) == 3


def test_lines_outside_of_regions_may_be_handed_out():
    assert leaks(f_py='shown_to_everybody = "this line is outside of every region"') == []


def test_short_lines_and_imports_are_nobodys_own():
    others = (
        "short = weights + 1\nreturn total\nimport a_module_with_a_rather_long_name\n"
        "from a_module_with_a_rather_long_name import something"
    )

    assert leaks(f_py=others) == []


@pytest.mark.parametrize(("length", "found"), [(DISTINCTIVE - 1, 0), (DISTINCTIVE, 1)])
def test_a_line_is_distinctive_from_a_certain_length_on(length, found):
    line = "x" * length
    solution = {"f.py": [(2, line)]}

    assert len(list(find_leaks(solution, {"g.py": line.encode()}))) == found


def test_pictures_and_other_bytes_are_no_obstacle():
    assert list(find_leaks({"f.py": [(7, LINE)]}, {"a.png": bytes(range(256))})) == []


# Messages of hidden checks ------------------------------------------------------------------------


def telling(body: str) -> list[str]:
    source = f"def test_a(submission):\n    y = submission.q()\n    {body}\n"
    return list(find_telling_messages(source, "test_q.py"))


@pytest.mark.parametrize(
    "body",
    [
        'assert y == 3, "y is not what it should be"',
        'assert y == 3, "two strings " "in a row"',
        'match(y, 3, "y")',
        "pass",
    ],
)
def test_a_message_of_plain_text_tells_nothing(body):
    assert telling(body) == []


def test_a_hidden_check_that_raises_is_told_with_its_line():
    (problem,) = telling('raise AssertionError(f"{y} should be 3")')

    assert problem.startswith("test_q.py, line 3: a hidden check asserts")


@pytest.mark.parametrize(
    "body",
    [
        "assert y == 3",
        'assert y == 3, f"{y} should be 3"',
        'assert y == 3, "%s" % y',
        "assert y == 3, y",
        "assert y == 3, 3",
        "for _ in range(3):\n        assert y, str(y)",
        "def inner():\n        assert y, repr(y)",
    ],
)
def test_a_message_that_could_tell_something_is_told_with_its_line(body):
    (problem,) = telling(body)

    line = 4 if "\n" in body else 3
    assert problem.startswith(f"test_q.py, line {line}: an assertion of a hidden check needs")
