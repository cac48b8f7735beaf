"""The class page of 5 000 submissions in a browser: sorting, filtering, keys, eyes and paper.

Pictures are kept with ``--screenshots FOLDER``.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from autograder.report import CLASS_PAGE, ClassPage
from autograder.result import SubmissionResult

from .classes import a_class

SIZE, FEW = 5_000, 60
DRAWN = 250
"""How many rows the page's script draws at first."""

ARGUMENTS = (
    *("--headless", "--no-sandbox", "--disable-quic", "--disable-background-networking"),
    *("--disable-gpu", "--no-first-run", "--disable-component-update", "--disable-sync"),
)
BROWSERS = ("chromium", "google-chrome")
PATIENCE = 60_000
"""In milliseconds: long enough on any machine; how quick it is, is no test's matter."""


def html_of(results: Iterable[SubmissionResult]) -> str:
    page = ClassPage()
    for result in results:
        page.add(result)
    return page.html()


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    found = [path for path in map(shutil.which, BROWSERS) if path and "/snap/" not in path]
    if not found:
        pytest.skip("no chromium is installed (a snap cannot be driven), so no page is looked at")
    with playwright.sync_playwright() as started:
        running = started.chromium.launch(executable_path=found[0], args=list(ARGUMENTS))
        yield running
        running.close()


@pytest.fixture(scope="session")
def class_() -> dict[str, SubmissionResult]:
    return {result.submission: result for result in a_class(SIZE)}


@pytest.fixture(scope="session")
def page_file(
    class_: dict[str, SubmissionResult], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Return the class page, beside that of a smaller class and the feedback of one student."""
    folder = tmp_path_factory.mktemp("results")
    (folder / CLASS_PAGE).write_text(html_of(class_.values()), "utf-8")
    (folder / "few.html").write_text(html_of(a_class(FEW)), "utf-8")
    (folder / "student-0042").mkdir()
    (folder / "student-0042" / "feedback.html").write_text("<title>Feedback for 42</title>")
    return folder / CLASS_PAGE


class Opened:
    """A page in a tab of its own, and all that went on there."""

    def __init__(self, tab: Any, address: str) -> None:
        self.tab = tab
        self.requests: list[str] = []
        self.complaints: list[str] = []
        tab.set_default_timeout(PATIENCE)
        tab.on("request", lambda request: self.requests.append(request.url))
        tab.on("pageerror", lambda error: self.complaints.append(str(error)))
        tab.on("console", lambda message: self.complaints.append(message.text))
        tab.goto(address)

    def field(self, label: str) -> Any:
        labels = self.tab.locator("#filters label", has_text=re.compile(rf"^{label}"))
        return labels.locator("input, select")

    @property
    def count(self) -> str:
        return str(self.tab.locator("#count").inner_text())

    def rows(self) -> int:
        return int(self.tab.locator("#submissions tbody tr").count())

    def column(self, place: int) -> list[str]:
        cells = f"#submissions tbody tr > :nth-child({place})"
        return list(self.tab.eval_on_selector_all(cells, "cells => cells.map(c => c.textContent)"))

    def head(self, name: str) -> Any:
        return self.tab.locator("#submissions thead th").filter(has_text=name)

    def place(self, name: str) -> int:
        heads = self.tab.locator("#submissions thead th").all_inner_texts()
        return 1 + next(i for i, head in enumerate(heads) if name in head)

    def fits(self) -> bool:
        width = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        return bool(self.tab.evaluate(width))


@pytest.fixture(scope="session")
def look(browser: Any, page_file: Path) -> Iterator[Any]:
    """Return a function that opens the page in a tab with these settings."""
    contexts = []

    def opened(fragment: str = "", name: str = CLASS_PAGE, **settings: Any) -> Opened:
        contexts.append(browser.new_context(**settings))
        address = page_file.with_name(name).as_uri() + fragment
        return Opened(contexts[-1].new_page(), address)

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def plain(look: Any) -> Opened:
    return look()  # type: ignore[no-any-return]


@pytest.fixture
def page(plain: Opened, page_file: Path) -> Opened:
    """Return the shared page as it is at first."""
    if plain.tab.url.partition("#")[0] != page_file.as_uri():
        plain.tab.goto(page_file.as_uri())
    plain.tab.evaluate("""() => new Promise(done => {
        for (const part of document.querySelectorAll("details")) part.open = false;
        addEventListener("hashchange", done, { once: true });
        location.hash = "again=" + performance.now();
    })""")
    return plain


def keep(pytestconfig: pytest.Config, opened: Opened, name: str, **options: Any) -> None:
    """Keep a picture for people, if they have asked for it."""
    folder = pytestconfig.getoption("--screenshots")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        opened.tab.screenshot(path=Path(folder) / f"{name}.png", **options)


# Loading ------------------------------------------------------------------------------------------


def test_all_are_there_and_the_first_are_drawn(page: Opened) -> None:
    assert page.count == "5,000 submissions, of which the first 250 are shown."
    assert page.rows() == DRAWN

    page.tab.get_by_role("button", name="Show all 5,000").click()

    assert page.rows() == SIZE and page.count == "5,000 submissions."
    assert page.tab.locator("#more").is_hidden()


def test_nothing_is_asked_of_any_network_and_nothing_is_complained_of(
    look: Any, page_file: Path
) -> None:
    page = look()
    page.field("Name or note").fill("student-1")
    page.head("Total").get_by_role("button").click()
    page.tab.wait_for_load_state("networkidle")

    assert page.requests == [page_file.as_uri()]
    assert page.complaints == []


def test_without_a_script_it_is_a_plain_table_of_all(look: Any) -> None:
    page = look(java_script_enabled=False)

    assert page.count == "5,000 submissions."
    assert page.rows() == SIZE
    assert page.tab.locator("#submissions button").count() == 0
    assert page.tab.locator("#filters").is_hidden() and page.tab.locator("#more").is_hidden()


def test_a_name_leads_to_the_students_own_page(page: Opened) -> None:
    page.field("Name or note").fill("student-0042")
    page.tab.locator("#submissions a").click()
    page.tab.wait_for_url("**/student-0042/feedback.html")

    assert page.tab.title() == "Feedback for 42"


def test_a_name_among_the_mistakes_can_be_unfolded(page: Opened) -> None:
    names = page.tab.locator(".mistakes details").first

    names.locator("summary").click()

    link = names.locator("a").first
    assert link.is_visible() and link.get_attribute("href").endswith("/feedback.html")


# Sorting ------------------------------------------------------------------------------------------


def test_a_click_sorts_by_total_and_another_the_other_way(
    page: Opened, class_: dict[str, SubmissionResult]
) -> None:
    totals = sorted((r.total for r in class_.values() if r.status != "failed"), reverse=True)
    place = page.place("Total")

    page.head("Total").get_by_role("button").click()

    assert page.head("Total").get_attribute("aria-sort") == "descending"
    assert [float(text) for text in page.column(place)] == totals[:DRAWN]

    page.head("Total").get_by_role("button").click()

    assert page.head("Total").get_attribute("aria-sort") == "ascending"
    failed = sum(r.status == "failed" for r in class_.values())
    assert page.column(place)[:failed] == [""] * failed
    assert [float(text) for text in page.column(place)[failed:]] == totals[::-1][: DRAWN - failed]
    assert page.tab.locator("#submissions [aria-sort]").count() == 1


def test_equals_stay_in_the_order_of_their_names(page: Opened) -> None:
    page.head("Total").get_by_role("button").click()

    rows = list(zip(page.column(page.place("Total")), page.column(1), strict=True))
    best = [name for total, name in rows if total == rows[0][0]]
    assert len(best) > 1 and best == sorted(best)


def test_a_question_not_started_is_below_one_without_points(page: Opened) -> None:
    page.field("Name or note").fill("student-00")
    page.head("extra").get_by_role("button").click()

    points = page.column(page.place("extra"))
    dashes = points.index("–")
    assert all(float(text) >= 0 for text in points[:dashes]) and dashes > 0
    assert all(text == "–" for text in points[dashes:] if text)


def test_the_keyboard_sorts_as_well(page: Opened) -> None:
    page.tab.get_by_role("button", name="Clear").focus()
    for _ in range(30):
        page.tab.keyboard.press("Tab")
        if "Submission" in page.tab.evaluate("document.activeElement.textContent").split():
            break

    page.tab.keyboard.press("Enter")
    page.tab.keyboard.press("Space")

    assert page.head("Submission").get_attribute("aria-sort") == "descending"
    assert page.column(1)[0] == f"student-{SIZE - 1}"
    outline = "getComputedStyle(document.activeElement).outlineStyle"
    assert page.tab.evaluate(outline) == "solid"


# Filtering ----------------------------------------------------------------------------------------


def test_typing_filters_by_name_and_says_how_many_are_left(page: Opened) -> None:
    page.field("Name or note").fill("STUDENT-123")

    assert page.count == "10 of 5,000 submissions."
    assert page.column(1) == [f"student-123{i}" for i in range(10)]
    assert page.tab.locator("#count").get_attribute("aria-live") == "polite"


def test_filters_narrow_down_together_and_can_be_cleared(
    page: Opened, class_: dict[str, SubmissionResult]
) -> None:
    page.field("Question").select_option("slope")
    page.field("What came of it").select_option("known")
    named = [
        result.submission
        for result in class_.values()
        if any(q.name == "slope" and q.diagnoses for q in result.questions)
    ]
    assert page.count.startswith(f"{len(named):,} of 5,000 submissions")

    page.field("Name or note").fill("student-1")

    named = [name for name in named if name.startswith("student-1")]
    assert page.count.startswith(f"{len(named):,} of 5,000 submissions")
    assert page.column(1) == named[:DRAWN]

    page.tab.get_by_role("button", name="Clear").click()

    assert page.count == "5,000 submissions, of which the first 250 are shown."


def test_a_status_and_a_mistake_filter(page: Opened, class_: dict[str, SubmissionResult]) -> None:
    page.field("Status").select_option("failed")
    failed = [r.submission for r in class_.values() if r.status == "failed"]
    assert page.column(1) == failed and failed

    page.field("Status").select_option("")
    page.field("Mistake").select_option(label="Stops one step early")

    having = sum(
        d.name == "root_stops_one_step_early"
        for r in class_.values()
        for q in r.questions
        for d in q.diagnoses
    )
    assert page.count.startswith(f"{having:,} of 5,000 submissions")


@pytest.mark.parametrize("state", ["full", "lost", "none", "helped", "trouble", "waits"])
def test_what_came_of_a_question_filters(
    page: Opened, class_: dict[str, SubmissionResult], state: str
) -> None:
    holds = {
        "full": lambda q: q.complete and not q.to_be_marked,
        "lost": lambda q: not q.complete and {c.reason for c in q.checks} - {"not_started"},
        "none": lambda q: q.not_started,
        "helped": lambda q: q.helped_by,
        "trouble": lambda q: {c.reason for c in q.checks} & {"crash", "time", "memory", "import"},
        "waits": lambda q: q.to_be_marked,
    }[state]
    name = "essay" if state == "waits" else "area"
    page.field("Question").select_option(name)
    page.field("What came of it").select_option(state)

    expected = sum(
        bool(holds(q)) for result in class_.values() for q in result.questions if q.name == name
    )
    assert expected and page.count.startswith(f"{expected:,} of 5,000 submissions")


def test_the_address_remembers_filter_and_order(page: Opened, look: Any) -> None:
    page.field("Name or note").fill("time out")
    page.field("What came of it").select_option("trouble")
    page.head("Total").get_by_role("button").click()
    address = page.tab.evaluate("location.hash")

    again = look(address)

    assert again.count == page.count and again.column(1) == page.column(1)
    assert again.head("Total").get_attribute("aria-sort") == "descending"
    assert again.field("Name or note").input_value() == "time out"


@pytest.mark.parametrize(
    "address", ["#sort=99-up", "#sort=x&status=<b>", "#question=nothing&is=x", "#=", "#text=%FF"]
)
def test_an_address_that_nobody_made_breaks_nothing(look: Any, address: str) -> None:
    page = look(address, "few.html")

    assert page.complaints == []
    assert page.rows() in (0, FEW)


def test_a_link_to_a_question_unfolds_its_checks(page: Opened) -> None:
    page.tab.get_by_role("link", name="Roots by bisection").click()

    assert page.tab.locator("#q-root").evaluate("e => e.open")
    assert page.tab.get_by_text("few pass").is_visible()


# Eyes and paper -----------------------------------------------------------------------------------


def all_open(page: Opened) -> None:
    page.tab.eval_on_selector_all("details", "all => all.forEach(e => { e.open = true; })")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_serious_barrier_is_found(look: Any, scheme: str, pytestconfig: pytest.Config) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is missing")
    page = look(name="few.html", color_scheme=scheme, viewport={"width": 1280, "height": 900})
    keep(pytestconfig, page, f"class-{scheme}", full_page=True)
    page.head("Total").get_by_role("button").click()
    all_open(page)

    found = axe.Axe().run(page.tab).response["violations"]

    assert [
        (violation["id"], [node["html"][:200] for node in violation["nodes"][:3]])
        for violation in found
        if violation["impact"] in ("moderate", "serious", "critical")
    ] == []
    background = page.tab.evaluate("getComputedStyle(document.body).backgroundColor")
    lightness = sum(int(part) for part in re.findall(r"\d+", background)[:3])
    assert (lightness > 600) is (scheme == "light")


def test_a_narrow_screen_does_not_scroll_sideways(look: Any, pytestconfig: pytest.Config) -> None:
    page = look(name="few.html", viewport={"width": 360, "height": 780})
    keep(pytestconfig, page, "class-narrow", full_page=True)
    all_open(page)

    assert page.fits()


@pytest.mark.parametrize("width", [700, 1280, 2200])
def test_a_wide_screen_does_not_scroll_sideways_either(look: Any, width: int) -> None:
    assert look(name="few.html", viewport={"width": width, "height": 900}).fits()


def test_on_paper_all_rows_and_checks_are_there_and_the_tools_are_not(
    page: Opened, tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    page.field("Name or note").fill("student-1")
    page.tab.evaluate("""() => addEventListener("beforeprint", () => { window.printed = [
        document.querySelectorAll("#submissions tbody tr").length,
        document.querySelectorAll("details.checks:not([open])").length,
    ] })""")

    page.tab.pdf(path=tmp_path / "class.pdf", prefer_css_page_size=True)

    assert page.tab.evaluate("window.printed") == [1_000, 0]
    assert page.rows() == DRAWN and page.tab.locator("details.checks[open]").count() == 0
    page.tab.emulate_media(media="print")
    for tool in ("#filters", "#more", "nav"):
        assert page.tab.locator(tool).is_hidden()
    head, body = (
        page.tab.evaluate(f"getComputedStyle({element}).{what}")
        for element, what in (
            ("document.getElementById('submissions').tHead", "display"),
            ("document.body", "backgroundColor"),
        )
    )
    assert (head, body) == ("table-header-group", "rgb(255, 255, 255)")
    keep(pytestconfig, page, "class-print", full_page=True)
    page.tab.emulate_media(media="screen")


def test_the_name_of_a_link_is_a_folder(page: Opened) -> None:
    href = page.tab.locator("#submissions a").first.get_attribute("href")

    assert unquote(href) == "student-0000/feedback.html"
