// @ts-check
/** The time that is left: drawn every second, hidden if the person wants, spoken at 10, 5 and 1 minutes. */
import { byId, fill, fresh, remember, room, say, state, texts } from "./page.js";

const SPOKEN = [10, 5, 1]; // minutes left
let spoken = Infinity;

/** @param {() => void} everySecond after the time has been drawn */
export function startClock(everySecond) {
  const [entry] = /** @type {PerformanceNavigationTiming[]} */ (performance.getEntriesByType("navigation"));
  const at = entry?.responseStart ?? 0;
  const remaining = fresh ? state.remaining : Date.parse(state.deadline) - Date.now();
  room.clock.set(remaining, fresh ? at : performance.now(), fresh);
  room.clock.setDate(state.deadline, remaining, fresh ? at : performance.now());
  drawTime();
  setInterval(() => {
    drawTime();
    everySecond();
  }, 1000);
  byId("time-toggle").addEventListener("click", () => hideTime(!byId("time").hidden));
  if (remember("exam-time-hidden") === "yes") hideTime(true);
}

/** There is more time than was said: what was spoken is spoken again when it is due. */
export function speakAgain() {
  spoken = Infinity;
}

export function drawTime() {
  const left = Math.max(0, room.clock.remaining());
  const words = left > 0 ? timeWords(left) : texts.over ?? "";
  if (byId("time").textContent !== words) byId("time").textContent = words;
  const minutes = left / 60_000;
  const due = SPOKEN.find((mark) => minutes <= mark && spoken > mark && minutes > mark - 1);
  if (due) say(timeWords(due * 60_000, true));
  spoken = Math.min(spoken, minutes);
}

/** @param {boolean} hidden */
function hideTime(hidden) {
  remember("exam-time-hidden", hidden ? "yes" : "no");
  byId("time").hidden = hidden;
  byId("time-toggle").textContent = (hidden ? texts.show : texts.hide) ?? "";
}

/** @param {number} ms @param {boolean} round minutes only */
function timeWords(ms, round = false) {
  const seconds = Math.floor(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  if (minutes >= 60) return fill(texts.hours, { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
  if (minutes >= 2 || round) return fill(texts.minutes, { minutes });
  return fill(minutes ? texts.seconds : texts.last_seconds, { minutes, seconds: seconds % 60 });
}
