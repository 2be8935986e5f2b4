// Lists and pickers that the browser would open as native windows: with manual frames a page never finishes a
// frame while one is open, and screenshots omit it. Runs in every frame.
(() => {
  const IS_DRAWN = Number("__WITH_PIXELS__") === 1 && CSS.supports("appearance", "base-select");
  const PICKED = /^(date|month|week|time|datetime-local|color)$/;
  const isList = (element) => element instanceof HTMLSelectElement && !element.multiple && element.size < 2;
  const isPicked = (element) => element instanceof HTMLInputElement && PICKED.test(element.type);
  const targetOf = (event) => event.composedPath()[0];

  // With pixels, an open list is rendered in the page; a closed one keeps its native look and keys.
  const opened = new CSSStyleSheet(), opening = new CSSStyleSheet();
  opening.replaceSync("select, select::picker(select) { appearance: base-select !important; }");
  opening.disabled = true;
  function prepare(select) {
    const { width, height } = getComputedStyle(select);  // keeps its size when open
    opened.replaceSync(`
      select:open, select:open::picker(select) { appearance: base-select !important; }
      :where(select:open) { padding: 0 4px; border-radius: 0; min-block-size: 0; gap: 0; white-space: nowrap; width: ${width}; height: ${height}; }
      :where(select:open)::picker-icon { font-size: 0.7em; }`);
    const { adoptedStyleSheets: sheets } = select.getRootNode();
    for (const sheet of [opened, opening]) if (!sheets.includes(sheet)) sheets.push(sheet);
  }
  const { showPicker: showList } = HTMLSelectElement.prototype;
  function open(select) {
    if (!IS_DRAWN || !select.isConnected) return;
    prepare(select);
    opening.disabled = false;
    try { showList.call(select); } finally { opening.disabled = true; }
  }

  HTMLSelectElement.prototype.showPicker = function showPicker() {
    if (isList(this)) open(this); else showList.call(this);
  };
  const { showPicker: showInput } = HTMLInputElement.prototype;
  HTMLInputElement.prototype.showPicker = function showPicker() {
    if (!isPicked(this)) showInput.call(this);
  };

  // A pressed list opens by itself, and in the page if it is styled so by then. Without pixels no list opens:
  // keys select directly, and agents that read aria text use `select`.
  addEventListener("mousedown", (event) => {
    const list = targetOf(event);
    opening.disabled = true;
    if (!event.isTrusted || !IS_DRAWN || event.button !== 0 || !isList(list)) return;
    prepare(list);
    opening.disabled = false;
  }, true);
  addEventListener("mouseup", () => { opening.disabled = true; }, true);
  addEventListener("mousedown", (event) => {
    const list = targetOf(event);
    if (IS_DRAWN || !event.isTrusted || event.defaultPrevented || !isList(list)) return;
    event.preventDefault();
    list.focus({ preventScroll: true, focusVisible: false });
  });
  // The icon is a Tab stop at which every key would open the picker.
  const unpicked = new CSSStyleSheet();
  unpicked.replaceSync("::-webkit-calendar-picker-indicator { display: none !important; }");
  document.adoptedStyleSheets.push(unpicked);
  addEventListener("click", (event) => { if (isPicked(targetOf(event))) event.preventDefault(); });

  const opensOnDown = ({ key, altKey }) => altKey && (key === "ArrowUp" || key === "ArrowDown");
  function take(event, isOpening) {
    const control = targetOf(event);
    if (!event.isTrusted || event.defaultPrevented) return;
    if (isPicked(control) && (event.key === " " || opensOnDown(event))) event.preventDefault();
    if (!isOpening || !isList(control) || control.matches(":open")) return;
    event.preventDefault();
    open(control);
  }
  addEventListener("keydown", (event) => take(event, opensOnDown(event)));
  addEventListener("keypress", (event) => take(event, event.key === "Enter" || event.key === " "));
})();
