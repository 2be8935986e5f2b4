// A clipboard of this page's own: the browser's is one for all its pages, and outlives episodes. It holds
// plain text. Runs in every frame; the copied text is kept by the top one and, beyond documents, by the tab.
const clipboard = (() => {
  let text = "", isNews = false;  // whether it was copied in this document
  const own = Object.freeze({
    read: () => text,
    write: (copied) => { text = copied; isNews = true; },
    keep: (kept) => { if (!isNews) text = kept; },
    news: () => (isNews ? text : null),
  });
  addEventListener("pageshow", (event) => { if (event.persisted) isNews = false; });
  const shared = () => {
    try { return window.top.__gristmill.clipboard; } catch { return own; }  // a frame of another origin
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
    if (box.selectionStart === null) return getSelection().toString();  // such as a number
    return box.value.slice(box.selectionStart, box.selectionEnd);
  }
  const isEditable = (event) => {
    const box = boxOf(event);
    return box ? !box.readOnly && !box.disabled : Boolean(targetOf(event).isContentEditable ?? targetOf(event).parentElement?.isContentEditable);
  };

  // What an edit of the clipboard is called, to scripts that hear of it.
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

  // Scripts that fill the clipboard, or read it, see this page's; the browser's stays empty.
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
