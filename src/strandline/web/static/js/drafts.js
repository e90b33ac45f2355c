// What is typed is never lost: each form with data-draft is kept every two seconds, and when a field is left, on this device
// only, sealed with a key that the browser will not hand out. It comes back after a reload or a new sign-in of the same
// account, and is destroyed when that account signs out, or when a page says that it was ended from elsewhere
// (data-drafts-end="account"). A page that answers a plain POST names what was kept: data-draft-done="log-abc".
const account = document.body.dataset.account;
const ended = document.querySelector("[data-drafts-end]")?.dataset.draftsEnd;
const DAYS = 14;
const unkept = new Set(["csrfmiddlewaretoken", "next"]);
const typed = new Set();

const ask = (request) => new Promise((done, fail) => {
  request.onsuccess = () => done(request.result);
  request.onerror = () => fail(request.error);
});

function open() {
  const request = indexedDB.open("strandline-drafts", 1);
  request.onupgradeneeded = () => ["keys", "drafts"].forEach((name) => request.result.createObjectStore(name));
  return ask(request);
}

const opened = window.indexedDB && (account || ended) ? open() : null;
const read = async (name, key) => ask((await opened).transaction(name).objectStore(name).get(key));
const write = async (name, act) => ask(act((await opened).transaction(name, "readwrite").objectStore(name)));
const nameOf = (form) => `${account} ${form.dataset.draft}`;

async function sealingKey() {
  const kept = await read("keys", account);
  if (kept) return kept;
  const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  // Two pages may make one at the same time: the first stays.
  await write("keys", (keys) => keys.add(made, account)).catch(() => null);
  return read("keys", account);
}

async function keep(form) {
  const entries = [...new FormData(form)].filter(([name, value]) => !unkept.has(name) && typeof value === "string");
  const words = new TextEncoder().encode(JSON.stringify(entries));
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await sealingKey(), words);
  if (form.dataset.sentWell) return;
  await write("drafts", (drafts) => drafts.put({ iv, sealed, at: Date.now() }, nameOf(form)));
}

async function restore(form) {
  const draft = await read("drafts", nameOf(form));
  if (!draft || typed.has(form)) return;
  const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: draft.iv }, await sealingKey(), draft.sealed).catch(() => null);
  if (!plain || Date.now() - draft.at > DAYS * 864e5) return forget(nameOf(form));
  const kept = JSON.parse(new TextDecoder().decode(plain));
  for (const field of form.elements) {
    if (["checkbox", "radio"].includes(field.type)) field.checked = kept.some(([n, v]) => n === field.name && v === field.value);
    else if (field.type !== "submit") field.value = kept.find(([name]) => name === field.name)?.[1] ?? field.value;
  }
  tell(form, form.dataset.draftRestored);
}

const forget = (name) => write("drafts", (drafts) => drafts.delete(name));

function tell(form, text) {
  const place = form.querySelector("[data-draft-said]");
  if (place && text) place.textContent = text;
}

async function destroy(of) {
  await write("keys", (keys) => keys.delete(of));
  await write("drafts", (drafts) => drafts.delete(IDBKeyRange.bound(`${of} `, `${of} \uffff`)));
}

const flush = () => typed.forEach((form) => typed.delete(form) && form.isConnected && keep(form));
const formOf = (event) => (event.target.form ?? event.target).closest?.("form[data-draft]");

function begin(root) {
  const forms = root.matches?.("form[data-draft]") ? [root] : root.querySelectorAll("form[data-draft]");
  for (const form of forms) restore(form);
  for (const done of root.querySelectorAll("[data-draft-done]")) forget(`${account} ${done.dataset.draftDone}`);
}

if (opened && account) {
  document.addEventListener("input", (event) => formOf(event) && typed.add(formOf(event)));
  for (const leaving of ["focusout", "visibilitychange", "htmx:beforeRequest", "submit"]) document.addEventListener(leaving, flush);
  setInterval(flush, 2000);
  document.addEventListener("htmx:load", (event) => begin(event.target));
  document.addEventListener("htmx:sendError", (event) => formOf(event) && tell(formOf(event), formOf(event).dataset.draftKept));
  document.addEventListener("htmx:beforeSwap", ({ target, detail }) => {
    const form = (detail.requestConfig?.elt ?? target).closest?.("form[data-draft]");
    if (!form || detail.requestConfig.verb === "get" || detail.xhr.status >= 300) return;
    form.dataset.sentWell = "yes";
    forget(nameOf(form));
  });
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-sign-out]")) return;
    event.preventDefault();
    destroy(account).finally(() => event.target.submit());
  });
  begin(document);
}
if (opened && ended) destroy(ended);
