// The page's virtual clock. Timers, dates, `performance.now` and frame times follow it. It advances only while
// the page settles and no request is pending, so results do not depend on the machine's load.
const pageClock = (() => {
  if (window.top !== window) return null;

  const START = Number("__NOW_MS__");
  const MAX_CALLS = 1000;  // timer calls per settle, so that a page that never idles is still read
  const MAX_NESTING = 5, MIN_NESTED_MS = 4;  // HTML: nested timers wait at least this long
  const MAX_DELAY_MS = 2 ** 31 - 1;  // HTML: a longer delay overflows to zero
  let now = 0, deadline = null, calls = 0, lastId = 0, depth = 0;
  const pending = new Map();  // by id, in creation order

  function add(callback, delay, rest, isRepeated) {
    let wait = Math.trunc(Number(delay));
    if (!(wait > 0 && wait <= MAX_DELAY_MS)) wait = 0;
    const level = depth + 1;
    if (level > MAX_NESTING) wait = Math.max(wait, MIN_NESTED_MS);
    const id = ++lastId;
    pending.set(id, { id, due: now + wait, wait, level, isRepeated, callback, rest });
    return id;
  }
  const clear = (id) => { pending.delete(Number(id)); };

  // The next timer due; among equals the one created first.
  function next() {
    let first = null;
    for (const timer of pending.values()) if (first === null || timer.due < first.due) first = timer;
    return first;
  }
  const isDue = () => calls < MAX_CALLS && (next()?.due ?? Infinity) <= (deadline ?? now);

  function run() {
    const timer = next();
    pending.delete(timer.id);
    now = Math.max(now, timer.due);
    calls++;
    if (timer.isRepeated) {
      const level = timer.level + 1, wait = level > MAX_NESTING ? Math.max(timer.wait, MIN_NESTED_MS) : timer.wait;
      pending.set(timer.id, { ...timer, due: now + wait, level });
    }
    depth = timer.level;
    try {
      if (typeof timer.callback === "function") timer.callback.apply(window, timer.rest);
      else (0, eval)(String(timer.callback));
    } catch (error) {
      reportError(error);
    } finally {
      depth = 0;
    }
  }

  // Grant an amount of time, consumed by `run` and finally `rest`. Each document gets it once per settle.
  function allow(ms, isFirst) {
    if (!isFirst && deadline !== null) return;
    deadline = now + ms;
    calls = 0;
  }
  function rest() {
    if (deadline !== null) now = Math.max(now, deadline);
    deadline = null;
  }
  // Skip to a later time: timers due before then have already run, and their effects are in the page.
  function skipTo(time) {
    for (const timer of [...pending.values()]) {
      if (timer.due > time) continue;
      pending.delete(timer.id);
      if (!timer.isRepeated) continue;
      const wait = Math.max(timer.wait, 1);
      pending.set(timer.id, { ...timer, due: timer.due + Math.ceil((time - timer.due + 1) / wait) * wait });
    }
    now = Math.max(now, time);
  }

  const { setTimeout: realTimeout } = window;
  window.setTimeout = (callback, delay, ...rest) => add(callback, delay, rest, false);
  window.setInterval = (callback, delay, ...rest) => add(callback, delay, rest, true);
  window.clearTimeout = window.clearInterval = window.cancelIdleCallback = clear;
  window.requestIdleCallback = (callback) =>
    add(() => callback({ didTimeout: false, timeRemaining: () => 50 }), 0, [], false);
  AbortSignal.timeout = (ms) => {
    const controller = new AbortController();
    add(() => controller.abort(new DOMException("signal timed out", "TimeoutError")), ms, [], false);
    return controller.signal;
  };
  if (window.scheduler) {
    window.scheduler.postTask = (callback, { signal, delay = 0 } = {}) => new Promise((resolve, reject) => {
      if (signal?.aborted) { reject(signal.reason); return; }
      const run = () => { try { resolve(callback()); } catch (error) { reject(error); } };
      const id = add(run, delay, [], false);
      signal?.addEventListener("abort", () => { clear(id); reject(signal.reason); });
    });
  }

  Performance.prototype.now = () => now;
  const read = (prototype, name, get) => Object.defineProperty(prototype, name, { get, configurable: true, enumerable: true });
  read(Performance.prototype, "timeOrigin", () => START);
  read(Event.prototype, "timeStamp", () => now);
  const RealDate = Date;
  const PageDate = class extends RealDate {
    constructor(...parts) { parts.length ? super(...parts) : super(START + now); }
    static now() { return START + now; }
  };
  window.Date = new Proxy(PageDate, { apply: () => new PageDate().toString() });
  const { prototype: formats } = Intl.DateTimeFormat;
  const { get: formatOf } = Object.getOwnPropertyDescriptor(formats, "format"), { formatToParts } = formats;
  read(formats, "format", function () { return (date = START + now) => formatOf.call(this)(date); });
  formats.formatToParts = function (date = START + now) { return formatToParts.call(this, date); };
  if (window.Temporal) {
    const instant = () => Temporal.Instant.fromEpochMilliseconds(START + now);
    const zonedDateTimeISO = (zone = "UTC") => instant().toZonedDateTimeISO(zone);
    Object.assign(Temporal.Now, {
      instant, zonedDateTimeISO,
      plainDateTimeISO: (zone) => zonedDateTimeISO(zone).toPlainDateTime(),
      plainDateISO: (zone) => zonedDateTimeISO(zone).toPlainDate(),
      plainTimeISO: (zone) => zonedDateTimeISO(zone).toPlainTime(),
    });
  }

  return { allow, isDue, run, rest, skipTo, now: () => now, inRealTime: (work, ms) => realTimeout.call(window, work, ms) };
})();
