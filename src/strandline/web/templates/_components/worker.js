{% autoescape off %}// Keeps what one kind of page needs to open without network: its style, its script, and the page itself where it holds no
// names; where it does, a page without names that stands in for it. Nothing else is kept.
const KEPT = "{{ cache }}";
const ASSETS = {{ assets }};
const PAGE = /{{ page }}/;
const STAND_IN = "{{ stand_in }}";

self.addEventListener("install", (event) => {
  const all = STAND_IN ? [...ASSETS, STAND_IN] : ASSETS;
  event.waitUntil(caches.open(KEPT).then((cache) => cache.addAll(all)).then(() => self.skipWaiting()));
});
self.addEventListener("activate", (event) => {
  const old = (names) => names.filter((name) => name.startsWith("{{ kind }}") && name !== KEPT);
  event.waitUntil(caches.keys().then((names) => Promise.all(old(names).map((name) => caches.delete(name))))
    .then(() => self.clients.claim()));
});

async function page(request) {
  const cache = await caches.open(KEPT);
  const own = new URL(request.url).pathname;
  try {
    const fresh = await fetch(request, { signal: AbortSignal.timeout({{ patience }}) });
    if (fresh.ok && !STAND_IN) await cache.put(own, fresh.clone());
    return fresh;
  } catch (error) {
    const kept = await cache.match(STAND_IN || own);
    if (kept) return kept;
    throw error;
  }
}

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) return;
  if (PAGE.test(url.pathname) && (!STAND_IN || event.request.mode === "navigate")) event.respondWith(page(event.request));
  else if (ASSETS.includes(url.pathname)) {
    event.respondWith(caches.match(event.request, { ignoreSearch: true }).then((kept) => kept ?? fetch(event.request)));
  }
});
{% endautoescape %}
