// Routes in the address's fragment, so that every page of the report has an address and Back works.
const main = document.getElementById("main");
const state = { run: null, other: null };
const PARTS = [["/", "Overview"], ["/episodes", "Episodes"], ["/about", "About"]];

const go = (route) => { location.hash = route; };

function replace(route) {
  history.replaceState(null, "", `#${route}`);
  document.getElementById("results")?.replaceChildren(...results(state, readFilter()).flat());
}

function readRoute() {
  const [path, query] = location.hash.replace(/^#/, "").split("?");
  return { path: path || "/", filter: Object.fromEntries(new URLSearchParams(query ?? "")) };
}

const readFilter = () => readRoute().filter;

function drawNavigation(path) {
  const current = path.startsWith("/episode") ? "/episodes" : path;
  document.getElementById("nav").replaceChildren(...PARTS.map(([route, name]) =>
    link(route, { "aria-current": route === current ? "page" : null }, name)));
}

async function contentOf(path, filter) {
  const [, part, place] = path.split("/");
  if (part === "episode") return episode(state, Number(place), filter);
  if (part === "episodes") return episodes(state, filter);
  return part === "about" ? about(state) : overview(state);
}

async function draw() {
  const { path, filter } = readRoute();
  drawNavigation(path);
  const content = await contentOf(path, filter);
  if (readRoute().path !== path) return;  // the reader has gone on meanwhile
  main.replaceChildren(...content.flat(Infinity).filter(Boolean));
  main.dataset.route = path;
  const top = document.querySelector("header.top").offsetHeight;
  if (path.startsWith("/episode/")) scrollTo(0, Math.min(scrollY, top));
  else scrollTo(0, 0);
}

const isTyping = (node) => node.matches("input, select, textarea") || document.getElementById("picture").open;

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  const follow = (rel) => document.querySelector(`a[rel=${rel}]`)?.click();
  if (event.key === "/") {
    event.preventDefault();
    if (document.getElementById("search")) document.getElementById("search").focus();
    else go("/episodes");
  } else if (event.key === "j") follow("next");
  else if (event.key === "k") follow("prev");
  else if (event.key === "u") follow("up");
});

addEventListener("hashchange", draw);

async function start() {
  state.run = new Run(0, await unpack("index-0"));
  if (document.getElementById("index-1")) state.other = new Run(1, await unpack("index-1"));
  await draw();
}

start().catch((error) => {
  main.replaceChildren(el("p", { class: "card warning" }, `This report cannot be read: ${error.message}. Use a browser of 2023 or later, or build it again with "gristmill report".`));
});
