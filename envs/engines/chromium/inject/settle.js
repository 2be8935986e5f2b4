// Runs before any other script of every document: makes it deterministic, and detects when it has settled.
(() => {
  // Scripts see a window as large as the viewport, although the real one is tiny.
  for (const [name, value] of [["outerWidth", Number("__WIDTH__")], ["outerHeight", Number("__HEIGHT__")]])
    Object.defineProperty(window, name, { value, writable: true, configurable: true });
  // Accept-Language also carries the session token (apps/server/session_pool.py); pages do not see it.
  const languages = Object.freeze([navigator.language]);
  Object.defineProperty(Navigator.prototype, "languages", { get: () => languages, configurable: true, enumerable: true });
  if (window.top !== window || window.__gristmill) return;

  // A seeded Math.random, equal in every run. Time is replaced by virtual_clock.js.
  let state = 0x9e3779b9;
  Math.random = () => {  // mulberry32
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };

  // A blinking caret or a running animation would make screenshots nondeterministic.
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`*, *::before, *::after {
    caret-color: transparent !important; animation: none !important; transition: none !important;
    scroll-behavior: auto !important; }`);
  document.adoptedStyleSheets.push(sheet);
  const { startViewTransition } = Document.prototype;
  if (startViewTransition) {
    Document.prototype.startViewTransition = function (...call) {
      const transition = startViewTransition.apply(this, call);
      transition.skipTransition();  // the DOM update runs anyway
      return transition;
    };
  }

  // Work in progress: htmx swaps, requests (requests.js), a navigation that will replace this document.
  let exchanges = 0, isWired = false, isRestoring = false, isNavigating = false, submission = null;
  let wake = () => {};
  requests.listen(() => change());
  addEventListener("htmx:before:request", () => { exchanges++; isRestoring = false; }, true);
  addEventListener("htmx:finally:request", () => { exchanges = Math.max(0, exchanges - 1); change(); }, true);
  addEventListener("htmx:after:process", () => { isWired = true; }, true);
  addEventListener("popstate", (event) => { isRestoring = Boolean(window.htmx && event.state?.htmx); });
  addEventListener("submit", (event) => { submission = event; });
  if (window.navigation) {
    navigation.addEventListener("navigate", (event) => {
      const { url, sameDocument } = event.destination;
      if (sameDocument) return;
      const isWeb = /^https?:/.test(url);
      const isAstray = !(window.__gristmillOrigins ?? [location.origin]).includes(new URL(url).origin);
      if (isWeb && isAstray) declined.note("outside", { url });
      if (!isWeb && /^[a-z]/.test(url)) declined.note("scheme", { scheme: new URL(url).protocol.slice(0, -1) });
      if (!isWeb || isAstray || event.downloadRequest !== null || isRefresh(event)) event.preventDefault();
      else isNavigating = true;
    });
    navigation.addEventListener("navigateerror", () => { isNavigating = false; submission = null; });
  }
  // Pages never refresh themselves, since the world's time stands still between steps.
  const isRefresh = (event) => !event.userInitiated
    && [...document.querySelectorAll('meta[http-equiv="refresh" i]')].some((meta) => {
      const target = /url\s*=\s*['"]?([^'"]*)/i.exec(meta.content)?.[1].trim() ?? "";
      return URL.parse(target, document.baseURI)?.href === event.destination.url;
    });
  // The requested navigation will not commit.
  function stay() { isNavigating = false; submission = null; wake(); }
  const willSubmit = (event) => event !== null && !event.defaultPrevented
    && (event.submitter?.getAttribute("formmethod") ?? event.target.getAttribute("method")) !== "dialog";
  // Operations of unknown duration; the page's clock stands still meanwhile.
  const isAwaited = () =>
    requests.isOpen() || isNavigating || willSubmit(submission) || document.readyState !== "complete";
  const isBusy = () => isAwaited() || exchanges > 0 || isRestoring || (window.htmx && !isWired);
  const { turn } = requests;
  // Wait until some of the work in progress is done, with a timeout in ms.
  const pause = () => new Promise((resolve) => { wake = resolve; pageClock.inRealTime(resolve, 4); });
  for (const over of ["load", "popstate", "htmx:after:process"]) addEventListener(over, () => wake(), true);
  // Lazy images start to load with a frame, and matter to screenshots only.
  const WITH_PIXELS = Number("__WITH_PIXELS__");
  const isInView = ({ top, left, bottom, right }) => bottom > 0 && right > 0 && top < innerHeight && left < innerWidth;
  const isNeeded = (image) => image.loading !== "lazy" || (WITH_PIXELS && isInView(image.getBoundingClientRect()));
  const loaded = (image) => image.complete || !isNeeded(image)
    ? null
    : new Promise((resolve) => {
        image.addEventListener("load", resolve, { once: true });
        image.addEventListener("error", resolve, { once: true });
      });

  // Work that only a frame completes; with manual frames a page draws on request.
  const requested = new Set();
  let isObserving = false, isDue = false, isFresh = true;
  const change = () => { isDue ||= isObserving; wake(); };
  const { requestAnimationFrame, cancelAnimationFrame } = window;
  window.requestAnimationFrame = (callback) => {
    const id = requestAnimationFrame(() => { requested.delete(id); callback(pageClock.now()); });
    requested.add(id);
    return id;
  };
  window.cancelAnimationFrame = (id) => { requested.delete(id); cancelAnimationFrame(id); };
  for (const { prototype } of [window.IntersectionObserver, window.ResizeObserver]) {
    const { observe } = prototype;
    prototype.observe = function (...call) { isObserving = isDue = true; return observe.apply(this, call); };
  }
  // Whether anything observes scrolling, which is dispatched with a frame.
  let isListening = false;
  const { addEventListener: listen } = EventTarget.prototype;
  EventTarget.prototype.addEventListener = function (type, ...how) {
    if (/^scroll/.test(type)) isListening = true;
    if (MOUSE_EVENTS.test(type)) observesMouse = true;
    return listen.call(this, type, ...how);
  };
  for (const { prototype } of [HTMLElement, SVGElement]) {
    const handler = Object.getOwnPropertyDescriptor(prototype, "onscroll");
    const set = function (handlerFunction) { isListening = true; handler.set.call(this, handlerFunction); };
    Object.defineProperty(prototype, "onscroll", { ...handler, set });
  }
  const observesScrolling = () => isListening || isObserving || window.onscroll !== null || document.onscroll !== null
    || document.querySelector("[onscroll]") !== null;
  // Whether the element under a resting mouse has changed without a mouse event, because the page moved.
  // Browsers dispatch one some time later; it is sent now if anything could observe it.
  const MOUSE_EVENTS = /^(mouse|pointer)(enter|leave|over|out|move)$/;
  let observesMouse = false;
  const changesOnHover = ({ selectorText, style, cssRules }) => (selectorText?.includes(":hover") && style.display + style.visibility !== "")
    || [...cssRules ?? []].some(changesOnHover);
  const hoverSheets = new WeakMap();
  const changesByHover = (sheet) => {
    if (!hoverSheets.has(sheet)) {
      try { hoverSheets.set(sheet, [...sheet.cssRules].some(changesOnHover)); } catch { hoverSheets.set(sheet, false); }
    }
    return hoverSheets.get(sheet);
  };
  const reactsToMouse = () => WITH_PIXELS || observesMouse || [...document.styleSheets].some(changesByHover)
    || document.querySelector("[onmouseenter], [onmouseleave], [onmouseover], [onmouseout], [onmousemove]") !== null;
  function isHoverStale(mouse) {
    const under = hitAt(mouse);
    return under !== null && (!under.matches(":hover") || under.querySelector(":hover") !== null) && reactsToMouse();
  }
  const isWaiting = () => requested.size > 0 || isDue
    || (isFresh && document.querySelector("[autofocus]") !== null)
    || (WITH_PIXELS && [...document.images].some((i) => i.loading === "lazy" && !i.complete && isNeeded(i)));

  const MAX_FRAMES = 4;  // per settle, however many the page requests
  const drawn = () => { isDue = isFresh = false; };

  const loads = () => {
    const images = WITH_PIXELS ? [...document.images, ...styledImages.loading()] : [...document.images];
    const waits = images.map(loaded).filter(Boolean);
    if (document.fonts.status !== "loaded") waits.push(document.fonts.ready);
    return waits;
  };

  // Resolves once nothing has been in progress for two turns; never if the document is being replaced. `frames`
  // is the number drawn since the last settle; the result may ask for another one. A page that would need more
  // than MAX_FRAMES is `neverIdle`. Timers run when all other work is done, until `spanMs` of virtual time
  // have passed; none run if that is negative.
  async function settled(isFirst, frames, framePending, spanMs, mouse, copied) {
    clipboard.keep(copied);
    if (isFirst) { change(); requests.begin(); }
    pageClock.allow(Math.max(spanMs, 0), isFirst);
    const isFrozen = spanMs < 0;
    isDue ||= framePending && observesScrolling();
    for (let calm = 0, quiet = 0; quiet < 2;) {
      await turn();
      const isOpen = document.readyState === "complete" && !isNavigating;
      if (isOpen && frames < MAX_FRAMES && isWaiting()) {
        requestAnimationFrame(drawn);
        return { isWaiting: true };
      }
      if (isAwaited()) { calm = quiet = 0; await pause(); continue; }
      if (requests.isDelivering()) { calm = quiet = 0; continue; }
      const waits = loads();
      if (waits.length) { await Promise.all(waits); calm = quiet = 0; continue; }
      if (++calm >= 2 && !isFrozen && pageClock.isDue()) { pageClock.run(); calm = quiet = 0; continue; }
      if (isBusy() && !isFrozen) {
        quiet = 0;
        if (calm >= 2) await pause();
        continue;
      }
      if (isFrozen || !pageClock.isDue()) quiet++;
    }
    if (mouse !== null && isHoverStale(mouse)) return { isHoverStale: true, isWaiting: false };
    submission = null;
    pageClock.rest();
    return {
      isWaiting: false, neverIdle: isWaiting(), url: location.href, title: document.title,
      declined: declined.take(), copied: clipboard.changed(),
    };
  }

  // The aria text, truncated if too long. Elements that were not numbered before get the numbers after `issued`.
  function read(limit, cut, issued) {
    const whole = readOutline(refs.numbering(issued));
    const text = whole.length <= limit ? whole : whole.slice(0, Math.max(whole.lastIndexOf("\n", limit - cut.length - 1), 0)) + cut;
    return { text, issued: refs.issued() };
  }
  const element = (ref) => refs.find(ref)?.element ?? null;

  // Whether an element around another one would show this point of it, but is scrolled elsewhere.
  function isScrolledAway(element, point) {
    const hit = hitAt(point);
    if (belongs(hit, element)) return false;
    const hides = (around) => {
      if (around.scrollHeight <= around.clientHeight && around.scrollWidth <= around.clientWidth) return false;
      const { overflowX, overflowY } = getComputedStyle(around), { left, top, right, bottom } = around.getBoundingClientRect();
      const clips = overflowX !== "visible" || overflowY !== "visible";
      const isAtEdge = hit === around;  // its border or scroll bar
      return clips && (isAtEdge || point.x < left || point.x >= right || point.y < top || point.y >= bottom);
    };
    for (let around = above(element); around && around !== document.body; around = above(around)) if (hides(around)) return true;
    return false;
  }
  const above = (element) => element.assignedSlot ?? element.parentElement ?? element.getRootNode().host ?? null;

  // The center of an element, after scrolling it into view.
  function reach(element) {
    let box = element.getBoundingClientRect();
    const middle = () => ({ x: box.x + box.width / 2, y: box.y + box.height / 2 });
    const { x, y } = middle();
    if (x < 0 || y < 0 || x >= innerWidth || y >= innerHeight || isScrolledAway(element, { x, y })) {
      pageState.bring(element);
      isDue ||= observesScrolling();
      box = element.getBoundingClientRect();
    }
    return middle();
  }
  // The center of a part that can be hit: the middle of a link that goes on in the next line may lie beside both.
  function partOf(element) {
    const centers = [...element.getClientRects()].map((box) => ({ x: box.x + box.width / 2, y: box.y + box.height / 2 }));
    return centers.length > 1 ? centers.find((point) => belongs(hitAt(point), element)) : undefined;
  }
  // Hit testing through open shadow roots.
  function hitAt({ x, y }) {
    let hit = document.elementFromPoint(x, y);
    for (let inner = hit; inner !== null;) {
      hit = inner;
      inner = hit?.shadowRoot?.elementFromPoint(x, y) ?? null;
      if (inner === hit) break;
    }
    return hit;
  }
  function holds(element, within) {
    for (let each = within; each; each = each.assignedSlot ?? each.parentNode ?? each.host) if (each === element) return true;
    return false;
  }
  function focused() {
    let active = document.activeElement;
    for (let inner = active; inner; inner = active.shadowRoot?.activeElement ?? active.contentDocument?.activeElement) active = inner;
    return active;
  }
  const belongs = (hit, element) =>
    hit !== null && (holds(element, hit) || [...(element.labels ?? [])].some((label) => holds(label, hit)));
  const describe = (element) => {
    const name = element.getAttribute("aria-label") || element.innerText?.trim().split("\n")[0] || "";
    return `${element.localName}${name ? ` "${name.slice(0, 40)}"` : ""}`;
  };

  // The element of a ref: the reason why a user could not operate it, or its description and point.
  function target(ref) {
    const found = refs.find(ref);
    return found ? { role: found.role, ...usable(found.element) } : null;
  }
  function usable(element) {
    if (!element.checkVisibility({ visibilityProperty: true })) return { refusal: "is hidden" };
    if (element.matches(":disabled") || element.closest("[aria-disabled]")?.ariaDisabled === "true") return { refusal: "is disabled" };
    let point = reach(element);
    let hit = hitAt(point);
    if (!belongs(hit, element)) {
      point = partOf(element) ?? point;
      hit = hitAt(point);
    }
    if (!belongs(hit, element) && element.labels?.length) {
      point = reach(element.labels[0]);
      hit = hitAt(point);
    }
    if (hit === null) return { refusal: "lies outside the page" };
    if (!belongs(hit, element)) return { refusal: `is covered by ${describe(hit)}`, isBehindList: hit.closest("select:open") !== null };
    return { ...point, ...traits(element) };
  }
  const traits = (element) => ({
    tag: element.localName,
    type: element.type ?? "",
    checked: Boolean(element.checked),
    editable: element.isContentEditable || (/^(input|textarea)$/.test(element.localName) && !element.readOnly),
  });
  const UNTYPED = /^(button|checkbox|color|date|datetime-local|file|hidden|image|month|radio|range|reset|submit|time|week)$/;
  // Whether typed text would go into the focused element.
  function isWriting() {
    const element = focused();
    if (!element) return false;
    return traits(element).editable && !element.matches(":disabled") && !(element.localName === "input" && UNTYPED.test(element.type));
  }

  // End of the episode: this page must not affect the next one.
  let hasEnded = false;
  for (const leaving of ["beforeunload", "pagehide", "visibilitychange"])
    addEventListener(leaving, (event) => { if (hasEnded) event.stopImmediatePropagation(); }, true);
  function end() {
    hasEnded = true;
    window.name = "";
    requests.stop();
    try { localStorage.clear(); sessionStorage.clear(); } catch { /* access denied: there is no storage */ }
  }

  const tools = Object.freeze({ settled, stay, read, element, target, isWriting, end, clipboard, ...pageState });
  Object.defineProperty(window, "__gristmill", { value: tools });
})();
