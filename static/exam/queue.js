// @ts-check
/**
 * What this browser owes the server: answer events, kept until they are acknowledged, and the answers of the open
 * attempt, so that a reload without a network shows them. Kept in IndexedDB; where that is refused (private windows,
 * no space) in memory, which `durable` says. Nothing is kept but attempt ids, answers, sequence numbers and the time left.
 *
 * The tab's id: (tab, seq) must never name two events. So numbers are given inside a database transaction; a tab takes
 * up an id only while its counter is still there and no living tab holds its lock; a duplicated tab gets an id of its
 * own, and a tab opened after a crash takes over the id, and the unsent events, of the dead one.
 */

/** @typedef {"set" | "clear" | "flag" | "unflag"} Op */
/** @typedef {{attempt: string, tab: string, seq: number, slot: number, op: Op, value: unknown, ms: number}} AnswerEvent */
/** @typedef {{attempt: string, tab: string, last: number, touched: number}} Counter */
/** @typedef {{remaining: number, wall: number}} Clock remaining ms at the device's time `wall` */
/** @typedef {{answers: Map<number, unknown>, flags: Map<number, boolean>, clock: Clock | null}} Kept */

const NAME = "exam";
const STORES = ["counters", "events", "answers", "clocks"];
const KEEP_MS = 48 * 3600 * 1000;
const OPEN_MS = 3000;
const LOCK_MS = 1000; // a reloaded page may have to wait for its former self to let go

export class Queue {
  /**
   * @param {string} attempt
   * @param {IDBDatabase | null} db
   */
  constructor(attempt, db) {
    this.attempt = attempt;
    this.tab = newId();
    /** Events not yet acknowledged, oldest first. @type {AnswerEvent[]} */
    this.pending = [];
    /** Called when the browser stops keeping things and the queue goes on in memory under a new tab id. */
    this.onDegrade = () => {};
    this.lastSeq = 0;
    /** @type {IDBDatabase | null} */
    this.db = db;
  }

  get durable() {
    return this.db !== null;
  }

  /** Opens what is kept for an attempt. Never fails: in memory at worst. @param {string} attempt */
  static async open(attempt) {
    const db = await openDatabase().catch(() => null);
    const queue = new Queue(attempt, db);
    if (!db) return queue;
    try {
      await forgetOld(db);
      await queue.#claim(db);
    } catch {
      queue.db = null;
    }
    return queue;
  }

  /**
   * Keeps an event durably, then puts it in line. Events come out in the order of the calls.
   * @param {number} slot @param {Op} op @param {unknown} value
   */
  async add(slot, op, value) {
    /** @type {AnswerEvent} */
    const event = { attempt: this.attempt, tab: this.tab, seq: 0, slot, op, value, ms: Date.now() };
    if (this.db) {
      try {
        await this.#store(this.db, event);
      } catch {
        this.#degrade();
      }
    }
    if (!this.db) {
      event.tab = this.tab;
      event.seq = this.lastSeq + 1;
    }
    this.lastSeq = Math.max(this.lastSeq, event.seq);
    this.pending.push(event);
  }

  /**
   * Forgets acknowledged events and notes the server's clock.
   * @param {string} tab @param {number[]} seqs @param {number} remaining
   */
  async settle(tab, seqs, remaining) {
    const acked = new Set(seqs);
    this.pending = this.pending.filter((event) => event.tab !== tab || !acked.has(event.seq));
    if (!this.db) return;
    const tx = this.db.transaction(["events", "clocks"], "readwrite");
    for (const seq of seqs) tx.objectStore("events").delete([this.attempt, tab, seq]);
    tx.objectStore("clocks").put({ attempt: this.attempt, remaining, wall: Date.now() });
    await finished(tx).catch(() => {}); // still there: sent again, which is harmless
  }

  /**
   * Fills numbers that the server never saw and this browser no longer has. The event only repeats what holds.
   * @param {number[]} seqs @param {number} slot @param {boolean} flagged
   */
  refill(seqs, slot, flagged) {
    const known = new Set(this.pending.filter((e) => e.tab === this.tab).map((e) => e.seq));
    for (const seq of seqs.filter((one) => !known.has(one) && one <= this.lastSeq)) {
      this.pending.unshift({
        attempt: this.attempt, tab: this.tab, seq, slot, op: flagged ? "flag" : "unflag", value: null, ms: Date.now(),
      });
    }
  }

  /** What this browser knows of the attempt: acknowledged or not. @returns {Promise<Kept>} */
  async kept() {
    /** @type {Kept} */
    const kept = { answers: new Map(), flags: new Map(), clock: null };
    if (!this.db) return kept;
    const tx = this.db.transaction(["answers", "clocks"]);
    const rows = await result(tx.objectStore("answers").getAll(ofAttempt(this.attempt)));
    for (const row of rows) (row.kind === "flag" ? kept.flags : kept.answers).set(row.slot, row.value);
    kept.clock = (await result(tx.objectStore("clocks").get(this.attempt))) ?? null;
    return kept;
  }

  /** The page came fresh from the server: what it shows holds, and only what is still owed differs from it. @param {number} remaining */
  async rebase(remaining) {
    if (!this.db) return;
    const tx = this.db.transaction(["answers", "clocks"], "readwrite");
    tx.objectStore("answers").delete(ofAttempt(this.attempt));
    for (const event of this.pending) tx.objectStore("answers").put(answerRow(event));
    tx.objectStore("clocks").put({ attempt: this.attempt, remaining, wall: Date.now() });
    await finished(tx).catch(() => {});
  }

  /** Removes everything about the attempt from this browser. */
  async wipe() {
    this.pending = [];
    if (this.db) await wipeAttempt(this.db, this.attempt).catch(() => {});
    sessionStorage.removeItem(tabKey(this.attempt));
  }

  /** @param {IDBDatabase} db @param {AnswerEvent} event */
  async #store(db, event) {
    const tx = db.transaction(["counters", "events", "answers"], "readwrite", { durability: "strict" });
    const counters = tx.objectStore("counters");
    counters.get([event.attempt, event.tab]).onsuccess = (done) => {
      const counter = /** @type {IDBRequest<Counter | undefined>} */ (done.target).result;
      if (!counter) return tx.abort(); // wiped meanwhile: a number could be given twice
      event.seq = counter.last + 1;
      counters.put({ ...counter, last: event.seq, touched: event.ms });
      tx.objectStore("events").add(event);
      tx.objectStore("answers").put(answerRow(event));
    };
    await finished(tx);
  }

  #degrade() {
    if (!this.db) return;
    this.db = null;
    this.tab = newId();
    this.lastSeq = 0;
    this.onDegrade();
  }

  /** @param {IDBDatabase} db */
  async #claim(db) {
    const rows = await result(db.transaction("counters").objectStore("counters").getAll(ofAttempt(this.attempt)));
    const known = /** @type {Counter[]} */ (rows).sort((a, b) => b.touched - a.touched).map((row) => row.tab);
    const mine = sessionStorage.getItem(tabKey(this.attempt));
    this.tab = (await firstFree(known, mine)) ?? this.tab;
    if (!known.includes(this.tab)) await lock(this.tab, 0);
    sessionStorage.setItem(tabKey(this.attempt), this.tab);
    const tx = db.transaction(["counters", "events"], "readwrite", { durability: "strict" });
    const counters = tx.objectStore("counters");
    const counter = await result(counters.get([this.attempt, this.tab]));
    this.lastSeq = counter?.last ?? 0;
    counters.put({ attempt: this.attempt, tab: this.tab, last: this.lastSeq, touched: Date.now() });
    const events = /** @type {AnswerEvent[]} */ (await result(tx.objectStore("events").getAll(ofAttempt(this.attempt))));
    await finished(tx);
    this.pending = events.sort((a, b) => a.ms - b.ms || a.seq - b.seq);
  }
}

/**
 * Events that an attempt left behind in this browser, for the page after the attempt. @param {string} attempt
 * @returns {Promise<{events: AnswerEvent[], wipe: () => Promise<void>}>}
 */
export async function leftovers(attempt) {
  const db = await openDatabase();
  await forgetOld(db);
  const events = await result(db.transaction("events").objectStore("events").getAll(ofAttempt(attempt)));
  return { events, wipe: () => wipeAttempt(db, attempt) };
}

/** @param {AnswerEvent} event */
function answerRow({ attempt, slot, op, value }) {
  const flag = op === "flag" || op === "unflag";
  return { attempt, slot, kind: flag ? "flag" : "answer", value: flag ? op === "flag" : op === "set" ? value : null };
}

/**
 * The tab id to take up: this tab's own, else that of a tab that is gone.
 * Without locks a living tab cannot be told from a dead one: only the own id is safe, its numbers being shared.
 * @param {string[]} known @param {string | null} mine
 */
async function firstFree(known, mine) {
  if (mine && known.includes(mine) && (await lock(mine, LOCK_MS))) return mine;
  if (!navigator.locks) return null;
  for (const tab of known) if (tab !== mine && (await lock(tab, 0))) return tab;
  return null;
}

/** Holds the lock of a tab id as long as the page lives. @param {string} tab @param {number} wait @returns {Promise<boolean>} */
function lock(tab, wait) {
  if (!navigator.locks) return Promise.resolve(true);
  return new Promise((resolve) => {
    const options = wait ? { signal: timeout(wait) } : { ifAvailable: true };
    const hold = (/** @type {Lock | null} */ got) => {
      resolve(got !== null);
      return got ? new Promise(() => {}) : undefined;
    };
    navigator.locks.request(`exam-tab:${tab}`, options, hold).catch(() => resolve(false));
  });
}

/** @param {number} ms */
function timeout(ms) {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), ms);
  return controller.signal;
}

/** @returns {Promise<IDBDatabase>} */
function openDatabase() {
  return new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error("the browser's database does not open")), OPEN_MS);
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("counters", { keyPath: ["attempt", "tab"] });
      request.result.createObjectStore("events", { keyPath: ["attempt", "tab", "seq"] });
      request.result.createObjectStore("answers", { keyPath: ["attempt", "slot", "kind"] });
      request.result.createObjectStore("clocks", { keyPath: "attempt" });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** Attempts nobody touched for two days are forgotten. @param {IDBDatabase} db */
async function forgetOld(db) {
  const rows = /** @type {Counter[]} */ (await result(db.transaction("counters").objectStore("counters").getAll()));
  const fresh = new Set(rows.filter((row) => row.touched > Date.now() - KEEP_MS).map((row) => row.attempt));
  for (const attempt of new Set(rows.map((row) => row.attempt))) {
    if (!fresh.has(attempt)) await wipeAttempt(db, attempt);
  }
}

/** @param {IDBDatabase} db @param {string} attempt */
async function wipeAttempt(db, attempt) {
  const tx = db.transaction(STORES, "readwrite");
  for (const store of ["counters", "events", "answers"]) tx.objectStore(store).delete(ofAttempt(attempt));
  tx.objectStore("clocks").delete(attempt);
  await finished(tx);
}

/** All keys that begin with the attempt: an array sorts behind every string and number. @param {string} attempt */
function ofAttempt(attempt) {
  return IDBKeyRange.bound([attempt], [attempt, []]);
}

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
function result(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** @param {IDBTransaction} tx @returns {Promise<void>} */
function finished(tx) {
  return new Promise((resolve, reject) => {
    tx.oncomplete = () => resolve();
    tx.onabort = tx.onerror = () => reject(tx.error ?? new Error("the transaction was aborted"));
  });
}

/** @param {string} attempt */
function tabKey(attempt) {
  return `exam-tab:${attempt}`;
}

/** 128 random bits. `crypto.randomUUID` exists on secure origins only. */
function newId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
