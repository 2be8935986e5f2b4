// Building elements and wording numbers. Texts become text nodes, so nothing in the data can become markup.
const SVG = "http://www.w3.org/2000/svg";

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value != null) node.setAttribute(name, value);
  }
  node.append(...children.flat(Infinity).filter((child) => child != null && child !== false));
  return node;
}

const el = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);
const svg = (tag, attributes, ...children) => fill(document.createElementNS(SVG, tag), attributes, children);

const percent = (rate) => rate == null ? "–" : `${Math.round(1000 * rate) / 10}%`;
const whole = (rate) => rate == null ? "–" : `${Math.round(100 * rate)}%`;
const decimal = (number, digits = 1) => number == null ? "–" : number.toFixed(digits);
const grouped = (number) => number.toLocaleString("en-US");
const counted = (number, noun) => `${grouped(number)} ${noun}${number === 1 ? "" : "s"}`;
const duration = (seconds) => {
  if (seconds == null) return "–";
  if (seconds < 1) return `${Math.round(1000 * seconds)} ms`;
  return seconds < 90 ? `${seconds.toFixed(1)} s` : `${Math.round(seconds / 60)} min`;
};
const interval = ({ low, high }) => `${Math.round(100 * low)}–${Math.round(100 * high)}%`;

const badge = (outcome) => el("span", { class: `outcome ${outcome}` }, outcome);
const card = (title, ...children) =>
  el("section", { class: "card" }, title && el("h2", {}, title), ...children);

function link(route, attributes, ...children) {
  return el("a", { href: `#${route}`, ...attributes }, ...children);
}

function table(head, rows, { caption } = {}) {
  return el("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": caption },
    el("table", {},
      el("thead", {}, el("tr", {}, head.map((name) => el("th", { scope: "col" }, name)))),
      el("tbody", {}, rows)));
}
