// Refusals that the page itself does not show: a link or form whose target this browser does not open, or a form
// that failed validation. `take()` returns and clears the first one.
const declined = (() => {
  if (window.top !== window) return null;

  let found = null, attempt = null, isFocused = false, isScripted = false;
  const begin = (form) => { attempt = form; isFocused = false; };
  const note = (kind, detail = {}) => { found ??= { kind, ...detail }; };
  const ORDINARY = /^(|_self|_top|_parent)$/i, PLAYED = /^(https?|javascript|blob):$/;

  const isOwn = (target) => ORDINARY.test(target) || target === window.name
    || [...document.querySelectorAll("iframe[name]")].some((frame) => frame.name === target);
  const targetOf = (...given) =>
    given.find((target) => target !== null && target !== undefined && target !== "") ?? document.querySelector("base[target]")?.target ?? "";
  // Whether a URL may be opened like this; otherwise records the reason.
  function mayOpen(url, target) {
    if (!PLAYED.test(url.protocol)) note("scheme", { scheme: url.protocol.slice(0, -1) });
    else if (!isOwn(target)) note("window");
    else return true;
    return false;
  }
  const parsed = (url) => URL.parse(url, document.baseURI) ?? new URL(location.href);

  const linkOf = (event) => event.composedPath().find((each) =>
    each instanceof Element && each.matches("a, area") && (each.href?.baseVal ?? each.href));
  const submits = (control) => control?.matches?.("button, input") && /^(submit|image)$/.test(control.type) && control.form !== null;
  addEventListener("click", (event) => {
    if (event.defaultPrevented) return;
    const pressed = event.composedPath().find(submits);
    if (pressed && !pressed.disabled) begin(pressed.form);
    const link = linkOf(event);
    if (!link) return;
    const isAside = event.ctrlKey || event.metaKey || event.shiftKey;
    const target = isAside ? "_blank" : targetOf(link.getAttribute("target"));
    if (!link.hasAttribute("download") && !mayOpen(parsed(link.href.baseVal ?? link.href), target)) event.preventDefault();
  });
  addEventListener("auxclick", (event) => {
    if (event.button === 1 && linkOf(event)) { note("window"); event.preventDefault(); }
  });
  const sendsTo = (form, submitter) => [
    parsed(submitter?.getAttribute("formaction") ?? form.getAttribute("action") ?? ""),
    targetOf(submitter?.getAttribute("formtarget"), form.getAttribute("target")),
  ];
  const isDialog = (form, submitter) => (submitter?.getAttribute("formmethod") ?? form.getAttribute("method"))?.toLowerCase() === "dialog";
  addEventListener("submit", (event) => {
    attempt = null;
    if (event.defaultPrevented || isDialog(event.target, event.submitter)) return;
    if (!mayOpen(...sendsTo(event.target, event.submitter))) event.preventDefault();
  });
  const { submit, requestSubmit } = HTMLFormElement.prototype;
  HTMLFormElement.prototype.submit = function () {
    if (isDialog(this, null) || mayOpen(...sendsTo(this, null))) submit.call(this);
  };
  HTMLFormElement.prototype.requestSubmit = function (...call) {
    begin(this);
    requestSubmit.apply(this, call);
  };
  const { open } = window;
  window.open = (url = "", target = "_blank", ...rest) =>
    mayOpen(parsed(url), target || "_blank") ? open.call(window, url, target, ...rest) : null;

  // Implicit submission (Enter), with or without a submit button.
  addEventListener("keydown", (event) => {
    const { form } = event.target;
    if (event.key === "Enter" && event.target.localName === "input" && form && ![...form.elements].some(submits)) begin(form);
  }, true);
  const PROBLEMS = ["valueMissing", "typeMismatch", "patternMismatch", "tooLong", "tooShort", "rangeUnderflow",
    "rangeOverflow", "stepMismatch", "badInput", "customError"];
  const isTried = (target) => !isScripted && attempt !== null && (target.form ?? target) === attempt;
  // The bubble with the browser's message fades in and out by the time of day, so that equal actions would draw
  // different pixels. The message is reported in `error` instead, and the field gets the focus as it would with a bubble.
  function withoutBubble(event) {
    if (event.defaultPrevented) return;
    event.preventDefault();
    const { target } = event;
    if (isFocused || !isTried(target)) return;
    target.scrollIntoViewIfNeeded(false);
    target.focus();
    isFocused = target.matches(":focus");
  }
  for (const { prototype } of [HTMLFormElement, HTMLInputElement, HTMLSelectElement, HTMLTextAreaElement]) {
    const { checkValidity, reportValidity } = prototype;
    prototype.checkValidity = function () {
      isScripted = true;
      try { return checkValidity.call(this); } finally { isScripted = false; }
    };
    prototype.reportValidity = function () {
      begin(this instanceof HTMLFormElement ? this : this.form ?? this);
      return reportValidity.call(this);
    };
  }
  addEventListener("invalid", ({ target }) => {
    target.addEventListener("invalid", withoutBubble, { once: true });  // after the page's own
    if (!isTried(target)) return;
    const problem = PROBLEMS.find((each) => target.validity[each]);
    naming.begin();
    const field = naming.nameOf(target).text.replace(/\s+/g, " ").trim() || target.name;
    naming.end();
    note("invalid", { field, problem, message: target.validationMessage });
  }, true);

  return {
    note,
    take() {
      const last = found;
      found = attempt = null;
      return last;
    },
  };
})();
