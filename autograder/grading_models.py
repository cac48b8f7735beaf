"""What may stand in ``grading.yml``: its sections, their keys, and what each may be."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from .checker.contract import Limits
from .policies.rules import Afterwards, AttemptsRule, LateRule
from .strict import Moment, Strict

Level = Literal["sandbox", "user", "limits"]
GradescopeVisibility = Literal["visible", "hidden", "after_due_date", "after_published"]
_Points = Annotated[float, Field(gt=0, le=1000)]
_Identifier = Annotated[str, Field(pattern=r"^[a-z_][a-z0-9_]*$")]
_DEFAULTS = Limits()


def _none_is_empty(value: Any) -> Any:
    return {} if value is None else value


class _Dates(Strict):
    opens: Moment | None = None
    due: Moment | None = None

    @model_validator(mode="after")
    def _in_order(self) -> _Dates:
        if self.opens and self.due and self.due <= self.opens:
            raise ValueError("due must be later than opens")
        return self


class _Visibility(Strict):
    public: GradescopeVisibility = "visible"
    hidden: GradescopeVisibility = "after_published"


class _Limits(Strict):
    check_seconds: float = Field(_DEFAULTS.check_seconds, gt=0, le=3600)
    question_seconds: float = Field(_DEFAULTS.question_seconds, gt=0, le=36000)
    memory_mib: int = Field(_DEFAULTS.memory_mib, ge=1024, description="below 1024 NumPy hangs")
    output_kib: int = Field(_DEFAULTS.output_kib, ge=1, le=1 << 20)
    files: int = Field(_DEFAULTS.files, ge=16)
    processes: int = Field(_DEFAULTS.processes, ge=1)
    scratch_mib: int = Field(_DEFAULTS.scratch_mib, ge=1)


class _Modules(Strict):
    preload: tuple[str, ...] = ("numpy",)
    unavailable: tuple[str, ...] = ()


class _Tolerance(Strict):
    rtol: float = Field(1e-6, ge=0, lt=1)
    atol: float = Field(1e-9, ge=0)


class _Checks(Strict):
    public: dict[_Identifier, _Points] = Field({})
    hidden: dict[_Identifier, _Points] = Field({})

    @model_validator(mode="after")
    def _once(self) -> _Checks:
        twice = self.public.keys() & self.hidden.keys()
        if twice:
            raise ValueError(f"listed as public and as hidden: {', '.join(sorted(twice))}")
        return self


class _Question(Strict):
    title: str = Field(min_length=1)
    bonus: bool = False
    needs: tuple[str, ...] = ()
    functions: tuple[str, ...] = Field(min_length=1)
    tolerance: _Tolerance = _Tolerance()
    checks: _Checks


_LabName = Annotated[str, Field(pattern=r"^[a-z0-9_]+$")]


class _Lab(Strict):
    title: str = Field(min_length=1)
    needs: tuple[str, ...] = ()


class _Labs(Strict):
    cell_seconds: float = Field(20.0, gt=0, le=3600)
    notebook_seconds: float = Field(120.0, gt=0, le=36000)
    preload: tuple[str, ...] = ("numpy",)
    # A course whose last lab was deleted has the key, and nothing in it.
    notebooks: Annotated[dict[_LabName, _Lab], BeforeValidator(_none_is_empty)] = Field({})


class _Report(Strict):
    title: str = Field(min_length=1)
    parts: dict[_Identifier, _Points] = Field(min_length=1)


class GradingFile(Strict):
    """The whole file."""

    title: str = Field(min_length=1)
    dates: _Dates = _Dates()
    isolation: Level = "sandbox"
    visibility: _Visibility = _Visibility()
    limits: _Limits = _Limits()
    modules: _Modules = _Modules()
    questions: dict[_Identifier, _Question] = Field(min_length=1)
    labs: _Labs = _Labs()
    report: _Report | None = None
    late: LateRule | None = None
    attempts: AttemptsRule | None = None
    afterwards: Afterwards = Afterwards()

    @model_validator(mode="after")
    def _not_all_bonus(self) -> GradingFile:
        if all(question.bonus for question in self.questions.values()):
            raise ValueError("every question is a bonus; at least one must count")
        return self
