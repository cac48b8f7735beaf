"""Comparing values: strict in shape, within tolerance, and the worst place named."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder.checker.compare import MismatchError, agree, match

NAN, INF = float("nan"), float("inf")


def mismatch(
    actual: object, expected: object, rtol: float = 1e-6, atol: float = 1e-9
) -> MismatchError:
    with pytest.raises(MismatchError) as raised:
        match(actual, expected, "y", rtol=rtol, atol=atol)
    return raised.value


def matches(actual: object, expected: object, rtol: float = 1e-6, atol: float = 1e-9) -> bool:
    try:
        match(actual, expected, "y", rtol=rtol, atol=atol)
    except MismatchError:
        return False
    return True


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (1.0, 1.0 + 1e-7),
        ([1, 2], np.array([1.0, 2.0])),
        (np.zeros((0, 3)), np.zeros((0, 3))),
        ([NAN, INF, -INF], [NAN, INF, -INF]),
        ([True, False], [1, 0]),
        (np.uint8([0, 255]), [0, 255]),
        (1e-10, 0.0),
    ],
)
def test_values_within_tolerance_match(actual, expected):
    assert matches(actual, expected)


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (np.ones(3), np.ones((3, 1))),
        (np.ones((1, 3)), np.ones(3)),
        (1.0, [1.0]),
        (np.ones(3), 1.0),
        (np.zeros(0), np.zeros((0, 1))),
    ],
)
def test_nothing_is_broadcast(actual, expected):
    error = mismatch(actual, expected)

    assert str(error) == f"y has shape {np.shape(actual)}; due is {np.shape(expected)}"


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (NAN, 1.0),
        (1.0, NAN),
        (INF, 1.0),
        (1.0, INF),
        (INF, -INF),
        (NAN, INF),
        (1, 2),
        (True, False),
        (np.uint8(255), np.uint8(0)),
        (np.uint8(0), 256),
        (2**53, 2**53 + 1),
    ],
)
def test_values_out_of_tolerance_do_not_match(actual, expected):
    assert not matches(actual, expected)
    assert not matches(np.full((2, 2), actual), np.full((2, 2), expected))


def test_tolerance_is_relative_to_what_is_due_and_absolute_near_zero():
    assert matches(1.0e6 + 0.9, 1e6)
    assert not matches(1.0e6 + 1.1, 1e6)
    assert matches(0.9e-9, 0.0)
    assert not matches(1.1e-9, 0.0)


def test_no_tolerance_asks_for_equality():
    assert matches(0.1, 0.1, rtol=0, atol=0)
    assert not matches(0.1, np.nextafter(0.1, 1), rtol=0, atol=0)


def test_the_worst_place_is_named_with_what_came_and_what_is_due():
    due = np.arange(6.0).reshape(2, 3)
    came = np.array([[0, 1.001, 2], [3, 4, 3]])

    error = mismatch(came, due)

    assert str(error) == "2 of 6 values differ; the worst is y[1, 2] = 3; due is 5"


def test_the_worst_place_is_the_one_farthest_out_of_its_own_tolerance():
    error = mismatch([1000.5, 0.001], [1000.0, 0.0])

    assert "y[1] = 0.001; due is 0" in str(error)


def test_of_integers_the_worst_place_is_the_one_farthest_off():
    error = mismatch([0, 2, 9, 5], [0, 1, 1, 5])

    assert str(error) == "2 of 4 values differ; the worst is y[2] = 9; due is 1"


def test_of_small_unsigned_integers_too():
    error = mismatch(np.uint8([0, 200, 0]), np.uint8([1, 0, 0]))

    assert str(error) == "2 of 3 values differ; the worst is y[1] = 200; due is 0"


def test_not_a_number_is_the_worst_of_all():
    error = mismatch([1e9, NAN, 0.0], [0.0, 0.0, 0.0])

    assert str(error) == "2 of 3 values differ; the worst is y[1] = nan; due is 0"


def test_a_single_number_is_told_without_an_index():
    assert str(mismatch(1.25, 1.5)) == "y = 1.25; due is 1.5"
    assert str(mismatch(3, 4)) == "y = 3; due is 4"
    assert str(mismatch(True, False)) == "y = True; due is False"


@pytest.mark.parametrize(
    ("actual", "guarded"),
    [
        (np.array([[0.0, 777.0]]), "1 of 2 values differ; the worst is y[0, 1]"),
        (np.array([[999.0, NAN]]), "2 of 2 values differ; the worst is y[0, 1]"),
    ],
)
def test_what_is_said_of_a_hidden_check_has_no_number_that_came_or_was_due(actual, guarded):
    error = mismatch(actual, np.array([[0.0, 888.0]]))

    assert error.guarded == guarded


def test_of_a_single_number_in_a_hidden_check_nothing_is_said_but_that_it_is_wrong():
    assert mismatch(777.0, 888.0).guarded == "y has not the value that is due"


@settings(deadline=None)
@given(
    hnp.arrays(np.float64, hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=3)),
    st.floats(0, 1e-3),
    st.floats(0, 1e-3),
)
def test_everything_matches_itself(values, rtol, atol):
    match(values, values.copy(), "y", rtol=rtol, atol=atol)

    assert agree(values, values.copy(), rtol=rtol, atol=atol)


numbers = hnp.arrays(
    st.sampled_from([np.float64, np.int64, np.bool_, np.uint8]),
    hnp.array_shapes(min_dims=0, max_dims=2, min_side=0, max_side=3),
)


@settings(deadline=None, max_examples=200)
@given(numbers, numbers)
def test_match_and_agree_say_the_same(actual, expected):
    assert matches(actual, expected) == agree(actual, expected, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize(
    ("actual", "expected", "alike"),
    [
        ((np.ones(2), 1.0), (np.ones(2), 1.0 + 1e-9), True),
        ((np.ones(2), 1.0), (np.ones(2), 2.0), False),
        ((1.0,), (1.0, 1.0), False),
        ((1.0,), 1.0, False),
        ((1.0, (2.0,)), (1.0, (2.0,)), True),
        (None, None, True),
        (None, 1.0, False),
        (1.0, None, False),
        ("text", "text", False),
        ("text", 1.0, False),
        ({"a": 1}, 1.0, False),
        ([1.0], np.ones(1), False),
        (np.ones(2), np.ones((2, 1)), False),
    ],
)
def test_answers_of_any_form_can_be_held_against_each_other(actual, expected, alike):
    assert agree(actual, expected, rtol=1e-6, atol=0) is alike
