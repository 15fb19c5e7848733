// @ts-check
/**
 * The page before a test: says whether the connection is good enough, and installs the service worker, so that it
 * already stands by when the attempt opens. The page works without this.
 */

const box = /** @type {HTMLElement} */ (document.getElementById("connection"));
const { ping, worker } = box.dataset;
const GOOD_MS = 1500;
const PATIENCE_MS = 10_000;

if (worker && "serviceWorker" in navigator) {
  navigator.serviceWorker.register(worker, { scope: "/attempts/" }).catch(() => {});
}
/** @type {Element} */ (box.querySelector("button")).addEventListener("click", () => void check());
window.addEventListener("online", () => void check());
window.addEventListener("offline", () => void check());
box.hidden = false;
void check();

/** Three small questions to the server; the slowest answer counts. */
async function check() {
  show("checking");
  let slowest = 0;
  try {
    for (let round = 0; round < 3; round += 1) slowest = Math.max(slowest, await once());
  } catch {
    return show("bad");
  }
  show(slowest < GOOD_MS ? "good" : "slow");
}

async function once() {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), PATIENCE_MS);
  const began = performance.now();
  try {
    const response = await fetch(String(ping), { cache: "no-store", signal: controller.signal });
    if (!response.ok) throw new Error(`the server answered ${response.status}`);
    return performance.now() - began;
  } finally {
    clearTimeout(timer);
  }
}

/** @param {string} state one of the lines in the box */
function show(state) {
  for (const line of /** @type {NodeListOf<HTMLElement>} */ (box.querySelectorAll("[data-when]"))) {
    line.hidden = line.dataset.when !== state;
  }
}
