"""The page that marks in Chromium: from a server, from a file, and in a platform; it judges as `check` does.

These tests need the runtime (`backprop page --fetch-runtime`, or its folder in BACKPROP_RUNTIME), Chromium and
Playwright; axe-core and scorm-again come from npm. They are skipped, with the reason, where something is missing.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import zipfile
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pages import PATIENCE, chromium, npm_package, served

import backprop_cli as bp
from backprop_cli.checking import assignments
from backprop_cli.ground.errors import UsageError
from backprop_cli.web.marking import archives, pack, runtime

pytestmark = pytest.mark.browser
AXE, SCORM_AGAIN = ("axe-core", "4.10.2"), ("scorm-again", "3.4.3")
AXE_FAULTS = """axe.run({ rules: { "empty-table-header": { enabled: false } } }) // it does not see MathML
  .then((found) => found.violations.map((one) => [one.id, one.nodes[0].html]))"""
SHEETS: tuple[dict[str, str], ...] = (
    {"net_h1": "0.3775", "out_h1": "0.5933", "net_h2": "0.3925"},
    {"delta_o1": "0.7414", "delta_o2": "-0.2171"},
    {"net_h1": "0.4775", "out_h1": "0.6172"},
    {"E": "0.2984", "E_o1": "0.2748", "E_o2": "0.0236"},
    {"dE/dw5": "0.0822", "w5_new": "0.4411"},
    {"out_h1": "1/(1+exp(-0.3775)) = 0.5933"},
    {"net_h1": "0.38", "net_h2": "0.3"},
    {"net_h1": "0,3775", "net_h2": "0,3925"},
    {"net_o1": "1.1059", "net_o2": "one"},
    {"delta_h1": "0.0088", "delta_h2": "1/0"},
)


@pytest.fixture(scope="module")
def page_runtime() -> runtime.Runtime:
    named = os.environ.get("BACKPROP_RUNTIME")
    try:
        return runtime.found(Path(named) if named else None)
    except UsageError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def site(page_runtime: runtime.Runtime, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    return written(pack.site(assignments.load("mazur"), page_runtime), folder)


def written(files: Mapping[str, bytes], folder: Path) -> Path:
    """The folder with these files in it."""
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def fill(page: Any, sheet: dict[str, str], keys: list[str]) -> None:
    """Writes a sheet, and leaves its last line."""
    for key in keys:
        field = page.locator(f'[data-key="{key}"] input')
        if field.input_value() != sheet.get(key, ""):
            field.fill(sheet.get(key, ""))
            field.press("Tab")


ARE_SAID = """(wanted) => JSON.stringify(wanted) === JSON.stringify(Object.fromEntries(
  [...document.querySelectorAll(".line[data-verdict]")].map((one) => [one.dataset.key, one.dataset.verdict])))"""


def judges_as_check_does(page: Any, sheets: tuple[dict[str, str], ...]) -> None:
    expected = bp.assignment("mazur")
    keys = list(expected.exercises[0].tasks)
    for sheet in sheets:
        fill(page, sheet, keys)
        said = expected.check([sheet])
        lines = said["exercises"][0]["lines"]
        wanted = {key: lines[key]["verdict"] for key in keys if key in lines}
        page.wait_for_function(ARE_SAID, arg=wanted, timeout=PATIENCE)
        page.wait_for_function("(said) => document.getElementById('marks').textContent === said",
                               arg=said["marks"]["said"], timeout=PATIENCE)  # fmt: skip


def test_a_folder_on_a_server_judges_as_check_does_and_opens_offline(site: Path, browser: Any, tmp_path: Path) -> None:
    axe = npm_package(*AXE, tmp_path) / "axe.min.js"
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    with served(site) as (address, server):
        page.goto(f"{address}/index.html")
        page.locator('[data-key="net_h1"] input').fill("0.3775")  # before anything can judge it
        page.wait_for_selector("body[data-ready]", state="attached", timeout=PATIENCE)
        page.wait_for_selector('[data-key="net_h1"][data-verdict="right"]', timeout=PATIENCE)
        judges_as_check_does(page, SHEETS)
        for width in (390, 1200):
            page.set_viewport_size({"width": width, "height": 844})
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            page.add_script_tag(path=str(axe))
            faults = page.evaluate(AXE_FAULTS)
            assert faults == []
        assert all(url.startswith((address, "blob:", "data:")) for url in asked)
        page.wait_for_selector("body[data-offline]", state="attached", timeout=PATIENCE)
        server.shutdown()
    page.reload()
    page.wait_for_selector("body[data-ready]", state="attached", timeout=PATIENCE)
    judges_as_check_does(page, SHEETS[:2])
    context.close()


def test_hints_the_worked_solution_the_file_to_hand_in_and_practice(site: Path, browser: Any, tmp_path: Path) -> None:
    page = browser.new_page()
    with served(site) as (address, _server):
        page.goto(f"{address}/index.html")
        page.wait_for_selector("body[data-ready]", state="attached", timeout=PATIENCE)
        assert page.locator(".solve").is_disabled()
        line = page.locator('[data-key="net_h1"]')
        for _level in range(4):
            line.locator(".help").click()
            page.wait_for_timeout(50)
            page.wait_for_function("document.getElementById('live').textContent !== ''", timeout=PATIENCE)
        page.wait_for_function("document.querySelectorAll('[data-key=net_h1] .helped p').length >= 4", timeout=PATIENCE)
        assert line.locator(".help").is_disabled()
        keys = list(bp.assignment("mazur").exercises[0].tasks)
        fill(page, dict.fromkeys(keys, "1"), keys)
        page.wait_for_selector(".solve:enabled", timeout=PATIENCE)
        page.click(".solve")
        page.wait_for_selector(".solution math", timeout=PATIENCE)
        page.fill("#student", "Ann Example")
        with page.expect_download(timeout=PATIENCE) as told:
            page.click("#save")
        saved = json.loads(Path(told.value.path()).read_text("utf-8"))
        assert told.value.suggested_filename == "ann-example.json"
        assert saved["student"] == "Ann Example"
        assert saved["answers"]["net_h1"] == "1"
        page.click("#practise")
        page.wait_for_selector("#practised .line", timeout=PATIENCE)
        page.locator("#practised input").first.fill("12345")
        page.locator("#practised input").first.press("Enter")
        page.wait_for_selector("#practised .line[data-verdict]", timeout=PATIENCE)
    page.close()


def test_what_is_damaged_or_missing_is_said_in_a_sentence(site: Path, browser: Any, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(site, broken)
    half = (broken / "app.zip").read_bytes()
    (broken / "app.zip").write_bytes(half[: len(half) // 2])
    page = browser.new_page()
    with served(broken) as (address, _server):
        page.goto(f"{address}/index.html")
        page.wait_for_selector("body[data-failed]", state="attached", timeout=PATIENCE)
        assert "app.zip is damaged" in page.inner_text("#engine")
        (broken / "app.zip").unlink()
        page.click("#again")
        page.wait_for_function("document.getElementById('engine').textContent.includes('app.zip did not load')",
                               timeout=PATIENCE)  # fmt: skip
    page.close()
    page = browser.new_page()
    page.add_init_script("delete globalThis.WebAssembly")
    with served(site) as (address, _server):
        page.goto(f"{address}/index.html")
        page.wait_for_selector("body[data-failed]", state="attached")
        assert "WebAssembly" in page.inner_text("#engine")
        page.locator('[data-key="net_h1"] input').fill("0.3775")
        page.reload()
        assert page.locator('[data-key="net_h1"] input').input_value() == "0.3775"
    page.close()


IN_LETTERS = """inputs: [2]
targets: [t]
letters: [t]
layers: [{weights: [[w = w]], activation: sigmoid}]
loss: half_squared_error
learning_rate: 0.1
"""


def test_what_proves_that_formulas_are_equal_is_loaded_when_it_is_needed(
    page_runtime: runtime.Runtime, browser: Any, tmp_path: Path
) -> None:
    (tmp_path / "letters.yaml").write_text(IN_LETTERS, "utf-8")
    written(pack.site(assignments.load(str(tmp_path / "letters.yaml")), page_runtime), tmp_path / "site")
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
    with served(tmp_path / "site") as (address, _server):
        page.goto(f"{address}/index.html")
        page.wait_for_selector("body[data-ready]", state="attached", timeout=PATIENCE)
        line = page.locator('[data-key="formula / net_y1"]')
        for text, verdict in (("2*w", "right"), ("w + w + 1", "wrong"), ("3*w - w", "right")):
            line.locator("input").fill(text)
            line.locator("input").press("Tab")
            line.locator(f'xpath=self::*[@data-verdict="{verdict}"]').wait_for(timeout=PATIENCE)
        for field in page.locator(".asked input").all()[1:]:
            field.fill("1")
            field.press("Tab")
        page.wait_for_selector(".solve:enabled", timeout=PATIENCE)
        page.click(".solve")
        page.wait_for_selector(".solution math", timeout=PATIENCE)
    assert "proofs.zip" in asked
    page.close()


def test_one_file_that_is_opened_by_double_click_judges_as_check_does(
    page_runtime: runtime.Runtime, browser: Any, tmp_path: Path
) -> None:
    whole = pack.single(assignments.load("mazur"), page_runtime)
    (tmp_path / "sheet.html").write_text(whole, "utf-8")
    (tmp_path / "half.html").write_text(whole[: len(whole) // 2], "utf-8")
    page = browser.new_page()
    page.goto((tmp_path / "half.html").as_uri())
    page.wait_for_function("document.getElementById('engine').textContent.includes('half.html is damaged')")
    page.goto((tmp_path / "sheet.html").as_uri())
    page.wait_for_selector("body[data-ready]", state="attached", timeout=PATIENCE)
    judges_as_check_does(page, SHEETS)
    page.close()


# ---- in a platform ---------------------------------------------------------------------------------------------

PLATFORM = """<!DOCTYPE html><title>platform</title><script src="scorm12.js"></script><script>
window.calls = [];
window.API = new Scorm12API({ autocommit: false, logLevel: 5 });
const before = JSON.parse(sessionStorage.getItem("cmi") || "null");
if (before) window.API.loadFromJSON(before, "cmi");
for (const name of ["LMSInitialize", "LMSSetValue", "LMSCommit", "LMSFinish"]) {
  const really = window.API[name].bind(window.API);
  window.API[name] = (...values) => {
    const answer = really(...values);
    window.calls.push([name, ...values, String(answer), String(window.API.LMSGetLastError())]);
    return answer;
  };
}
</script><iframe src="content/index.html" style="width: 100%; height: 90vh"></iframe>"""
NUMBER, TIME = re.compile(r"\d{1,3}(\.\d{1,2})?"), re.compile(r"\d\d:\d\d:\d\d")
PATTERNS = (  # what SCORM 1.2 says of the elements that are set
    (re.compile(r"cmi\.interactions\.\d+\.id"), re.compile(r"[A-Za-z0-9_]{1,255}")),
    (re.compile(r"cmi\.interactions\.\d+\.type"), re.compile("fill-in")),
    (re.compile(r"cmi\.interactions\.\d+\.time"), TIME),
    (re.compile(r"cmi\.interactions\.\d+\.student_response"), re.compile(r"[^\n]{1,255}")),
    (re.compile(r"cmi\.interactions\.\d+\.result"), re.compile("correct|wrong")),
    (re.compile(r"cmi\.core\.score\.(raw|min|max)"), NUMBER),
    (re.compile(r"cmi\.core\.lesson_status"), re.compile("incomplete|passed")),
    (re.compile(r"cmi\.core\.session_time"), re.compile(r"\d{4}:\d\d:\d\d")),
    (re.compile(r"cmi\.core\.exit"), re.compile("suspend")),
    (re.compile(r"cmi\.suspend_data"), re.compile(r".{0,4096}", re.S)),
)


def test_in_a_platform_score_status_and_interactions_are_as_the_standard_wants_them(
    page_runtime: runtime.Runtime, browser: Any, tmp_path: Path
) -> None:
    library = npm_package(*SCORM_AGAIN, tmp_path)
    package = tmp_path / "sheet.zip"
    package.write_bytes(pack.package(assignments.load("mazur"), page_runtime))
    folder = tmp_path / "platform"
    shutil.unpack_archive(package, folder / "content")
    shutil.copy(library / "dist" / "scorm12.js", folder)
    (folder / "index.html").write_text(PLATFORM, "utf-8")
    page = browser.new_page()
    with served(folder) as (address, _server):
        page.goto(f"{address}/index.html")
        frame = page.frame_locator("iframe")
        frame.locator("body[data-ready]").wait_for(state="attached", timeout=PATIENCE)
        for key, text in {"net_h1": "0.3775", "out_h1": "3/20", "net_h2": "0.3925", "dE/dw5": "0.1"}.items():
            frame.locator(f'[data-key="{key}"] input').fill(text)
            frame.locator(f'[data-key="{key}"] input').press("Tab")
            frame.locator(f'[data-key="{key}"][data-verdict]').wait_for(timeout=PATIENCE)
        page.wait_for_function("API.LMSGetValue('cmi.interactions._count') >= 4", timeout=PATIENCE)
        assert page.evaluate("API.LMSGetValue('cmi.core.score.raw')") == "6.45"  # two of 31
        assert page.evaluate("API.LMSGetValue('cmi.core.lesson_status')") == "incomplete"
        kept = page.evaluate("API.LMSGetValue('cmi.suspend_data')")
        page.evaluate("document.querySelector('iframe').src = 'about:blank'")
        page.wait_for_function("calls.some((one) => one[0] === 'LMSFinish')", timeout=PATIENCE)
        check_calls(page.evaluate("calls"))
        page.evaluate("(kept) => sessionStorage.setItem('cmi', JSON.stringify({suspend_data: kept, "
                      "core: {lesson_status: 'incomplete', entry: 'resume'}}))", kept)  # fmt: skip
        page.goto(f"{address}/index.html?again")
        frame.locator('[data-key="net_h2"][data-verdict="right"]').wait_for(timeout=PATIENCE)
        assert frame.locator('[data-key="out_h1"] input').input_value() == "3/20"
        check_calls(page.evaluate("calls"))
        assert page.evaluate("calls.filter((one) => String(one[1]).includes('interactions'))") == []
        judges_as_check_does(page.frames[-1], SHEETS)
        check_calls(page.evaluate("calls"))
    page.close()


def check_calls(calls: list[list[str]]) -> None:
    """Every call is accepted, and sets what the standard has to what it wants."""
    assert [one for one in calls if one[-2] != "true" or one[-1] != "0"] == []
    for _name, element, value, *_answer in (one for one in calls if one[0] == "LMSSetValue"):
        wanted = [pattern for names, pattern in PATTERNS if names.fullmatch(element)]
        assert len(wanted) == 1, element
        assert wanted[0].fullmatch(value), (element, value)


def test_nothing_that_is_packed_imports_what_is_left_out(page_runtime: runtime.Runtime) -> None:
    stdlib = archives.stdlib(archives.pyodide(page_runtime)["python_stdlib.zip"])
    known = {name.removesuffix(".py").removesuffix("/__init__").replace("/", ".") for name in names_in(stdlib)}
    left_out = names_in(archives.pyodide(page_runtime)["python_stdlib.zip"]) - names_in(stdlib)
    modules = {name.removesuffix(".py").removesuffix("/__init__").replace("/", ".") for name in left_out} - known
    assert {"pdb", "unittest", "encodings.big5"} <= modules
    found = set()
    for archive in (stdlib, archives.app("en"), archives.proofs()):
        with zipfile.ZipFile(BytesIO(archive)) as opened:
            for name in opened.namelist():
                if name.endswith(".py") and not name.endswith(("__main__.py", "sympy/testing/runtests.py")):
                    imported = re.findall(r"(?m)^(?:import|from) ([\w.]+)", opened.read(name).decode())
                    found |= {(name, one) for one in imported if one in modules}
    assert found == {("antigravity.py", "webbrowser")}


def names_in(archive: bytes) -> set[str]:
    with zipfile.ZipFile(BytesIO(archive)) as opened:
        return set(opened.namelist())


def test_the_archives_are_the_same_bytes_each_time(page_runtime: runtime.Runtime) -> None:
    assert archives.app("en") == archives.app("en")
