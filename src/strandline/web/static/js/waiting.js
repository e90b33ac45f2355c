// Stands in for attendance while there is no network: how much waits in the boxes of this phone, and back as soon as it can.
const ask = (request) => new Promise((done, fail) => {
  request.onsuccess = () => done(request.result);
  request.onerror = () => fail(request.error);
});

async function counts() {
  const found = { waiting: 0, refused: 0, sent: 0 };
  for (const { name } of (await indexedDB.databases?.()) ?? []) {
    if (!name.startsWith("strandline-outbox-attendance-")) continue;
    const box = (await ask(indexedDB.open(name))).transaction(["entries", "facts"]);
    for (const { state } of await ask(box.objectStore("entries").getAll())) found[state] += 1;
    found.sent += (await ask(box.objectStore("facts").get("sent"))) ?? 0;
  }
  for (const [name, number] of Object.entries(found)) document.querySelector(`[data-${name}]`).textContent = number;
}

const back = () => location.reload();
document.querySelector("[data-try]").addEventListener("click", back);
addEventListener("online", back);
counts();
