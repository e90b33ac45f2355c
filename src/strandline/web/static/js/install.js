// Lets a page open without network: the worker of its kind keeps what that needs, and nothing else.
const WORKERS = ["/table/worker.js", "/circles/worker.js"];

export async function install({ worker, scope, cache, page = "" }) {
  const make = { createScriptURL: (url) => (WORKERS.includes(url) ? url : "") };
  const policy = window.trustedTypes?.createPolicy("strandline-worker", make);
  await navigator.serviceWorker?.register(policy ? policy.createScriptURL(worker) : worker, { scope });
  const kept = await caches.open(cache);
  if (page) await kept.add(page);
  document.body.dataset.installed = "yes";
}
