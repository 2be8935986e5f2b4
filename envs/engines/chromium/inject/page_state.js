// Captures a page's markup and the state that markup does not hold, and restores both.
const pageState = (() => {
  if (window.top !== window) return null;

  // Going back always shows the server's current page, scrolled to the top and with pristine forms. So a
  // history is captured as its URLs alone.
  history.scrollRestoration = "manual";
  window.navigation?.addEventListener("navigate", (event) => {
    if (event.navigationType !== "traverse" || event.hashChange) return;
    const intercept = event.intercept.bind(event);
    event.intercept = (options) => intercept({ ...options, scroll: "manual" });
    scrollTo({ top: 0, left: 0, behavior: "instant" });
  });
  addEventListener("pageshow", () => {
    if (performance.getEntriesByType("navigation")[0]?.type === "navigate") return;
    quietly(() => { for (const control of document.querySelectorAll(CONTROLS)) unset(control); });
  });

  // Events that page scripts must not observe during a restore.
  const CONTROLS = "input, select, textarea";
  const SUPPRESSED_EVENTS = ["focus", "blur", "focusin", "focusout", "beforeinput", "input", "change", "select",
    "selectionchange", "beforetoggle", "toggle", "reset", "scroll", "invalid"];
  let isQuiet = false;
  function quietly(work) {
    isQuiet = true;
    try { return work(); } finally { isQuiet = false; }
  }

  // State that cannot be read from a page: which texts the user typed, what had the focus before a layer was
  // opened, and where Tab continues from while nothing has the focus.
  const edited = new WeakSet(), openers = new Map();
  addEventListener("input", (event) => { if (event.isTrusted && !isQuiet) edited.add(event.composedPath()[0]); }, true);
  addEventListener("reset", (event) => {
    if (event.target instanceof HTMLFormElement) for (const control of event.target.elements) edited.delete(control);
  }, true);
  addEventListener("beforetoggle", (event) => {
    openers.delete(event.target);
    if (event.newState === "open") openers.set(event.target, document.activeElement);
  }, true);
  // Browsers keep the last one as a range around the node, which moves with insertions and removals.
  let start = null;
  const startAt = (node) => {
    start = document.createRange();
    start.selectNodeContents(node);
  };
  function nodeAt({ target, clientX, clientY }) {
    const holds = ({ left, top, right, bottom }) =>
      clientX >= left && clientX < right && clientY >= top && clientY < bottom;
    const range = document.createRange();
    return [...target.childNodes].find((node) => {
      if (node.nodeType !== 3) return false;
      range.selectNodeContents(node);
      return [...range.getClientRects()].some(holds);
    }) ?? target;
  }
  const { scrollIntoView } = Element.prototype;
  Element.prototype.scrollIntoView = function (...how) {
    scrollIntoView.apply(this, how);
    startAt(this);
  };
  // Scroll an element into view without changing where Tab continues from.
  function bring(element) {
    const before = focus();
    scrollIntoView.call(element, { block: "center", inline: "center", behavior: "instant" });
    if (before === null || before.is_passed) quietly(() => { setFocus(before); });
  }
  const goToPlace = () => {
    const place = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (place && document.activeElement !== place) startAt(place);
  };
  addEventListener("mousedown", (event) => { if (event.target instanceof Element) startAt(nodeAt(event)); }, true);
  addEventListener("focusin", (event) => { startAt(event.target); }, true);
  addEventListener("hashchange", goToPlace);
  addEventListener("DOMContentLoaded", goToPlace);
  for (const name of SUPPRESSED_EVENTS)
    addEventListener(name, (event) => { if (isQuiet) event.stopImmediatePropagation(); }, true);

  // The document, and each open shadow tree after the tree of its host.
  const treesOf = (root) =>
    [root, ...[...root.querySelectorAll("*")].flatMap(({ shadowRoot }) => (shadowRoot ? treesOf(shadowRoot) : []))];
  let trees = [document];  // as of the capture or restore
  const all = (selector) => trees.flatMap((root) => [...root.querySelectorAll(selector)]);
  const tagged = (tag) => (trees.length > 1 ? all(CSS.escape(tag)) : [...document.getElementsByTagName(tag)]);
  const locatorOf = (element) => ({ tag: element.localName, nth: tagged(element.localName).indexOf(element) });
  const find = (locator) => (locator && tagged(locator.tag)[locator.nth]) ?? null;
  const isSwitch = (control) => control.type === "checkbox" || control.type === "radio";
  const holdsText = (control) => !/^(button|submit|reset|image|hidden|file)$/.test(control.type);

  function unset(control) {
    if (control.localName === "select") {
      const options = [...control.options];
      for (const option of options) option.selected = option.defaultSelected;
      if (control.type === "select-one" && control.size < 2 && !options.some((o) => o.defaultSelected))
        control.selectedIndex = options.findIndex((o) => !o.disabled && !o.parentNode.disabled);
    } else if (isSwitch(control)) control.checked = control.defaultChecked;
    else if (holdsText(control)) control.value = control.defaultValue;
  }

  // The document's markup as a server would send it.
  function markup() {
    const copy = document.implementation.createHTMLDocument().importNode(document.documentElement, true);
    declareShadows(document.documentElement, copy);
    asSent(copy);
    return (document.doctype ? `<!doctype ${document.doctype.name}>` : "") + copy.outerHTML;
  }

  function asSent(copy) {
    for (const element of copy.querySelectorAll("noscript")) element.innerHTML = element.textContent;
    for (const element of copy.querySelectorAll("pre, textarea, listing"))
      if (element.firstChild?.data?.startsWith("\n")) element.prepend("\n");  // parsers drop the first newline
    for (const element of copy.querySelectorAll("[data-htmx-powered]")) element.removeAttribute("data-htmx-powered");
  }
  // Copies have no shadow trees: declare them in the copy of their host.
  function declareShadows(tree, copy) {
    const copies = [...copy.querySelectorAll("*")];
    for (const [at, { shadowRoot }] of [...tree.querySelectorAll("*")].entries()) {
      if (!shadowRoot) continue;
      const template = copy.ownerDocument.createElement("template");
      template.setAttribute("shadowrootmode", "open");
      for (const node of shadowRoot.childNodes)
        template.content.append(template.content.ownerDocument.importNode(node, true));
      declareShadows(shadowRoot, template.content);
      asSent(template.content);
      copies[at].prepend(template);
    }
  }

  function controlOf(control) {
    const locator = locatorOf(control), none = { value: null, is_edited: false, is_checked: null, selected: null };
    if (control.localName === "select")
      return { ...none, locator, selected: [...control.options].flatMap((o, at) => (o.selected ? [at] : [])) };
    if (isSwitch(control))
      return control.checked === control.defaultChecked ? null : { ...none, locator, is_checked: control.checked };
    if (!holdsText(control) || (control.value === control.defaultValue && !edited.has(control))) return null;
    return { ...none, locator, value: control.value, is_edited: edited.has(control) };
  }

  function widgets() {
    const onTop = [...openers].filter(([element]) => element.matches(":popover-open, :modal"));
    const list = document.querySelector("select:open");
    return onTop.map(([element, opener]) => ({
      locator: locatorOf(element),
      state: element.matches(":modal") ? "modal" : "popover",
      opener: opener && opener !== document.body ? locatorOf(opener) : null,
    })).concat(list ? { locator: locatorOf(list), state: "list", opener: locatorOf(document.activeElement) } : []);
  }

  function focus() {
    let focused = document.querySelector("select:open") ?? document.activeElement;
    while (focused?.shadowRoot?.activeElement) focused = focused.shadowRoot.activeElement;
    if (focused === null || focused === document.body) return passed();
    const size = focused.value?.length ?? 0, isAll = size > 0 && getSelection().toString() === focused.value;
    const start = focused.selectionStart ?? (isAll ? 0 : size), end = focused.selectionEnd ?? size;
    return { locator: locatorOf(focused), start, end, is_visible: focused.matches(":focus-visible"), is_passed: false, child: null };
  }
  // Where Tab continues from: an element, or a position among an element's children. At the document's end it
  // restarts, as if there were none.
  function passed() {
    if (!document.hasFocus()) start = null;  // Tab has left the page, and restarts
    if (!start?.startContainer.isConnected) return null;
    const { startContainer: node, startOffset, collapsed } = start;
    if (collapsed && node === document.documentElement && startOffset === node.childNodes.length) return null;
    const isElement = node.nodeType === 1, isWhole = isElement && (!collapsed || !node.hasChildNodes());
    const holder = isElement ? node : node.parentElement;
    if (!holder) return null;
    const child = isWhole ? null : isElement ? startOffset : [...holder.childNodes].indexOf(node);
    return { locator: locatorOf(holder), start: 0, end: 0, is_visible: false, is_passed: true, child };
  }

  // A text selection outside text boxes, as child-index paths from the root element.
  function selection() {
    const { anchorNode, anchorOffset, focusNode, focusOffset, isCollapsed } = getSelection();
    if (isCollapsed || document.activeElement.matches("input, textarea")) return null;
    const edge = (node, offset) => {
      const path = [];
      for (; node !== document.documentElement; node = node.parentNode) path.unshift([...node.parentNode.childNodes].indexOf(node));
      return { path, offset };
    };
    const isHere = (node) => document.documentElement.contains(node);
    return isHere(anchorNode) && isHere(focusNode)
      ? { anchor: edge(anchorNode, anchorOffset), focus: edge(focusNode, focusOffset) }
      : null;
  }

  const scrolled = () => [...document.getElementsByTagName("*")]
    .filter((element) => element.scrollLeft || element.scrollTop)
    .map((element) => ({ locator: locatorOf(element), left: element.scrollLeft, top: element.scrollTop }));

  function capture() {
    const { index } = navigation.currentEntry;
    trees = treesOf(document);
    return {
      page: {
        markup: markup(),
        controls: all(CONTROLS).map(controlOf).filter(Boolean),
        widgets: widgets(), focus: focus(), scrolled: scrolled(), selection: selection(),
        clock_ms: pageClock.now(), refs: refs.capture(all("*")),
        storage: [{ origin: location.origin, local: { ...localStorage }, session: { ...sessionStorage } }]
          .filter(({ local, session }) => Object.keys(local).length + Object.keys(session).length),
      },
      // Then going back within an origin loads nothing: htmx fetches the previous entry.
      isFetched: Boolean(window.htmx?.config.history),
      isSameDocument: navigation.entries().slice(0, index + 1).map((entry) => entry.sameDocument),
    };
  }

  // Text typed by the user is restored by an editing command, so that the page treats it as user input.
  function write(control, value) {
    control.focus({ preventScroll: true });
    control.select();
    if (control.matches(":focus")) document.execCommand(value ? "insertText" : "delete", false, value);
    edited.add(control);
  }
  function setControl({ locator, value, is_edited, is_checked, selected }) {
    const control = find(locator);
    if (!control) return;
    if (is_checked !== null) control.checked = is_checked;
    if (selected !== null) for (const [at, option] of [...control.options].entries()) {
      if (option.selected !== selected.includes(at)) option.selected = selected.includes(at);
    }
    if (value === null) return;
    if (is_edited && control.select) write(control, value);
    if (control.value !== value) control.value = value;
  }
  function setWidget({ locator, state, opener }) {
    const element = find(locator);
    if (!element) return;
    if (state === "open" || state === "closed") { element.open = state === "open"; return; }
    if (state === "list") { element.showPicker(); find(opener)?.focus({ preventScroll: true }); return; }
    find(opener)?.focus({ preventScroll: true });
    openers.set(element, document.activeElement);
    if (state === "popover") { element.showPopover?.(); return; }
    element.open = false;
    element.showModal?.();
  }
  function setFocus(focus) {
    const element = find(focus?.locator);
    if (!element) { passFocus(document.documentElement, document.documentElement.childNodes.length); return; }
    if (focus.is_passed) { passFocus(element, focus.child); return; }
    element.focus({ preventScroll: true, focusVisible: focus.is_visible });
    if (!focus.is_visible) showFocusByKey(element);
    if (typeof element.selectionStart === "number") element.setSelectionRange(focus.start, focus.end);
    else if (element.localName === "input" && focus.start < focus.end) element.select();
  }
  // After a focus set without a visible ring the browser never shows it; after a click it does from the first key on.
  function showFocusByKey(element) {
    const show = (event) => {
      if (event.ctrlKey || event.altKey || event.metaKey) return;
      removeEventListener("keydown", show, true);
      if (!element.matches(":focus") || element.matches(":focus-visible")) return;
      quietly(() => {
        element.blur();
        element.focus({ preventScroll: true, focusVisible: true });
      });
    };
    addEventListener("keydown", show, true);
  }
  // The document has the focus, but Tab continues from here.
  function passFocus(element, child) {
    const place = child === null ? element : document.createElement("span");
    if (child !== null) element.insertBefore(place, element.childNodes[child] ?? null);
    const tabIndex = place.getAttribute("tabindex");
    place.setAttribute("tabindex", "-1");
    place.focus({ preventScroll: true });
    startAt(place);
    place.blur();
    if (child !== null) place.remove();
    else if (tabIndex === null) place.removeAttribute("tabindex");
    else place.setAttribute("tabindex", tabIndex);
  }
  function setSelection({ anchor, focus }) {
    const node = ({ path }) => path.reduce((at, nth) => at?.childNodes[nth], document.documentElement);
    const [from, to] = [node(anchor), node(focus)];
    if (from && to) getSelection().setBaseAndExtent(from, anchor.offset, to, focus.offset);
  }

  function restore({ controls, widgets, focus, scrolled, selection, clock_ms, refs: numbers }) {
    pageClock.skipTo(clock_ms);
    trees = treesOf(document);
    refs.restore(all("*"), numbers);
    quietly(() => {
      widgets.filter(({ state }) => state === "open" || state === "closed").forEach(setWidget);
      controls.forEach(setControl);
      widgets.filter(({ state }) => state === "modal" || state === "popover").forEach(setWidget);
      setFocus(focus);
      widgets.filter(({ state }) => state === "list").forEach(setWidget);
      if (selection) setSelection(selection);
      for (const { locator, left, top } of scrolled) find(locator)?.scrollTo({ left, top, behavior: "instant" });
    });
  }

  return { capture, restore, bring };
})();
