// A clipboard per page: the browser's is shared by all pages and outlives episodes. Plain text only. Runs in
// every frame; the top frame holds the text, and the tab carries it from one document to the next.
const clipboard = (() => {
  let text = "", isChanged = false;  // whether this document wrote it
  const own = Object.freeze({
    read: () => text,
    write: (copied) => { text = copied; isChanged = true; },
    keep: (kept) => { if (!isChanged) text = kept; },
    changed: () => (isChanged ? text : null),
  });
  addEventListener("pageshow", (event) => { if (event.persisted) isChanged = false; });
  const shared = () => {
    try { return window.top.__gristmill.clipboard; } catch { return own; }  // a cross-origin frame
  };
  const targetOf = (event) => event.composedPath()[0];
  const boxOf = (event) => {
    const target = targetOf(event);
    return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement ? target : null;
  };
  function selected(event) {
    const box = boxOf(event);
    if (!box) return getSelection().toString();
    if (box.type === "password") return "";
    if (box.selectionStart === null) return getSelection().toString();  // such as a number box
    return box.value.slice(box.selectionStart, box.selectionEnd);
  }
  const isEditable = (event) => {
    const box = boxOf(event);
    return box ? !box.readOnly && !box.disabled : Boolean(targetOf(event).isContentEditable ?? targetOf(event).parentElement?.isContentEditable);
  };

  // The `inputType` of each clipboard edit.
  let inputType = null;
  function edit(event, type, command, value) {
    const about = { inputType: type, data: value ?? null, bubbles: true, cancelable: true, composed: true };
    if (!targetOf(event).dispatchEvent(new InputEvent("beforeinput", about))) return;
    inputType = type;
    try { document.execCommand(command, false, value); } finally { inputType = null; }
  }
  addEventListener("input", (event) => {
    if (inputType && event.isTrusted) Object.defineProperty(event, "inputType", { value: inputType });
  }, true);

  // Page scripts read and write this page's clipboard; the browser's stays empty.
  const lend = (event, held) => {
    const data = new DataTransfer();
    if (held) data.setData("text/plain", held);
    Object.defineProperty(event, "clipboardData", { value: data });
  };
  for (const name of ["copy", "cut", "paste"])
    addEventListener(name, (event) => { if (event.isTrusted) lend(event, name === "paste" ? shared().read() : ""); }, true);

  function take(event) {
    if (!event.isTrusted) return;
    const isTaken = event.defaultPrevented, copied = isTaken ? event.clipboardData.getData("text/plain") : selected(event);
    event.preventDefault();
    if (!isTaken && (!copied || (event.type === "cut" && !isEditable(event)))) return;
    shared().write(copied);
    if (event.type === "cut" && !isTaken) edit(event, "deleteByCut", "delete");
  }
  addEventListener("copy", take);
  addEventListener("cut", take);
  addEventListener("paste", (event) => {
    if (!event.isTrusted || event.defaultPrevented) return;
    event.preventDefault();
    const held = shared().read();
    if (held && isEditable(event)) edit(event, "insertFromPaste", "insertText", held);
  });
  return own;
})();
