// A fresh token for each form that creates something, so that the server can tell a second press from a second entry.
// A token that came with the page, or with a kept draft, stays.
const empty = 'input[name="token"]:not([value]), input[name="token"][value=""]';

function fill(root) {
  const found = root.matches?.(empty) ? [root] : root.querySelectorAll?.(empty) ?? [];
  for (const input of found) if (!input.value) input.value = crypto.randomUUID();
}

// <form data-token="renew"> is filled in for one person after another: words changed after a send are a new entry.
document.addEventListener("submit", (event) => {
  if (event.target.dataset?.token === "renew") event.target.dataset.sent = "yes";
});
document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (form?.dataset.sent !== "yes" || event.target.name === "token") return;
  delete form.dataset.sent;
  form.elements.token.value = crypto.randomUUID();
});

fill(document);
document.addEventListener("htmx:load", (event) => fill(event.target));
