// Seals an entry so that only the organisation can open it, and checks the organisation's receipts. The private half of
// each entry's key is never kept, so this phone cannot open what it has sealed.
const INFO = new TextEncoder().encode("strandline table 1");

const encode = (raw) => btoa(String.fromCharCode(...new Uint8Array(raw))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const decode = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));

const P256 = { name: "ECDH", namedCurve: "P-256" };

export async function seal(entry, { to, token }) {
  const theirs = await crypto.subtle.importKey("raw", decode(to), P256, false, []);
  const mine = await crypto.subtle.generateKey(P256, false, ["deriveBits"]);
  const point = await crypto.subtle.exportKey("raw", mine.publicKey);
  const shared = await crypto.subtle.deriveBits({ name: "ECDH", public: theirs }, mine.privateKey, 256);
  const root = await crypto.subtle.importKey("raw", shared, "HKDF", false, ["deriveKey"]);
  const derive = { name: "HKDF", hash: "SHA-256", salt: point, info: INFO };
  const key = await crypto.subtle.deriveKey(derive, root, { name: "AES-GCM", length: 256 }, false, ["encrypt"]);
  const nonce = crypto.getRandomValues(new Uint8Array(12));
  const plain = new TextEncoder().encode(JSON.stringify(entry));
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce, additionalData: new TextEncoder().encode(token) }, key, plain);
  return { point: encode(point), nonce: encode(nonce), sealed: encode(sealed) };
}

export async function isSigned(text, signature, by) {
  const kind = { name: "ECDSA", namedCurve: "P-256" };
  const key = await crypto.subtle.importKey("raw", decode(by), kind, false, ["verify"]);
  const raw = new TextEncoder().encode(text);
  return crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, decode(signature ?? ""), raw).catch(() => false);
}
