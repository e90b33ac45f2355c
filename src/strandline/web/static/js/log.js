// The log form. Without script it is a form like any other, and "No answer" is a button that saves. With it, the form is a
// sheet on a phone, and after Save the focus goes on to the next row.
const phone = matchMedia("(max-width: 47.49rem)");
let next = null;

const openerOf = (row) => row?.querySelector('[data-key="l"]') ?? row?.querySelector("a, button");

function followingRow(form) {
  const item = form.closest("li, .item");
  const row = item?.nextElementSibling?.querySelector(".row[data-row]");
  return row?.id || row?.closest("[id]")?.id || null;
}

// On a phone the form rises as a sheet: a modal dialog, so that the focus stays in it and Esc or a swipe back closes it.
function raise(root) {
  const sheet = root.matches?.("dialog.log") ? root : root.querySelector?.("dialog.log");
  if (!sheet) return;
  if (phone.matches && !sheet.matches(":modal")) {
    sheet.close();
    sheet.showModal();
  }
  (sheet.querySelector("[autofocus]") ?? sheet.querySelector("input:not([type=hidden]), button"))?.focus();
}

function put(sheet) {
  const opener = openerOf(sheet.closest("li, .item")?.querySelector(".row"));
  sheet.remove();
  opener?.focus();
}

document.addEventListener("htmx:load", (event) => raise(event.target));

// Escape on a laptop, where the form is not modal, and the sheet's own close on a phone. The draft is kept.
document.addEventListener("keydown", (event) => {
  const sheet = event.key === "Escape" && event.target.closest?.("dialog.log");
  if (sheet && !sheet.matches(":modal")) put(sheet);
});
document.addEventListener("close", (event) => {
  if (event.target.matches?.("dialog.log") && !event.target.open && phone.matches) put(event.target);
}, true);
document.addEventListener("click", (event) => {
  const close = event.target.closest("[data-log-close]");
  if (close) put(close.closest("dialog.log"));
  // A finger on a radio marked so saves at once; keys, which press radios on the way past them, do not.
  if (event.target.matches("input[data-save-now]") && event.detail > 0) event.target.form.requestSubmit();
});

document.addEventListener("htmx:beforeRequest", (event) => {
  // The form itself: what it asks meanwhile, as for themes, leads nowhere.
  if (event.target.matches?.("form[data-log]")) next = followingRow(event.target);
});
document.addEventListener("htmx:afterSettle", () => {
  if (next === null || document.querySelector("dialog.log[open] [aria-invalid]")) return;
  const row = document.getElementById(next);
  next = null;
  openerOf(row?.matches(".row") ? row : row?.querySelector(".row"))?.focus();
});
