// Find a person or do something: a combobox over the form that also works without script. htmx fetches the list; this moves
// through it, opens the choice and says how many there are. The server writes each row as
// <li role="option" id="find-0" data-href="/people/x/"> and the count as <ul data-say="3 found">.
const field = document.querySelector("[data-find]");
const list = document.getElementById("find-list");
const said = document.getElementById("find-said");
const LETTERS = 2;
let at = -1;

const rows = () => [...list.querySelectorAll('[role="option"]')];

function mark(index) {
  const all = rows();
  at = all.length ? (index + all.length) % all.length : -1;
  all.forEach((row, i) => row.setAttribute("aria-selected", String(i === at)));
  if (at < 0) return field.removeAttribute("aria-activedescendant");
  field.setAttribute("aria-activedescendant", all[at].id);
  all[at].scrollIntoView({ block: "nearest" });
}

function show(open) {
  list.hidden = !open;
  field.setAttribute("aria-expanded", String(open && rows().length > 0));
  if (!open) mark(-1);
}

function close() {
  list.replaceChildren();
  said.textContent = "";
  at = -1;
  field.removeAttribute("aria-activedescendant");
  field.setAttribute("aria-expanded", "false");
  list.hidden = true;
}

function go(row) {
  if (row?.dataset.href) location.assign(row.dataset.href);
}

if (field && list) {
  field.setAttribute("role", "combobox");
  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (list.hidden) return;
      event.preventDefault();
      mark(event.key === "ArrowDown" ? at + 1 : at < 0 ? -1 : at - 1);
    } else if (event.key === "Enter" && at >= 0) {
      event.preventDefault();
      go(rows()[at]);
    } else if (event.key === "Escape") {
      if (!list.hidden) event.preventDefault();
      close();
    }
  });
  // One letter finds half the world: wait for the second.
  field.addEventListener("htmx:confirm", (event) => {
    if (field.value.trim().length >= LETTERS) return;
    event.preventDefault();
    close();
  });
  field.addEventListener("htmx:beforeRequest", () => {
    said.textContent = field.dataset.searching;
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target !== list) return;
    at = -1;
    if (field.value.trim().length < LETTERS || document.activeElement !== field) return close();
    show(true);
    said.textContent = list.querySelector("[data-say]")?.dataset.say ?? "";
  });
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => go(event.target.closest("[data-href]")));
  field.addEventListener("blur", () => setTimeout(close, 150));
}
