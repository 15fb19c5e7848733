// @ts-check
/// <reference lib="webworker" />
/**
 * Service worker of the exam page, served at /exam-sw.js with the scope /attempts/. It lets an open attempt be reloaded
 * without a network: it keeps the attempt's page, its pictures and the files that page needs, and nothing else. The
 * network always comes first; the copy is for when it fails or does not answer in time. Only pictures, which never
 * change under their names, come from the copy at once.
 *
 * The server puts JSON in the place of the name that `config` is set to:
 *   build  changes with every release: old files are thrown away
 *   shell  addresses of the files of the exam page, exactly as the page and its modules ask for them
 *   off    true takes the worker and all it keeps away (kill switch)
 */

/** @type {{build: string, shell: string[], off: boolean}} */
// @ts-expect-error the server puts it in
const config = __EXAM_SW_CONFIG__;
const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));

const PAGES = "exam-pages"; // exam.js takes an attempt out of it when the attempt ends
const PICTURES = "exam-pictures"; // exam.js throws it away when an attempt ends
const PICTURE = /\/pictures\/[0-9a-f]{64}\.[a-z]+/g;
const SHELL = `exam-shell-${config.build}`;
const PATIENCE_MS = 5000;
const FAILED_MS = 30_000; // after a failure files come from the copy at once: the network need not fail for each of them
const KEEP_MS = 48 * 3600 * 1000;
const KEPT_AT = "X-Kept-At";
let failedAt = -Infinity;

worker.addEventListener("install", (event) => {
  event.waitUntil(config.off ? worker.skipWaiting() : install());
});

worker.addEventListener("activate", (event) => {
  event.waitUntil(config.off ? leave() : cleanUp().then(() => worker.clients.claim()));
});

worker.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (config.off || event.request.method !== "GET" || url.origin !== location.origin) return;
  if (event.request.mode === "navigate" && isAttempt(url.pathname)) event.respondWith(page(event, url.pathname));
  else if (config.shell.includes(url.pathname + url.search)) event.respondWith(file(event.request));
  else if (url.pathname.match(PICTURE)?.[0] === url.pathname) event.respondWith(picture(event.request));
});

worker.addEventListener("message", (event) => {
  const path = event.data?.keep;
  if (typeof path !== "string" || !isAttempt(path)) return;
  event.waitUntil(fetch(path, { credentials: "same-origin" }).then((response) => keep(path, response)).catch(() => {}));
});

/** @param {string} path */
function isAttempt(path) {
  return /^\/attempts\/[^/]+$/.test(path);
}

async function install() {
  const cache = await caches.open(SHELL);
  await cache.addAll(config.shell);
  await worker.skipWaiting();
}

async function leave() {
  for (const name of await caches.keys()) if (name.startsWith("exam-")) await caches.delete(name);
  await worker.registration.unregister();
}

/** Files of former releases and attempts older than two days go. */
async function cleanUp() {
  for (const name of await caches.keys()) {
    if (name.startsWith("exam-shell-") && name !== SHELL) await caches.delete(name);
  }
  const pages = await caches.open(PAGES);
  for (const request of await pages.keys()) {
    const kept = await pages.match(request);
    if (Number(kept?.headers.get(KEPT_AT)) < Date.now() - KEEP_MS) await pages.delete(request);
  }
  if ((await pages.keys()).length === 0) await caches.delete(PICTURES);
}

/** @param {FetchEvent} event @param {string} path */
async function page(event, path) {
  const network = fetch(event.request);
  const kept = await (await caches.open(PAGES)).match(path);
  if (!kept) {
    const response = await network;
    event.waitUntil(keep(path, response.clone()));
    return response;
  }
  try {
    const response = await inTime(network);
    if (response.status >= 500) return kept;
    failedAt = -Infinity;
    event.waitUntil(keep(path, response.clone()));
    return response;
  } catch {
    return kept;
  }
}

/** @param {Request} request */
async function file(request) {
  const kept = await (await caches.open(SHELL)).match(request);
  if (!kept) return fetch(request);
  if (performance.now() - failedAt < FAILED_MS) return kept;
  return inTime(fetch(request)).then((response) => (response.ok ? response : kept)).catch(() => kept);
}

/** @param {Request} request */
async function picture(request) {
  return (await (await caches.open(PICTURES)).match(request.url)) ?? fetch(request);
}

/** Keeps the pictures that a page shows; one that cannot be had now does not hold up the others. @param {string} html */
async function keepPictures(html) {
  const pictures = await caches.open(PICTURES);
  for (const path of new Set(html.match(PICTURE))) {
    if (!(await pictures.match(path))) await pictures.add(path).catch(() => {});
  }
}

/**
 * Keeps the page of an open attempt, without the person's name, and marked as a copy. Anything else that comes back
 * for its address (a redirect, an error) is not kept; a refusal takes the copy away.
 * @param {string} path @param {Response} response
 */
async function keep(path, response) {
  const pages = await caches.open(PAGES);
  if (response.status === 403 || response.status === 404) return void (await pages.delete(path));
  if (!response.ok || response.redirected || response.type !== "basic") return;
  const html = (await response.text())
    .replace('data-page="fresh"', 'data-page="kept"')
    .replace(/<!--person-->[^]*?<!--\/person-->/, "");
  const headers = new Headers(response.headers);
  headers.set(KEPT_AT, String(Date.now()));
  headers.delete("Content-Encoding");
  headers.delete("Content-Length");
  await pages.put(path, new Response(html, { headers }));
  await keepPictures(html);
}

/** @param {Promise<Response>} network @returns {Promise<Response>} */
function inTime(network) {
  const late = new Promise((_, reject) => setTimeout(() => reject(new Error("no answer in time")), PATIENCE_MS));
  return Promise.race([network, /** @type {Promise<Response>} */ (late)]).catch((error) => {
    failedAt = performance.now();
    throw error;
  });
}
