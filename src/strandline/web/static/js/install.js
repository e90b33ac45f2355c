// Lets the page of a table open without network: its own worker keeps it, and nothing else.
export async function install(cache) {
  const make = { createScriptURL: (url) => (url === "/table/worker.js" ? url : "") };
  const policy = window.trustedTypes?.createPolicy("strandline-table", make);
  const script = policy ? policy.createScriptURL("/table/worker.js") : "/table/worker.js";
  await navigator.serviceWorker?.register(script, { scope: location.pathname });
  const kept = await caches.open(cache);
  await kept.add(location.pathname);
  document.body.dataset.installed = "yes";
}
