// Two ways out for what waits when no network comes: a sealed file, and square codes that a scanner reads one by one.
// What is carried away stays here as well, until the organisation has signed for it.
import { MOST, square } from "./qr.js";

async function bundle(box, slug, kind) {
  const waiting = (await box.all()).filter(({ state }) => state === "waiting");
  const entries = waiting.map(({ token, key, at, entry }) => ({ token, key, at, entry }));
  return { strandline: `${kind} 1`, slug, device: (await box.fact("device")) ?? "", entries };
}

async function save(box, slug, kind) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([JSON.stringify(await bundle(box, slug, kind))], { type: "application/json" }));
  link.download = `${kind === "table" ? slug : kind}-sealed.json`;
  link.click();
  URL.revokeObjectURL(link.href);
}

export async function texts(box, slug, kind = "table") {
  const all = await bundle(box, slug, kind);
  return all.entries.map((one) => JSON.stringify({ ...all, entries: [one] }));
}

function drawn(cells) {
  const space = 4;
  const picture = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  const runs = cells.flatMap((row, y) => row.flatMap((is_dark, x) => (is_dark ? [`M${x + space} ${y + space}h1v1h-1z`] : [])));
  path.setAttribute("d", runs.join(""));
  picture.setAttribute("viewBox", `0 0 ${cells.length + 2 * space} ${cells.length + 2 * space}`);
  picture.append(path);
  return picture;
}

// Shows one code after another in a place of the page; `told` holds the words.
function codes(box, slug, { place, said, next, told, kind }) {
  let all = [];
  let turn = 0;
  const show = () => {
    place.parentElement.hidden = !all.length;
    if (!all.length) return;
    const text = all[turn];
    const fits = new TextEncoder().encode(text).length <= MOST;
    place.replaceChildren(...(fits ? [drawn(square(text))] : []));
    said.textContent = (fits ? told.coded : told.large).replace("{n}", turn + 1).replace("{all}", all.length);
    next.hidden = all.length < 2;
  };
  next.addEventListener("click", () => { turn = (turn + 1) % all.length; show(); });
  return async () => {
    all = place.parentElement.hidden ? await texts(box, slug, kind) : [];
    turn = 0;
    show();
  };
}

// Binds the buttons of a page that keeps things sealed to the two ways; `kind` is the page, `slug` what it keeps them for.
export function ways(root, box, slug, { told, kind }) {
  const at = (name) => root.querySelector(`[data-${name}]`);
  at("save").addEventListener("click", () => save(box, slug, kind));
  at("codes").addEventListener("click", codes(box, slug, { place: at("code"), said: at("code-said"), next: at("code-next"), told, kind }));
}
