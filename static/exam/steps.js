// @ts-check
/**
 * Going through the questions. Where an exam only goes forward, the page offers no way back and the grid only shows;
 * what was reached is remembered, so that a reload comes back to it. No answer that goes back is counted by the server.
 */
import { act, byId, open, remember, room, root, say, state, texts } from "./page.js";

export const forward = root.dataset.navigation === "forward";
const REACHED = `exam-at:${state.id}`;

/** The question that the page opens with. */
export function showFirst() {
  room.paper.show((forward ? reached() : hashSlot()) ?? 1, false);
  if (forward) for (const slot of room.paper.slots) slot.cell.setAttribute("aria-disabled", "true");
  drawSteps();
}

/** Answers that came from the queue may be further on than what the page knew at first. */
export function catchUp() {
  if (!forward || reached() <= room.paper.current) return;
  room.paper.show(reached(), false);
  drawSteps();
}

/** @param {number} number */
export function goTo(number) {
  room.commitAll();
  closeGrid();
  if (forward) remember(REACHED, String(number));
  room.paper.show(number);
  drawSteps();
}

/** A step that the browser's Back button takes back. @param {number} number */
export function step(number) {
  if (number < 1 || number > room.paper.slots.length) return;
  if (forward) return stepForward(number);
  if (hashSlot() !== number) history.pushState(null, "", `#q${number}`);
  goTo(number);
}

/** One on, after a question in between if nothing is answered; nothing else. @param {number} number */
function stepForward(number) {
  if (number !== room.paper.current + 1) return say(texts.forward_only);
  if (room.paper.read(room.paper.current) === null) return open("forward-dialog");
  goTo(number);
}

/** On without an answer, as the person has chosen. */
export function goOn() {
  if (forward && room.paper.current < room.paper.slots.length) goTo(room.paper.current + 1);
}

/** The address names a question: by the browser's Back button or a link. */
export function followHash() {
  if (forward) return history.replaceState(null, "", location.pathname);
  if (hashSlot() || !location.hash) goTo(hashSlot() ?? 1);
}

function hashSlot() {
  const found = /^#q(\d+)$/.exec(location.hash);
  return found ? Number(found[1]) : null;
}

/** The furthest question that was shown or touched. */
function reached() {
  const { slots, flagged, empty } = room.paper;
  const touched = slots.map((slot) => slot.number).filter((number) => flagged.includes(number) || !empty.includes(number));
  return Math.min(slots.length, Math.max(1, Number(remember(REACHED)), ...touched));
}

export function toggleGrid() {
  const wide = byId("grid").toggleAttribute("data-open");
  act("grid").setAttribute("aria-expanded", String(wide));
  if (wide) /** @type {HTMLElement} */ (document.querySelector('.grid [aria-current="true"]')).focus();
}

export function closeGrid() {
  byId("grid").removeAttribute("data-open");
  act("grid").setAttribute("aria-expanded", "false");
}

function drawSteps() {
  const last = room.paper.current === room.paper.slots.length;
  const back = /** @type {HTMLButtonElement} */ (act("previous"));
  back.disabled = room.paper.current === 1;
  back.hidden = forward;
  act("next").hidden = last;
  act("last").hidden = !last;
}
