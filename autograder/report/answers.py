"""Pages with written answers, for those who mark them."""

from __future__ import annotations

from dataclasses import dataclass
from xml.etree import ElementTree

import latex2mathml.converter
from markdown_it import MarkdownIt
from markupsafe import Markup, escape
from mdit_py_plugins.dollarmath import dollarmath_plugin

from ..checker.outcome import CheckResult
from .page import ENVIRONMENT
from .wording import clean

MOST_CHARACTERS = 40_000
"""Of a piece of Markdown; a longer one is shown as it was typed."""


@dataclass(frozen=True)
class Written:
    """A written answer, and what it is marked by.

    Attributes
    ----------
    question, title : str
        The lab or report it belongs to.
    check : CheckResult
    rubric, model : str
        In Markdown; empty where there is none.
    """

    question: str
    title: str
    check: CheckResult
    rubric: str
    model: str


@dataclass(frozen=True)
class AnswerPage:
    """The answers of one submission."""

    name: str
    assignment: str
    answers: tuple[Written, ...]


def answers_html(page: AnswerPage) -> str:
    """Return the page; no script, nothing from elsewhere, no markup of the student's own."""
    return _TEMPLATE.render(page=page)


def rendered(text: str) -> Markup:
    """Return Markdown as HTML; markup in it is shown as text, formulas are MathML."""
    text = clean(text)
    if len(text) > MOST_CHARACTERS:
        return Markup(f"<pre>{escape(text)}</pre>")
    return Markup(_MARKDOWN.render(text))


def _formula(text: str, options: dict[str, bool]) -> str:
    display = "block" if options.get("display_mode") else "inline"
    try:
        mathml = latex2mathml.converter.convert(text, display=display)
        ElementTree.fromstring(mathml)  # whatever was typed, this is one element
    except Exception:  # of what students type, the converter understands most, and not all
        return f"<code>{escape(text)}</code>"
    return mathml


_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
_MARKDOWN.use(dollarmath_plugin, renderer=_formula, double_inline=True)
ENVIRONMENT.filters["rendered"] = rendered
_TEMPLATE = ENVIRONMENT.get_template("answers.html")
