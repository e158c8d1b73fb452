// Pictures of a page in a palette: it has few colours, and the files are a third as big.
import { crc32, deflateSync, inflateSync } from "node:zlib";

const SIGNATURE = Buffer.from("89504e470d0a1a0a", "hex");
const COLOURS = 256;
/** The square of the distance from which colours count as different. */
const APART = 900;

/**
 * @param {Buffer} png 8 bits a channel, with or without alpha, not interlaced, as browsers write it; alpha is dropped
 * @returns {Buffer} the same picture in 256 of its colours
 */
export function withPalette(png) {
  const data = [];
  let width, height, channels;
  for (let at = SIGNATURE.length; at < png.length; at += 12 + png.readUInt32BE(at)) {
    const body = png.subarray(at + 8, at + 8 + png.readUInt32BE(at));
    const type = png.toString("latin1", at + 4, at + 8);
    if (type === "IHDR") [width, height, channels] = [body.readUInt32BE(0), body.readUInt32BE(4), body[9] === 6 ? 4 : 3];
    if (type === "IDAT") data.push(body);
  }
  const pixels = unfilter(inflateSync(Buffer.concat(data)), width * channels, height, channels);

  const counts = new Map();
  const colours = new Uint32Array(width * height);
  for (let i = 0; i < colours.length; i++) {
    const colour = (colours[i] = pixels.readUIntBE(i * channels, 3));
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  const frequent = [...counts].sort((a, b) => b[1] - a[1]).map(([colour]) => colour);
  // First colours that differ, so that the rare ones (a green tick) keep theirs; then what there is most of.
  const palette = [];
  for (const colour of frequent) if (palette.length < COLOURS / 2 && distance(palette[nearest(palette, colour)] ?? ~colour, colour) > APART) palette.push(colour);
  for (const colour of frequent) if (palette.length < COLOURS && !palette.includes(colour)) palette.push(colour);
  const index = new Map([...counts.keys()].map((colour) => [colour, nearest(palette, colour)]));

  const rows = Buffer.alloc(height * (width + 1)); // each row begins with its filter: 0, none
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) rows[y * (width + 1) + 1 + x] = index.get(colours[y * width + x]);
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 3], 8); // 8 bits, a palette
  const table = Buffer.concat(palette.map((colour) => Buffer.from([colour >> 16, (colour >> 8) & 255, colour & 255])));
  return Buffer.concat([SIGNATURE, chunk("IHDR", head), chunk("PLTE", table), chunk("IDAT", deflateSync(rows, { level: 9, memLevel: 9 })), chunk("IEND", Buffer.alloc(0))]);
}

/** Undoes the filters of PNG (its specification, section 9): each byte is stored as the difference from its neighbours. */
function unfilter(raw, stride, height, channels) {
  const out = Buffer.alloc(stride * height);
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (stride + 1)];
    for (let x = 0; x < stride; x++) {
      const at = y * stride + x;
      const left = x >= channels ? out[at - channels] : 0;
      const up = y > 0 ? out[at - stride] : 0;
      const corner = x >= channels && y > 0 ? out[at - stride - channels] : 0;
      const guess = filter === 1 ? left : filter === 2 ? up : filter === 3 ? (left + up) >> 1 : filter === 4 ? paeth(left, up, corner) : 0;
      out[at] = raw[y * (stride + 1) + 1 + x] + guess;
    }
  }
  return out;
}

function paeth(left, up, corner) {
  const toLeft = Math.abs(up - corner);
  const toUp = Math.abs(left - corner);
  const toCorner = Math.abs(left + up - 2 * corner);
  return toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner;
}

function nearest(palette, colour) {
  let [best, least] = [0, Infinity];
  for (let i = 0; i < palette.length && least > 0; i++) {
    const far = distance(palette[i], colour);
    if (far < least) [best, least] = [i, far];
  }
  return best;
}

/** The square of how far two colours are apart. */
function distance(a, b) {
  const red = ((a >> 16) & 255) - ((b >> 16) & 255);
  const green = ((a >> 8) & 255) - ((b >> 8) & 255);
  const blue = (a & 255) - (b & 255);
  return red * red + green * green + blue * blue;
}

function chunk(type, body) {
  const inner = Buffer.concat([Buffer.from(type, "latin1"), body]);
  const out = Buffer.alloc(body.length + 12);
  out.writeUInt32BE(body.length, 0);
  inner.copy(out, 4);
  out.writeUInt32BE(crc32(inner), body.length + 8);
  return out;
}
