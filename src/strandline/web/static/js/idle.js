// After ten idle minutes names blur, until a tap. The tap only uncovers: it does not press what lies beneath.
const root = document.documentElement;
const MINUTES = 10;
let clock;

function hide() {
  root.dataset.idle = "yes";
}

function show(event) {
  if (root.dataset.idle === "yes") {
    event.preventDefault();
    event.stopPropagation();
    // The click that follows this press belongs to the uncovering.
    if (event.type === "pointerdown") {
      const swallow = (click) => {
        click.preventDefault();
        click.stopPropagation();
      };
      addEventListener("click", swallow, { capture: true, once: true });
      setTimeout(() => removeEventListener("click", swallow, { capture: true }), 600);
    }
    delete root.dataset.idle;
  }
  wait();
}

function wait() {
  clearTimeout(clock);
  clock = setTimeout(hide, MINUTES * 60 * 1000);
}

if (document.body.hasAttribute("data-account")) {
  for (const type of ["pointerdown", "keydown"]) addEventListener(type, show, { capture: true });
  for (const type of ["pointermove", "scroll"]) addEventListener(type, () => root.dataset.idle || wait(), { passive: true });
  // A phone that slept through the ten minutes runs no clock: ask the time when it wakes.
  let left = 0;
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) left = Date.now();
    else if (left && Date.now() - left > MINUTES * 60 * 1000) hide();
  });
  wait();
}
