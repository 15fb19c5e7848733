// @ts-check
/** Two dialogs in which the person decides: at which device the test goes on, and signing in again. */
import { byId, dialog, fill, notice, open, remember, room, say, state, texts, timeOf, token } from "./page.js";
import { Refused } from "./sync.js";

/** Whose attempt it is; when it is open elsewhere, the person chooses. */
export async function askLease() {
  const { queue, sync } = room;
  const again = !queue.durable && remember("exam-memory") === state.id; // this tab held it before its reload
  if (!queue.durable) remember("exam-memory", state.id);
  const lease = await sync.lease(again).catch((error) => {
    if (error instanceof Refused && error.trouble === "signed_out") askToRenew();
    return { holder: true, since: undefined }; // not known: the next save tells
  });
  if (lease.holder) return;
  setHolder(false);
  const since = lease.since ? new Date(lease.since) : room.clock.now();
  byId("lease-title").textContent = fill(texts.elsewhere, { time: timeOf(since, false) });
  byId("lease-problem").textContent = "";
  open("lease-dialog");
}

/** @param {boolean} mine */
function setHolder(mine) {
  room.holder = mine;
  room.paper.lock(!mine);
  notice("elsewhere", !mine);
}

/** The attempt goes on here: what was typed here meanwhile is said once more, then the page shows the server's state. */
export async function take() {
  try {
    const lease = await room.sync.lease(true);
    if (!lease.holder) throw new Refused("busy");
  } catch {
    byId("lease-problem").textContent = texts.take_failed ?? "";
    return;
  }
  for (const event of room.sync.conflicts.values()) await room.queue.add(event.slot, event.op, event.value);
  await room.sync.flush();
  location.reload();
}

export function askToRenew() {
  notice("signed-out", true);
  byId("renew-problem").textContent = "";
  open("renew-dialog");
}

/** @param {HTMLInputElement} field */
async function renew(field) {
  const problem = byId("renew-problem");
  problem.textContent = "";
  try {
    token.value = await room.sync.renew(field.value);
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
