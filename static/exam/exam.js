// @ts-check
/**
 * The exam page: joins the questions (paper.js), what is owed (queue.js) and the server (sync.js), and listens to the
 * person. Going through the questions is in steps.js, the time in time.js, what the server decides in dialogs.js and
 * news.js, handing in in ending.js. All sentences come from the page.
 */
import { canSeal, saveFile } from "./answer_file.js";
import { askLease, askToRenew, take } from "./dialogs.js";
import { finish, openSubmit, submit, timeUp } from "./ending.js";
import "./looks.js";
import { askNews, read, startNews } from "./news.js";
import { act, byId, dialog, fill, form, fresh, notice, open, pause, room, root, say, setText, state, texts, timeOf, token } from "./page.js";
import { Paper, isTyped, letterOf, optionOf } from "./paper.js";
import { Queue } from "./queue.js";
import { catchUp, closeGrid, followHash, goOn, showFirst, step, toggleGrid } from "./steps.js";
import { ServerClock, Sync } from "./sync.js";
import { drawTime, startClock } from "./time.js";

/** @typedef {import("./sync.js").Status} Status */

const TYPING_MS = 400;
const WRITING_MS = 4000; // a text of several lines is sent whole each time, so it waits for a longer pause …
const WRITING_AT_MOST_MS = 20_000; // … but never long

/** Slots with typing that is not in the queue yet: their timers, and since when. @type {Map<number, {timer: number, since: number}>} */
const typing = new Map();
const clock = (room.clock = new ServerClock());
const paper = (room.paper = new Paper(form));
room.commitAll = commitAll;
room.answer = answer;
/** @type {Queue} */
let queue;
/** @type {Sync} */
let sync;

root.dataset.mode = "script";
showFirst();
drawProgress();
startClock(everySecond);
form.addEventListener("input", drawUnsaved);
void start();

async function start() {
  queue = room.queue = await Queue.open(state.id);
  queue.onDegrade = degrade;
  sync = room.sync = new Sync(state.urls, token.value, queue, { status: drawStatus, reply: onReply, signedOut: askToRenew, finished: () => finish() });
  form.removeEventListener("input", drawUnsaved);
  listen(); // before the first wait: what is touched meanwhile must not pass unheard
  await restore();
  notice("memory", !queue.durable);
  for (const button of document.querySelectorAll('[data-act="file"]')) button.toggleAttribute("hidden", !canSeal());
  drawStatus({ state: "saved", count: sync.owed, trouble: null, retryMs: 0, recovered: 0 });
  await askLease();
  if (sync.owed) void sync.flush();
  startNews();
  keepPage();
}

/** Answers that the page does not show yet: what is owed, and on a kept page all that this browser knows. */
async function restore() {
  const { answers, flags, clock: time } = await queue.kept();
  if (fresh) await queue.rebase(clock.remaining());
  else if (time) clock.set(time.remaining - (Date.now() - time.wall), performance.now(), false);
  const touched = paper.slots.filter(({ number }) => paper.differs(number).answer || paper.differs(number).flag);
  const owed = new Set(queue.pending.map((event) => event.slot));
  for (const { number } of paper.slots) {
    if (touched.some((slot) => slot.number === number) || (fresh && !owed.has(number))) continue;
    if (answers.has(number)) paper.write(number, answers.get(number));
    if (flags.has(number)) paper.writeFlag(number, flags.get(number) === true);
  }
  for (const { number } of touched) {
    if (paper.differs(number).answer) void answer(number);
    if (paper.differs(number).flag) void flag(number);
  }
  drawProgress();
  catchUp();
}

// ---------------------------------------------------------------------------------------------- changes

function listen() {
  form.addEventListener("input", onInput);
  form.addEventListener("change", (event) => {
    const slot = paper.slotOf(event.target);
    if (slot && typing.has(slot.number)) void commit(slot.number);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    commitAll();
    if (/** @type {HTMLButtonElement | null} */ (event.submitter)?.value === "check") openSubmit();
  });
  document.addEventListener("click", onClick);
  document.addEventListener("keydown", onKey);
  window.addEventListener("hashchange", followHash);
  window.addEventListener("online", () => void sync.flush().then(() => askNews()));
  window.addEventListener("offline", () => void sync.flush());
  window.addEventListener("pagehide", leave);
  document.addEventListener("visibilitychange", () => (document.hidden ? leave() : void back()));
  window.addEventListener("beforeunload", (event) => {
    if (typing.size || (!queue.durable && sync.owed)) event.preventDefault();
  });
}

/** @param {Event} event */
function onInput(event) {
  const input = /** @type {HTMLInputElement} */ (event.target);
  const slot = paper.slotOf(input);
  if (!slot || paper.locked) return;
  if (input === slot.flag) return void flag(slot.number);
  if (isTyped(input)) return type(slot.number, input instanceof HTMLTextAreaElement);
  if (slot.kind === "order" && input.value) paper.place(slot.number, input, Number(input.value));
  else if (slot.kind === "order") paper.write(slot.number, null);
  void answer(slot.number);
}

/** Something was typed: the answer waits for a pause. @param {number} number @param {boolean} writing a text of several lines */
function type(number, writing) {
  const since = typing.get(number)?.since ?? performance.now();
  if (!typing.has(number)) sync.touched();
  clearTimeout(typing.get(number)?.timer);
  const wait = writing ? Math.max(0, Math.min(WRITING_MS, since + WRITING_AT_MOST_MS - performance.now())) : TYPING_MS;
  typing.set(number, { timer: window.setTimeout(() => void commit(number), wait), since });
  redraw(number);
}

/** Puts the answer of a question into the queue. @param {number} number */
async function answer(number) {
  const value = paper.read(number);
  sync.touched();
  redraw(number);
  await queue.add(number, value === null ? "clear" : "set", value);
  sync.kept();
}

/** @param {number} number */
async function flag(number) {
  sync.touched();
  redraw(number);
  const on = paper.slot(number).flag.checked;
  await queue.add(number, on ? "flag" : "unflag", null);
  sync.kept();
}

/** Typing has paused: what stands in the field is the answer. @param {number} number */
async function commit(number) {
  clearTimeout(typing.get(number)?.timer);
  typing.delete(number);
  await answer(number);
  sync.kept();
}

function commitAll() {
  for (const number of [...typing.keys()]) void commit(number);
}

/** @param {number} number */
function redraw(number) {
  paper.refresh(number);
  drawProgress();
}

function leave() {
  commitAll();
  sync.leave();
}

async function back() {
  drawTime();
  await askNews();
}

/** The browser keeps nothing any more: on in memory, under a new tab id, which needs the lease. */
function degrade() {
  notice("memory", true);
  if (room.holder) sync.ready = sync.lease(true).catch(() => {});
}

// ---------------------------------------------------------------------------------------------- moving about

/** @param {MouseEvent} event */
function onClick(event) {
  const target = /** @type {Element} */ (event.target);
  const jump = /** @type {HTMLAnchorElement | null} */ (target.closest('a[href^="#q"]'));
  if (jump && /^#q\d+$/.test(jump.hash)) {
    event.preventDefault();
    dialog("submit-dialog").close();
    return step(Number(jump.hash.slice(2)));
  }
  if (target.closest("[data-clear]")) return clear();
  const button = /** @type {HTMLElement | null} */ (target.closest("[data-move]"));
  if (button) {
    const moved = paper.move(button);
    return moved ? void answer(moved) : undefined;
  }
  const name = /** @type {HTMLElement | null} */ (target.closest("[data-act]"))?.dataset.act ?? "";
  if (name in ACTS) ACTS[name]?.(/** @type {HTMLElement} */ (target));
}

/** @type {Record<string, (target: HTMLElement) => unknown>} */
const ACTS = {
  previous: () => step(paper.current - 1),
  next: () => step(paper.current + 1),
  grid: toggleGrid,
  ungrid: () => {
    closeGrid();
    act("grid").focus();
  },
  retry: () => sync.flush(),
  renew: () => askToRenew(),
  take: () => take(),
  read: (target) => read(target),
  unmoved: () => notice("moved", false),
  file: () => saveOwed(),
  on: () => {
    dialog("forward-dialog").close();
    goOn();
  },
  keep: () => dialog("lease-dialog").close(),
  submit: () => submit(),
  keys: () => open("keys-dialog"),
  close: (target) => target.closest("dialog")?.close(),
};

function clear() {
  if (paper.locked || paper.read(paper.current) === null) return;
  paper.write(paper.current, null);
  void answer(paper.current);
  say(texts.cleared);
}

/** What is still owed, as a file for the worst case; the queue stays as it is. */
async function saveOwed() {
  commitAll();
  await pause(100); // the queue takes up what was typed
  await saveFile(state.id, state.key, queue.pending);
  say(texts.file_saved);
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  if (document.querySelector("dialog[open]") || event.altKey || event.metaKey) return;
  if (event.ctrlKey) {
    if (event.key === "Enter") openSubmit();
    return;
  }
  if (event.key === "Escape" && byId("grid").hasAttribute("data-open")) return ACTS.ungrid?.(document.body);
  const field = event.target instanceof Element && event.target.matches("[type=text], [type=password], textarea, select");
  if (field || event.isComposing || !keysOn()) return;
  const option = optionOf(event);
  if (event.key === "?") open("keys-dialog");
  else if (event.key === "ArrowLeft") step(paper.current - 1);
  else if (event.key === "ArrowRight") step(paper.current + 1);
  else if (letterOf(event) === "f" && !paper.locked) toggleFlag();
  else if (option !== null && !paper.locked) {
    if (paper.choose(option)) void answer(paper.current);
  } else return;
  event.preventDefault();
}

function toggleFlag() {
  const { flag: box } = paper.slot(paper.current);
  box.checked = !box.checked;
  void flag(paper.current);
  say(box.checked ? texts.flag_on : texts.flag_off);
}

function keysOn() {
  return /** @type {HTMLInputElement} */ (byId("keys-on")).checked;
}

// ---------------------------------------------------------------------------------------------- what the server says

/** @param {import("./sync.js").Reply} reply */
function onReply(reply) {
  clock.set(reply.remaining_ms);
  notice("signed-out", false);
  if (room.holder && !reply.holder && reply.state === "open") void askLease();
}

/** Time goes on, and the device may have slept or changed its date. */
function everySecond() {
  if (!sync || room.done) return;
  if (clock.jumped()) void askNews();
  if (clock.remaining() <= 0) void timeUp();
}

// ---------------------------------------------------------------------------------------------- drawing

function drawUnsaved() {
  drawSave("save", "unsaved", texts.unsaved ?? "");
}

/** @param {Status} status */
function drawStatus({ state: now, count, trouble, retryMs, recovered }) {
  const held = trouble === "offline" ? texts.offline : texts.held;
  const words = now === "held" ? fill(held, { count }) : now === "saved" ? fill(texts.saved, { time: timeOf(clock.now()) }) : texts[now] ?? "";
  drawSave("save", now, words);
  drawSave("submit-state", now, count ? `${words} ${now === "held" ? fill(texts.unsent, { count }) : ""}` : words);
  /** @type {HTMLButtonElement} */ (act("submit")).disabled = count > 0;
  notice("offline", trouble === "offline");
  notice("busy", trouble === "busy");
  if (trouble === "busy") setText("[data-busy]", fill(texts.busy, { seconds: Math.ceil(retryMs / 1000) }));
  if (recovered) setText("[data-back]", fill(texts.back, { count: recovered }));
  if (recovered || trouble) notice("back", recovered > 0);
  if (recovered) setTimeout(() => notice("back", false), 15_000);
}

/** @param {string} id @param {string} now @param {string} words */
function drawSave(id, now, words) {
  const box = byId(id);
  const line = /** @type {HTMLElement} */ (box.querySelector("span"));
  if (box.dataset.state === now && line.textContent && now === "saved") return; // the time of the last save stays
  box.dataset.state = now;
  if (line.textContent !== words) line.textContent = words;
}

function drawProgress() {
  const { answered, slots } = paper;
  byId("progress").textContent = fill(texts.progress, { answered, total: slots.length });
  /** @type {HTMLProgressElement} */ (document.querySelector(".progress progress")).value = answered;
}

// ---------------------------------------------------------------------------------------------- the page without a network

/** Lets the service worker keep the open attempt, so that a reload works without a network. */
function keepPage() {
  if (!("serviceWorker" in navigator)) return;
  if (!state.urls.worker) {
    void navigator.serviceWorker.getRegistration("/attempts/").then((found) => found?.unregister());
    return;
  }
  navigator.serviceWorker.register(state.urls.worker, { scope: "/attempts/" }).catch(() => {});
  if (navigator.serviceWorker.controller) return; // it saw this page come by
  void navigator.serviceWorker.ready.then(async (found) => {
    await pause(1000 + Math.random() * 4000); // not all at once when an exam opens
    found.active?.postMessage({ keep: location.pathname });
  });
}
