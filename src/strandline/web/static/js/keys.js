// The keys of the desk. Each presses something that can be seen: [data-key="l"] in the current row, or in the menu of that
// row, or else on the page, where the page itself goes before the frame around it.
// Single letters sleep in fields and dialogs, and altogether with <body data-keys="off">.
const places = { t: "today", p: "people", c: "circles", b: "breadth", s: "surges" };
const typing = "input:not([data-tick]), textarea, select, [contenteditable]";
let going = 0;

const seen = (element) => element.checkVisibility?.() ?? element.offsetParent !== null;
const first = (root, selector) => [...root.querySelectorAll(selector)].find(seen);

function currentRow() {
  return document.activeElement?.closest(".row") ?? document.querySelector(".row[data-current]");
}

function step(by) {
  const rows = [...document.querySelectorAll(".row[data-row]")].filter(seen);
  if (!rows.length) return;
  const at = rows.indexOf(currentRow());
  const row = rows[at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(Math.max(at + by, 0), rows.length - 1)];
  for (const other of rows) delete other.dataset.current;
  row.dataset.current = "yes";
  (first(row, "a.name") ?? first(row, "a, button"))?.focus();
}

function press(key) {
  const row = currentRow();
  const wanted = `[data-key="${key}"]`;
  const target = (row && (first(row, wanted) ?? row.querySelector(`details.menu ${wanted}`))) ?? ["main", "body"].map(
    (part) => [...document.querySelectorAll(`${part} ${wanted}`)].find((element) => seen(element) && !element.closest(".row"))
  ).find(Boolean);
  if (target?.matches("input, textarea")) target.type === "checkbox" ? target.click() : target.focus();
  else target?.click();
  return Boolean(target);
}

function undo() {
  const button = [...document.querySelectorAll("[data-undo]")].filter(seen).at(-1);
  button?.click();
  return Boolean(button);
}

function find() {
  const field = document.querySelector("[data-find]");
  field?.focus();
  field?.select();
  return Boolean(field);
}

function withControl(event) {
  const key = event.key.toLowerCase();
  if (key === "k") return find();
  const field = event.target.closest(typing);
  if (key === "z" && !field && !event.shiftKey) return undo();
  const form = event.target.form ?? event.target.closest("form");
  if (key === "enter" && form) {
    form.requestSubmit(form.querySelector("[data-save]"));
    return true;
  }
  return false;
}

function alone(event) {
  const key = event.key.toLowerCase();
  if (going && Date.now() - going < 1500) {
    going = 0;
    const place = places[key] && document.querySelector(`[data-nav="${places[key]}"]`);
    place?.click();
    return Boolean(place);
  }
  going = key === "g" ? Date.now() : 0;
  if (going) return true;
  if (key === "/") return find();
  if (key === "j" || key === "k") {
    step(key === "j" ? 1 : -1);
    return true;
  }
  if (key === "u") return undo();
  if (key === "?") {
    document.querySelector("[data-opens=keys]")?.click();
    return true;
  }
  return /^[a-z]$/.test(key) && press(key);
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.altKey) return;
  if (event.ctrlKey || event.metaKey) {
    if (withControl(event)) event.preventDefault();
    return;
  }
  if (document.body.dataset.keys === "off" || document.querySelector("dialog:modal")) return;
  if (event.target.closest(typing)) return;
  if (alone(event)) event.preventDefault();
});
