// @ts-check
/**
 * Everything between this page and the server: sending what the queue holds until it is acknowledged, the lease, the
 * end of the attempt, renewing a sign-in, and the server's time. An answer counts as saved only when the server's own
 * reply names it; a login page, an error page or silence means that it is still owed.
 */

/** @typedef {import("./queue.js").Queue} Queue */
/** @typedef {import("./queue.js").AnswerEvent} AnswerEvent */
/** @typedef {{answers: string, lease: string, submit: string, renew: string, receipt: string}} Urls */
/** @typedef {{acked: number[], statuses: Record<string, string>, remaining_ms: number, state: string, holder: boolean}} Reply */
/** @typedef {"unsaved" | "saving" | "saved" | "held"} SaveState */
/** @typedef {null | "offline" | "busy" | "signed_out"} Trouble */
/** @typedef {{state: SaveState, count: number, trouble: Trouble, retryMs: number, recovered: number}} Status */
/**
 * @typedef {object} Listener
 * @property {(status: Status) => void} status  after every change
 * @property {(reply: Reply) => void} reply     after every acknowledgement
 * @property {() => void} signedOut
 * @property {() => void} finished              the attempt is submitted and nothing is owed any more
 */

const BATCH = 60;
const BATCH_CHARACTERS = 120_000; // of JSON: an essay is long, and the server takes half a megabyte at once
const AFTER_MS = 1200;
const LONGEST_MS = 30_000;
const PATIENCE_MS = 15_000;
const KEEPALIVE_BYTES = 60_000; // browsers refuse more in requests that outlive the page

/** Why the server did not take something. */
export class Refused extends Error {
  /** @param {Exclude<Trouble, null>} trouble @param {number} retryMs @param {number} status */
  constructor(trouble, retryMs = 0, status = 0) {
    super(trouble);
    this.trouble = trouble;
    this.retryMs = retryMs;
    this.status = status;
  }
}

export class Sync {
  /** What the server stored while another tab had the lease: the latest of each answer and flag. @type {Map<string, AnswerEvent>} */
  conflicts = new Map();
  /** Sending waits for this: the lease after the queue had to change its tab id. @type {Promise<unknown>} */
  ready = Promise.resolve();
  /** @type {Trouble} */
  trouble = null;
  #failures = 0;
  #retryMs = 0;
  #owedInTrouble = 0;
  #unkept = 0; // typed or being kept, not yet in the queue
  #timer = 0;
  /** @type {Promise<boolean> | null} */
  #running = null;

  /** @param {Urls} urls @param {string} csrf @param {Queue} queue @param {Listener} listener */
  constructor(urls, csrf, queue, listener) {
    this.urls = urls;
    this.csrf = csrf;
    this.queue = queue;
    this.listener = listener;
  }

  get owed() {
    return this.queue.pending.length + this.#unkept;
  }

  /** Something changed that is not in the queue yet. Pair with `kept`. */
  touched() {
    this.#unkept += 1;
    this.#tell();
  }

  /** What `touched` announced is in the queue now: send it soon, at once where the browser cannot keep it. */
  kept() {
    this.#unkept -= 1;
    this.#tell();
    if (!this.trouble && !this.#timer) this.#later(this.queue.durable ? AFTER_MS : 0);
  }

  /** Sends all there is; true when nothing is owed afterwards. Calls while it runs join it. */
  flush() {
    this.#running ??= this.#drain().finally(() => {
      this.#running = null;
      this.#tell();
    });
    return this.#running;
  }

  /** Asks the server for its time and the lease's holder without sending anything. */
  async ask() {
    await this.#send(this.queue.tab, []).catch(() => {});
  }

  /** The page may go away now: everything once more, in requests that outlive it. Repeats are harmless. */
  leave() {
    for (const [tab, events] of this.#batches()) this.#send(tab, events, true).catch(() => {});
  }

  /** @param {boolean} take @returns {Promise<{holder: boolean, since?: string}>} */
  lease(take) {
    return post(this.urls.lease, this.csrf, { tab: this.queue.tab, take }, isLease);
  }

  /**
   * Ends the attempt. The server first says which numbers it misses.
   * @param {() => Promise<void>} repeat puts all current answers into the queue once more
   * @param {{slot: number, flagged: boolean}} filler what a lost number may repeat
   * @returns {Promise<string>} the receipt's address @throws {Refused}
   */
  async submit(repeat, filler) {
    for (let round = 0; round < 5; round += 1) {
      if (!(await this.flush())) throw new Refused(this.trouble ?? "busy");
      const body = { tab: this.queue.tab, last_seq: this.queue.lastSeq };
      const reply = await post(this.urls.submit, this.csrf, body, isEnding).catch((error) => this.#fail(error));
      if (reply.receipt !== undefined) return reply.receipt;
      this.queue.refill(reply.missing ?? [], filler.slot, filler.flagged);
      if (round === 0) await repeat(); // it lost what it had acknowledged
    }
    throw new Refused("busy");
  }

  /** Signs in again without leaving the page. @param {string} password @throws {Refused} */
  async renew(password) {
    const { csrf } = await post(this.urls.renew, this.csrf, { password }, isRenewal);
    this.csrf = csrf;
    this.trouble = null;
    this.#failures = 0;
    void this.flush();
    return csrf;
  }

  async #drain() {
    this.#cancel();
    await this.ready;
    for (let [batch] = this.#batches(); batch; [batch] = this.#batches()) {
      this.#tell("saving");
      try {
        await this.#send(...batch);
      } catch (error) {
        this.#trouble(error);
        return false;
      }
    }
    return this.#unkept === 0;
  }

  /** @param {string} tab @param {AnswerEvent[]} events @param {boolean} keepalive */
  async #send(tab, events, keepalive = false) {
    const body = { tab, events: events.map(({ seq, slot, op, value, ms }) => ({ seq, slot, op, value, ms })) };
    const reply = await post(this.urls.answers, this.csrf, body, isReply, keepalive);
    for (const event of events) {
      const status = tab === this.queue.tab ? reply.statuses?.[event.seq] : undefined;
      const what = `${event.slot} ${event.op.endsWith("flag") ? "flag" : "answer"}`;
      if (status === "conflict") this.conflicts.set(what, event);
      else if (status === "ok") this.conflicts.delete(what);
    }
    await this.queue.settle(tab, reply.acked, reply.remaining_ms);
    const stuck = events.length > 0 && !events.some((event) => reply.acked.includes(event.seq));
    if (stuck) throw new Refused("busy");
    this.#calm();
    this.listener.reply(reply);
    if (reply.state !== "open" && this.owed === 0) this.listener.finished();
  }

  /** What is owed, a tab at a time, in portions. @returns {[string, AnswerEvent[]][]} */
  #batches() {
    /** @type {Map<string, AnswerEvent[]>} */
    const byTab = new Map();
    for (const event of this.queue.pending) byTab.set(event.tab, [...(byTab.get(event.tab) ?? []), event]);
    return [...byTab].flatMap(([tab, events]) => portions(events).map((some) => /** @type {[string, AnswerEvent[]]} */ ([tab, some])));
  }

  #calm() {
    const recovered = this.trouble && this.queue.pending.length === 0 ? this.#owedInTrouble : 0;
    if (this.queue.pending.length === 0) this.#owedInTrouble = 0;
    this.trouble = null;
    this.#failures = 0;
    this.#tell(undefined, recovered);
  }

  /** @param {unknown} error */
  #trouble(error) {
    const refused = error instanceof Refused ? error : new Refused("busy");
    this.trouble = refused.trouble;
    this.#failures += 1;
    this.#owedInTrouble = Math.max(this.#owedInTrouble, this.owed);
    const backoff = Math.min(LONGEST_MS, 1000 * 2 ** Math.min(this.#failures, 6)) * (0.5 + Math.random() / 2);
    this.#retryMs = Math.min(LONGEST_MS, Math.max(backoff, refused.retryMs));
    this.#later(this.#retryMs);
    if (this.trouble === "signed_out") this.listener.signedOut();
  }

  /** @param {unknown} error @returns {never} */
  #fail(error) {
    this.#trouble(error);
    throw error;
  }

  /** @param {number} ms */
  #later(ms) {
    this.#cancel();
    this.#timer = window.setTimeout(() => void this.flush(), ms);
  }

  #cancel() {
    clearTimeout(this.#timer);
    this.#timer = 0;
  }

  /** @param {SaveState} [state] @param {number} recovered */
  #tell(state, recovered = 0) {
    const count = this.owed;
    const now = this.trouble && count ? "held" : this.#unkept || (count && !this.#running) ? "unsaved" : count ? "saving" : "saved";
    this.listener.status({ state: state && now !== "held" ? state : now, count, trouble: this.trouble, retryMs: this.#retryMs, recovered });
  }
}

/** The server's time, from what it last said and this device's monotonic clock; the device's date is not asked. */
export class ServerClock {
  #endsAt = 0; // on performance.now()
  #offset = 0; // server's epoch minus performance.now()
  #wallGap = Date.now() - performance.now();
  /** Whether the server itself said how much is left, in this life of the page. */
  confirmed = false;

  /** @param {number} remaining @param {number} at when it was said, on performance.now() @param {boolean} confirmed */
  set(remaining, at = performance.now(), confirmed = true) {
    this.#endsAt = at + remaining;
    this.confirmed ||= confirmed;
  }

  /** Fixes the date, from a deadline and the time left to it. @param {string} deadline @param {number} remaining @param {number} at */
  setDate(deadline, remaining, at) {
    this.#offset = Date.parse(deadline) - remaining - at;
  }

  remaining() {
    return this.#endsAt - performance.now();
  }

  now() {
    return new Date(this.#offset + performance.now());
  }

  /** True once after the device slept or its date was changed: ask the server then. */
  jumped() {
    const gap = Date.now() - performance.now();
    const jumped = Math.abs(gap - this.#wallGap) > 3000;
    if (jumped) this.#wallGap = gap;
    return jumped;
  }
}

/**
 * One JSON request. Only a 2xx reply of the expected shape counts.
 * @template T
 * @param {string} url @param {string} csrf @param {object} body @param {(data: any) => data is T} expected
 * @param {boolean} keepalive
 * @returns {Promise<T>} @throws {Refused}
 */
export function post(url, csrf, body, expected, keepalive = false) {
  const text = JSON.stringify(body);
  const headers = { "Content-Type": "application/json", "X-CSRFToken": csrf };
  return exchange(url, { method: "POST", headers, body: text, keepalive: keepalive && new Blob([text]).size < KEEPALIVE_BYTES }, expected);
}

/**
 * The same for a question that changes nothing.
 * @template T
 * @param {string} url @param {(data: any) => data is T} expected @returns {Promise<T>} @throws {Refused}
 */
export function get(url, expected) {
  return exchange(url, { headers: {} }, expected);
}

/**
 * @template T
 * @param {string} url @param {RequestInit} how @param {(data: any) => data is T} expected @returns {Promise<T>}
 */
async function exchange(url, how, expected) {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), PATIENCE_MS);
  /** @type {Response} */
  let response;
  let data;
  try {
    response = await fetch(url, {
      ...how,
      headers: { ...how.headers, Accept: "application/json" },
      credentials: "same-origin",
      cache: "no-store",
      signal: controller.signal,
    });
    data = await response.json().catch(() => null);
  } catch {
    throw new Refused("offline");
  } finally {
    clearTimeout(timer);
  }
  if (response.status === 401) throw new Refused("signed_out", 0, 401);
  if (!response.ok || !expected(data)) {
    const after = Number(response.headers.get("Retry-After"));
    throw new Refused("busy", Number.isFinite(after) ? after * 1000 : 0, response.status);
  }
  return data;
}

/** @param {AnswerEvent[]} events @returns {AnswerEvent[][]} */
function portions(events) {
  /** @type {AnswerEvent[][]} */
  const out = [];
  let room = 0;
  for (const event of events) {
    const size = JSON.stringify(event.value ?? null).length;
    const last = out.at(-1);
    if (last && last.length < BATCH && size <= room) last.push(event);
    else {
      out.push([event]);
      room = BATCH_CHARACTERS;
    }
    room -= size;
  }
  return out;
}

/** @param {any} data @returns {data is Reply} */
export function isReply(data) {
  return Array.isArray(data?.acked) && Number.isFinite(data.remaining_ms) && typeof data.state === "string";
}

/** @param {any} data @returns {data is {holder: boolean, since?: string}} */
function isLease(data) {
  return typeof data?.holder === "boolean";
}

/** @param {any} data @returns {data is {receipt?: string, missing?: number[]}} */
function isEnding(data) {
  return Array.isArray(data?.missing) || (typeof data?.receipt === "string" && /^\/(?!\/)/.test(data.receipt));
}

/** @param {any} data @returns {data is {csrf: string}} */
function isRenewal(data) {
  return typeof data?.csrf === "string";
}
