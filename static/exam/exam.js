// @ts-check
/**
 * The exam page: joins the questions (paper.js), what is owed (queue.js) and the server (sync.js), shows the save
 * state and the time left, and runs the dialogs. All sentences come from the page.
 */
import { Paper, isTyped, letterOf, optionOf } from "./paper.js";
import { Queue } from "./queue.js";
import { Refused, ServerClock, Sync } from "./sync.js";

/** @typedef {import("./queue.js").Op} Op */
/** @typedef {import("./sync.js").Status} Status */

/** @type {{id: string, urls: import("./sync.js").Urls & {worker: string}, deadline: string, remaining: number}} */
const state = JSON.parse(text("attempt-state"));
/** @type {Record<string, string>} */
const texts = JSON.parse(text("exam-texts"));

const TYPING_MS = 400;
const WRITING_MS = 4000; // a text of several lines is sent whole each time, so it waits for a longer pause …
const WRITING_AT_MOST_MS = 20_000; // … but never long
const JITTER_MS = 20_000;
const SPOKEN = [10, 5, 1]; // minutes left
const KEPT_PAGES = "exam-pages"; // the service worker's caches of open attempts
const KEPT_PICTURES = "exam-pictures";

const root = document.documentElement;
const fresh = root.dataset.page === "fresh";
const form = /** @type {HTMLFormElement} */ (byId("paper"));
const token = /** @type {HTMLInputElement} */ (form.elements.namedItem("csrf_token"));
const clock = new ServerClock();
const paper = new Paper(form);
/** Slots with typing that is not in the queue yet: their timers, and since when. @type {Map<number, {timer: number, since: number}>} */
const typing = new Map();
let holder = true;
let ending = false;
let done = false;
let spoken = Infinity;
/** @type {Queue} */
let queue;
/** @type {Sync} */
let sync;

root.dataset.mode = "script";
paper.show(hashSlot() ?? 1, false);
drawProgress();
drawSteps();
startClock();
form.addEventListener("input", drawUnsaved);
void start();

async function start() {
  queue = await Queue.open(state.id);
  queue.onDegrade = degrade;
  sync = new Sync(state.urls, token.value, queue, { status: drawStatus, reply: onReply, signedOut: askToRenew, finished: () => finish() });
  form.removeEventListener("input", drawUnsaved);
  listen(); // before the first wait: what is touched meanwhile must not pass unheard
  await restore();
  notice("memory", !queue.durable);
  drawStatus({ state: "saved", count: sync.owed, trouble: null, retryMs: 0, recovered: 0 });
  await askLease();
  if (sync.owed) void sync.flush();
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
  window.addEventListener("hashchange", () => {
    if (hashSlot() || !location.hash) goTo(hashSlot() ?? 1);
  });
  window.addEventListener("online", () => void sync.flush());
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
  await sync.ask();
}

/** The browser keeps nothing any more: on in memory, under a new tab id, which needs the lease. */
function degrade() {
  notice("memory", true);
  if (holder) sync.ready = sync.lease(true).catch(() => {});
}

// ---------------------------------------------------------------------------------------------- moving about

/** @param {number} number */
function goTo(number) {
  commitAll();
  closeGrid();
  paper.show(number);
  drawSteps();
}

/** A step that the browser's Back button takes back. @param {number} number */
function step(number) {
  if (number < 1 || number > paper.slots.length) return;
  if (hashSlot() !== number) history.pushState(null, "", `#q${number}`);
  goTo(number);
}

function hashSlot() {
  const found = /^#q(\d+)$/.exec(location.hash);
  return found ? Number(found[1]) : null;
}

function closeGrid() {
  byId("grid").removeAttribute("data-open");
  act("grid").setAttribute("aria-expanded", "false");
}

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
  grid: () => {
    const open = byId("grid").toggleAttribute("data-open");
    act("grid").setAttribute("aria-expanded", String(open));
    if (open) /** @type {HTMLElement} */ (document.querySelector('.grid [aria-current="true"]')).focus();
  },
  ungrid: () => {
    closeGrid();
    act("grid").focus();
  },
  retry: () => sync.flush(),
  renew: () => askToRenew(),
  take: () => take(),
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
  if (holder && !reply.holder && reply.state === "open") void askLease();
}

/** Whose attempt it is; when it is open elsewhere, the person chooses. */
async function askLease() {
  const again = !queue.durable && remember("exam-memory") === state.id; // this tab held it before its reload
  if (!queue.durable) remember("exam-memory", state.id);
  const lease = await sync.lease(again).catch((error) => {
    if (error instanceof Refused && error.trouble === "signed_out") askToRenew();
    return { holder: true, since: undefined }; // not known: the next save tells
  });
  if (lease.holder) return;
  setHolder(false);
  byId("lease-title").textContent = fill(texts.elsewhere, { time: timeOf(lease.since ? new Date(lease.since) : clock.now(), false) });
  byId("lease-problem").textContent = "";
  open("lease-dialog");
}

/** @param {boolean} mine */
function setHolder(mine) {
  holder = mine;
  paper.lock(!mine);
  notice("elsewhere", !mine);
}

/** The attempt goes on here: what was typed here meanwhile is said once more, then the page shows the server's state. */
async function take() {
  try {
    const lease = await sync.lease(true);
    if (!lease.holder) throw new Refused("busy");
  } catch {
    byId("lease-problem").textContent = texts.take_failed ?? "";
    return;
  }
  for (const event of sync.conflicts.values()) await queue.add(event.slot, event.op, event.value);
  await sync.flush();
  location.reload();
}

function askToRenew() {
  notice("signed-out", true);
  byId("renew-problem").textContent = "";
  open("renew-dialog");
}

/** @param {HTMLInputElement} field */
async function renew(field) {
  const problem = byId("renew-problem");
  problem.textContent = "";
  try {
    token.value = await sync.renew(field.value);
    field.value = "";
    dialog("renew-dialog").close();
    notice("signed-out", false);
    say(texts.renewed);
  } catch (error) {
    const status = error instanceof Refused ? error.status : 0;
    problem.textContent = (status === 401 ? texts.wrong_password : status === 429 ? texts.too_many : texts.renew_failed) ?? "";
    field.focus();
  }
}

/** @type {HTMLFormElement} */ (dialog("renew-dialog").querySelector("form")).addEventListener("submit", (event) => {
  event.preventDefault();
  void renew(/** @type {HTMLInputElement} */ (dialog("renew-dialog").querySelector("input")));
});

// ---------------------------------------------------------------------------------------------- submitting

function openSubmit() {
  if (paper.locked) return;
  commitAll();
  const { empty, flagged, answered, slots } = paper;
  byId("submit-counts").textContent = empty.length
    ? fill(texts.some_empty, { answered, total: slots.length, empty: empty.length })
    : fill(texts.all_answered, { total: slots.length });
  drawJumps("empty", empty);
  drawJumps("flagged", flagged);
  byId("submit-problem").textContent = "";
  open("submit-dialog");
  void sync.flush();
}

/** @param {"empty" | "flagged"} name @param {number[]} numbers */
function drawJumps(name, numbers) {
  const box = /** @type {HTMLElement} */ (document.querySelector(`[data-list="${name}"]`));
  box.hidden = numbers.length === 0;
  const items = numbers.map((number) => {
    const item = document.createElement("li");
    const link = item.appendChild(document.createElement("a"));
    link.href = `#q${number}`;
    link.textContent = String(number);
    link.setAttribute("aria-label", fill(texts.question, { number }));
    return item;
  });
  /** @type {Element} */ (box.querySelector("ul")).replaceChildren(...items);
}

async function submit() {
  const button = /** @type {HTMLButtonElement} */ (act("submit"));
  button.disabled = true;
  byId("submit-problem").textContent = "";
  byId("submit-state").querySelector("span")?.replaceChildren(texts.submitting ?? "");
  try {
    await finish(await send());
  } catch {
    byId("submit-problem").textContent = texts.submit_failed ?? "";
    button.disabled = sync.owed > 0;
  }
}

function send() {
  return sync.submit(repeatAll, { slot: 1, flagged: paper.slot(1).flag.checked });
}

async function repeatAll() {
  for (const { number } of paper.slots) if (paper.read(number) !== null) await answer(number);
}

async function forgetPage() {
  await (await caches.open(KEPT_PAGES)).delete(location.pathname);
  await caches.delete(KEPT_PICTURES);
}

/** The server has it all: nothing stays in this browser. @param {string} receipt */
async function finish(receipt = state.urls.receipt) {
  done = true;
  await queue.wipe();
  if ("caches" in window) await forgetPage().catch(() => {});
  location.replace(receipt);
}

// ---------------------------------------------------------------------------------------------- time

function startClock() {
  const [entry] = /** @type {PerformanceNavigationTiming[]} */ (performance.getEntriesByType("navigation"));
  const at = entry?.responseStart ?? 0;
  const remaining = fresh ? state.remaining : Date.parse(state.deadline) - Date.now();
  clock.set(remaining, fresh ? at : performance.now(), fresh);
  clock.setDate(state.deadline, remaining, fresh ? at : performance.now());
  drawTime();
  setInterval(drawTime, 1000);
  byId("time-toggle").addEventListener("click", () => hideTime(!byId("time").hidden));
  if (remember("exam-time-hidden") === "yes") hideTime(true);
}

/** @param {boolean} hidden */
function hideTime(hidden) {
  remember("exam-time-hidden", hidden ? "yes" : "no");
  byId("time").hidden = hidden;
  byId("time-toggle").textContent = (hidden ? texts.show : texts.hide) ?? "";
}

function drawTime() {
  const left = Math.max(0, clock.remaining());
  const words = left > 0 ? timeWords(left) : texts.over ?? "";
  if (byId("time").textContent !== words) byId("time").textContent = words;
  const minutes = left / 60_000;
  const due = SPOKEN.find((mark) => minutes <= mark && spoken > mark && minutes > mark - 1);
  if (due) say(timeWords(due * 60_000, true));
  spoken = Math.min(spoken, minutes);
  if (!sync || done) return;
  if (clock.jumped()) void sync.ask();
  if (left === 0) void timeUp();
}

/** @param {number} ms @param {boolean} round minutes only */
function timeWords(ms, round = false) {
  const seconds = Math.floor(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  if (minutes >= 60) return fill(texts.hours, { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
  if (minutes >= 2 || round) return fill(texts.minutes, { minutes });
  return fill(minutes ? texts.seconds : texts.last_seconds, { minutes, seconds: seconds % 60 });
}

/** The server, not this clock, says that time is over; then the attempt is submitted within the grace. */
async function timeUp() {
  if (ending) return;
  ending = true;
  commitAll();
  await sync.flush();
  await sync.ask();
  if (clock.remaining() < 1000) await endAttempt();
  ending = false;
}

async function endAttempt() {
  notice("over", true);
  if (clock.confirmed) paper.lock(true);
  dialog("submit-dialog").close();
  document.querySelector(".notices")?.scrollIntoView({ block: "start" });
  await pause(Math.random() * JITTER_MS);
  for (let wait = 1000; clock.remaining() < 1000; wait = Math.min(wait * 2, 30_000)) {
    try {
      if (holder) return await finish(await send());
      await sync.ask(); // the other device submits; the reply says when it has
    } catch {
      // still without a network or signed out: the queue stays, the next round tries again
    }
    await pause(wait);
  }
  paper.lock(!holder); // the time was extended
  notice("over", false);
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

function drawSteps() {
  const last = paper.current === paper.slots.length;
  /** @type {HTMLButtonElement} */ (act("previous")).disabled = paper.current === 1;
  act("next").hidden = last;
  act("last").hidden = !last;
}

/** @param {string} name @param {boolean} on */
function notice(name, on) {
  const box = /** @type {HTMLElement} */ (document.querySelector(`[data-notice="${name}"]`));
  if (box.hidden === on) box.hidden = !on;
}

/** Says something to a screen reader, without hurry. @param {string | undefined} words */
function say(words) {
  byId("say").textContent = words ?? "";
}

/** @param {string} id */
function open(id) {
  const box = dialog(id);
  if (box.open) return;
  for (const other of document.querySelectorAll("dialog")) other.close();
  box.showModal();
  /** @type {HTMLElement} */ (box.querySelector("h2")).focus();
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

// ---------------------------------------------------------------------------------------------- small things

/** @param {string | undefined} sentence @param {Record<string, string | number>} values */
function fill(sentence, values) {
  return (sentence ?? "").replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

/** The time of day in Vietnam. @param {Date} date @param {boolean} seconds */
function timeOf(date, seconds = true) {
  const options = /** @type {const} */ ({ hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: "Asia/Ho_Chi_Minh" });
  return new Intl.DateTimeFormat(root.lang, seconds ? { ...options, second: "2-digit" } : options).format(date);
}

/** A wish of this tab, until it is closed. @param {string} name @param {string} [value] */
function remember(name, value) {
  try {
    if (value !== undefined) sessionStorage.setItem(name, value);
    return sessionStorage.getItem(name);
  } catch {
    return null;
  }
}

/** @param {number} ms */
function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** @param {string} id */
function text(id) {
  return byId(id).textContent ?? "";
}

/** @param {string} selector @param {string} words */
function setText(selector, words) {
  const found = document.querySelector(selector);
  if (found && found.textContent !== words) found.textContent = words;
}

/** @param {string} id @returns {HTMLElement} */
function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page lacks #${id}`);
  return found;
}

/** @param {string} id */
function dialog(id) {
  return /** @type {HTMLDialogElement} */ (byId(id));
}

/** The main control of an action. @param {string} name @returns {HTMLElement} */
function act(name) {
  return /** @type {HTMLElement} */ (document.querySelector(`[data-act="${name}"]`));
}
