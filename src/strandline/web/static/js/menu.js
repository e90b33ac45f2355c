// Menus are <details> and open by themselves; this closes them: Esc, a press elsewhere, or the focus leaving.
// Dialogs open from [data-opens="id"] and close from [data-closes]; without script [data-opens] is a link to a page.
const open = () => document.querySelectorAll("details.menu[open]");

function shut(menu, refocus) {
  menu.open = false;
  if (refocus) menu.querySelector("summary").focus();
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of open()) shut(menu, menu.contains(document.activeElement));
});

document.addEventListener("click", (event) => {
  for (const menu of open()) if (!menu.contains(event.target)) shut(menu, false);
  const opener = event.target.closest("[data-opens]");
  const dialog = opener && document.getElementById(opener.dataset.opens);
  if (dialog) {
    event.preventDefault();
    for (const menu of open()) shut(menu, false);
    dialog.showModal();
  }
  const closer = event.target.closest("[data-closes]");
  if (closer) {
    event.preventDefault();
    closer.closest("dialog").close();
  }
  if (event.target.closest("[data-print]")) print();
  // A press on the scrim around a dialog is a press on the dialog element itself.
  if (event.target.matches("dialog.dialog")) event.target.close();
});

document.addEventListener("focusin", (event) => {
  for (const menu of open()) if (!menu.contains(event.target)) shut(menu, false);
});
