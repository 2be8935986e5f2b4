// Draws a tile for each agent and redraws those that changed. All texts become text nodes.
const tiles = new Map();
const wall = document.getElementById("wall");
const state = document.getElementById("state");

function el(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value) node.setAttribute(name, value);
  node.append(...children.filter(Boolean));
  return node;
}

function newTile(worker) {
  const tile = { node: el("article", { "aria-label": `Agent ${worker + 1}` }), screen: el("div", { class: "screen" }), text: el("div", { class: "text" }), picture: 0 };
  tile.node.append(tile.screen, tile.text);
  const after = [...tiles.keys()].filter((each) => each < worker).length;
  if (!tiles.size) wall.replaceChildren();
  wall.insertBefore(tile.node, wall.children[after] ?? null);
  tiles.set(worker, tile);
  return tile;
}

function drawScreen(tile, now) {
  tile.screen.querySelector(".badge")?.remove();
  if (now.outline) {
    tile.screen.replaceChildren(el("pre", {}, now.outline));
    tile.picture = 0;
  } else if (now.picture && now.picture !== tile.picture) {
    tile.picture = now.picture;
    const image = el("img", { src: `picture/${now.worker}?${now.picture}`, alt: "The page it is at" });
    image.decode().then(() => tile.picture === now.picture && tile.screen.querySelectorAll("img, pre").forEach((old) => old !== image && old.remove()), () => image.remove());
    tile.screen.prepend(image);
  }
  if (now.outcome) tile.screen.append(el("span", { class: `badge ${now.outcome}` }, now.outcome));
}

function draw(now) {
  const tile = tiles.get(now.worker) ?? newTile(now.worker);
  tile.node.className = now.outcome ?? "";
  drawScreen(tile, now);
  tile.text.replaceChildren(...[
    el("p", { class: "id" }, el("span", {}, `${now.agent} · ${now.task} · seed ${now.seed}`), el("span", {}, `step ${now.steps}`)),
    el("p", { class: "goal", title: now.goal }, now.goal),
    now.action && el("p", { class: "action" }, el("code", {}, now.action), now.target && el("span", { class: "soft" }, ` ${now.target}`)),
    now.error && el("p", { class: "error" }, now.error),
    now.outcome && now.outcome !== "success" && now.detail && el("p", { class: "error" }, now.detail),
  ].filter(Boolean));
}

function drawCounts({ success, failure, fault, total }) {
  const ended = success + failure + fault;
  const numbers = [["Episodes", total === null ? ended : `${ended} of ${total}`], ["Succeeded", success], ["Failed", failure], ["Faults", fault]];
  document.getElementById("counts").replaceChildren(...numbers.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, String(value)))));
}

const events = new EventSource("events");
events.onmessage = ({ data }) => {
  const { tiles: changed = [], counts, workers, over } = JSON.parse(data);
  changed.forEach(draw);
  if (counts) drawCounts(counts);
  if (workers > tiles.size) state.textContent = `${tiles.size} of ${workers} agents are shown.`;
  if (over) {
    state.textContent = "The run is over.";
    events.close();
  }
};
events.onerror = () => { state.textContent = "The run is over, or this page has lost it."; };
