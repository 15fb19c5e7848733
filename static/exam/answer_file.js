// @ts-check
/**
 * The answer file, the last resort: what this browser still owes, encrypted with the attempt's own key and saved to the
 * device, to be handed in by hand. See lms/attempts/answer_file.py, which reads it.
 */

/** @typedef {import("./queue.js").AnswerEvent} AnswerEvent */

const VERSION = 1;

/** Encrypting needs what browsers offer on secure addresses only. */
export function canSeal() {
  return Boolean(globalThis.crypto?.subtle);
}

/** Saves the events as a file. @param {string} attempt @param {string} key hex @param {AnswerEvent[]} events */
export async function saveFile(attempt, key, events) {
  const payload = new TextEncoder().encode(JSON.stringify({ tabs: byTab(events) }));
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const bytes = Uint8Array.from(key.match(/../g) ?? [], (pair) => parseInt(pair, 16));
  const made = await crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt"]);
  const additionalData = new TextEncoder().encode(`${VERSION}|${attempt}`);
  const data = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData }, made, payload));
  const file = { version: VERSION, attempt, iv: base64(iv), data: base64(data) };
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([JSON.stringify(file)], { type: "application/json" }));
  link.download = `bai-lam-${attempt}.lmsanswers`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** @param {AnswerEvent[]} events */
function byTab(events) {
  /** @type {Map<string, object[]>} */
  const tabs = new Map();
  for (const { tab, seq, slot, op, value, ms } of events) tabs.set(tab, [...(tabs.get(tab) ?? []), { seq, slot, op, value, ms }]);
  return [...tabs].map(([tab, said]) => ({ tab, events: said }));
}

/** @param {Uint8Array} bytes */
function base64(bytes) {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}
