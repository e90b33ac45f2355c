// Ticking rows: all at once, a range with Shift, and a bar that counts. The boxes are ordinary ones in an ordinary form.
// <form data-select> ... <input type="checkbox" class="tick" data-tick> ... <div class="bulk" data-bulk><b data-count>
let last = null;

function boxes(area) {
  return [...area.querySelectorAll("input[data-tick]")];
}

function count(area) {
  const all = boxes(area);
  const ticked = all.filter((box) => box.checked).length;
  const bar = area.querySelector("[data-bulk]");
  if (bar) bar.hidden = ticked === 0;
  for (const place of area.querySelectorAll("[data-count]")) place.textContent = ticked;
  const every = area.querySelector("input[data-tick-all]");
  if (every) {
    every.checked = ticked > 0 && ticked === all.length;
    every.indeterminate = ticked > 0 && ticked < all.length;
  }
}

document.addEventListener("click", (event) => {
  const box = event.target.closest("input[data-tick]");
  const area = box?.closest("[data-select]");
  if (!area) return;
  const all = boxes(area);
  if (event.shiftKey && last && all.includes(last)) {
    const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
    for (const other of all.slice(from, to + 1)) other.checked = box.checked;
  }
  last = box;
  count(area);
});

document.addEventListener("change", (event) => {
  const every = event.target.closest("input[data-tick-all]");
  const area = event.target.closest("[data-select]");
  if (!area) return;
  if (every) for (const box of boxes(area)) box.checked = every.checked;
  count(area);
});

function ready() {
  for (const area of document.querySelectorAll("[data-select]")) count(area);
}
ready();
document.addEventListener("htmx:afterSettle", ready);
