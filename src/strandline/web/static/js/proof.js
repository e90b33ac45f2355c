// A small sum, done while someone types, that makes a flood dear and asks nothing of the visitor. The answer goes along
// with the form; a browser that does no sums is kept aside and looked at, never sent away.
// <form data-challenge="123456.abc" data-wait="One moment"><input type="hidden" name="proof">
const BITS = 15; // strandline/steady/intake/rules/proof.py
const ROUND = 1500;
const PATIENCE = 8000;
const K = [], START = [];

const root = (n, power) => ((Math.pow(n, power) % 1) * 0x100000000) | 0;
for (let n = 2; K.length < 64; n++) {
  let prime = true;
  for (let d = 2; d * d <= n; d++) if (n % d === 0) prime = false;
  if (!prime) continue;
  if (START.length < 8) START.push(root(n, 1 / 2));
  K.push(root(n, 1 / 3));
}

// The first word of SHA-256 of a text of at most 55 letters of ASCII, which is one block.
const w = new Int32Array(64);
function first(text) {
  w.fill(0);
  for (let i = 0; i < text.length; i++) w[i >> 2] |= text.charCodeAt(i) << (24 - 8 * (i & 3));
  w[text.length >> 2] |= 0x80 << (24 - 8 * (text.length & 3));
  w[15] = text.length * 8;
  let [a, b, c, d, e, f, g, h] = START;
  for (let i = 0; i < 64; i++) {
    if (i >= 16) {
      const p = w[i - 15], q = w[i - 2];
      const s0 = ((p >>> 7) | (p << 25)) ^ ((p >>> 18) | (p << 14)) ^ (p >>> 3);
      const s1 = ((q >>> 17) | (q << 15)) ^ ((q >>> 19) | (q << 13)) ^ (q >>> 10);
      w[i] = (w[i - 16] + s0 + w[i - 7] + s1) | 0;
    }
    const e1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t1 = (h + e1 + ((e & f) ^ (~e & g)) + K[i] + w[i]) | 0;
    const a1 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const t2 = (a1 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g; g = f; f = e; e = (d + t1) | 0; d = c; c = b; b = a; a = (t1 + t2) | 0;
  }
  return (START[0] + a) >>> 0;
}

const pause = () => new Promise((go) => setTimeout(go));

async function solve(challenge) {
  for (let n = 0; ; n++) {
    if (first(`${challenge}.${n}`) >>> (32 - BITS) === 0) return `${challenge}.${n}`;
    if (n % ROUND === ROUND - 1) await pause();
  }
}

for (const form of document.querySelectorAll("form[data-challenge]")) {
  let solving = null;
  const begin = () => (solving ??= solve(form.dataset.challenge).then((found) => (form.elements.proof.value = found)));
  form.addEventListener("focusin", begin, { once: true });
  setTimeout(begin, 1500);
  form.addEventListener("submit", (event) => {
    if (form.elements.proof.value) return;
    event.preventDefault();
    const button = form.querySelector("button");
    button.textContent = form.dataset.wait;
    Promise.race([begin(), new Promise((go) => setTimeout(go, PATIENCE))]).then(() => form.submit());
  });
}
