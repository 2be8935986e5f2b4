// Images that style sheets and `style` attributes name. A browser asks for one when an element first shows it, and
// no event tells when it has come, so that a screenshot would hold it or not by chance. All of a page are asked for
// with the page: what is shown later is in memory by then. `loading()` returns those under way.
const styledImages = (() => {
  const { Image } = window;
  const NAMED = /url\((?:"([^"]*)"|'([^']*)'|([^)]*))\)/g;
  const asked = new Map(), bySheet = new WeakMap(), byStyle = new WeakMap();

  const ask = (url) => {
    if (!asked.has(url)) asked.set(url, Object.assign(new Image(), { src: url }));
    return asked.get(url);
  };
  const namedIn = (text, base) => [...text.matchAll(NAMED)]
    .map(([, ...quoted]) => URL.parse(quoted.find((each) => each !== undefined), base)?.href)
    .filter(Boolean).map(ask);
  // Fonts are no style rules: `document.fonts` tells of them.
  const inRules = (rules, base) => [...rules].flatMap((rule) => [
    ...(rule.style && rule instanceof CSSStyleRule && rule.style.cssText.includes("url(") ? namedIn(rule.style.cssText, base) : []),
    ...(rule.cssRules ? inRules(rule.cssRules, base) : []),
    ...(rule.styleSheet ? inSheet(rule.styleSheet) : []),
  ]);
  function inSheet(sheet) {
    if (!bySheet.has(sheet)) {
      let found = [];
      try { found = inRules(sheet.cssRules, sheet.href ?? document.baseURI); } catch { /* of another origin */ }
      bySheet.set(sheet, found);
    }
    return bySheet.get(sheet);
  }
  function inStyle(element) {
    const text = element.getAttribute("style"), known = byStyle.get(element);
    if (known?.text === text) return known.images;
    const images = namedIn(text, document.baseURI);
    byStyle.set(element, { text, images });
    return images;
  }

  return {
    loading: () => [
      ...[...document.styleSheets].flatMap(inSheet),
      ...[...document.querySelectorAll('[style*="url("]')].flatMap(inStyle),
    ].filter((image) => !image.complete),
  };
})();
