// Roles and accessible names as Playwright's snapshot computes them (WAI-ARIA, HTML-AAM, accname), for
// aria_snapshot.js. Facts about elements are cached for one read, which `begin` starts.
//
// Every document runs this afresh and is read about a dozen times, too few for an optimizing compiler:
// what counts is the number of DOM calls and of allocations.
const naming = (() => {
  let factCache = null;
  const factsOf = (element) => {
    let facts = factCache.get(element);
    if (facts === undefined) factCache.set(element, facts = {
      tag: upper(element.localName), style: undefined, display: undefined, role: undefined,
      isCut: undefined, isHidden: undefined, isStyledVisible: undefined, extent: undefined, isOffByAria: undefined,
    });
    return facts;
  };
  const cached = (fact, work) => (element) => {
    const facts = factsOf(element);
    return facts[fact] === undefined ? facts[fact] = work(element) : facts[fact];
  };
  const uppers = new Map();
  const upper = (name) => {
    let found = uppers.get(name);
    if (found === undefined) uppers.set(name, found = name.toUpperCase());
    return found;
  };
  const tagOf = (element) => factsOf(element).tag;
  const style = cached("style", (element) => getComputedStyle(element));
  const displayOf = cached("display", (element) => style(element).display);
  const words = (text) => new Set(text.trim().split(/\s+/));

  const ROLES = words(`alert alertdialog application article banner blockquote button caption cell checkbox code
    columnheader combobox complementary contentinfo definition deletion dialog directory document emphasis feed figure
    form generic grid gridcell group heading img insertion link list listbox listitem log main mark marquee math meter
    menu menubar menuitem menuitemcheckbox menuitemradio navigation none note option paragraph presentation progressbar
    radio radiogroup region row rowgroup rowheader scrollbar search searchbox separator slider spinbutton status strong
    subscript superscript switch tab table tablist tabpanel term textbox time timer toolbar tooltip tree treegrid treeitem`);
  const BY_TAG = Object.fromEntries(`ARTICLE article|ASIDE complementary|BLOCKQUOTE blockquote|BUTTON button|CAPTION caption
    |CODE code|DATALIST listbox|DD definition|DEL deletion|DETAILS group|DFN term|DIALOG dialog|DT term|EM emphasis
    |FIELDSET group|FIGURE figure|H1 heading|H2 heading|H3 heading|H4 heading|H5 heading|H6 heading|HR separator
    |HTML document|INS insertion|LI listitem|MAIN main|MARK mark|MATH math|MENU list|METER meter|NAV navigation|OL list
    |OPTGROUP group|OPTION option|OUTPUT status|P paragraph|PROGRESS progressbar|SEARCH search|STRONG strong
    |SUB subscript|SUP superscript|SVG img|TABLE table|TBODY rowgroup|TEXTAREA textbox|TFOOT rowgroup|THEAD rowgroup
    |TIME time|TR row|UL list`.split("|").map((pair) => pair.trim().split(" ")));
  const INPUTS = { button: "button", checkbox: "checkbox", image: "button", number: "spinbutton", radio: "radio",
    range: "slider", reset: "button", submit: "button", file: "button" };
  const SECTIONING = "article:not([role]), aside:not([role]), main:not([role]), nav:not([role]), section:not([role]), "
    + "[role=article], [role=complementary], [role=main], [role=navigation], [role=region]";
  const INHERITS = { DD: "DL DIV", DIV: "DL", DT: "DL DIV", LI: "OL UL", TBODY: "TABLE", TD: "TR", TFOOT: "TABLE", TH: "TR",
    THEAD: "TABLE", TR: "THEAD TBODY TFOOT TABLE" };
  const GLOBAL = words(`aria-atomic aria-busy aria-controls aria-current aria-describedby aria-details aria-dropeffect
    aria-flowto aria-grabbed aria-hidden aria-keyshortcuts aria-live aria-owns aria-relevant`);
  const UNNAMED = words(`caption code deletion emphasis generic insertion paragraph presentation strong subscript
    superscript`);

  const parentOf = (element) => element.parentElement ?? element.parentNode?.host ?? null;
  const isNamed = (element) => isMarked(element) && hasName(element);
  const hasName = (element) => element.hasAttribute("aria-label") || element.hasAttribute("aria-labelledby");
  const isTabbable = (element) => !Number.isNaN(Number(String(element.getAttribute("tabindex"))));
  const lists = new Map();
  const isIn = (names, tag) => {
    if (!lists.has(names)) lists.set(names, new Set(names.split(" ")));
    return lists.get(names).has(tag);
  };
  const hasGlobal = (element, role) =>
    [...GLOBAL].some((name) => element.hasAttribute(name))
    || (isNamed(element) && !UNNAMED.has(role ?? ""))
    || (element.hasAttribute("aria-roledescription") && role !== "generic");

  function isDisabled(element) {
    if (!isIn("BUTTON INPUT SELECT TEXTAREA OPTION OPTGROUP", tagOf(element))) return false;
    if (element.hasAttribute("disabled")) return true;
    if (tagOf(element) === "OPTION" && element.closest("optgroup[disabled]")) return true;
    const fieldset = element.closest("fieldset[disabled]");
    return Boolean(fieldset) && !fieldset.querySelector(":scope > legend")?.contains(element);
  }
  function isFocusable(element) {
    if (isDisabled(element)) return false;
    const tag = tagOf(element);
    if (isIn("BUTTON DETAILS SELECT TEXTAREA", tag) || isTabbable(element)) return true;
    if (isIn("A AREA", tag)) return element.hasAttribute("href");
    return tag === "INPUT" && !element.hidden;
  }
  const explicitRole = (element) => !isMarked(element) ? null
    : (element.getAttribute("role") || "").toLowerCase().split(" ").find((role) => ROLES.has(role.trim()))?.trim() ?? null;
  const NONE = Object.freeze([]);
  const byId = (element, ids) => {
    if (!ids) return NONE;
    const root = element.getRootNode();
    const found = ids.split(/[ \t\n\f\r]+/).filter(Boolean).map((id) => root.getElementById?.(id)).filter(Boolean);
    return [...new Set(found)];
  };

  // Most elements have none of the attributes that are looked up on every element. Where there are shadow
  // trees, which queries do not enter, every element is assumed to have some.
  const MARKS = "[role], [aria-hidden], [aria-owns], [aria-label], [aria-labelledby], [aria-disabled]";
  let marked = null, hasShadows = false;
  const isMarked = (element) => hasShadows || marked.has(element);
  const enterShadow = () => { hasShadows = true; };
  const ownedBy = (element) => isMarked(element) ? byId(element, element.getAttribute("aria-owns")) : NONE;

  function headerRole(element) {
    const scope = element.getAttribute("scope");
    if (isIn("col colgroup", scope)) return "columnheader";
    if (isIn("row rowgroup", scope)) return "rowheader";
    const [next, previous] = [element.nextElementSibling, element.previousElementSibling];
    if (!next && !previous) {
      const row = element.parentElement && tagOf(element.parentElement) === "TR" ? element.parentElement : null;
      return row && row.closest("table")?.rows.length <= 1 ? null : "columnheader";
    }
    const isHeader = (cell) => Boolean(cell) && tagOf(cell) === "TH";
    const isData = (cell) =>
      Boolean(cell) && tagOf(cell) === "TD" && Boolean(cell.textContent.trim() || cell.children.length);
    if (isHeader(next) && isHeader(previous)) return "columnheader";
    return isData(next) || isData(previous) ? "rowheader" : "columnheader";
  }
  function inputRole(element) {
    const type = element.type.toLowerCase();
    if (type === "hidden") return null;
    if (!isIn("email search tel text url", type)) return INPUTS[type] ?? "textbox";
    const list = byId(element, element.getAttribute("list"))[0];
    if (list && tagOf(list) === "DATALIST") return "combobox";
    return type === "search" ? "searchbox" : "textbox";
  }
  function nativeRole(element) {
    const tag = tagOf(element);
    switch (tag) {
      case "A": case "AREA": return element.hasAttribute("href") ? "link" : null;
      case "FOOTER": return element.closest(SECTIONING) ? null : "contentinfo";
      case "HEADER": return element.closest(SECTIONING) ? null : "banner";
      case "FORM": return isNamed(element) ? "form" : null;
      case "SECTION": return isNamed(element) ? "region" : null;
      case "IMG": {
        const isPlain = !element.getAttribute("title") && !hasGlobal(element) && !isTabbable(element);
        return element.getAttribute("alt") === "" && isPlain ? "presentation" : "img";
      }
      case "INPUT": return inputRole(element);
      case "SELECT": return element.multiple || element.size > 1 ? "listbox" : "combobox";
      case "TD": {
        const table = element.closest("table");
        return table && isIn("grid treegrid", explicitRole(table)) ? "gridcell" : "cell";
      }
      case "TH": return headerRole(element);
      default: return BY_TAG[tag] ?? null;
    }
  }
  function implicitRole(element) {
    const role = nativeRole(element);
    if (!role) return null;
    for (let at = element; at;) {
      const parent = at.parentElement;
      if (!parent || !isIn(INHERITS[tagOf(at)] ?? "", tagOf(parent))) break;
      const above = explicitRole(parent);
      if (isIn("none presentation", above) && !hasGlobal(parent, above) && !isFocusable(parent)) return above;
      at = parent;
    }
    return role;
  }
  const roleOf = cached("role", (element) => {
    const role = explicitRole(element);
    if (!role) return implicitRole(element);
    if (!isIn("none presentation", role)) return role;
    const native = implicitRole(element);
    return hasGlobal(element, native) || isFocusable(element) ? native : role;
  });

  // Children of a shadow host that no slot takes are not rendered.
  const isUnslotted = (child) => hasShadows && Boolean(child.parentElement?.shadowRoot) && !child.assignedSlot;
  // Whether an element is excluded from the accessibility tree.
  const isCut = cached("isCut", (element) => {
    if (displayOf(element) === "none" || isUnslotted(element)) return true;
    if (isMarked(element) && element.getAttribute("aria-hidden")?.toLowerCase() === "true") return true;
    const parent = parentOf(element);
    return parent ? isCut(parent) : false;
  });
  const isStyledVisible = cached("isStyledVisible", (element) => element.checkVisibility() && style(element).visibility === "visible");
  const hasExtent = (node) => {
    const range = document.createRange();
    range.selectNode(node);
    const box = range.getBoundingClientRect();
    return box.width > 0 && box.height > 0;
  };
  const isHidden = cached("isHidden", (element) => {
    if (isIn("STYLE SCRIPT NOSCRIPT TEMPLATE", tagOf(element))) return true;
    const isSlot = tagOf(element) === "SLOT";
    if (displayOf(element) === "contents" && !isSlot) {
      return ![...element.childNodes].some((node) =>
        (node.nodeType === 1 && !isHidden(node)) || (node.nodeType === 3 && hasExtent(node)));
    }
    const isListed = tagOf(element) === "OPTION" && Boolean(element.closest("select"));
    return (!isListed && !isSlot && !isStyledVisible(element)) || isCut(element);
  });

  // Elements for which a rule may generate content; null if the rules do not determine that.
  // Computing the style of a nonexistent pseudo-element is the most expensive query of all.
  const PSEUDO = /::?(?:before|after)\b/gi;
  function decorated() {
    const selectors = [];
    const collect = (rules) => [...rules].every((rule) => {
      if (rule.styleSheet) return collect(rule.styleSheet.cssRules);
      if (!(rule instanceof CSSStyleRule)) return !rule.cssRules || (rule instanceof CSSGroupingRule && collect(rule.cssRules));
      if (rule.cssRules.length && /(?:before|after)\b/i.test(rule.cssText)) return false;
      if (rule.style.content && rule.selectorText.search(PSEUDO) >= 0)
        selectors.push(rule.selectorText.replace(/(^|[\s,>+~(])::?(?:before|after)\b/gi, "$1*").replace(PSEUDO, ""));
      return true;
    });
    try {
      const isTold = [...document.styleSheets, ...document.adoptedStyleSheets].every((sheet) => collect(sheet.cssRules));
      return isTold ? new Set(selectors.length ? document.querySelectorAll(selectors.join()) : []) : null;
    } catch {  // a sheet of another origin, or a selector that matches no element
      return null;
    }
  }
  let mayBeDecorated = null;
  const isPlain = (element) => mayBeDecorated !== null && !mayBeDecorated.has(element)
    && (!hasShadows || element.getRootNode() === document);

  // Generated content, limited to strings and attributes.
  function generated(element, pseudo) {
    if (isPlain(element)) return "";
    const rule = getComputedStyle(element, pseudo);
    if (!rule.content || rule.content === "none" || rule.content === "normal") return "";
    if (rule.display === "none" || rule.visibility === "hidden") return "";
    const parts = rule.content.match(/"(?:[^"\\]|\\.)*"|attr\([\w-]+\)|\/|[^\s"]+/g) ?? [];
    const readParts = parts.includes("/") ? parts.slice(parts.indexOf("/") + 1) : parts;
    let text = "";
    for (const part of readParts) {
      if (part[0] === '"') text += part.slice(1, -1).replace(/\\(.)/g, "$1");
      else if (part.startsWith("attr(")) text += element.getAttribute(part.slice(5, -1)) || "";
      else return "";
    }
    return rule.display === "inline" ? text : ` ${text} `;
  }
  const isUnrendered = (text) =>
    isUnslotted(text) || (text.parentElement?.localName === "details" && !text.parentElement.open);

  // Names are texts with the elements they were read from.
  const FROM_CONTENT = words(`button cell checkbox columnheader gridcell heading link menuitem menuitemcheckbox
    menuitemradio option radio row rowheader switch tab tooltip treeitem`);
  const FROM_CONTENT_BELOW = words(`caption code contentinfo definition deletion emphasis insertion list listitem mark none
    paragraph presentation region row rowgroup section strong subscript superscript table term time`);
  const NAMELESS = words(`caption code definition deletion emphasis generic insertion mark paragraph presentation strong
    subscript suggestion superscript term time`);
  const nobody = new Set();
  const nothing = () => ({ text: "", from: nobody });
  const plain = (text, element) => ({ text: text || "", from: text ? new Set([element]) : nobody });
  const joined = (parts, separator) => {
    const from = new Set();
    for (const part of parts) for (const element of part.from) from.add(element);
    return { text: parts.map((part) => part.text).join(separator), from };
  };

  function fromLabels(labels, mode) {
    const inner = (label) => ({ visited: mode.visited, label: true, hidden: isHidden(label) });
    return joined([...labels].map((label) => named(label, inner(label))).filter((name) => name.text), " ");
  }
  function valueName(element, role, mode) {
    if (isIn("textbox searchbox", role))
      return plain(isIn("INPUT TEXTAREA", tagOf(element)) ? element.value : element.textContent, element);
    if (isIn("combobox listbox", role)) {
      if (tagOf(element) === "SELECT") {
        const chosen = [...element.selectedOptions];
        if (!chosen.length && element.options.length) chosen.push(element.options[0]);
        return joined(chosen.map((option) => named(option, below(mode))), " ");
      }
      if (tagOf(element) === "INPUT") return plain(element.value, element);
      const chosen = [...element.querySelectorAll("[aria-selected=true i]")].filter((each) => roleOf(each) === "option");
      return joined(chosen.map((option) => named(option, below(mode))), " ");
    }
    if (isIn("progressbar scrollbar slider spinbutton meter", role)) {
      const attribute = ["aria-valuetext", "aria-valuenow", "value"].find((name) => element.hasAttribute(name));
      return plain(attribute && element.getAttribute(attribute), element);
    }
    return role === "menu" ? nothing() : null;
  }
  const below = (mode) => ({ ...mode, depth: mode.depth === "self" ? "below" : mode.depth });
  const caption = (element, tag, mode) => {
    const child = [...element.children].find((each) => tagOf(each) === tag);
    return child && named(child, { ...below(mode), native: true, hidden: mode.hidden || isHidden(child) });
  };
  const NATIVELY_NAMED = words("INPUT BUTTON OUTPUT TEXTAREA SELECT METER PROGRESS FIELDSET FIGURE IMG TABLE AREA SVG");
  function nativeName(element, mode, labelledBy) {
    const tag = tagOf(element);
    if (!NATIVELY_NAMED.has(tag) && !element.ownerSVGElement) return null;
    const title = element.getAttribute("title") || "", alt = element.getAttribute("alt") || "";
    const labels = element.labels ?? [];
    if (tag === "INPUT" && isIn("button submit reset", element.type)) {
      if (element.value.trim()) return plain(element.value, element);
      return plain({ submit: "Submit", reset: "Reset" }[element.type] ?? title, element);
    }
    if (tag === "INPUT" && isIn("file image", element.type)) {
      if (labels.length && !mode.labelled) return fromLabels(labels, mode);
      if (element.type === "file") return plain("Choose File", element);
      return plain([alt, title].find((text) => text.trim()) ?? "Submit", element);
    }
    if (!labelledBy.length && tag === "BUTTON") return labels.length ? fromLabels(labels, mode) : null;
    if (!labelledBy.length && tag === "OUTPUT") return labels.length ? fromLabels(labels, mode) : plain(title, element);
    if (!labelledBy.length && isIn("TEXTAREA SELECT INPUT METER PROGRESS", tag)) {
      if (labels.length) return fromLabels(labels, mode);
      const takesPlaceholder = tag === "TEXTAREA"
        || (tag === "INPUT" && isIn("text password number search tel email url", element.type));
      return plain(takesPlaceholder && !title ? element.getAttribute("placeholder") : title, element);
    }
    if (!labelledBy.length && tag === "FIELDSET") return caption(element, "LEGEND", mode) ?? plain(title, element);
    if (!labelledBy.length && tag === "FIGURE") return caption(element, "FIGCAPTION", mode) ?? plain(title, element);
    if (tag === "IMG") return plain(alt.trim() ? alt : title, element);
    if (tag === "TABLE") {
      const summary = element.getAttribute("summary");
      return caption(element, "CAPTION", mode) ?? (summary ? plain(summary, element) : null);
    }
    if (tag === "AREA") return plain(alt.trim() ? alt : title, element);
    if (tag === "SVG" || element.ownerSVGElement) {
      const child = [...element.children].find((each) => tagOf(each) === "TITLE" && each.ownerSVGElement);
      if (child) return named(child, { ...below(mode), labelled: true, hidden: isHidden(child) });
    }
    return null;
  }
  function named(element, mode) {
    if (mode.visited.has(element)) return nothing();
    if (isIn("STYLE SCRIPT NOSCRIPT TEMPLATE", tagOf(element)) || (!mode.hidden && isHidden(element))) {
      mode.visited.add(element);
      return nothing();
    }
    const labelledBy = isMarked(element) ? byId(element, element.getAttribute("aria-labelledby")) : NONE;
    if (!mode.labelled && labelledBy.length) {
      const inner = (other) => ({ visited: mode.visited, labelled: true, hidden: isHidden(other) });
      const name = joined(labelledBy.map((other) => named(other, inner(other))), " ");
      if (name.text) return name;
    }
    const role = roleOf(element) ?? "", isBelow = mode.depth === "below", isPresent = !isIn("presentation none", role);
    if (mode.label || mode.labelled || isBelow) {
      const isOwn = [...(element.labels ?? [])].includes(element) || labelledBy.includes(element);
      const value = isOwn ? null : valueName(element, role, mode);
      if (value) { mode.visited.add(element); return value; }
    }
    const label = isMarked(element) ? element.getAttribute("aria-label") || "" : "";
    if (label.trim()) { mode.visited.add(element); return plain(label, element); }
    if (isPresent) {
      mode.visited.add(element);
      const name = nativeName(element, mode, labelledBy);
      if (name) return name;
    }
    const isNamedByContent = FROM_CONTENT.has(role) || (isBelow && (role === "" || FROM_CONTENT_BELOW.has(role)));
    if (isNamedByContent || (tagOf(element) === "SUMMARY" && isPresent) || mode.labelled || mode.label || mode.native) {
      mode.visited.add(element);
      const name = content(element, below(mode));
      if (mode.depth === "self" ? name.text.trim() : name.text) {
        if (name.text.trim()) name.from.add(element);
        return name;
      }
    }
    mode.visited.add(element);
    const title = element.getAttribute("title") || "";
    return isPresent && title.trim() ? plain(title, element) : nothing();
  }
  function content(element, mode) {
    const parts = [plain(generated(element, "::before"), null)];
    const add = (node) => {
      if (node.nodeType === 3) {
        if (mode.hidden || !isUnrendered(node)) parts.push({ text: node.nodeValue, from: nobody });
      } else if (node.nodeType === 1) {
        const name = named(node, mode);
        const isInline = displayOf(node) === "inline" && node.nodeName !== "BR";
        parts.push(isInline ? name : { text: ` ${name.text} `, from: name.from });
      }
    };
    const assigned = tagOf(element) === "SLOT" ? element.assignedNodes() : NONE;
    assigned.forEach(add);
    if (!assigned.length) {
      const shadow = element.shadowRoot;
      if (shadow) enterShadow();
      for (let node = element.firstChild; node; node = node.nextSibling) if (!hasShadows || !node.assignedSlot) add(node);
      if (shadow) shadow.childNodes.forEach(add);
      ownedBy(element).forEach(add);
    }
    parts.push(plain(generated(element, "::after"), null));
    for (const part of parts) part.from.delete(null);
    return joined(parts, "");
  }
  const flat = (text) => text.split("\xa0").map((chunk) =>
    chunk.replace(/\r\n/g, "\n").replace(/[\u200b\u00ad]/g, "").replace(/\s+/g, " ")).join("\xa0").trim();
  const nameOf = (element) => {
    if (NAMELESS.has(roleOf(element) ?? "")) return nothing();
    const name = named(element, { visited: new Set(), depth: "self" });
    return { text: flat(name.text), from: name.from };
  };

  function begin() {
    factCache = new Map();
    hasShadows = false;
    marked = new Set(document.querySelectorAll(MARKS));
    mayBeDecorated = decorated();
  }
  function end() {  // keep no reference to elements that leave the page
    factCache = marked = mayBeDecorated = null;
  }

  return { begin, end, cached, tagOf, style, displayOf, isIn, words, isMarked, enterShadow, parentOf, ownedBy, roleOf, nameOf,
    isHidden, isStyledVisible, hasExtent, isDisabled, isUnrendered, generated };
})();
