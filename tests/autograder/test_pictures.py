"""Pictures: each distinct one is drawn once, and nobody sees another's."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
import pytest

from autograder.checker import pictures
from autograder.checker.pictures import Gallery

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
    assert content(Gallery().draw(Figure("a"), ())) == "a"


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
    gallery = Gallery()

    first = gallery.draw(plot, (X, (1, "a")))

    assert gallery.draw(plot, again) == first
    assert len(drawn) == 1


@pytest.mark.parametrize(
    "other",
    [
        (X * 1.01,),
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
    gallery = Gallery()
    gallery.draw(plot, (X,))

    gallery.draw(plot, other)

    assert len(drawn) == 2


def test_another_function_draws_another_picture():
    gallery = Gallery()

    assert gallery.draw(plot, (X,)) != gallery.draw(other_plot, (X,))


def test_what_a_function_has_from_elsewhere_than_its_arguments_is_drawn_every_time():
    gallery = Gallery()

    def of(student: str) -> str:
        return content(gallery.draw(lambda: Figure(student), ()))

    assert [of("ada"), of("bob")] == ["ada", "bob"]


@pytest.mark.parametrize(
    "nothing", [np.zeros(0), np.zeros(3), np.full(3, np.nan), 0.0, None, "text"]
)
def test_any_argument_can_be_looked_at(nothing):
    Gallery().draw(plot, (nothing,))

    assert len(drawn) == 1


def test_only_the_last_pictures_are_kept(monkeypatch):
    monkeypatch.setattr(pictures, "MOST_KEPT", 2)
    gallery = Gallery()
    for number in (1, 2, 1, 3, 1):
        gallery.draw(plot, (number,))

    gallery.draw(plot, (2,))

    assert [argument for (argument,) in drawn] == [1, 2, 3, 2]
