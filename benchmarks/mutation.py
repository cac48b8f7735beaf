"""Mutation testing: which changes to the solution does no check notice.

    pip install -c constraints.txt -e '.[mutation]'
    python benchmarks/mutation.py [--question NAME ...] [--jobs N]

cosmic-ray makes the mutants: the solution with one operator, number or keyword replaced inside a
marked region. Two operators of this file add what it leaves alone: ``+=`` and its like, of which
the solution is full, and whole statements. Each mutant is judged like a submission, by all checks
of its own question, under the limits of ``grading.yml`` and with all other questions right. It is
killed when a check is lost.

A mutant that survives needs a reason in ``equivalent.toml``: why its answers are right as well.
Exits with 1 when one has none, or when a reason belongs to no survivor. Without questions, all
are run, and ``mutation.md`` is written.
"""

from __future__ import annotations

import argparse
import ast
import difflib
import io
import os
import sys
import tokenize
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path

import pytest
from rich.progress import track

from autograder.builder.cutter import solution_lines
from autograder.checker.calls import Caller
from autograder.checker.host import Load, SubprocessHost
from autograder.checker.recordings import Recordings, load
from autograder.checker.run import Run
from autograder.checker.suite import CheckFiles, run_checks
from autograder.grading_file import Contract, read
from autograder.layout import Layout, read_python_files

try:
    from cosmic_ray.ast import ast_nodes, get_ast
    from cosmic_ray.mutating import mutate_code
    from cosmic_ray.operators.binary_operator_replacement import BinaryOperators
    from cosmic_ray.operators.operator import Operator
    from cosmic_ray.plugins import get_operator, operator_names
    from parso.python.tree import Keyword
except ModuleNotFoundError as missing:
    sys.exit(
        f"{missing.name} is not installed; run: pip install -c constraints.txt -e '.[mutation]'"
    )

HERE = Path(__file__).parent
REASONS = HERE / "equivalent.toml"
REPORT = HERE / "mutation.md"
HOW = """\
# Mutation testing

Does a check notice, whatever is changed in the solution? Written by `benchmarks/mutation.py`
(cosmic-ray {cosmic-ray}, NumPy {numpy}, SciPy {scipy}); the reasons are kept in
`benchmarks/equivalent.toml`.

The mutants are the solution with one change each inside a marked region, by all operators of
cosmic-ray but two kinds, and two more. Left out are those that put a variable or a number drawn
at random in place of another variable, since no two runs would agree, and those that put `is` or
`is not` in place of a comparison, since whether two equal numbers are one object is up to the
interpreter (cosmic-ray itself leaves them out beside a number). Added are the replacement of
augmented assignments, which cosmic-ray does not touch and the solution is full of, and the
removal of single statements. Mutants with the syntax tree of the solution or of another mutant
count for nothing. cosmic-ray puts each of the eleven other operators in place of a binary one,
`@` excepted; shifts and bitwise operators on fractions do no more than raise an exception.

Each mutant was judged like a submission, by all checks of its own question, public and hidden,
under the limits of `grading.yml` and with all other questions right. It is killed when a check is
lost. A survivor is *same* when it gives the answers of the solution for all arguments that the
contract allows, but for rounding and time, and *allowed* when it gives others that the contract
says are right as well: any deterministic start, any sane rule for stopping, any labels. The rate
of the rest is that of all mutants but these."""


# Mutants ------------------------------------------------------------------------------------------


class ReplaceAugmentedAssignment(Operator):
    """Replaces ``+=`` or one of its like by each of the others."""

    TOKENS = tuple(f"{operator.value}=" for operator in BinaryOperators)

    def mutation_positions(self, node):
        """Yield the place of the operator once for each of the others."""
        if node.type == "operator" and node.value in self.TOKENS:
            for _ in self.TOKENS[1:]:
                yield node.start_pos, node.end_pos

    def mutate(self, node, index):
        """Put another in its place."""
        node.value = [token for token in self.TOKENS if token != node.value][index]
        return node

    @classmethod
    def examples(cls):
        """Return none: cosmic-ray's own tests ask for them."""
        return ()


class RemoveStatement(Operator):
    """Replaces an assignment, a call or a ``raise`` by ``pass``."""

    def mutation_positions(self, node):
        """Yield the place of the statement."""
        stands_alone = node.parent is not None and node.parent.type == "simple_stmt"
        if stands_alone and node.type in ("expr_stmt", "atom_expr", "raise_stmt"):
            yield node.start_pos, node.end_pos

    def mutate(self, node, index):
        """Put ``pass`` in its place."""
        return Keyword("pass", node.start_pos, node.get_first_leaf().prefix)

    @classmethod
    def examples(cls):
        """Return none: cosmic-ray's own tests ask for them."""
        return ()


@dataclass(frozen=True)
class Mutant:
    """The solution of one question with one change.

    Attributes
    ----------
    question : str
    line : int
        Where the change begins.
    operator : str
        What made it.
    before, after : str
        The changed line, without comments and needless blanks.
    source : str
        The whole module.
    """

    question: str
    line: int
    operator: str
    before: str
    after: str
    source: str

    @property
    def key(self) -> tuple[str, str, str]:
        """What it is known by in ``equivalent.toml``, wherever the line stands."""
        return self.question, self.before, self.after

    def __str__(self) -> str:
        return f"{self.question}.py:{self.line}  {self.before}  →  {self.after}  ({self.operator})"


def make_mutants(question: str, source: str) -> list[Mutant]:
    """Return all different mutants of a module's marked regions, in the order of the places."""
    inside = {number for number, _ in solution_lines(source, f"{question}.py")}
    plain = without_comments(source)
    seen = {ast.dump(ast.parse(plain))}
    found = []
    for operator in operators():
        places = [
            place for node in ast_nodes(get_ast(plain)) for place in positions(operator, node)
        ]
        for occurrence, start in enumerate(places):
            if start[0] not in inside:
                continue
            mutated = without_blank(mutate_code(plain, operator, occurrence), *start)
            meaning = ast.dump(ast.parse(mutated))
            if meaning not in seen:
                seen.add(meaning)
                name = type(operator).__name__
                lines = changed_lines(plain, mutated)
                found.append((start, Mutant(question, start[0], name, *lines, mutated)))
    return [mutant for _, mutant in sorted(found, key=lambda item: item[0])]


def operators() -> Iterator[Operator]:
    """Yield cosmic-ray's operators and ours; what is left out is named in the report."""
    for name in operator_names():
        operator = get_operator(name)
        if not operator.arguments() and not name.endswith(("_Is", "_IsNot")):
            yield operator()
    yield ReplaceAugmentedAssignment()
    yield RemoveStatement()


def positions(operator, node) -> Iterator[tuple[int, int]]:
    """Yield line and column of each change that an operator can make at a node."""
    yield from (start for start, _ in operator.mutation_positions(node))


def without_comments(source: str) -> str:
    """Return the source with the same lines, but no comments."""
    lines = source.splitlines()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            lines[row - 1] = lines[row - 1][:column].rstrip()
    return "\n".join(lines) + "\n"


def without_blank(source: str, row: int, column: int) -> str:
    """Return the source without the blank that cosmic-ray adds before what it puts in a place."""
    lines = source.splitlines()
    line = lines[row - 1]
    if line[column : column + 1] == " " and not line[:column].endswith(" "):
        lines[row - 1] = line[:column] + line[column + 1 :]
    return "\n".join(lines) + "\n"


def changed_lines(before: str, after: str) -> Iterator[str]:
    """Yield what differs between two sources: the lines of the first, those of the second."""
    old, new = before.splitlines(), after.splitlines()
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    blocks = [block for block in matcher.get_opcodes() if block[0] != "equal"]
    first, last = blocks[0], blocks[-1]
    for lines, begin, end in ((old, first[1], last[2]), (new, first[3], last[4])):
        yield " ".join(" ".join(lines[begin:end]).split())


# Judging ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Verdict:
    """What became of a mutant: the check that killed it, if one did, and how."""

    check: str = ""
    reason: str = ""


class UntilFirstLoss(Run):
    """A run that ends with the first check that is lost."""

    def pytest_configure(self, config: pytest.Config) -> None:
        """Let pytest stop at a failure."""
        config.option.maxfail = 1


@cache
def course() -> tuple[Layout, Contract]:
    """Return the course that this file belongs to."""
    layout = Layout.find(HERE)
    return layout, read(layout)


@cache
def recordings(question: str) -> Recordings:
    """Return what is recorded for a question."""
    return load(course()[0].expected / f"{question}.json")


def judge(name: str, source: str) -> Verdict:
    """Run a question's checks against a version of its module."""
    layout, contract = course()
    assignment = contract.assignment
    question = assignment.question(name)
    checks = CheckFiles(layout.check_folders, layout.check_modules)
    right = read_python_files(layout.solution) | read_python_files(layout.given)
    files = right | {f"{name}.py": source.encode()}
    work = Load(files, assignment.functions, unavailable=assignment.unavailable)
    host = SubprocessHost(assignment.limits, layout.root)
    with closing(Caller(host, work, assignment.limits)) as caller:
        run = UntilFirstLoss(assignment, question, question.checks, caller, recordings(name))
        run_checks(run, checks.of(question), checks.modules)
    lost = [result for result in run.results.values() if result.outcome != "passed"]
    if any(result.reason == "grader" for result in lost):
        raise RuntimeError(f"{name}, {lost[0].name}: {lost[0].detail}")
    if not lost and len(run.results) != len(question.checks):
        raise RuntimeError(f"{name}: not all checks were run")
    return Verdict(lost[0].name, lost[0].reason) if lost else Verdict()


def judge_all(mutants: Sequence[Mutant], jobs: int) -> list[Verdict]:
    """Judge mutants in parallel, each in a process of its own; show how far it is."""
    names, sources = [m.question for m in mutants], [m.source for m in mutants]
    with ProcessPoolExecutor(jobs, get_context("spawn")) as pool:
        verdicts = pool.map(judge, names, sources)
        return list(track(verdicts, "mutants", total=len(mutants)))


# Reasons and report -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Reason:
    """Why the answers of a surviving mutant are right as well.

    Attributes
    ----------
    kind : str
        ``same`` answers for all arguments that the contract allows, but for rounding and time; or
        other answers that are ``allowed`` by the contract.
    because : str
    """

    kind: str
    because: str


KINDS = "same", "allowed"


def read_reasons() -> dict[tuple[str, str, str], Reason]:
    """Return the reasons by the mutants' keys."""
    reasons = {}
    for question, entries in tomllib.loads(REASONS.read_text("utf-8")).items():
        for entry in entries:
            if entry["kind"] not in KINDS:
                sys.exit(
                    f"{REASONS.name}: {question}: kind is {entry['kind']!r}, not one of {KINDS}"
                )
            reason = Reason(entry["kind"], " ".join(entry["because"].split()))
            for mutant in entry["mutants"]:
                key = question, entry["line"], mutant
                if key in reasons:
                    sys.exit(f"{REASONS.name}: {question}: there twice: {mutant}")
                reasons[key] = reason
    return reasons


Judged = list[tuple[Mutant, Verdict]]
GROUPS = {
    "ReplaceBinaryOperator": "a binary operator replaced by another",
    "ReplaceAugmentedAssignment": "an augmented assignment replaced by another",
    "ReplaceComparisonOperator": "a comparison replaced by another",
    "NumberReplacer": "a number made larger or smaller by 1",
    "RemoveStatement": "a statement removed",
}
OTHERS = "others: signs, `not`, `True`, `break`, empty loops"


def write_report(judged: Judged, reasons: dict[tuple[str, str, str], Reason]) -> str:
    """Return the report as Markdown."""
    survivors = [mutant for mutant, verdict in judged if not verdict.check]
    parts = [HOW.format(**{name: version(name) for name in ("cosmic-ray", "numpy", "scipy")})]
    parts.append("## By module\n\n" + module_table(judged, reasons))
    parts.append("## By kind of change\n\n" + operator_table(judged))
    how = Counter(verdict.reason for _, verdict in judged if verdict.check)
    none = how.total() - how["wrong"] - how["form"] - how["exception"]
    parts.append(
        f"Of the {how.total()} that were killed, {how['wrong']} gave a wrong answer, {how['form']} "
        f"one of a wrong form, {how['exception']} an exception, and {none} none within the limits."
    )
    unexplained = [mutant for mutant in survivors if mutant.key not in reasons]
    if unexplained:
        parts.append("## Survivors without a reason: a check is missing")
        parts.append("\n".join(f"{listed(m)} in {m.question}.py" for m in unexplained))
    parts.append("## Survivors")
    for question in dict.fromkeys(mutant.question for mutant in survivors):
        parts.append(f"### {question}.py")
        told: dict[Reason, list[Mutant]] = {}
        for mutant in survivors:
            if mutant.question == question and mutant.key in reasons:
                told.setdefault(reasons[mutant.key], []).append(mutant)
        for reason, mutants in told.items():
            parts.append("\n".join(map(listed, mutants)))
            parts.append(f"{reason.kind.capitalize()}: {reason.because}")
    return "\n\n".join(parts) + "\n"


def listed(mutant: Mutant) -> str:
    """Return a mutant as an item of a list, the solution's line first."""
    return f"- `{mutant.before}` → `{mutant.after}`"


def module_table(judged: Judged, reasons: dict[tuple[str, str, str], Reason]) -> str:
    """Return the kill rates by module, before and after leaving out the equivalent."""
    head = "module", "mutants", "killed", "survivors", *KINDS, "rate", "rate of the rest"
    rows = []
    modules = [*dict.fromkeys(mutant.question for mutant, _ in judged), "all"]
    for module in modules:
        mine = [(m, v) for m, v in judged if module in (m.question, "all")]
        killed = sum(bool(verdict.check) for _, verdict in mine)
        kinds = Counter(
            reasons[mutant.key].kind
            for mutant, verdict in mine
            if not verdict.check and mutant.key in reasons
        )
        rows.append(
            (
                module,
                *(len(mine), killed, len(mine) - killed),
                *(kinds[kind] for kind in KINDS),
                f"{killed / len(mine):.1%}",
                f"{killed / (len(mine) - kinds.total()):.1%}",
            )
        )
    return table(head, rows)


def operator_table(judged: Judged) -> str:
    """Return how many mutants of each kind of operator there were and survived."""
    groups = [GROUPS.get(mutant.operator.split("_")[0], OTHERS) for mutant, _ in judged]
    total = Counter(groups)
    lost = Counter(group for group, (_, v) in zip(groups, judged, strict=True) if not v.check)
    rows = [(name, total[name], lost[name]) for name in (*GROUPS.values(), OTHERS)]
    return table(("change", "mutants", "survivors"), rows)


def table(head: Sequence[object], rows: Iterable[Sequence[object]]) -> str:
    """Return a Markdown table with all columns but the first to the right."""
    rule = ["---", *["--:"] * (len(head) - 1)]
    return "\n".join(f"| {' | '.join(map(str, row))} |" for row in (head, rule, *rows))


def main() -> int:
    """Make and judge the mutants, say which survive, and return the exit status."""
    layout, contract = course()
    names = [question.name for question in contract.assignment.questions]
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--question", nargs="+", choices=names, default=names, metavar="NAME")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    options = parser.parse_args()
    chosen = [name for name in names if name in options.question]
    solution = {name: (layout.solution / f"{name}.py").read_text("utf-8") for name in chosen}
    for name in chosen:
        verdict = judge(name, solution[name])
        if verdict.check:
            sys.exit(f"{name}: the solution itself loses {verdict.check}; run `autograder build`")
    reasons = {key: why for key, why in read_reasons().items() if key[0] in chosen}
    mutants = [mutant for name in chosen for mutant in make_mutants(name, solution[name])]
    judged = list(zip(mutants, judge_all(mutants, options.jobs), strict=True))
    survivors = [mutant for mutant, verdict in judged if not verdict.check]
    without = [mutant for mutant in survivors if mutant.key not in reasons]
    idle = reasons.keys() - {mutant.key for mutant in survivors}
    print(module_table(judged, reasons))
    if without:
        print("\nSurvivors without a reason; a check is missing:", *without, sep="\n  ")
    if idle:
        told = [f"{name}.py  {before}  →  {after}" for name, before, after in sorted(idle)]
        print("\nReasons without a survivor; remove them:", *told, sep="\n  ")
    if chosen == names:
        REPORT.write_text(write_report(judged, reasons), "utf-8")
        print(f"\nwritten: {REPORT.relative_to(layout.root)}")
    return 1 if without or idle else 0


if __name__ == "__main__":
    sys.exit(main())
