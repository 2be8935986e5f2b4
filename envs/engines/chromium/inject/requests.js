// Tracks a page's requests: `isOpen()` tells whether a response, or the rest of one, is outstanding. Endless or
// asynchronous sources (WebSocket, EventSource, workers) throw an error.
const requests = (() => {
  if (window.top !== window) return null;

  const MAX_MESSAGES = 1000;  // per settle, so that a page that never idles is still read
  let open = 0, undelivered = 0, messages = 0, onChange = () => {};
  const over = () => { open--; onChange(); };
  const counted = async (promise) => {
    open++;
    try { return await promise; } finally { over(); }
  };

  // A response is delivered once its body is complete: the timing of chunks is not deterministic.
  const realFetch = window.fetch;
  const whole = async (call) => {
    const response = await realFetch.apply(window, call);
    if (response.body !== null) await response.clone().arrayBuffer().catch(() => {});
    return response;
  };
  window.fetch = (...call) => counted(whole(call));
  for (const { prototype } of [Response, Blob]) {
    for (const name of ["arrayBuffer", "blob", "bytes", "formData", "json", "text"]) {
      const read = prototype[name];
      if (read) prototype[name] = function () { return counted(read.call(this)); };
    }
  }
  const bodies = new WeakSet(), { getReader } = ReadableStream.prototype;
  const body = Object.getOwnPropertyDescriptor(Response.prototype, "body");
  Object.defineProperty(Response.prototype, "body", {
    ...body,
    get() {
      const stream = body.get.call(this);
      if (stream !== null) bodies.add(stream);
      return stream;
    },
  });
  ReadableStream.prototype.getReader = function (...how) {
    const reader = getReader.apply(this, how);
    if (bodies.has(this)) {
      const { read } = reader;
      reader.read = (...call) => counted(read.apply(reader, call));
    }
    return reader;
  };

  const { open: openRequest, send } = XMLHttpRequest.prototype, sent = new WeakSet();
  const end = (request) => { if (sent.delete(request)) over(); };
  XMLHttpRequest.prototype.open = function (...call) {
    end(this);  // the pending request is dropped without an event
    return openRequest.apply(this, call);
  };
  XMLHttpRequest.prototype.send = function (...call) {
    sent.add(this);
    open++;
    this.addEventListener("loadend", () => end(this), { once: true });
    try { return send.apply(this, call); } catch (error) { end(this); throw error; }
  };

  // Scripts and style sheets added by scripts; those in markup delay the document's own load event.
  const { createElement } = Document.prototype, added = new Set();
  Document.prototype.createElement = function (...call) {
    const element = createElement.apply(this, call);
    if (element instanceof HTMLScriptElement || element instanceof HTMLLinkElement) {
      added.add(element);
      for (const name of ["load", "error"]) element.addEventListener(name, () => { added.delete(element); onChange(); });
    }
    return element;
  };
  const RUN = /^(module|(text|application)\/(x-)?(java|ecma)script)?$/i;
  const isFetched = (element) => element instanceof HTMLScriptElement
    ? element.src !== "" && RUN.test(element.type) && !element.noModule
    : element.relList.contains("stylesheet") && element.href !== "" && !element.disabled && /^(text\/css)?$/i.test(element.type);
  const isLoading = (element) => element.isConnected && element.ownerDocument === document && isFetched(element);

  // Messages are delivered in order, so ours arrives after those posted before it.
  const { postMessage } = MessagePort.prototype;
  const turn = () => new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = resolve;
    postMessage.call(port2, 0);
  });
  const delivered = () => {
    if (++messages > MAX_MESSAGES) return;
    undelivered++;
    turn().then(() => { undelivered--; onChange(); });
  };
  MessagePort.prototype.postMessage = function (...call) { postMessage.apply(this, call); delivered(); };
  const postToWindow = window.postMessage;
  window.postMessage = (...call) => { postToWindow.apply(window, call); delivered(); };

  const refuse = (name) => {
    if (!(name in window)) return;
    window[name] = class {
      constructor() {
        throw new DOMException(
          `${name} is not available in this browser: what comes over it would be in the page's text in some runs and `
          + "not in others. Ask by fetch, XMLHttpRequest or a timer instead.", "NotSupportedError",
        );
      }
    };
  };
  for (const name of ["WebSocket", "WebSocketStream", "EventSource", "WebTransport", "Worker", "SharedWorker"]) refuse(name);

  function stop() {
    window.fetch = () => new Promise(() => {});
    XMLHttpRequest.prototype.send = () => {};
    navigator.sendBeacon = () => false;
  }
  return {
    turn, stop,
    isOpen: () => open > 0 || [...added].some(isLoading),
    isDelivering: () => undelivered > 0,
    begin: () => { messages = 0; },
    listen: (listener) => { onChange = listener; },
  };
})();
