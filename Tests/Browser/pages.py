"""The pages of `lightbox serve` in a real browser: pages.py LIGHTBOX [FOLDER for screenshots]

Draws phantoms, trains a small sweep, and looks at every page while another sweep runs.
"""

import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

LIGHTBOX = str(pathlib.Path(sys.argv[1]).resolve())
SHOTS = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 and sys.argv[2] else None
SWEEP = """name: {name}
report: sweep
grid:
  dataset: [mcx]
  model: [unet, attention-unet]
  loss: [tv, kltv]
  labels: [100]
  seed: {seeds}
train: {{epochs: {epochs}, width: 4, image: 64, batch: 4, split-seed: 1, keep-masks: {keeps}}}
"""
WIDTHS = [390, 768, 1400, 1920]
faults = []


def check(is_true, text):
    print(("ok    " if is_true else "FAULT ") + text)
    if not is_true:
        faults.append(text)


def until(page, condition):
    """Waits for a condition; the pages' policy forbids Playwright's own way."""
    for _ in range(600):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(100)
    check(False, "never: " + condition)


def run(*words, folder):
    subprocess.run([LIGHTBOX, *words], cwd=folder, check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)


def contrast(page):
    """The lowest contrast of visible text to its background (WCAG 2.1, 1.4.3)."""
    return page.evaluate("""() => {
      const light = c => { const v = c.map(x => { x /= 255; return x <= 0.03928 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4; });
        return 0.2126 * v[0] + 0.7152 * v[1] + 0.0722 * v[2]; };
      const rgb = t => (t.match(/[\\d.]+/g) || []).map(Number);
      let worst = { ratio: 21, text: "" };
      for (const element of document.querySelectorAll("body *")) {
        const own = [...element.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
        if (!own || element.closest("svg, script, style, .hidden, .skip") || !element.offsetParent) continue;
        const style = getComputedStyle(element);
        let back = element, ground = [255, 255, 255, 1];
        for (; back; back = back.parentElement) {
          const colour = rgb(getComputedStyle(back).backgroundColor);
          if (colour.length === 3 || colour[3] > 0.5) { ground = colour; break; }
        }
        const a = light(rgb(style.color).slice(0, 3)), b = light(ground.slice(0, 3));
        const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
        if (ratio < worst.ratio) worst = { ratio, text: element.textContent.trim().slice(0, 40) };
      }
      return worst;
    }""")


def unnamed(page):
    """Controls without a name, pictures without a text, ids that come twice, headings that skip."""
    return page.evaluate("""() => {
      const found = [];
      for (const e of document.querySelectorAll("input:not([type=hidden]), select, textarea, button, a"))
        if (!(e.labels?.length || e.getAttribute("aria-label") || e.textContent.trim())) found.push(e.outerHTML.slice(0, 80));
      for (const e of document.querySelectorAll("img")) if (!e.hasAttribute("alt")) found.push("img without alt");
      for (const e of document.querySelectorAll("svg[role=img]")) if (!e.querySelector("title")) found.push("svg without title");
      const ids = [...document.querySelectorAll("[id]")].map(e => e.id);
      for (const id of new Set(ids)) if (ids.filter(i => i === id).length > 1) found.push("id twice: " + id);
      let level = 0;
      for (const e of document.querySelectorAll("h1, h2, h3, h4")) { const l = Number(e.tagName[1]); if (l > level + 1) found.push("heading skips: " + e.textContent); level = l; }
      if (!document.documentElement.lang) found.push("no language");
      if (document.querySelectorAll("main").length !== 1) found.push("no main");
      return found;
    }""")


def main():
    folder = pathlib.Path(tempfile.mkdtemp())
    server = None
    try:
        run("data", "phantom", "data", "--count", "24", folder=folder)
        (folder / "one.yaml").write_text(SWEEP.format(name="one", seeds="[1, 2]", epochs=4, keeps="test"))
        (folder / "two.yaml").write_text(SWEEP.format(name="two", seeds="[3]", epochs=40, keeps="none"))
        run("sweep", "one.yaml", folder=folder)
        begin = time.monotonic()
        server = subprocess.Popen([LIGHTBOX, "serve", "--port", "0"], cwd=folder, text=True,
                                  stdout=subprocess.PIPE)
        address = server.stdout.readline().split(" at ")[1].strip()
        print(f"      serves after {time.monotonic() - begin:.3f} s at {address}")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"),
                                                 args=["--no-sandbox"])
            look(browser, address, folder)
            browser.close()
    finally:
        if server:
            server.terminate()
        shutil.rmtree(folder, ignore_errors=True)
    print(f"{len(faults)} faults")
    sys.exit(1 if faults else 0)


def look(browser, address, folder):
    messages = []
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    page = context.new_page()
    page.on("console", lambda m: messages.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda e: messages.append(str(e)))
    page.on("request", lambda r: messages.append("asks elsewhere: " + r.url)
            if not r.url.startswith((address, "data:")) else None)
    page.goto(address + "runs/1/images?beside=2")
    pair = page.locator(".gallery a.name").first.get_attribute("href").lstrip("/")
    pages = {"runs": "", "run": "runs/1", "images": "runs/1/images", "compare": "compare?runs=1,2",
             "image": pair.replace("&beside=2", ""), "pair": pair, "disagreement": "compare?runs=1,2,3&images=all",
             "sweeps": "experiments", "sweep": "experiments/one", "groups": "?group=seeds", "reports": "reports",
             "report": "experiments/one/report", "sql": "sql"}
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for name, path in pages.items():
            page.goto(address + path)
            worst = contrast(page)
            check(worst["ratio"] >= 4.5, f"{name}, {scheme}: contrast {worst['ratio']:.2f} ({worst['text']})")
            for problem in unnamed(page):
                check(False, f"{name}: {problem}")
            found = Axe().run(page).response["violations"]
            check(not found, f"{name}, {scheme}: axe-core finds nothing "
                  + str([(f["id"], f["nodes"][0]["html"][:80]) for f in found]))
            for width in WIDTHS if scheme == "light" else []:
                page.set_viewport_size({"width": width, "height": 900})
                wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
                check(wide <= 0, f"{name} fits {width} pixels (over by {wide})")
                if SHOTS:
                    page.screenshot(path=SHOTS / f"{name}-{width}.png", full_page=True)
            page.set_viewport_size({"width": 1400, "height": 900})
            if SHOTS and scheme == "dark":
                page.screenshot(path=SHOTS / f"{name}-dark.png", full_page=True)
    page.emulate_media(color_scheme="light")

    page.goto(address)
    check(page.locator("#runs tbody tr").count() == 8, "the list has 8 runs")
    page.fill("input[name=where]", "loss = 'tv'")
    page.click("form.filter button")
    check(page.locator("#runs tbody tr").count() == 4, "the filter leaves 4")
    check("where=loss" in page.url, "the address holds the filter")
    page.fill("input[name=where]", "los = 'tv'")
    page.click("form.filter button")
    check("loss" in page.locator("[role=alert]").inner_text(), "an unknown column is named with the nearest")
    page.goto(address)
    page.check("input[name=group]")
    page.click("form.filter button")
    check("±" in page.locator("#runs tbody tr").first.inner_text(), "groups have mean ± sd")
    page.goto(address)
    page.click("text=Test Dice")
    shown = page.locator("#runs tbody td:nth-child(3)").all_inner_texts()
    check(shown == sorted(shown, reverse=True), "a heading sorts")
    for box in page.locator("input[name=run]").all()[:2]:
        box.check()
    page.click("text=Compare what is ticked")
    check(page.locator("#comparison table").count() >= 2, "two runs are compared")

    page.goto(address + "runs/1")
    chart = page.locator("figure.curves svg").first
    box = chart.bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.25, box["y"] + box["height"] * 0.4)
    check(page.locator(".readout").count() == 1, "values are read off the lines")
    page.goto(address + "runs/1/images")
    page.wait_for_load_state("networkidle")
    sizes = page.evaluate("[...document.querySelectorAll('.gallery img')].map(i => i.naturalWidth)")
    check(len(sizes) > 0 and min(sizes) > 0, f"{len(sizes)} pictures are drawn")
    page.locator("button.picture").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_load_state("networkidle")
    check("show=error" in page.locator(".gallery img").first.get_attribute("src"),
          "the keyboard shows the error of an image")
    check("kept when it was trained" in page.locator("#images").inner_text(), "the page says where the masks come from")
    two_runs(page, address + pair)
    page.goto(address + "compare?runs=1,2")
    dot = page.locator("figure svg a").first
    dot.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/image?*")
    check(page.locator("figure.pair img").count() == 2, "a dot of the comparison leads to both runs' image")
    page.goto(address + "compare?runs=1,2")
    first = page.locator("#disagreement tbody a").first.inner_text()
    page.click("#disagreement th a >> text=Image")
    check("disagree=image" in page.url and page.locator("#disagreement th[aria-sort=ascending]").count() == 1,
          f"disagreements are sorted by the address ({first} was first)")
    page.locator("#disagreement tbody a").first.click()
    page.wait_for_load_state("networkidle")
    check("beside=2" in page.url, "an image on which two runs disagree leads to both")
    page.goto(address + "sql")
    page.fill("textarea", "SELECT run, test_dice FROM run_overview")
    page.fill("input[name=x]", "run")
    page.fill("input[name=y]", "test_dice")
    page.click("form.sql button")
    check(page.locator("#answer tbody tr").count() == 8 and page.locator("#answer svg[role=img]").count() == 1,
          "SQL is answered with a chart")
    page.fill("textarea", "DELETE FROM run")
    page.click("form.sql button")
    check(page.locator("#answer [role=alert]").count() == 1, "SQL that writes is refused")

    page.goto(address)
    until(page, "document.getElementById('connection').textContent.includes('live')")
    sweep = subprocess.Popen([LIGHTBOX, "sweep", "two.yaml"], cwd=folder, stdout=subprocess.DEVNULL,
                             stderr=subprocess.DEVNULL)
    page.wait_for_selector("#now progress", timeout=60_000)
    check(True, "a sweep that begins is seen without a reload")
    first = page.locator("#now progress").first.get_attribute("value")
    until(page, f"document.querySelector('#now progress')?.value != {first}")
    check(True, "its progress moves")
    sweep.wait()
    until(page, "document.querySelectorAll('#runs tbody tr').length == 12")
    check(True, "its runs are in the list")
    check(not messages, f"the browser has nothing to complain about {messages[:4]}")
    context.close()


def two_runs(page, address):
    """Blink and swipe, by mouse and by keyboard."""
    page.goto(address)
    page.wait_for_load_state("networkidle")
    sizes = page.evaluate("[...document.querySelectorAll('.pair img')].map(i => i.naturalWidth)")
    check(len(sizes) == 2 and min(sizes) >= 512, f"two large pictures {sizes}")
    hidden = "[...document.querySelectorAll('.pair .side')].map(s => getComputedStyle(s).visibility === 'hidden')"
    places = "[...document.querySelectorAll('.pair img')].map(i => i.getBoundingClientRect().left)"
    left = page.evaluate(places)
    check(left[0] < left[1], "side by side at first")
    page.check("input[value=blink]")
    left = page.evaluate(places)
    check(left[0] == left[1] and page.evaluate(hidden) == [False, True], "blink lays one over the other")
    page.keyboard.press("b")
    check(page.evaluate(hidden) == [True, False], "a key turns to the other run")
    check("Run 2" in page.locator(".pair output").text_content(), "and says so")
    page.wait_for_timeout(1500)
    check(page.evaluate(hidden) == [True, False], "nothing turns by itself")
    page.click("[data-act=self]")
    begin = time.monotonic()
    until(page, "getComputedStyle(document.querySelector('.pair .side')).visibility === 'visible'")
    check(time.monotonic() - begin > 0.8, "asked to, it turns once a second")
    page.click("[data-act=self]")
    check(page.locator("[data-act=self]").get_attribute("aria-pressed") == "false", "and stops")
    page.check("input[value=swipe]")
    page.locator(".pair input[type=range]").focus()
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    clips = page.evaluate("[...document.querySelectorAll('.pair img')].map(i => i.style.clipPath)")
    check("40%" in clips[0] and "60%" in clips[1], f"the keyboard moves the edge {clips}")
    if SHOTS:
        for width in (390, 1400):
            page.set_viewport_size({"width": width, "height": 900})
            page.screenshot(path=SHOTS / f"swipe-{width}.png", full_page=True)
        page.set_viewport_size({"width": 1400, "height": 900})
    found = Axe().run(page).response["violations"]
    check(not found, "swiping, axe-core finds nothing " + str([(f["id"], f["nodes"][0]["html"][:80]) for f in found]))
    page.emulate_media(reduced_motion="reduce")
    page.goto(address)
    page.check("input[value=blink]")
    check(not page.locator("[data-act=self]").is_visible() and page.locator("[data-act=turn]").is_visible(),
          "who wants no motion turns by hand alone")
    page.emulate_media(reduced_motion="no-preference")


main()
