// Attendance without network. Names stay in this page's memory; each tick that cannot be sent goes into the box sealed, by code,
// under the token of its form, so that one whose answer was lost is not done twice. What waits goes first, in order.
import { ways } from "./carry.js";
import { install } from "./install.js";
import { Outbox } from "./outbox.js";
import { isSigned, seal } from "./seal.js";
import { act, asked } from "./seats.js";
import { tally } from "./tally.js";

const place = document.querySelector("[data-outbox]");
const { account, circle, on, key, sealTo, signedBy, cache } = place?.dataset ?? {};
const told = place && JSON.parse(document.getElementById("told").textContent);
const box = place && new Outbox(`attendance-${account}`);
const names = new Map(); // by token, of what this page kept: to say whose tick was refused
let [online, signedOut, sending, waits] = [navigator.onLine, false, false, 0];
let keeping = Promise.resolve();

const check = (token, signature) => isSigned(`strandline receipt 1|attendance|${token}`, signature, signedBy);

async function show() {
  const { waiting, refused } = await tally(box, { online, told, named: (token) => names.get(token) ?? "" });
  if (signedOut) place.querySelector("[data-network-said]").textContent = told.signed_out;
  waits = waiting.length;
  const shown = { clear: refused.length, try: waits, carry: waits };
  for (const [name, number] of Object.entries(shown)) place.querySelector(`[data-${name}]`).hidden = !number;
}

function keep(form) {
  const { what, fields, name } = asked(form);
  const [token, at] = [form.elements.token.value, new Date().toISOString()];
  if (what === "guest" && !name.trim()) return;
  names.set(token, name);
  act(form, what, fields, told);
  form.elements.token.value = crypto.randomUUID();
  waits += 1;
  keeping = keeping.then(async () => {
    const entry = await seal({ v: 1, circle, on, what, ...fields }, { to: sealTo, token });
    await box.keep({ token, key, at, entry });
    await show();
  }).catch(() => (place.querySelector("[data-network-said]").textContent = told.storage));
  keeping.then(send);
}

async function post(entries) {
  const body = new URLSearchParams({ entries: JSON.stringify(entries) });
  const how = { method: "POST", headers: JSON.parse(document.body.getAttribute("hx-headers")), redirect: "manual" };
  const answer = await fetch("/circles/sync/", { ...how, body, signal: AbortSignal.timeout(15000) });
  signedOut = answer.type === "opaqueredirect" || answer.status === 403;
  return answer;
}

async function send() {
  if (sending) return;
  sending = true;
  const before = (await box.all()).filter(({ state }) => state === "waiting").length;
  try {
    online = (await box.send({ post, check })) && navigator.onLine;
  } finally {
    sending = false;
    await show();
  }
  if (before && !waits) document.body.dispatchEvent(new Event("ticks-sent"));
}

function failed(event) {
  const status = event.detail.xhr?.status ?? 0;
  if (!event.target.closest("#attendance form") || (status && status !== 401 && status < 500)) return;
  event.stopPropagation();
  [online, signedOut] = [status > 0, status === 401];
  keep(event.target.closest("form"));
}

async function begin() {
  place.hidden = false;
  const main = document.getElementById("main");
  main.addEventListener("htmx:beforeRequest", (event) => {
    const form = event.target.closest("#attendance form");
    if (!form || (navigator.onLine && !waits)) return;
    event.preventDefault();
    keep(form);
  });
  for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) main.addEventListener(name, failed);
  place.querySelector("[data-try]").addEventListener("click", send);
  place.querySelector("[data-clear]").addEventListener("click", async () => {
    for (const one of await box.all()) if (one.state === "refused") await box.remove(one.place);
    await show();
  });
  ways(place, box, account, { told, kind: "attendance" });
  addEventListener("online", send);
  addEventListener("offline", () => { online = false; show(); });
  setInterval(send, 15000);
  await show().then(send);
  await navigator.storage?.persist?.();
}

if (place) {
  begin().catch(() => (place.querySelector("[data-network-said]").textContent = told.storage));
  install({ cache, worker: "/circles/worker.js", scope: "/circles/" }).catch(() => null);
}
