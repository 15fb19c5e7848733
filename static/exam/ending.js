// @ts-check
/** The end of an attempt: looked over and handed in by the person, or by itself when time is up. */
import { act, byId, dialog, fill, notice, open, pause, room, setText, state, texts } from "./page.js";
import { forward } from "./steps.js";

const JITTER_MS = 20_000;
const KEPT_PAGES = "exam-pages"; // the service worker's caches of open attempts
const KEPT_PICTURES = "exam-pictures";
let ending = false;

export function openSubmit() {
  if (room.paper.locked) return;
  room.commitAll();
  const { empty, flagged, answered, slots } = room.paper;
  byId("submit-counts").textContent = empty.length
    ? fill(texts.some_empty, { answered, total: slots.length, empty: empty.length })
    : fill(texts.all_answered, { total: slots.length });
  drawJumps("empty", empty);
  drawJumps("flagged", flagged);
  byId("submit-problem").textContent = "";
  open("submit-dialog");
  void room.sync.flush();
}

/** The numbers as links; where there is no way back, as words. @param {"empty" | "flagged"} name @param {number[]} numbers */
function drawJumps(name, numbers) {
  const box = /** @type {HTMLElement} */ (document.querySelector(`[data-list="${name}"]`));
  box.hidden = numbers.length === 0;
  const items = numbers.map((number) => {
    const item = document.createElement("li");
    const link = item.appendChild(document.createElement(forward ? "span" : "a"));
    if (link instanceof HTMLAnchorElement) {
      link.href = `#q${number}`;
      link.setAttribute("aria-label", fill(texts.question, { number }));
    }
    link.textContent = String(number);
    return item;
  });
  /** @type {Element} */ (box.querySelector("ul")).replaceChildren(...items);
}

export async function submit() {
  const button = /** @type {HTMLButtonElement} */ (act("submit"));
  button.disabled = true;
  byId("submit-problem").textContent = "";
  byId("submit-state").querySelector("span")?.replaceChildren(texts.submitting ?? "");
  try {
    await finish(await send());
  } catch {
    byId("submit-problem").textContent = texts.submit_failed ?? "";
    button.disabled = room.sync.owed > 0;
  }
}

function send() {
  return room.sync.submit(repeatAll, { slot: 1, flagged: room.paper.slot(1).flag.checked });
}

async function repeatAll() {
  for (const { number } of room.paper.slots) if (room.paper.read(number) !== null) await room.answer(number);
}

/** The server has it all: nothing stays in this browser. @param {string} receipt */
export async function finish(receipt = state.urls.receipt) {
  if (room.done) return;
  room.done = true;
  await room.queue.wipe();
  if ("caches" in window) await forgetPage().catch(() => {});
  location.replace(receipt);
}

async function forgetPage() {
  await (await caches.open(KEPT_PAGES)).delete(location.pathname);
  await caches.delete(KEPT_PICTURES);
}

/** The server, not this clock, says that time is over; then the attempt is submitted within the grace. */
export async function timeUp() {
  if (ending) return;
  ending = true;
  room.commitAll();
  await room.sync.flush();
  await room.sync.ask();
  if (room.clock.remaining() < 1000) await endAttempt();
  ending = false;
}

async function endAttempt() {
  notice("over", true);
  if (room.clock.confirmed) room.paper.lock(true);
  dialog("submit-dialog").close();
  document.querySelector(".notices")?.scrollIntoView({ block: "start" });
  await pause(Math.random() * JITTER_MS);
  for (let wait = 1000; room.clock.remaining() < 1000; wait = Math.min(wait * 2, 30_000)) {
    try {
      if (room.holder) return await finish(await send());
      await room.sync.ask(); // the other device submits; the reply says when it has
    } catch {
      // still without a network or signed out: the queue stays, the next round tries again
      setText("[data-unsent]", fill(texts.unsent_over, { count: room.sync.owed }));
      notice("unsent", room.sync.owed > 0);
    }
    await pause(wait);
  }
  room.paper.lock(!room.holder); // the time was extended
  notice("over", false);
  notice("unsent", false);
}
