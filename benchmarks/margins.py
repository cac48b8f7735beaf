"""How far every tolerance is from right answers on one side and known mistakes on the other.

    python benchmarks/margins.py [QUESTION …] [--markdown benchmarks/margins.md]

Runs every check with implementations that are right and with all known mistakes, and looks at
every comparison, not only at the first that fails. Right are the solution; the solution run
backwards along each axis, which sums in another order; the solution with a ridge on the matrices
that it is given; all of tests/alternatives; and, where a question uses others, the same of those.

Of each comparison two margins are shown. Right: how many times smaller the tolerance could be
before a right implementation fails. Wrong: how many times larger it could be before a mistake that
fails now would pass. Of a bound, such as ``agreement > 0.6``, they are the bound's ratios to the
nearest values, which are shown too; a bound of 0 is a sign and has no margin. A margin is tight
when it is below 2; that of a bound, if also less than a quarter of the way from the nearest wrong
to the nearest right value lies between it and the bound. Of a mistake it counts only where the
check does not see it clearly by another comparison; also one that only just passes is tight.
Exits with 1 when something overlaps: when a right implementation does not pass, or a mistake
passes everything.
"""

import os

# One BLAS thread; read when NumPy is imported, so set before.
os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", MKL_NUM_THREADS="1")

import argparse
import ast
import math
import operator
import re
import sys
import tempfile
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Self

import numpy as np
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from autograder.builder.variants import Variant, read_variants, with_variant
from autograder.checker.calls import Caller
from autograder.checker.compare import MismatchError, match
from autograder.checker.contract import Assignment, Question
from autograder.checker.host import Load, SubprocessHost
from autograder.checker.proxies import Arguments
from autograder.checker.recordings import Recording, Recordings
from autograder.checker.run import Run
from autograder.checker.signature import Signature
from autograder.checker.suite import run_checks
from autograder.grading_file import read
from autograder.layout import Layout, read_python_files

TIGHT = 2.0
NEAR = 0.25  # of the way from wrong to right
VISIBLE = 1e-3  # of a tolerance; less is rounding
RIDGE = 1e-6
RETURNING_ARRAYS = """
import numpy

def _returning_arrays(function, several):
    def called(*args, **kwargs):
        found = function(*args, **kwargs)
        return tuple(map(numpy.asarray, found)) if several else numpy.asarray(found)
    return called

"""
WIDTH = 100
NO_TIME_LIMIT = 86_400.0
NEEDED_SECONDS = 2.0  # for a check with another question's functions replaced

COMPARE = {
    ast.Gt: (">", operator.gt),
    ast.GtE: (">=", operator.ge),
    ast.Lt: ("<", operator.lt),
    ast.LtE: ("<=", operator.le),
    ast.Eq: ("==", operator.eq),
    ast.NotEq: ("!=", operator.ne),
}
HOLDS = dict(COMPARE.values())
UPPER = "<", "<="
MIRRORED = {">": "<", ">=": "<=", "<": ">", "<=": ">=", "==": "==", "!=": "!="}


# What a check compares ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """One comparison in a check, under one tolerance.

    Attributes
    ----------
    check : str
    line : int
    what : str
        What is compared.
    kind : str
        ``match``; the sign of a bound, such as ``>``; ``exact`` for integers; ``truth`` for what
        is no measure; ``end`` for a check that ended before its comparisons.
    limit : str
        The tolerance or bound.
    bound : float
    """

    check: str
    line: int
    what: str
    kind: str
    limit: str = ""
    bound: float = math.nan

    @property
    def measured(self) -> bool:
        """Whether there is a tolerance or a bound."""
        return self.kind == "match" or self.kind in HOLDS

    def value(self, badness: float) -> float:
        """Return the value that is so far on the wrong side of the bound."""
        return self.bound + (badness if self.kind in UPPER else -badness)

    def margins(self, badness: float) -> tuple[float, float]:
        """Return how many times the limit is this far away, for a right and for a wrong answer."""
        if self.kind == "match":
            return _ratio(1.0, badness), badness
        if self.bound == 0:
            return math.nan, math.nan
        value = self.value(badness)
        if (self.bound > 0) == (self.kind in UPPER):  # size may not exceed the bound's
            return _ratio(self.bound, value), value / self.bound
        return value / self.bound, _ratio(self.bound, value)


def _ratio(above: float, below: float) -> float:
    """Return the quotient; infinity where there is nothing of that sign below."""
    return above / below if below and above / below > 0 else math.inf


@dataclass(frozen=True, order=True)
class Seen:
    """What was seen at a place.

    Attributes
    ----------
    fails : bool
    badness : float
        Of ``match``, the largest difference in tolerances; of a bound, how far the value is on
        the wrong side.
    """

    fails: bool
    badness: float = 0.0


@dataclass
class Measurement(Run):
    """A run of checks that keeps what every comparison sees and stops at none.

    Attributes
    ----------
    seconds : float, optional
        The time that a check has, if it is less than usual.
    seen : dict of Place to Seen
    """

    seconds: float | None = None
    seen: dict[Place, Seen] = field(default_factory=dict)
    _check: str = ""
    _cases: dict[str, object] = field(default_factory=dict)

    def begin_call(self, item) -> None:
        """Give the check its time, and its file the functions that its assertions now call."""
        self.caller.begin_check(self.seconds)
        self._check = item.originalname.removeprefix("test_")
        self._cases = item.callspec.params if hasattr(item, "callspec") else {}
        item.module.observe_bound = self.observe_bound
        item.module.observe_truth = self.observe_truth

    def match(self, actual, expected, what, *, rtol=None, atol=None) -> None:
        """Take the place of the product's ``match``, whose verdict is kept."""
        rtol = self.question.rtol if rtol is None else rtol
        atol = self.question.atol if atol is None else atol
        try:
            match(actual, expected, what, rtol=rtol, atol=atol)
            fails = False
        except MismatchError:
            fails = True
        came, due = np.asarray(actual), np.asarray(expected)
        if came.dtype.kind in "biu" and due.dtype.kind in "biu":
            self._keep_seen(what, "exact", Seen(fails))
        else:
            seen = Seen(fails, difference(came, due, rtol, atol))
            self._keep_seen(what, "match", seen, f"{_short(rtol)}, {_short(atol)}")

    def observe_bound(self, what, value, sign, bound, bound_text, bound_names):
        """Take the place of ``assert value > bound``."""
        fails = not HOLDS[sign](value, bound)
        value, bound = np.asarray(value), np.asarray(bound)
        if not all(side.ndim == 0 and side.dtype.kind in "biuf" for side in (value, bound)):
            self._keep_seen(f"{what} {sign} {bound_text}", "truth", Seen(fails))
        elif sign in ("==", "!=") or all(side.dtype.kind in "biu" for side in (value, bound)):
            self._keep_seen(what, "exact", Seen(fails))
        else:
            local = sys._getframe(1).f_locals.keys() - self._cases.keys()
            if local & set(bound_names):  # it moves with the answer: what counts is the difference
                what, value, bound = f"{what} - {bound_text}", value - bound, np.zeros(())
            badness = float(value - bound if sign in UPPER else bound - value)
            seen = Seen(fails, math.inf if math.isnan(badness) else badness)
            self._keep_seen(what, sign, seen, f"{sign} {_short(bound)}", float(bound))

    def observe_truth(self, what, truth):
        """Take the place of any other assertion."""
        self._keep_seen(what, "truth", Seen(not truth))

    def _keep_seen(self, what, kind, seen, limit="", bound=math.nan):
        line = sys._getframe(2).f_lineno
        place = Place(self._check, line, what, kind, limit, bound)
        self.seen[place] = max(seen, self.seen.get(place, seen))


def difference(came: np.ndarray, due: np.ndarray, rtol: float, atol: float) -> float:
    """Return the largest difference in tolerances; infinity for another shape, or NaN."""
    if came.shape != due.shape:
        return math.inf
    if came.size == 0:
        return 0.0
    with np.errstate(all="ignore"):
        allowed = np.maximum(atol + rtol * np.abs(due), np.finfo(float).tiny)
        ratio = np.where(came == due, 0.0, np.abs(came - due) / allowed)
    return math.inf if np.isnan(ratio).any() else float(ratio.max())


def observable(source: str) -> str:
    """Return a check file whose assertions report what they see; every line keeps its number."""
    lines = source.splitlines()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Assert):
            first, last = node.lineno - 1, node.end_lineno
            report = lines[first][: node.col_offset] + _report(node.test, source)
            lines[first:last] = [report] + [""] * (last - first - 1)
    return "\n".join(lines) + "\n"


def _report(test: ast.expr, source: str) -> str:
    def text(node: ast.expr) -> str:
        return " ".join((ast.get_source_segment(source, node) or "").split())

    if isinstance(test, ast.Compare) and len(test.ops) == 1 and type(test.ops[0]) in COMPARE:
        value, (sign, _), bound = test.left, COMPARE[type(test.ops[0])], test.comparators[0]
        if isinstance(value, ast.Constant):
            value, sign, bound = bound, MIRRORED[sign], value
        names = [node.id for node in ast.walk(bound) if isinstance(node, ast.Name)]
        given = (repr(text(value)), ast.unparse(value), repr(sign), ast.unparse(bound))
        return f"observe_bound({', '.join(given)}, {text(bound)!r}, {names})"
    return f"observe_truth({text(test)!r}, {ast.unparse(test)})"


# Who is measured ----------------------------------------------------------------------------------


def perturbed(question: Question, folder: Path) -> list[Variant]:
    """Write variants that bend the solution without making it wrong, and return them.

    Each function is run backwards along each axis of its arguments, and with a ridge on those
    that are square matrices.
    """
    written = []
    for signature in question.signatures:
        sizes = [size for item in signature.arguments for size in item.sizes]
        due = {size for item in signature.results for size in item.sizes}
        for axis in dict.fromkeys(sizes):
            if axis.isalpha() and not any(axis in size.split("*") for size in due - {axis}):
                written.append(_backwards(signature, axis))
        if any(item.sizes[-2:-1] == item.sizes[-1:] for item in signature.arguments if item.sizes):
            written.append(_with_ridge(signature))
    folder.mkdir(exist_ok=True)
    head = f"import numpy as np\nfrom other_{question.name} import *\n"
    (folder / f"{question.name}.py").write_text(head + "".join(written), "utf-8")
    return read_variants(folder, question)


def _backwards(signature: Signature, axis: str) -> str:
    def flipped(item, name):
        axes = tuple(i for i, size in enumerate(item.sizes) if size == axis)
        return f"np.flip(np.asarray({name}), {axes})" if axes else name

    given = [flipped(item, item.name) for item in signature.arguments]
    body = [f"found = {signature.function}({', '.join(given)})"]
    if len(signature.results) == 1:
        body.append(f"return {flipped(signature.results[0], 'found')}")
    else:
        parts = [flipped(item, f"found[{i}]") for i, item in enumerate(signature.results)]
        body.append(f"return {', '.join(parts)}")
    return _defined(signature, f"{axis}_backwards", body)


def _with_ridge(signature: Signature) -> str:
    given = [
        f"{item.name} + {RIDGE} * np.eye(np.shape({item.name})[-1])"
        if item.sizes and item.sizes[-2:-1] == item.sizes[-1:]
        else item.name
        for item in signature.arguments
    ]
    return _defined(signature, "ridge", [f"return {signature.function}({', '.join(given)})"])


def _defined(signature: Signature, what: str, body: list[str]) -> str:
    arguments = ", ".join(
        f"{item.name}={item.default}" if item.default else item.name for item in signature.arguments
    )
    head = f'def {signature.function}_{what}({arguments}):\n    """{what}"""\n'
    return "\n\n" + head + "".join(f"    {line}\n" for line in body)


def _returning_arrays(question: Question) -> bytes:
    """Return the end of a module that lets its functions return arrays.

    Whoever returns lists has other functions that take them; the solution's need not.
    """
    lines = []
    for signature in question.signatures:
        name, several = signature.function, len(signature.results) > 1
        lines.append(f"{name} = _returning_arrays({name}, {several})\n")
    return (RETURNING_ARRAYS + "".join(lines)).encode()


@dataclass(frozen=True)
class Trial:
    """What came of one implementation in all checks of a question."""

    name: str
    right: bool
    seen: dict[Place, Seen]

    @cached_property
    def fails(self) -> list[Place]:
        """The places where it fails."""
        return [place for place, seen in self.seen.items() if seen.fails]


class Bench:
    """Runs the checks of a course, rewritten to report.

    Only the course's own code runs here, so the two workers, one of which has the solution and
    answers `reference.…` calls, are ordinary processes.

    Parameters
    ----------
    layout : Layout
    folder : path
        For what is written meanwhile.
    """

    def __init__(self, layout: Layout, folder: Path) -> None:
        self.layout = layout
        self.assignment: Assignment = read(layout).assignment
        self._folder = folder
        self._solution = read_python_files(layout.solution) | read_python_files(layout.given)
        limits = replace(self.assignment.limits, question_seconds=NO_TIME_LIMIT)
        host = SubprocessHost(limits, layout.root)
        self._reference = Caller(host, self._load(self._solution), limits)
        self._caller = Caller(host, self._load(self._solution), limits)

    def __enter__(self) -> Self:
        self._reference.start()
        self._caller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._reference.close()
        self._caller.close()

    def _load(self, files: dict[str, bytes]) -> Load:
        unavailable = self.assignment.unavailable
        return Load(files, self.assignment.functions, unavailable=unavailable)

    def trials(self, question: Question) -> Iterator[Trial]:
        """Run all checks of a question with all that is right, and all that is wrong."""
        files = list(self._write_checks(question))
        calls: dict[str, Recording] = {}
        yield self._trial(question, files, calls, "solution", self._solution)
        for owner in (question, *self._used(question, files)):
            variants = perturbed(owner, self._folder / "perturbed")
            variants += read_variants(self.layout.alternatives, owner)
            for variant in variants:
                code = with_variant(self._solution, owner, variant)
                name = variant.name.removeprefix(f"{owner.name}_")
                if owner is not question:
                    name = f"{owner.name}: {name}"
                    code[f"{owner.name}.py"] += _returning_arrays(owner)
                yield self._trial(question, files, calls, name, code, needed=owner is not question)
        for variant in read_variants(self.layout.misconceptions, question):
            code = with_variant(self._solution, question, variant)
            name = variant.name.removeprefix(f"{question.name}_")
            yield self._trial(question, files, calls, name, code, right=False)

    def _used(self, question: Question, files: list[Path]) -> Iterator[Question]:
        """Yield the other questions whose functions the solution or a check calls."""
        code = self._solution[f"{question.name}.py"].decode()
        checks = "".join(path.read_text("utf-8") for path in files)
        for needed in map(self.assignment.question, question.needs):
            functions = "|".join(signature.function for signature in needed.signatures)
            imported = re.search(rf"^\s*(from|import) {needed.name}\b", code, re.MULTILINE)
            if imported or re.search(rf"\bsubmission\.({functions})\b", checks):
                yield needed

    def _trial(
        self,
        question: Question,
        files: list[Path],
        calls: dict[str, Recording],
        name: str,
        code: dict[str, bytes],
        right: bool = True,
        needed: bool = False,
    ) -> Trial:
        """Run the checks with this code; add to the calls what they ask the solution."""

        def recorder(check: str, key: str, call: Arguments) -> None:
            if key not in calls:
                self._reference.begin_check()
                calls[key] = Recording(call[0], self._reference.call(*call)[0])

        self._caller.reload(self._load(code))
        run = Measurement(
            *(self.assignment, question, question.checks, self._caller, Recordings(calls)),
            recorder,
            seconds=NEEDED_SECONDS if needed else None,
        )
        for result in run_checks(run, files, self.layout.check_modules):
            if result.reason == "grader":
                raise SystemExit(f"{question.name}, {result.name}: {result.detail}")
            if needed and result.reason == "time":
                print(f"{name} is too slow for {question.name}, {result.name}", file=sys.stderr)
            elif result.outcome != "passed":
                place = Place(result.name, 0, f"it ends with {result.detail}", "end")
                run.seen[place] = Seen(True)
        return Trial(name, right, run.seen)

    def _write_checks(self, question: Question) -> Iterator[Path]:
        for folder in self.layout.check_folders:
            path = folder / f"test_{question.name}.py"
            if path.exists():
                copy = self._folder / folder.name / path.name
                copy.parent.mkdir(exist_ok=True)
                copy.write_text(observable(path.read_text("utf-8")), "utf-8")
                yield copy


# What it means ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Side:
    """The nearest implementation on one side of a limit: name, margin, and value if a bound."""

    name: str = ""
    margin: float = math.inf
    value: float = math.nan


@dataclass(frozen=True)
class Comparison:
    """One comparison, and what it saw of each implementation."""

    place: Place
    right: dict[str, Seen]
    wrong: dict[str, Seen]

    @cached_property
    def worst_right(self) -> tuple[str, Seen]:
        """The right implementation that is nearest to failing, or fails."""
        return max(self.right.items(), key=lambda item: item[1])

    @cached_property
    def failing(self) -> dict[str, Seen]:
        """The mistakes that fail here, the nearest first."""
        failing = {name: seen for name, seen in self.wrong.items() if seen.fails}
        return dict(sorted(failing.items(), key=lambda item: item[1].badness))

    @cached_property
    def tolerated(self) -> dict[str, Seen]:
        """The mistakes that pass and are farther off than what is right; the worst first."""
        return {
            name: seen
            for name, seen in sorted(self.wrong.items(), key=lambda item: -item[1].badness)
            if self.place.measured and not seen.fails and self._stands_out(seen)
        }

    def _stands_out(self, seen: Seen) -> bool:
        right = self.worst_right[1].badness
        if self.place.kind == "match":
            return seen.badness > max(TIGHT * right, VISIBLE)
        return seen.badness > right and self.place.margins(seen.badness)[0] < TIGHT

    @property
    def sides(self) -> tuple[Side, Side]:
        """The nearest right and the nearest wrong implementation."""
        name, farthest = self.worst_right
        nearest = next(iter(self.failing.items()), ("", None))
        return self._side(name, farthest, 0), self._side(*nearest, 1)

    def _side(self, name: str, seen: Seen | None, which: int) -> Side:
        if seen is None or not self.place.measured:
            return Side(name)
        margin = self.place.margins(seen.badness)[which]
        if self.place.kind == "match":
            return Side(name if which or margin < math.inf else "", margin)
        return Side(name, margin, self.place.value(seen.badness))

    def tight(self, seen: Seen) -> bool:
        """Say whether what was seen is next to the limit, on whichever side."""
        if not self.place.measured:
            return False
        below = self.place.margins(seen.badness)[seen.fails] < TIGHT
        if self.place.kind == "match":
            return below
        right = self.worst_right[1].badness
        wrong = next((s.badness for s in self.failing.values()), abs(self.place.bound))
        return below and abs(seen.badness) < NEAR * (wrong - right)


@dataclass(frozen=True)
class Report:
    """What was measured of one question."""

    question: Question
    trials: list[Trial]

    @cached_property
    def comparisons(self) -> list[Comparison]:
        """All comparisons, in the order of grading.yml and of the files."""
        places = {place for trial in self.trials for place in trial.seen}
        order = [check.name for check in self.question.checks]
        ordered = sorted(places, key=lambda p: (order.index(p.check), p.line, p.limit, p.what))
        return [
            Comparison(
                place,
                {t.name: t.seen[place] for t in self.trials if t.right and place in t.seen}
                or {"": Seen(False, -math.inf)},
                {t.name: t.seen[place] for t in self.trials if not t.right and place in t.seen},
            )
            for place in ordered
        ]

    @property
    def overlaps(self) -> Iterator[str]:
        """Right implementations that fail, and mistakes that do not."""
        for trial in self.trials:
            if trial.right:
                for place in trial.fails:
                    yield f"{trial.name} is right, but fails {place.check}: {place.what}"
            elif not trial.fails:
                yield f"{trial.name} is a mistake that no check sees"

    def elsewhere(self, name: str, here: Place) -> str:
        """Say what else a mistake fails."""
        trial = next(trial for trial in self.trials if trial.name == name and not trial.right)
        checks = list(dict.fromkeys(place.check for place in trial.fails if place != here))
        if not checks:
            return "nothing else"
        return ", ".join(checks[:2]) + (f" and {len(checks) - 2} more" if len(checks) > 2 else "")

    def fragile(self, comparison: Comparison) -> dict[str, Seen]:
        """Return the mistakes that only just fail or pass, and that the check sees only here."""
        place = comparison.place
        return {
            name: seen
            for name, seen in (comparison.failing | comparison.tolerated).items()
            if comparison.tight(seen) and not self._clearly_fails(name, place.check)
        }

    def _clearly_fails(self, name: str, check: str) -> bool:
        return any(
            name in comparison.failing and not comparison.tight(comparison.failing[name])
            for comparison in self.comparisons
            if comparison.place.check == check
        )

    @property
    def tight(self) -> Iterator[str]:
        """The tight margins in words."""
        for comparison in self.comparisons:
            place = comparison.place
            where = f"{place.check}: {place.what} [{place.limit}]"
            name, seen = comparison.worst_right
            if comparison.tight(seen) and not seen.fails:
                yield f"{where}: {name}, right, has only {_times(place.margins(seen.badness)[0])}"
            for name, seen in self.fragile(comparison).items():
                margin = _times(place.margins(seen.badness)[seen.fails])
                how = "fails" if seen.fails else "passes"
                yield f"{where}: {name} {how} by {margin}; it fails {self.elsewhere(name, place)}"

    @property
    def unseen(self) -> list[str]:
        """The checks that no mistake fails."""
        failed = {p.check for trial in self.trials if not trial.right for p in trial.fails}
        return [check.name for check in self.question.checks if check.name not in failed]

    @property
    def default(self) -> str:
        """The tolerance in grading.yml, and the least margins where it is in force."""
        limit = f"{_short(self.question.rtol)}, {_short(self.question.atol)}"
        sides = [(c.place, *c.sides) for c in self.comparisons if c.place.limit == limit]
        text = f"grading.yml: rtol {_short(self.question.rtol)}, atol {_short(self.question.atol)}"
        if not sides:
            return f"{text}. Every check has its own."
        right = min(sides, key=lambda side: side[1].margin)
        wrong = min(sides, key=lambda side: side[2].margin)
        return (
            f"{text}. Where it is in force, the least margins are: "
            f"right {_times(right[1].margin)} ({right[1].name or 'all'} in {right[0].check}), "
            f"wrong {_times(wrong[2].margin)} ({wrong[2].name or 'none'} in {wrong[0].check})."
        )


# How it looks -------------------------------------------------------------------------------------


def _short(number: float, digits: int = 3) -> str:
    """Return a number in few characters."""
    number = float(number)
    if not 0 < abs(number) < 1e-3:
        return re.sub(r"e\+0*", "e", f"{number:.{digits}g}")
    mantissa, exponent = f"{number:.{digits - 1}e}".split("e")
    return f"{float(mantissa):g}e{int(exponent)}"


def _times(margin: float) -> str:
    """Return a margin, rounded down; above 1000 the power of ten alone, which is reproducible."""
    if math.isnan(margin):
        return ""
    if margin == math.inf:
        return "∞"
    if margin >= 1000:
        return f"1e{math.floor(math.log10(margin))} ×"
    scale = 1 if margin >= 10 else 10 if margin >= TIGHT else 100
    return f"{math.floor(margin * scale) / scale:g} ×"


def rows(report: Report) -> Iterator[tuple[str, str, str, list[str], str, list[str], str]]:
    """Yield check, what it compares, its limit, and of both sides the figures and the name."""
    for comparison in report.comparisons:
        place = comparison.place
        if place.kind in ("truth", "end"):
            continue
        farthest = comparison.worst_right[1]
        fragile = any(seen.fails for seen in report.fragile(comparison).values())
        words = (
            ["OVERLAP"] if farthest.fails else ["tight"] * comparison.tight(farthest),
            ["tight"] * fragile,
        )
        cells: list[list[str]] = []
        for side, word in zip(comparison.sides, words, strict=True):
            figures = [_times(side.margin), "" if math.isnan(side.value) else _short(side.value, 2)]
            cells.append([figure for figure in (*figures, *word) if figure])
        right, wrong = comparison.sides
        if place.kind == "exact":
            cells = [words[0], []]
        if not comparison.failing:
            cells[1] = []
        count = len(comparison.failing)
        nearest = wrong.name if place.measured else f"{count} fail" * bool(count)
        yield (
            place.check,
            place.what,
            place.limit or "exact",
            cells[0],
            right.name if place.measured or cells[0] else "",
            cells[1],
            nearest or "none fails",
        )


def tolerated(report: Report) -> Iterator[str]:
    """Yield where mistakes pass that are farther off than all that is right, and the nearest."""
    for comparison in report.comparisons:
        place = comparison.place
        for name, seen in list(comparison.tolerated.items())[:1]:
            figure = seen.badness if place.kind == "match" else place.value(seen.badness)
            of = " of the tolerance" if place.kind == "match" else ""
            yield (
                f"{place.check}: {place.what} [{place.limit}]: {len(comparison.tolerated)}, "
                f"nearest {name} at {_short(figure, 2)}{of}; fails {report.elsewhere(name, place)}"
            )


def notes(report: Report) -> Iterator[tuple[str, list[str]]]:
    """Yield headings, and lists of what does not fit the table."""
    yield "Overlaps", list(report.overlaps)
    yield "Tight", list(report.tight)
    yield "Tolerated here", list(tolerated(report))
    plain = [
        f"{c.place.check}: {c.place.what}; {len(c.failing)} fail"
        for c in report.comparisons
        if c.place.kind == "truth"
    ]
    yield "Not a measure", plain
    ended: dict[str, list[str]] = {}
    for comparison in report.comparisons:
        if comparison.place.kind == "end":
            ended.setdefault(comparison.place.check, []).extend(comparison.failing)
    lines = [f"{check}: {', '.join(names)}" for check, names in ended.items() if names]
    yield "Mistakes that end in an exception or an answer of another form", lines
    yield "Checks that no known mistake fails", report.unseen


def _counts(report: Report) -> str:
    right = sum(trial.right for trial in report.trials)
    return f"{right} right implementations, {len(report.trials) - right} known mistakes"


def _words(name: str) -> str:
    """Return an identifier as words, which a narrow column can break."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).replace("_", " ")


def show(report: Report, console: Console) -> None:
    """Print what was measured of a question."""
    console.rule(f"{report.question.name}: {_counts(report)}", align="left")
    console.print(textwrap.fill(report.default, WIDTH), markup=False)
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column("check, and what it compares", width=30, overflow="fold")
    table.add_column("tolerance", width=12)
    for heading in ("right", "wrong"):
        table.add_column(heading, width=8, justify="right")
        table.add_column("nearest", width=17)
    before = ""
    for check, what, limit, right, right_name, wrong, wrong_name in rows(report):
        if check != before:
            table.add_row(f"[bold]{check}")
        before = check
        names = (_words(right_name), _words(wrong_name))
        table.add_row(
            f"  {escape(what)}", limit, _styled(right), names[0], _styled(wrong), names[1]
        )
    console.print(table)
    for heading, lines in notes(report):
        if lines:
            console.print(f"{heading}:", style="bold red" if heading == "Overlaps" else "bold")
            for line in lines:
                text = textwrap.fill(line, WIDTH, initial_indent="  ", subsequent_indent="    ")
                console.print(text, markup=False)
    console.print()


def _styled(figures: list[str]) -> str:
    styles = {"tight": "[yellow]tight[/]", "OVERLAP": "[bold red]OVERLAP[/]"}
    return "\n".join(styles.get(figure, figure) for figure in figures)


def as_markdown(reports: list[Report]) -> str:
    """Return all reports as Markdown."""
    lines = [
        "# Margins of the tolerances",
        "",
        "Written by `python benchmarks/margins.py --markdown benchmarks/margins.md`, which says at",
        "its top what is measured.",
    ]
    for report in reports:
        lines += ["", f"## {report.question.name}", "", f"{_counts(report)}. {report.default}", ""]
        lines += [
            "| check | compared | tolerance | right | nearest | wrong | nearest |",
            "|---|---|---|--:|---|--:|---|",
        ]
        for check, what, limit, right, right_name, wrong, wrong_name in rows(report):
            cells = (check, what, limit, ", ".join(right), right_name, ", ".join(wrong), wrong_name)
            lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
        for heading, found in notes(report):
            if found:
                lines += ["", f"{heading}:", "", *(f"- {line}" for line in found)]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Measure, print the tables, and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("questions", nargs="*", metavar="QUESTION")
    parser.add_argument("--markdown", type=Path, metavar="FILE")
    options = parser.parse_args()
    console = Console(width=WIDTH, highlight=False)
    reports = []
    layout = Layout.find(Path(__file__).parent)
    with tempfile.TemporaryDirectory() as folder, Bench(layout, Path(folder)) as bench:
        names = [question.name for question in bench.assignment.questions]
        unknown = [name for name in options.questions if name not in names]
        if unknown:
            parser.error(f"no question {', '.join(unknown)}; there are {', '.join(names)}")
        for name in options.questions or names:
            question = bench.assignment.question(name)
            report = Report(question, list(bench.trials(question)))
            show(report, console)
            reports.append(report)
    if options.markdown:
        options.markdown.write_text(as_markdown(reports), "utf-8")
    overlaps = sum(len(list(report.overlaps)) for report in reports)
    tight = sum(len(list(report.tight)) for report in reports)
    measured = sum(c.place.measured for report in reports for c in report.comparisons)
    console.print(f"{measured} comparisons with a tolerance, {tight} tight, {overlaps} overlaps")
    return 1 if overlaps else 0


if __name__ == "__main__":
    sys.exit(main())
