// The table in the street: takes people down one after another, with or without network. Only the last one can still be
// changed, for as long as this page holds it in memory; everything that is stored is sealed.
import { ways } from "./carry.js";
import { install } from "./install.js";
import { Outbox } from "./outbox.js";
import { isSigned, seal } from "./seal.js";
import { clock, tally } from "./tally.js";

const place = document.querySelector("[data-table]");
const { slug, key, sealTo, signedBy, cache, hold } = place.dataset;
const told = JSON.parse(document.getElementById("told").textContent);
const form = document.querySelector("[data-entry]");
const at = (name) => document.querySelector(`[data-${name}]`);
const HOLD = Number(hold) * 1000;
const HOW = { method: "POST", headers: { "Content-Type": "application/json" }, credentials: "omit" };
let last = null; // { place, values, at }: the one that can still be changed
let sending = false;
let online = navigator.onLine;

const box = new Outbox(slug);
const full = () => { at("network-said").textContent = told.storage; };  // this browser keeps nothing, or nothing more
const check = (token, signature) => isSigned(`strandline receipt 1|${slug}|${token}`, signature, signedBy);

async function show() {
  const { all, waiting } = await tally(box, { online, told });
  at("today").textContent = told.person.replace("{n}", ((await box.fact("sent")) ?? 0) + all.length);
  const isLast = last && waiting.some((entry) => entry.place === last.place);
  at("last").hidden = !isLast;
  if (isLast) at("last-name").textContent = `${last.values.name}, ${told.kept} ${clock(last.at)}`;
  at("save").hidden = at("codes").hidden = !waiting.length;
}

async function keep(event) {
  event.preventDefault();
  if (!form.reportValidity()) return;
  const values = Object.fromEntries([...new FormData(form)].filter(([name]) => name !== "wish"));
  values.wishes = new FormData(form).getAll("wish").join(",");
  const token = crypto.randomUUID();
  const when = new Date().toISOString();
  const entry = await seal({ v: 1, ...values, language: document.documentElement.lang.slice(0, 2) }, { to: sealTo, token });
  const record = { token, key, at: when, entry };
  const changed = form.dataset.changes ? Number(form.dataset.changes) : null;
  const kept = await (changed ? box.replace(changed, record) : box.keep(record)).catch(full);
  if (!kept) return; // what was typed stays in the fields
  last = { place: kept, values, at: when };
  delete form.dataset.changes;
  form.reset();
  form.elements.name.focus();
  await show();
  setTimeout(send, HOLD + 100);
}

function change() {
  if (!last) return;
  for (const field of form.elements) {
    if (field.name === "wish") field.checked = last.values.wishes.split(",").includes(field.value);
    else if (field.type === "checkbox") field.checked = last.values[field.name] === field.value;
    else if (field.name) field.value = last.values[field.name] ?? "";
  }
  form.dataset.changes = last.place;
  form.elements.name.focus();
}

async function send() {
  if (sending) return;
  sending = true;
  try {
    const isFresh = last && (form.dataset.changes || Date.now() - new Date(last.at) < HOLD);
    const device = (await box.fact("device")) ?? "";
    const post = (entries) => fetch(`/table/${slug}/sync/`, { ...HOW, body: JSON.stringify({ device, entries }), signal: AbortSignal.timeout(15000) });
    online = await box.send({ post, check, but: isFresh ? last.place : null });
    online &&= navigator.onLine;
  } finally {
    sending = false;
    await show();
  }
}

async function begin() {
  form.addEventListener("submit", keep);
  const code = new URLSearchParams(location.hash.slice(1)).get("device");
  if (code) await box.put("device", code).then(() => history.replaceState(null, "", location.pathname));
  at("device").elements.device.value = (await box.fact("device")) ?? "";
  at("device").addEventListener("submit", () => box.put("device", at("device").elements.device.value.trim()).then(send));
  at("change").addEventListener("click", change);
  at("try").addEventListener("click", send);
  ways(document, box, slug, { told, kind: "table" });
  addEventListener("online", send);
  addEventListener("offline", () => { online = false; show(); });
  setInterval(send, 15000);
  await show();
  await send();
  await navigator.storage?.persist?.();
}

begin().catch(full);
install({ cache, worker: "/table/worker.js", scope: location.pathname, page: location.pathname }).catch(() => null);
