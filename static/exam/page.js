// @ts-check
/**
 * What the parts of the exam page share: the room (what is open here), the page's sentences, and small things done to
 * the document. Nothing here knows what an exam is.
 */

/** @typedef {import("./sync.js").Urls & {worker: string, news: string, file: string, preferences: string}} Urls */
/**
 * @typedef {object} Room
 * @property {import("./paper.js").Paper} paper
 * @property {import("./sync.js").ServerClock} clock
 * @property {import("./queue.js").Queue} queue
 * @property {import("./sync.js").Sync} sync      undefined until the queue is open
 * @property {boolean} holder                     this tab has the lease
 * @property {boolean} done                       the attempt is handed in, the page is about to leave
 * @property {() => void} commitAll               what is being typed becomes an answer now
 * @property {(slot: number) => Promise<void>} answer  puts the answer of a question into the queue
 */

/** @type {{id: string, urls: Urls, deadline: string, remaining: number, key: string}} */
export const state = JSON.parse(text("attempt-state"));
/** @type {Record<string, string>} */
export const texts = JSON.parse(text("exam-texts"));
export const root = document.documentElement;
export const fresh = root.dataset.page === "fresh";
export const form = /** @type {HTMLFormElement} */ (byId("paper"));
export const token = /** @type {HTMLInputElement} */ (form.elements.namedItem("csrf_token"));
export const room = /** @type {Room} */ ({ holder: true, done: false });

/** @param {string | undefined} sentence @param {Record<string, string | number>} values */
export function fill(sentence, values) {
  return (sentence ?? "").replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

/** The time of day in Vietnam. @param {Date} date @param {boolean} seconds */
export function timeOf(date, seconds = true) {
  const options = /** @type {const} */ ({ hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: "Asia/Ho_Chi_Minh" });
  return new Intl.DateTimeFormat(root.lang, seconds ? { ...options, second: "2-digit" } : options).format(date);
}

/** A wish of this tab, until it is closed. @param {string} name @param {string} [value] */
export function remember(name, value) {
  try {
    if (value !== undefined) sessionStorage.setItem(name, value);
    return sessionStorage.getItem(name);
  } catch {
    return null;
  }
}

/** @param {number} ms */
export function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** @param {string} name @param {boolean} on */
export function notice(name, on) {
  const box = /** @type {HTMLElement} */ (document.querySelector(`[data-notice="${name}"]`));
  if (box.hidden === on) box.hidden = !on;
}

/** Says something to a screen reader, without hurry. @param {string | undefined} words */
export function say(words) {
  byId("say").textContent = words ?? "";
}

/** @param {string} selector @param {string} words */
export function setText(selector, words) {
  const found = document.querySelector(selector);
  if (found && found.textContent !== words) found.textContent = words;
}

/** @param {string} id @returns {HTMLElement} */
export function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page lacks #${id}`);
  return found;
}

/** @param {string} id */
export function dialog(id) {
  return /** @type {HTMLDialogElement} */ (byId(id));
}

/** The main control of an action. @param {string} name @returns {HTMLElement} */
export function act(name) {
  return /** @type {HTMLElement} */ (document.querySelector(`[data-act="${name}"]`));
}

/** Opens a dialog instead of any other. @param {string} id */
export function open(id) {
  const box = dialog(id);
  if (box.open) return;
  for (const other of document.querySelectorAll("dialog")) other.close();
  box.showModal();
  /** @type {HTMLElement} */ (box.querySelector("h2")).focus();
}

/** @param {string} id */
function text(id) {
  return byId(id).textContent ?? "";
}
