// What a page says of its box: how many wait, were sent and refused, and whether there is a network.
const OLD = 24 * 3600 * 1000;
const at = (name) => document.querySelector(`[data-${name}]`);
export const clock = (when) => new Date(when).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });

function line(text) {
  const made = document.createElement("li");
  made.textContent = text;
  return made;
}

export async function tally(box, { online, told, named = () => "" }) {
  const all = await box.all();
  const waiting = all.filter(({ state }) => state === "waiting");
  const refused = all.filter(({ state }) => state === "refused");
  at("waiting").textContent = waiting.length;
  at("sent").textContent = (await box.fact("sent")) ?? 0;
  at("refused").textContent = refused.length;
  at("refusals").replaceChildren(...refused.map(({ at: when, reason, token }) => line(`${clock(when)} ${named(token)} ${reason}`)));
  at("network").classList.toggle("network-on", online);
  at("network-said").textContent = online ? told.online : told.offline;
  at("old").hidden = !waiting.some(({ at: when }) => Date.now() - new Date(when) > OLD);
  return { all, waiting, refused };
}
