// Draws a text as a square code: QR in version 20, level L, mask 0. One size is enough, for a code holds one sealed entry.
const SIZE = 97;
const CHECKS = 28;
const BLOCKS = [107, 107, 107, 108, 108, 108, 108, 108];
const ROOM = 861;
const MARKS = [6, 34, 62, 90];
const FORMAT = 0x77c4;
const VERSION = 0x149a6;
export const MOST = 858;

const POWER = new Uint8Array(510);
const LOG = new Uint8Array(256);
for (let k = 0, x = 1; k < 255; k += 1, x = (x << 1) ^ (x & 128 ? 0x11d : 0)) {
  POWER[k] = POWER[k + 255] = x;
  LOG[x] = k;
}
const times = (a, b) => (a && b ? POWER[LOG[a] + LOG[b]] : 0);

let divisor = [1];
for (let k = 0; k < CHECKS; k += 1) {
  const next = [...divisor, 0];
  divisor.forEach((part, place) => { next[place + 1] ^= times(part, POWER[k]); });
  divisor = next;
}

function checks(data) {
  const rest = [...data, ...new Array(CHECKS).fill(0)];
  data.forEach((_, place) => {
    const first = rest[place];
    divisor.forEach((part, k) => { rest[place + k] ^= times(part, first); });
  });
  return rest.slice(data.length);
}

function words(text) {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length > MOST) throw new RangeError("too large for one code");
  // Mode and length take twelve and eight bits, so that everything is moved by half a byte.
  const data = [0x40 | (bytes.length >> 12), (bytes.length >> 4) & 255, ((bytes.length & 15) << 4) | ((bytes[0] ?? 0) >> 4)];
  bytes.forEach((byte, k) => data.push(((byte & 15) << 4) | ((bytes[k + 1] ?? 0) >> 4)));
  for (let k = 0; data.length < ROOM; k += 1) data.push(k % 2 ? 0x11 : 0xec);
  let from = 0;
  const blocks = BLOCKS.map((size) => data.slice(from, (from += size)));
  const sums = blocks.map(checks);
  const across = (lists, most) => Array.from({ length: most }, (_, k) => lists.filter((list) => k < list.length).map((list) => list[k])).flat();
  return [...across(blocks, 108), ...across(sums, CHECKS)];
}

function frame() {
  const cells = Array.from({ length: SIZE }, () => new Array(SIZE).fill(null));
  const square = (row, column, reach, is_dark) => {
    for (let r = -reach; r <= reach; r += 1) {
      for (let c = -reach; c <= reach; c += 1) {
        if (cells[row + r]?.[column + c] !== undefined) cells[row + r][column + c] = is_dark(Math.max(Math.abs(r), Math.abs(c)));
      }
    }
  };
  const last = SIZE - 4;
  for (const [row, column] of [[3, 3], [3, last], [last, 3]]) square(row, column, 4, (far) => far !== 2 && far !== 4);
  for (const row of MARKS) {
    for (const column of MARKS) if (cells[row][column] === null) square(row, column, 2, (far) => far !== 1);
  }
  for (let k = 8; k < SIZE - 8; k += 1) cells[6][k] = cells[k][6] = k % 2 === 0;
  for (let k = 0; k < 15; k += 1) {
    const bit = ((FORMAT >> k) & 1) === 1;
    cells[k < 6 ? k : k < 8 ? k + 1 : SIZE - 15 + k][8] = bit;
    cells[8][k < 8 ? SIZE - 1 - k : k < 9 ? 7 : 14 - k] = bit;
  }
  cells[SIZE - 8][8] = true;
  for (let k = 0; k < 18; k += 1) {
    cells[Math.floor(k / 3)][(k % 3) + SIZE - 11] = cells[(k % 3) + SIZE - 11][Math.floor(k / 3)] = ((VERSION >> k) & 1) === 1;
  }
  return cells;
}

export function square(text) {
  const cells = frame();
  const bits = words(text).flatMap((word) => Array.from({ length: 8 }, (_, k) => (word >> (7 - k)) & 1));
  let next = 0;
  for (let right = SIZE - 1, up = true; right > 0; right -= 2, up = !up) {
    if (right === 6) right -= 1;
    for (let k = 0; k < SIZE; k += 1) {
      const row = up ? SIZE - 1 - k : k;
      for (const column of [right, right - 1]) {
        if (cells[row][column] === null) cells[row][column] = ((bits[next++] ?? 0) ^ ((row + column) % 2 === 0)) === 1;
      }
    }
  }
  return cells;
}
