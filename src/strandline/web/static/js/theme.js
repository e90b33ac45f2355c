// Light, dark or as the system says: shown at once, kept by the form's own POST.
// <form data-theme-form method="post" action="..."><button name="theme" value="dark" aria-pressed="false">
const forms = "form[data-theme-form]";

document.addEventListener("submit", (event) => {
  const form = event.target.closest?.(forms);
  const button = event.submitter;
  if (!form || button?.name !== "theme") return;
  event.preventDefault();
  const body = new URLSearchParams(new FormData(form, button));
  document.documentElement.dataset.theme = button.value;
  for (const other of form.querySelectorAll("button[name=theme]")) {
    other.setAttribute("aria-pressed", String(other === button));
  }
  fetch(form.action, { method: "POST", body, redirect: "manual" }).catch(() => {
    // Without network the look lasts until the page is left; the choice is made again when there is one.
  });
});
