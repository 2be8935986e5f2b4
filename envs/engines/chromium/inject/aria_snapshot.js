// The page's aria text: Playwright's AI snapshot without boxes and cursors. A test compares it with
// Playwright's, line by line. `readOutline(numberOf)` returns the text; `numberOf(element, role)` is called for
// each element that gets a ref, in document order, and returns the ref's number.
const readOutline = (() => {
  const { begin, end, cached, tagOf, style, displayOf, isIn, words, isMarked, enterShadow, parentOf, ownedBy, roleOf, nameOf,
    isHidden, isStyledVisible, hasExtent, isDisabled, isUnrendered, generated } = naming;

  const CHECKED = words("checkbox menuitemcheckbox option radio switch menuitemradio treeitem");
  const DISABLED = words(`application button composite gridcell group input link menuitem scrollbar separator tab checkbox
    columnheader combobox grid listbox menu menubar menuitemcheckbox menuitemradio option radio radiogroup row rowheader
    searchbox select slider spinbutton switch tablist textbox toolbar tree treegrid treeitem`);
  const EXPANDED = words(`application button checkbox combobox gridcell link listbox menuitem row rowheader tab treeitem
    columnheader menuitemcheckbox menuitemradio switch`);
  const INVALID = words(`application checkbox columnheader combobox gridcell listbox radiogroup rowheader searchbox slider
    spinbutton switch textbox tree`);
  const SELECTED = words("gridcell option row tab rowheader columnheader treeitem");
  const LEVELLED = words("heading listitem row treeitem");
  // Roles whose name is kept even if the content repeats it.
  const IDENTIFIED = words(`alertdialog dialog banner complementary contentinfo form main navigation region search
    application document figure group grid listbox menu menubar radiogroup tablist tabpanel toolbar tree treegrid table
    columnheader rowheader`);

  const NO_EXTENT = { isVisible: false, isInline: false };
  const extent = cached("extent", (element) => {
    const display = displayOf(element);
    if (display === "contents") {
      for (const node of element.childNodes) {
        if (node.nodeType === 1 && extent(node).isVisible) return { isVisible: true, isInline: false };
        if (node.nodeType === 3 && hasExtent(node)) return { isVisible: true, isInline: true };
      }
      return NO_EXTENT;
    }
    if (!isStyledVisible(element)) return NO_EXTENT;
    const box = element.getBoundingClientRect();
    return { isVisible: box.width > 0 && box.height > 0, isInline: display === "inline" };
  });

  const disabledByAria = cached("isOffByAria", (element) => {
    const value = isMarked(element) ? element.getAttribute("aria-disabled")?.toLowerCase() : undefined;
    if (value === "true" || value === "false") return value === "true";
    const parent = parentOf(element);
    return parent ? disabledByAria(parent) : false;
  });
  const ariaValue = (element, name) => element.getAttribute(name)?.toLowerCase().trim() ?? "";
  const mark = (name, value) => value === true ? ` [${name}]` : value ? ` [${name}=${value}]` : "";
  const tristate = (value) => value === "true" ? true : value === "mixed" ? "mixed" : false;
  function checkedState(element) {
    const isInput = tagOf(element) === "INPUT";
    if (isInput && element.indeterminate) return "mixed";
    return isInput && isIn("checkbox radio", element.type) ? element.checked : tristate(ariaValue(element, "aria-checked"));
  }
  function level(element) {
    const native = /^H([1-6])$/.exec(tagOf(element));
    const value = Number(element.getAttribute("aria-level") ?? NaN);
    return native ? native[1] : Number.isInteger(value) && value >= 1 ? value : 0;
  }
  function invalidState(element) {
    const value = ariaValue(element, "aria-invalid");
    return value === "" || value === "false" ? false : isIn("grammar spelling", value) ? value : true;
  }
  function states(element, role, isActive) {
    let text = "";
    if (CHECKED.has(role)) text += mark("checked", checkedState(element));
    if (DISABLED.has(role)) text += mark("disabled", isDisabled(element) || disabledByAria(element));
    if (EXPANDED.has(role)) text += mark("expanded", ariaValue(element, "aria-expanded") === "true");
    text += mark("active", isActive);
    if (INVALID.has(role)) text += mark("invalid", invalidState(element));
    if (LEVELLED.has(role)) text += mark("level", level(element));
    if (role === "button") text += mark("pressed", tristate(ariaValue(element, "aria-pressed")));
    if (SELECTED.has(role))
      text += mark("selected", tagOf(element) === "OPTION" ? element.selected : ariaValue(element, "aria-selected") === "true");
    return text;
  }

  let refOf, nameSources;  // refs by element; the elements that a node's name was read from
  const node = (element, role) => ({ element, role, name: "", states: "", kids: [], hasRef: false, isPointer: false });

  function describe(element) {
    const isActive = document.activeElement === element;  // also after Tab has left the page
    const tag = tagOf(element);
    const isFrame = tag === "IFRAME" || tag === "FRAME";
    const role = isFrame ? "iframe" : roleOf(element) ?? "generic";
    if (role === "presentation" || role === "none") return null;
    const box = extent(element);
    if (role === "generic" && box.isInline && !isFrame) {
      const first = element.firstChild;
      if (first?.nodeType === 3 && first.nextSibling === null) return null;
    }
    const made = node(element, role);
    made.isActive = isActive;
    made.isPointer = style(element).cursor === "pointer";
    made.hasRef = box.isVisible && (isFrame || style(element).pointerEvents !== "none");
    if (isFrame) {
      made.states = mark("active", isActive);
    } else {
      const name = nameOf(element);
      made.name = normal(name.text);
      nameSources.set(made, name.from);
      made.states = states(element, role, isActive);
      if ((tag === "INPUT" || tag === "TEXTAREA") && !isIn("checkbox radio file", element.type)) made.kids = [element.value];
    }
    if (made.hasRef) refOf.set(element, made);
    return made;
  }

  let visited;
  function visit(parent, at, isParentVisible) {
    if (visited.has(at)) return;
    visited.add(at);
    if (at.nodeType === 3) {
      if (at.nodeValue && isParentVisible && !isUnrendered(at) && parent.role !== "textbox") parent.kids.push(at.nodeValue);
      return;
    }
    if (at.nodeType !== 1) return;
    if (displayOf(at) === "none") { parent.kids.push(" "); return; }
    const isVisible = !isHidden(at) || extent(at).isVisible;
    const made = isVisible ? describe(at) : null;
    if (made && isMarked(at) && ariaValue(at, "aria-hidden") === "true") made.isAriaHidden = true;
    if (made) parent.kids.push(made);
    fill(made ?? parent, at, isVisible);
    if (made?.hasRef) {
      made.contributors = [...(nameSources.get(made) ?? [])].map((from) => refOf.get(from)).filter((from) => from && from !== made);
    }
  }
  function fill(into, element, isVisible) {
    const space = displayOf(element) !== "inline" || element.nodeName === "BR" ? " " : "";
    into.kids.push(space, generated(element, "::before"));
    const shadow = element.shadowRoot;
    if (shadow) enterShadow();
    const assigned = element.nodeName === "SLOT" ? element.assignedNodes() : null;
    if (assigned?.length) for (const child of assigned) visit(into, child, isVisible);
    else for (let child = element.firstChild; child; child = child.nextSibling)
      if (!shadow || !child.assignedSlot) visit(into, child, isVisible);
    if (shadow) for (const child of shadow.childNodes) visit(into, child, isVisible);
    for (const child of ownedBy(element)) visit(into, child, isVisible);
    into.kids.push(generated(element, "::after"), space);
    if (into.role === "link" && element.hasAttribute("href")) into.url = shortened(element.getAttribute("href"));
    if (into.role !== "textbox") return;
    const placeholder = element.getAttribute("placeholder");
    if (placeholder !== null && placeholder !== into.name) into.placeholder = placeholder;
  }
  const shortened = (url) => url.startsWith("data:") && url.includes(",") ? `${url.slice(0, url.indexOf(",") + 1)}\u2026` : url;
  const normal = (text) => text.replace(/[\u200b\u00ad]/g, "").trim().replace(/\s+/g, " ");

  // Simplification of the tree.
  let pending;  // nodes whose name repeats their content, not yet rendered
  const hasProperties = (made) => made.url !== undefined || made.placeholder !== undefined || made.isAriaHidden;
  const isText = (kid) => typeof kid === "string";
  const isPointed = (made) => made.hasRef && made.isPointer;
  const isClickRoot = (made, isUnderPointer) => !isUnderPointer && isPointed(made);

  function mergeTexts(made) {
    const kids = [];
    let run = "";
    for (const kid of [...made.kids, null]) {
      if (isText(kid)) { run += kid; continue; }
      const text = run && normal(run);
      if (text) kids.push(text);
      run = "";
      if (kid) kids.push(kid);
    }
    made.kids = kids.length === 1 && kids[0] === made.name ? [] : kids;
  }
  function dropName(made) {
    if (!made.contributors?.length) return;
    if (!IDENTIFIED.has(made.role) && made.contributors.every((from) => !pending.has(from))) made.name = "";
    else for (const from of made.contributors) pending.delete(from);
  }
  function inlineText(made) {
    const [kid] = made.kids;
    if (made.role !== "generic" || hasProperties(made) || made.kids.length !== 1 || isText(kid)) return;
    if (kid.role !== "generic" || kid.name || kid.isActive || hasProperties(kid)) return;
    if (kid.kids.length === 1 && isText(kid.kids[0])) made.kids = kid.kids;
  }
  function repeatsParent(made, parent) {
    if (!parent.name || made.role !== "generic" || made.isActive || hasProperties(made)) return false;
    const only = made.kids.length === 1 && isText(made.kids[0]) ? made.kids[0] : undefined;
    const text = made.name ? (made.kids.length ? undefined : made.name) : only;
    return Boolean(text) && text === parent.name;
  }
  function isWrapper(made, isUnderPointer) {
    if (made.role !== "generic" || made.name || made.kids.length > 1) return false;
    return made.kids.every((kid) => !isText(kid) && kid.hasRef) && (made.kids.length > 0 || !isClickRoot(made, isUnderPointer));
  }
  function distil(made, isUnderPointer) {
    const kids = [];
    const isWithin = isUnderPointer || isPointed(made);
    for (const kid of made.kids) {
      if (isText(kid)) { kids.push(kid); continue; }
      if (kid.hasRef) {
        for (const from of kid.contributors ?? []) pending.add(from);
        if (kid.role !== "generic" || !kid.kids.every(isText)) pending.delete(kid);
      }
      distil(kid, isWithin);
      mergeTexts(kid);
      if (kid.role === "img" && !kid.name && !kid.kids.length && !isClickRoot(kid, isWithin)) continue;
      if (kid.hasRef) dropName(kid);
      inlineText(kid);
      if (repeatsParent(kid, made)) { if (kid.hasRef) pending.add(kid); continue; }
      if (isWrapper(kid, isWithin)) { kids.push(...kid.kids); continue; }
      kids.push(kid);
    }
    made.kids = kids;
  }

  // Rendering, with YAML quoting.
  const YAML_WORDS = words("y n yes no true false on off null ~");
  const needsQuotes = (text) =>
    text === "" || /^\s|\s$|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]|^-|[\n:](\s|$)|\s#|[\n\r]|^[&*\],?!>|@"'#%[]|[{}`]/.test(text)
    || !Number.isNaN(Number(text)) || YAML_WORDS.has(text.toLowerCase()) || /^[-+]?\.(inf|nan)$/i.test(text);
  const ESCAPES = { "\\": "\\\\", '"': '\\"', "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t" };
  const escaped = (c) => ESCAPES[c] ?? `\\x${c.charCodeAt(0).toString(16).padStart(2, "0")}`;
  const value = (text) => needsQuotes(text) ? `"${text.replace(/[\\"\x00-\x1f\x7f-\x9f]/g, escaped)}"` : text;
  const key = (text) => needsQuotes(text) ? `'${text.replaceAll("'", "''")}'` : text;

  let lines, number;
  function write(made, indent) {
    if (isText(made)) { lines.push(`${indent}- text: ${value(made)}`); return; }
    const name = made.name && made.name.length <= 900 ? ` ${JSON.stringify(made.name)}` : "";
    let marks = made.states + (made.isAriaHidden ? " [aria-hidden]" : "");
    if (made.hasRef) marks += ` [ref=e${number(made.element, made.role)}]`;
    const head = `${indent}- ${key(`${made.role}${name}${marks}`)}`;
    const { url, placeholder } = made, isAbout = url !== undefined || placeholder !== undefined;
    if (made.kids.length === 1 && isText(made.kids[0]) && !isAbout) { lines.push(`${head}: ${value(made.kids[0])}`); return; }
    lines.push(isAbout || made.kids.length ? `${head}:` : head);
    const inner = `${indent}  `;
    if (url !== undefined) lines.push(`${inner}- /url: ${value(url)}`);
    if (placeholder !== undefined) lines.push(`${inner}- /placeholder: ${value(placeholder)}`);
    for (const kid of made.kids) write(kid, inner);
  }

  return (numberOf) => {
    begin();
    [refOf, nameSources, visited, pending, lines, number] = [new Map(), new Map(), new Set(), new Set(), [], numberOf];
    const root = node(document.body, "fragment");
    if (document.body) visit(root, document.body, true);
    distil(root, false);
    mergeTexts(root);
    for (const kid of root.kids) write(kid, "");
    const text = lines.join("\n");
    end();
    refOf = nameSources = visited = pending = lines = number = null;
    return text;
  };
})();
