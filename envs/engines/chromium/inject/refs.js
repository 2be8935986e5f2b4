// The numbers of refs: an element keeps its number as long as this document is open, and no number is given
// twice in an episode. `refs.numbering(issued)` numbers elements for one reading.
const refs = (() => {
  let numbers = new WeakMap(), last = 0;
  const numbered = new Map();

  // Going back shows another page, though htmx keeps the body for it.
  addEventListener("htmx:before:history:restore", () => {
    numbers = new WeakMap();
    numbered.clear();
  }, true);

  function numbering(issued) {
    last = Math.max(last, issued);
    for (const [number, { element }] of numbered) if (!element.isConnected) numbered.delete(number);
    return (element, role) => {
      let number = numbers.get(element);
      if (number === undefined) numbers.set(element, (number = ++last));
      numbered.set(number, { element, role });
      return number;
    };
  }
  // The element of a ref and its role when it was read last; null if it is not on this page.
  function find(ref) {
    const found = numbered.get(Number(ref.slice(1)));
    return found?.element.isConnected ? found : null;
  }
  // By tag the numbers of these elements, which are in document order; 0 for one without a number.
  function capture(elements) {
    const found = {};
    for (const element of elements) {
      const tag = element.localName;
      if (isCounted(element)) (found[tag] ??= []).push(numbers.get(element) ?? 0);
    }
    for (const [tag, given] of Object.entries(found)) {
      given.length = given.findLastIndex(Boolean) + 1;
      if (!given.length) delete found[tag];
    }
    return found;
  }
  function restore(elements, saved) {
    const at = {};
    for (const element of elements) {
      const tag = element.localName;
      if (!saved[tag] || !isCounted(element)) continue;
      const number = saved[tag][(at[tag] = (at[tag] ?? -1) + 1)];
      if (!number) continue;
      numbers.set(element, number);
      numbered.set(number, { element, role: "generic" });
    }
  }
  const isCounted = (element) => !(/^(option|optgroup)$/.test(element.localName) && element.closest("datalist"));

  return { numbering, find, capture, restore, issued: () => last };
})();
