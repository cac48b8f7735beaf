"""Signatures: reading them, binding sizes, and saying what is wrong with an answer's form."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.checker.signature import BadAnswerError, Item, Signature, SignatureError

ONE = Signature.parse("f(x[N,D], K=3) -> y[N,K] float")
INTEGERS = Signature.parse("f(x[N]) -> labels[N] int")
COUNT = Signature.parse("f(n) -> count int")
VALUE = Signature.parse("f(n) -> value float")
TWO = Signature.parse("f(x[N]) -> y[N] float, value float")
SIZES = {"N": 4, "D": 2, "K": 3}
NO_RETURN = "as a function without `return` does"
OF_ONE = "due is y, numbers of shape (N, K) = (4, 3)"


def complaint(signature: Signature, answer: object, sizes: dict[str, int] | None = None) -> str:
    with pytest.raises(BadAnswerError) as raised:
        signature.checked(answer, SIZES if sizes is None else sizes)
    return str(raised.value)


# Reading ------------------------------------------------------------------------------------------


def test_a_line_is_read_into_function_arguments_and_results():
    text = "  project(X[N,D],  basis[K,D], scale=1.0)\n -> scores[N,K] float, total  float "

    signature = Signature.parse(text)

    assert signature.function == "project"
    assert signature.arguments == (
        Item("X", ("N", "D")),
        Item("basis", ("K", "D")),
        Item("scale", (), default="1.0"),
    )
    assert signature.results == (Item("scores", ("N", "K"), "float"), Item("total", (), "float"))
    assert (
        signature.text == "project(X[N,D], basis[K,D], scale=1.0) -> scores[N,K] float, total float"
    )


def test_a_function_without_arguments_is_read():
    assert Signature.parse("f() -> y int").arguments == ()


def test_what_was_read_is_read_again_from_its_text():
    assert Signature.parse(ONE.text) == ONE


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not of the form"),
        ("f(x)", "not of the form"),
        ("f(x) ->", "not of the form"),
        ("f x -> y float", "not of the form"),
        ("(x) -> y float", "not of the form"),
        ("2f(x) -> y float", "not of the form"),
        ("f(x) -> y", "each result needs a kind"),
        ("f(x) -> y[N] float, z", "each result needs a kind"),
        ("f(x) -> y complex", "cannot read 'y complex'"),
        ("f(x y) -> y float", "cannot read 'x y'"),
        ("f(x[N) -> y float", "cannot read"),
        ("f(x[N-1]) -> y float", "'N-1' is not a size"),
        ("f(x[N,]) -> y float", "'' is not a size"),
        ("f(x[H*]) -> y float", "'H*' is not a size"),
        ("f(x[N=a]) -> y float", "'N=a' is not a size"),
        ("f(x) -> y[2N] float", "'2N' is not a size"),
    ],
)
def test_a_line_that_is_no_signature_is_refused_and_quoted(text, said):
    with pytest.raises(SignatureError) as raised:
        Signature.parse(text)

    assert said in str(raised.value)
    assert repr(text) in str(raised.value)


@settings(deadline=None)
@given(st.text(alphabet="fxN()[]->=,*19 _int", max_size=40))
def test_any_text_is_a_signature_or_refused_and_nothing_worse(text):
    try:
        signature = Signature.parse(text)
    except SignatureError:
        return
    assert Signature.parse(signature.text) == signature


# Binding ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("args", "kwargs", "sizes"),
    [
        ((np.zeros((4, 2)),), {}, {"N": 4, "D": 2, "K": 3}),
        (([[1, 2]], 5), {}, {"N": 1, "D": 2, "K": 5}),
        ((), {"K": np.int64(2), "x": np.zeros((0, 1))}, {"N": 0, "D": 1, "K": 2}),
        ((np.zeros((4, 2)), True), {}, {"N": 4, "D": 2}),
        ((np.zeros((4, 2)), "3"), {}, {"N": 4, "D": 2}),
        ((np.zeros(4),), {}, {"N": 4, "K": 3}),
        ((), {}, {"K": 3}),
    ],
)
def test_sizes_are_bound_by_shapes_and_by_scalars_of_that_name(args, kwargs, sizes):
    assert ONE.bind(args, kwargs) == sizes


def test_the_first_argument_that_has_a_size_fixes_it():
    signature = Signature.parse("f(x[N], y[N]) -> z[N] float")

    assert signature.bind((np.zeros(3), np.zeros(5)), {}) == {"N": 3}


@pytest.mark.parametrize(("shape", "due"), [((3, 4), (12, 1)), ((3, 4, 2), (12, 2))])
def test_a_size_that_may_be_absent_has_a_default_and_sizes_can_be_multiplied(shape, due):
    signature = Signature.parse("f(image[H,W,C=1]) -> z[H*W,C] float")

    sizes = signature.bind((np.zeros(shape),), {})

    assert signature.checked(np.zeros(due), sizes).shape == due
    assert f"(H*W, C) = {due}" in complaint(signature, np.zeros(5), sizes)


def test_a_number_is_a_size_too():
    signature = Signature.parse("f(x[N]) -> ends[2,N] float")

    assert complaint(signature, np.zeros(2), {"N": 3}).endswith("shape (2, N) = (2, 3)")


# Answers ------------------------------------------------------------------------------------------


def test_an_answer_of_the_right_form_is_given_as_float64():
    came = ONE.checked(np.ones((4, 3), dtype="<f4"), SIZES)

    assert came.dtype == np.float64 and came.shape == (4, 3)


def test_integers_are_as_good_as_numbers_and_whole_numbers_as_good_as_integers():
    assert VALUE.checked(3, {}) == 3.0 and type(VALUE.checked(3, {})) is float
    assert COUNT.checked(3.0, {}) == 3 and type(COUNT.checked(3.0, {})) is int


@pytest.mark.parametrize("answer", [0.5, np.array(0.5), (0.5,)])
def test_one_number_comes_in_several_guises(answer):
    assert VALUE.checked(answer, {}) == 0.5


@pytest.mark.parametrize("dtype", [np.uint8, np.int32, np.int64, np.float64])
def test_whole_numbers_of_any_type_come_as_int64(dtype):
    came = INTEGERS.checked(np.array([0, 1, 2, 1], dtype=dtype), SIZES)

    assert came.dtype == np.int64
    np.testing.assert_array_equal(came, [0, 1, 2, 1])


@pytest.mark.parametrize("count", [0.5, np.nan, np.inf, 2.0**53, 1e300])
def test_a_number_that_is_not_whole_for_certain_is_no_integer(count):
    assert (
        complaint(COUNT, count) == "count holds floating-point numbers; due is count, one integer"
    )


def test_several_results_are_given_as_a_tuple():
    y, value = TWO.checked((np.ones(4), 2), SIZES)

    np.testing.assert_array_equal(y, np.ones(4))
    assert value == 2.0


def test_several_results_of_one_shape_may_come_as_the_rows_of_one_array():
    signature = Signature.parse("f() -> mean float, variance float")

    assert signature.checked(np.array([1.0, 2.0]), {}) == (1.0, 2.0)


def test_tuples_are_as_good_as_lists_wherever_an_array_is_due():
    one = Signature.parse("f(x[N]) -> y[N,2] float")
    two = Signature.parse("f(x[N]) -> y[N] float, z[N,2] float")
    rows = (np.array([1.0, 2.0]), (3, 4.0), np.array([5, 6]))

    assert one.checked(rows, {"N": 3}).tolist() == [[1, 2], [3, 4], [5, 6]]
    assert one.checked((np.ones((3, 2)),), {"N": 3}).tolist() == [[1, 1]] * 3
    y, z = two.checked(((1, 2.0, 3), rows), {"N": 3})
    assert y.tolist() == [1, 2, 3]
    assert z.tolist() == [[1, 2], [3, 4], [5, 6]]


@pytest.mark.parametrize(
    "answer", [((1.0, 2.0), (3.0,)), ((1.0, 2.0), None), ((1.0, "x"), (1.0, 2.0))]
)
def test_tuples_that_are_no_arrays_are_refused(answer):
    with pytest.raises(BadAnswerError, match="returned 2 values; due is y"):
        Signature.parse("f(x[N]) -> y[N,2] float").checked(answer, {"N": 2})


def test_a_shape_that_the_arguments_do_not_fix_is_not_asked_for():
    signature = Signature.parse("f(x) -> y[M] float")

    assert signature.checked(np.zeros(7), {}).shape == (7,)
    assert complaint(signature, None, {}).endswith("due is y, numbers of shape (M)")


@pytest.mark.parametrize(
    ("answer", "came"), [(1.0, "a single number"), (np.zeros((7, 1)), "shape (7, 1)")]
)
def test_of_a_shape_that_the_arguments_do_not_fix_the_dimensions_count(answer, came):
    signature = Signature.parse("f(x) -> y[M] float")

    assert complaint(signature, answer, {}) == f"y has {came}; due is y, numbers of shape (M)"


def test_an_empty_answer_of_the_right_shape_is_accepted():
    assert ONE.checked(np.zeros((0, 3)), {"N": 0, "K": 3}).shape == (0, 3)


@pytest.mark.parametrize(
    ("signature", "answer", "said"),
    [
        (ONE, None, f"f returned None, {NO_RETURN}; {OF_ONE}"),
        (VALUE, None, f"f returned None, {NO_RETURN}; due is value, one number"),
        (ONE, (1, 2), f"f returned 2 values; {OF_ONE}"),
        (ONE, (), f"f returned 0 values; {OF_ONE}"),
        (TWO, np.ones(4), "f returned one value; due are 2: y, value"),
        (TWO, (np.ones(4), 1, 2), "f returned 3 values; due are 2: y, value"),
        (TWO, (np.ones(4), None), "value is nothing (None); due is value, one number"),
        (ONE, "text", f"y is neither a number nor an array; {OF_ONE}"),
        (ONE, {"y": 1}, f"y is neither a number nor an array; {OF_ONE}"),
        (ONE, 1.0, f"y has a single number; {OF_ONE}"),
        (ONE, np.ones((3, 4)), f"y has shape (3, 4); {OF_ONE}"),
        (ONE, np.ones(3), f"y has shape (3,); {OF_ONE}"),
        (VALUE, np.ones(1), "value has shape (1,); due is value, one number"),
        (TWO, (np.ones(3), 1), "y has shape (3,); due is y, numbers of shape (N) = (4,)"),
        (
            INTEGERS,
            np.array([0.0, 1.0, 1.5, 2.0]),
            "labels holds floating-point numbers; due is labels, integers of shape (N) = (4,)",
        ),
        (
            INTEGERS,
            np.ones(4, dtype=bool),
            "labels holds True and False; due is labels, integers of shape (N) = (4,)",
        ),
        (COUNT, 3.5, "count holds floating-point numbers; due is count, one integer"),
        (COUNT, True, "count holds True and False; due is count, one integer"),
        (
            VALUE,
            float("nan"),
            "1 of 1 values are not finite: the first is value = nan; due is value, one number",
        ),
        (
            ONE,
            np.where(np.arange(12).reshape(4, 3) > 9, -np.inf, 1.0),
            f"2 of 12 values are not finite: the first is y[3, 1] = -inf; {OF_ONE}",
        ),
    ],
)
def test_what_is_wrong_with_a_form_is_said_with_what_is_due(signature, answer, said):
    assert complaint(signature, answer) == said
