"""Opens boards in headless Chromium and reads what they show."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from running import ROOT

playwright = pytest.importorskip(
    "playwright.sync_api", reason="make test-boards, or pip install -r requirements-boards.txt"
)
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
NAMES = tuple(sorted(b.stem for b in (ROOT / "charts").glob("*.yml") if b.stem != "meta"))
OPTIONS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]

# The texts of a chart's elements, one list of cells per row of a table.
CELLS = """chart => {
    const rows = [];
    for (const cell of chart.querySelectorAll('[data-col]')) {
        const lines = [...cell.querySelectorAll('tspan')].map(line => line.textContent);
        if (cell.dataset.col === '0' || !rows.length) rows.push([]);
        rows.at(-1).push(lines.length ? lines.join(' ') : cell.textContent);
    }
    return rows;
}"""
MARKS = "chart => [...chart.querySelectorAll('path[aria-label]')].map(mark => mark.ariaLabel)"
# Texts that lie over one another, or beyond the page's edge; not those that are turned.
OVERLAPS = """() => {
    const shown = [...document.querySelectorAll('svg text')].filter(text =>
        text.textContent.trim() && text.checkVisibility({opacityProperty: true})
        && text.getBoundingClientRect().width && Math.abs(text.getScreenCTM().b) < 0.01);
    const boxes = shown.map(text => [text.textContent, text.getBoundingClientRect()]);
    const wrong = [];
    boxes.forEach(([one, a], i) => {
        if (a.right > innerWidth + 1 || a.left < -1) wrong.push(`${one} leaves the page`);
        for (const [other, b] of boxes.slice(i + 1)) {
            const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
            const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
            if (wide > 3 && high > 4 && one !== other) wrong.push(`${one} lies over ${other}`);
        }
    });
    return wrong;
}"""
SMALLEST_TEXT = """() => Math.min(...[...document.querySelectorAll('svg text, svg tspan')]
    .filter(text => !text.querySelector('tspan') && text.textContent.trim()
        && text.checkVisibility() && text.getBoundingClientRect().width)
    .map(text => [parseFloat(getComputedStyle(text).fontSize), text.getScreenCTM()])
    .map(([size, matrix]) => size * Math.hypot(matrix.a, matrix.b)))"""


@contextmanager
def chromium() -> Iterator[Any]:
    """A browser that refuses all but files and this machine."""
    if not CHROMIUM:
        pytest.skip("NO CHROMIUM ON THIS MACHINE: apt-get install chromium")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        try:
            yield browser
        finally:
            browser.close()


def opened(browser: Any, address: str, width: int = 1280) -> Any:
    """A page, with what it asked of the network and the dialogs it opened in `asked`."""
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.asked = []
    page.on("dialog", lambda dialog: (page.asked.append(dialog.message), dialog.dismiss()))
    page.on("pageerror", lambda error: page.asked.append(str(error)))

    def route(request: Any) -> None:
        url = request.request.url
        if url.startswith(("file:", "data:", address)) or "//127.0.0.1:" in url:
            return request.abort() if "livereload" in url else request.continue_()
        page.asked.append(url)
        request.abort()

    page.route("**/*", route)
    page.goto(address)
    return page


def number(page: Any, chart: str) -> str:
    """What a chart of one number shows."""
    return page.locator(f"[data-chart-id={chart}] tspan").first.text_content()


def cells(page: Any, chart: str) -> list[list[str]]:
    return page.locator(f"[data-chart-id={chart}]").evaluate(CELLS)


def marks(page: Any, chart: str) -> set[str]:
    """What the bars, dots or fields of a chart say of themselves."""
    told = page.locator(f"[data-chart-id={chart}]").evaluate(MARKS)
    return {mark.replace("\u2061", "").replace("\u2212", "-") for mark in told}


@contextmanager
def served(where: Path, log: Path) -> Iterator[str]:
    """The address at which dbt-charts serves the boards of a built project."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [Path(sys.executable).parent / "dct", "serve", "--host", "127.0.0.1"]
    command += ["--port", port, "--project-dir", ROOT, "--dbt-project-dir", where, "--no-cache"]
    with log.open("w") as out:
        server = subprocess.Popen(
            [str(word) for word in command],
            env={**os.environ, "DO_NOT_TRACK": "1", "DBT_PROFILES_DIR": str(where)},
            stdout=out,
            stderr=out,
        )
        try:
            for _ in range(300):
                with socket.socket() as tried:
                    if tried.connect_ex(("127.0.0.1", port)) == 0:
                        break
                assert server.poll() is None, log.read_text()
                time.sleep(0.2)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(30)
