"""axe-core on a page: the automatic part of reading it with everyone's eyes."""

from pathlib import Path

from playwright.sync_api import Page

AXE = (Path(__file__).parents[1] / "vendor/axe.min.js").read_text()
RULES = "['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice']"


def faults(page: Page) -> list[str]:
    """What axe-core finds; put in by the debugger, since the page's policy lets no other script in."""
    script = (
        f"{AXE}; axe.run(document, {{runOnly: {RULES}}}).then(found => found.violations.map("
        "fault => fault.id + ': ' + fault.nodes.map(node => node.html).join(' ')))"
    )
    debugger = page.context.new_cdp_session(page)
    answer = debugger.send(
        "Runtime.evaluate", {"expression": script, "awaitPromise": True, "returnByValue": True}
    )
    found: list[str] = answer["result"]["value"]
    return found
