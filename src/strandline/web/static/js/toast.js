// Short messages at the foot of the page. Each goes after ten seconds, but waits while it is pointed at or has the focus,
// and while the page is hidden. What a toast undoes can also be taken back from the history.
const SECONDS = 10;
const region = document.getElementById("toasts");
const clocks = new Map();

function start(toast) {
  stop(toast);
  clocks.set(toast, setTimeout(() => leave(toast), SECONDS * 1000));
}

function stop(toast) {
  clearTimeout(clocks.get(toast));
  clocks.delete(toast);
}

function leave(toast) {
  if (document.hidden || toast.matches(":hover") || toast.contains(document.activeElement)) return start(toast);
  stop(toast);
  toast.remove();
}

function say(text, kind) {
  const toast = document.createElement("div");
  toast.className = "toast";
  toast.dataset.toast = kind ?? "";
  toast.textContent = text;
  region.append(toast);
}

if (region) {
  for (const toast of region.querySelectorAll("[data-toast]")) start(toast);
  new MutationObserver((changes) => {
    for (const change of changes) {
      for (const node of change.addedNodes) if (node.matches?.("[data-toast]")) start(node);
      for (const node of change.removedNodes) if (clocks.has(node)) stop(node);
    }
  }).observe(region, { childList: true });

  region.addEventListener("click", (event) => {
    if (event.target.closest("[data-toast-close]")) event.target.closest("[data-toast]").remove();
  });
  // What was taken back cannot be taken back again: its offer goes, and a focus that stood on it goes to the page.
  region.addEventListener("htmx:afterRequest", (event) => {
    const toast = event.target.closest("[data-toast]");
    if (!toast || event.detail.xhr.status < 200 || event.detail.xhr.status >= 500) return;
    // A button that was switched off while it was sent has let go of the focus.
    if (document.activeElement === document.body || toast.contains(document.activeElement)) document.getElementById("main").focus({ preventScroll: true });
    toast.remove();
  });
  // Other modules speak through an event, so that none of them needs to know this one.
  document.addEventListener("strandline:say", (event) => say(event.detail.text, event.detail.kind));
  document.addEventListener("htmx:sendError", () => say(region.dataset.noNetwork, "late"));
  document.addEventListener("htmx:responseError", (event) => {
    const status = event.detail.xhr.status;
    if (status === 401) say(region.dataset.signedOut, "late");
    else if (status !== 422) say(region.dataset.refused, "late");
  });
}
