"""Pictures: each distinct one is drawn once, none for ever, and nobody sees another's."""

from __future__ import annotations

import base64
import os
import sys
import time
from typing import Any

import numpy as np
import pytest

from autograder.checker import pictures
from autograder.checker.pictures import Gallery, PictureError

drawn: list[tuple[Any, ...]] = []


class Figure:
    def __init__(self, content: object) -> None:
        self.content = content

    def savefig(self, file: Any, **_: object) -> None:
        file.write(str(self.content).encode())


def plot(*arguments: Any) -> Figure:
    drawn.append(arguments)
    return Figure(len(drawn))


def other_plot(*arguments: Any) -> Figure:
    return plot(*arguments)


@pytest.fixture(autouse=True)
def _nothing_drawn() -> None:
    drawn.clear()


def content(png: str) -> str:
    return base64.b64decode(png).decode()


X = np.array([1.0, -2.0, 4.0])


def test_a_figure_is_a_png_in_base64():
    assert content(Gallery(apart=False).draw(Figure("a"), ())) == "a"


@pytest.mark.parametrize(
    "again",
    [
        (X.copy(), (1, "a")),
        (X * (1 + 1e-9), (1, "a")),
        (X + 1e-7, (1, "a")),
        (X, [1, "a"]),
    ],
)
def test_what_looks_alike_is_drawn_once(again):
    gallery = Gallery(apart=False)

    first = gallery.draw(plot, (X, (1, "a")))

    assert gallery.draw(plot, again) == first
    assert len(drawn) == 1


@pytest.mark.parametrize(
    "other",
    [
        (X * 1.01,),
        (X + 1e-5,),
        (-X,),
        (X[:2],),
        (X[:, np.newaxis],),
        (np.array([1.0, np.nan, 4.0]),),
        (np.array([1.0, np.inf, 4.0]),),
        (X.astype(int),),
        (X, X),
        (),
    ],
)
def test_what_looks_different_is_drawn_anew(other):
    gallery = Gallery(apart=False)
    gallery.draw(plot, (X,))

    gallery.draw(plot, other)

    assert len(drawn) == 2


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("size", [1.7e308, 5e-324])
def test_numbers_of_any_size_can_be_looked_at(size):
    gallery = Gallery(apart=False)
    gallery.draw(plot, (np.array([size, -size]),))

    gallery.draw(plot, (np.array([size, size]),))

    assert len(drawn) == 2


def test_another_function_draws_another_picture():
    gallery = Gallery(apart=False)

    assert gallery.draw(plot, (X,)) != gallery.draw(other_plot, (X,))


def test_what_a_function_has_from_elsewhere_than_its_arguments_is_drawn_every_time():
    gallery = Gallery(apart=False)

    def of(student: str) -> str:
        return content(gallery.draw(lambda: Figure(student), ()))

    assert [of("ada"), of("bob")] == ["ada", "bob"]


@pytest.mark.parametrize(
    "nothing", [np.zeros(0), np.zeros(3), np.full(3, np.nan), 0.0, None, "text"]
)
def test_any_argument_can_be_looked_at(nothing):
    Gallery(apart=False).draw(plot, (nothing,))

    assert len(drawn) == 1


def test_only_the_last_pictures_are_kept(monkeypatch):
    monkeypatch.setattr(pictures, "MOST_KEPT", 2)
    gallery = Gallery(apart=False)
    for number in (1, 2, 1, 3, 1):
        gallery.draw(plot, (number,))

    gallery.draw(plot, (2,))

    assert [argument for (argument,) in drawn] == [1, 2, 3, 2]


# In a process of its own --------------------------------------------------------------------------

linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has the limits")


def write_pid() -> Figure:
    return Figure(os.getpid())


def fail() -> None:
    raise ValueError("nothing to draw: é")


def take_for_ever() -> None:
    while True:
        pass


def sleep_for_ever() -> None:
    while True:
        time.sleep(1)


def take_all_memory() -> None:
    np.ones(1 << 40)


def end() -> None:
    os._exit(3)


@linux
def test_pictures_are_drawn_in_another_process_and_each_once():
    gallery = Gallery()

    first = content(gallery.draw(write_pid, ()))

    assert first != str(os.getpid())
    assert content(gallery.draw(write_pid, ())) == first
    assert content(gallery.draw(Figure("x" * 1_000_000), ())) == "x" * 1_000_000


@linux
@pytest.mark.parametrize(
    ("figure", "reason"),
    [
        (fail, "ValueError: nothing to draw: é"),
        (take_for_ever, "too much time or memory"),
        (sleep_for_ever, "too much time or memory"),
        (take_all_memory, "MemoryError"),
        (end, "too much time or memory"),
    ],
)
def test_a_picture_that_cannot_be_drawn_is_given_up(monkeypatch, figure, reason):
    monkeypatch.setattr(pictures, "PROCESSOR_SECONDS", 1)
    monkeypatch.setattr(pictures, "WALL_SECONDS", 5.0)
    children: list[int] = []
    fork = os.fork
    monkeypatch.setattr(os, "fork", lambda: children.append(fork()) or children[-1])

    with pytest.raises(PictureError, match=reason):
        Gallery().draw(figure, ())

    (child,) = children
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)


@linux
def test_numbers_that_cannot_be_drawn_do_not_hold_up_the_grader(real_layout, monkeypatch):
    monkeypatch.syspath_prepend(real_layout.given)
    plots = pytest.importorskip("plots")
    covariances = [[[1e100, 0.0], [0.0, 1.0]]]

    drawing = plots.plot_responsibilities(
        np.eye(3), np.ones((3, 1)), [[0.5, 0.5, 0.5]], covariances
    )

    assert Gallery().draw(drawing, ())
