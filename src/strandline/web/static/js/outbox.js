// What was taken down without network waits here, sealed, and leaves in order when there is one. Nothing leaves the box
// but for a receipt that the organisation signed. One box for each page that takes things down: the table, attendance.
const ask = (request) => new Promise((done, fail) => {
  request.onsuccess = () => done(request.result);
  request.onerror = () => fail(request.error);
});

async function opened(name) {
  const request = indexedDB.open(`strandline-outbox-${name}`, 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore("entries", { keyPath: "place", autoIncrement: true });
    request.result.createObjectStore("facts");
  };
  return ask(request);
}

export class Outbox {
  // A browser that keeps nothing is found out by whoever first puts something in.
  constructor(name) {
    this.opened = opened(name);
    this.opened.catch(() => null);
  }

  async store(name, mode = "readonly") {
    return (await this.opened).transaction(name, mode, { durability: "strict" }).objectStore(name);
  }

  // Resolves when the entry is on the disk, as far as the browser can tell.
  async change(act) {
    const transaction = (await this.opened).transaction(["entries", "facts"], "readwrite", { durability: "strict" });
    const done = new Promise((go, fail) => {
      transaction.oncomplete = () => go();
      transaction.onerror = transaction.onabort = () => fail(transaction.error);
    });
    const result = act(transaction.objectStore("entries"), transaction.objectStore("facts"));
    await done;
    return result?.result;
  }

  keep(entry) { return this.change((entries) => entries.add({ ...entry, state: "waiting" })); }
  replace(place, entry) { return this.change((entries) => (entries.delete(place), entries.add({ ...entry, state: "waiting" }))); }
  remove(place) { return this.change((entries) => entries.delete(place)); }
  refuse(entry, reason) { return this.change((entries) => entries.put({ ...entry, state: "refused", reason })); }

  async all() { return ask((await this.store("entries")).getAll()); }
  async fact(name) { return ask((await this.store("facts")).get(name)); }
  put(name, value) { return this.change((_, facts) => facts.put(value, name)); }

  // Sends what waits, oldest first, by `post`, which carries a group of entries to where they are taken in; `but` is the place
  // of one that may still be changed. Resolves to true if all went well.
  async send({ post, check, but = null, most = 20 }) {
    const waiting = (await this.all()).filter(({ state, place }) => state === "waiting" && place !== but);
    for (let begin = 0; begin < waiting.length; begin += most) {
      const group = waiting.slice(begin, begin + most);
      const entries = group.map(({ token, key, at, entry }) => ({ token, key, at, entry }));
      const answer = await post(entries).catch(() => null);
      if (!answer?.ok) return false;
      const { receipts } = await answer.json();
      for (const one of group) await this.settle(one, receipts.find(({ token }) => token === one.token), check);
    }
    return true;
  }

  async settle(one, receipt, check) {
    if (receipt?.state === "refused") return this.refuse(one, receipt.reason);
    if (receipt?.state !== "kept" || !(await check(one.token, receipt.signature))) return undefined;
    const sent = ((await this.fact("sent")) ?? 0) + 1;
    await this.change((entries, facts) => (entries.delete(one.place), facts.put(sent, "sent")));
    return this.put("last-sent", Date.now());
  }
}
