// @ts-check
/**
 * The page after an attempt: answers that this browser still owes (the network was away until after the end) are handed
 * in now. The server keeps them as late, for an officer to look at; then this browser forgets the attempt.
 */
import { canSeal, saveFile } from "./answer_file.js";
import { leftovers } from "./queue.js";
import { isReply, post } from "./sync.js";

/** @typedef {import("./queue.js").AnswerEvent} AnswerEvent */

const box = /** @type {HTMLElement} */ (document.getElementById("leftovers"));
const { attempt = "", url = "", csrf = "", key = "" } = box.dataset;

try {
  const { events, wipe } = await leftovers(attempt);
  for (const tab of new Set(events.map((event) => event.tab))) await hand(tab, events.filter((event) => event.tab === tab));
  await wipe();
  if ("caches" in window) {
    await (await caches.open("exam-pages")).delete(`/attempts/${attempt}`);
    await caches.delete("exam-pictures");
  }
  if (events.length) show("sent", events.length);
} catch {
  show("unsent", 0);
  await offerFile().catch(() => {});
}

/** What cannot be sent can be carried by hand. */
async function offerFile() {
  const { events } = await leftovers(attempt);
  const line = /** @type {HTMLElement} */ (box.querySelector('[data-when="file"]'));
  line.hidden = events.length === 0 || !canSeal();
  line.querySelector("button")?.addEventListener("click", () => void saveFile(attempt, key, events));
}

/** @param {string} tab @param {AnswerEvent[]} events */
async function hand(tab, events) {
  const body = { tab, events: events.map(({ seq, slot, op, value, ms }) => ({ seq, slot, op, value, ms })) };
  const reply = await post(url, csrf, body, isReply);
  if (reply.acked.length < events.length) throw new Error("not all were taken");
}

/** @param {string} state @param {number} count */
function show(state, count) {
  box.hidden = false;
  for (const line of /** @type {NodeListOf<HTMLElement>} */ (box.querySelectorAll("[data-when]"))) {
    line.hidden = line.dataset.when !== state;
    line.textContent = (line.textContent ?? "").replace("{count}", String(count));
  }
}
