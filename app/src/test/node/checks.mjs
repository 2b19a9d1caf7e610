// What both programs share: a list of named checks, each with a deadline, told one per line on standard output.
import { readFileSync } from "node:fs";
import { join } from "node:path";

export const baseUrl = required("PARLEY_BASE_URL");
export const apiKey = required("PARLEY_API_KEY");
const speech = required("PARLEY_SPEECH");
const PATIENCE_MS = 20_000;
export const PIECE_MS = 100;
const PIECE = PIECE_MS * 48; // bytes of 16 bit, 24 kHz

function required(name) {
  const value = process.env[name];
  if (!value) {
    throw new Error(`expected ${name} in the environment, found nothing`);
  }
  return value;
}

/** Linear audio, 24 kHz, of a sentence, with the silence after it that ends a turn, in pieces of 100 ms. */
export function spoken(sentence) {
  const audio = Buffer.concat([readFileSync(join(speech, `${sentence}.pcm`)), Buffer.alloc(PIECE * 12)]);
  const pieces = [];
  for (let at = 0; at < audio.length; at += PIECE) {
    pieces.push(audio.subarray(at, at + PIECE));
  }
  return pieces;
}

export function expect(condition, message, found) {
  if (!condition) {
    throw new Error(`${message}, found ${JSON.stringify(found)}`);
  }
}

export function within(promise, what) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`nothing came of: ${what}`)), PATIENCE_MS);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** Runs the checks one after the other; the exit status is 0 only if all held. */
export async function run(checks) {
  let failures = 0;
  for (const [name, check] of Object.entries(checks)) {
    try {
      await check();
      console.log(`ok ${name}`);
    } catch (error) {
      failures++;
      console.log(`FAILED ${name}: ${error.stack ?? error}`);
    }
  }
  process.exit(failures === 0 ? 0 : 1);
}
