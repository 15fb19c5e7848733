// @ts-check
/**
 * News of the attempt, asked for about once a minute and when the page comes back: a new end of the time, the end of the
 * attempt, another holder, messages of the organisers. Asking also tells the invigilators that this page is there.
 */
import { askLease } from "./dialogs.js";
import { finish } from "./ending.js";
import { byId, fill, notice, remember, room, setText, state, texts, timeOf } from "./page.js";
import { get, Refused } from "./sync.js";
import { speakAgain } from "./time.js";

/** @typedef {{id: number, text: string, at: string}} Message */
/** @typedef {{remaining_ms: number, state: string, deadline: string, holder: boolean, messages: Message[]}} News */

const EVERY_MS = 30_000; // and up to as much again, so that the pages of a room do not ask together
const READ = `exam-read:${state.id}`;
const list = byId("messages");
const old = /** @type {HTMLDetailsElement} */ (byId("old-messages"));
let timer = 0;
let since = 0;

export function startNews() {
  for (const box of /** @type {NodeListOf<HTMLElement>} */ (list.querySelectorAll("[data-message]"))) {
    since = Math.max(since, Number(box.dataset.message));
    if (known().includes(String(box.dataset.message))) putAway(box);
  }
  later();
}

/** Asks now, and from now on again. */
export async function askNews() {
  later();
  if (room.done) return;
  const url = `${state.urls.news}?since=${since}&tab=${room.queue.tab}`;
  try {
    await hear(await get(url, isNews));
  } catch (error) {
    if (error instanceof Refused && error.trouble === "signed_out") notice("signed-out", true);
  }
}

function later() {
  clearTimeout(timer);
  timer = window.setTimeout(() => void askNews(), EVERY_MS * (1 + Math.random()));
}

/** @param {News} news */
async function hear(news) {
  notice("signed-out", false);
  for (const message of news.messages) show(message);
  if (news.state !== "open") return leave();
  const at = performance.now();
  room.clock.set(news.remaining_ms, at);
  if (news.deadline !== state.deadline) tellMoved(news, at);
  await room.queue.settle(room.queue.tab, [], news.remaining_ms);
  if (room.holder && !news.holder) await askLease();
}

/** @param {News} news @param {number} at */
function tellMoved(news, at) {
  const longer = Date.parse(news.deadline) > Date.parse(state.deadline);
  state.deadline = news.deadline;
  room.clock.setDate(news.deadline, news.remaining_ms, at);
  speakAgain();
  const end = { time: timeOf(new Date(news.deadline), false) };
  setText("[data-moved]", fill(longer ? texts.extended : texts.moved, end));
  notice("moved", true);
}

/** It is over, by an officer or at another device: what is owed goes along, then to the page that says so. */
async function leave() {
  room.commitAll();
  if (await room.sync.flush()) await finish();
}

/** @param {Message} message */
function show({ id, text, at }) {
  if (id <= since) return;
  since = id;
  const box = /** @type {HTMLElement} */ (/** @type {HTMLTemplateElement} */ (byId("message")).content.cloneNode(true)).firstElementChild;
  if (!(box instanceof HTMLElement)) return;
  box.dataset.message = String(id);
  const [time, words] = [box.querySelector("[data-at]"), box.querySelector("[data-words]")];
  if (time) time.textContent = timeOf(new Date(at), false);
  if (words) words.textContent = text;
  list.append(box);
}

/** The person has read a message: it goes where all that were read can be read again. @param {Element} target its button */
export function read(target) {
  const box = /** @type {HTMLElement | null} */ (target.closest("[data-message]"));
  if (!box) return;
  remember(READ, [...known(), box.dataset.message].join(" "));
  putAway(box);
  const next = list.querySelector("button") ?? old.querySelector("summary");
  /** @type {HTMLElement | null} */ (next)?.focus();
}

/** @param {HTMLElement} box */
function putAway(box) {
  box.querySelector("button")?.remove();
  old.append(box);
  old.hidden = false;
}

function known() {
  return (remember(READ) ?? "").split(" ");
}

/** @param {any} data @returns {data is News} */
function isNews(data) {
  return Array.isArray(data?.messages) && Number.isFinite(data.remaining_ms) && typeof data.state === "string" && typeof data.deadline === "string";
}
