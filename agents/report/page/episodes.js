// The list of episodes with its filter, which lives in the address: a filtered list can be bookmarked and sent.
const PAGE = 100;  // rows that are drawn at a time

const FILTERS = {
  outcome: { title: "Outcome", of: (row) => [row.outcome] },
  family: { title: "Family", of: (row) => [row.task] },
  agent: { title: "Agent", of: (row) => [row.agent] },
  kind: { title: "Kind", of: DIMENSIONS.kind.of },
  level: { title: "Level", of: DIMENSIONS.level.of },
  app: { title: "App", of: DIMENSIONS.app.of },
  suite: { title: "Suite", of: DIMENSIONS.suite.of },
  variant: { title: "Options", of: DIMENSIONS.variant.of },
  check: { title: "Failed check", of: (row) => row.failed },
  error: { title: "Refused action", of: (row) => row.errors },
  ended: { title: "Ended by", of: (row) => [row.ended_by] },
  effects: { title: "Side effects", of: (row) => [row.side_effects ? "yes" : "no"] },
  change: { title: "Against the other run", of: (row, other) => other ? [changeOf(row, other)] : [] },
};

const searchable = (row) => `${row.task} ${row.seed} ${row.agent} ${row.goal} ${row.answer ?? ""} ${row.failed.join(" ")} ${row.errors.join(" ")}`.toLowerCase();

/** The rows of a run that a filter lets through, in order. */
function filtered({ run, other }, filter) {
  const chosen = Object.entries(filter).filter(([name, value]) => FILTERS[name] && value);
  const words = (filter.q ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  return run.rows.filter((row) => {
    if (!chosen.every(([name, value]) => FILTERS[name].of(row, other).includes(value))) return false;
    return words.every((word) => (row.text ??= searchable(row)).includes(word));
  });
}

function choice(name, filter, state) {
  const groups = byFrequency(groupBy(state.run.rows, (row) => FILTERS[name].of(row, state.other)));
  if (groups.length < 2 && !filter[name]) return null;
  const options = groups.map(([value, rows]) => el("option", { value, selected: filter[name] === value }, `${value} (${rows.length})`));
  if (filter[name] && !groups.some(([value]) => value === filter[name])) options.push(el("option", { value: filter[name], selected: true }, filter[name]));
  const select = el("select", { onchange: () => go(episodesRoute(without({ ...filter, [name]: select.value }))) }, el("option", { value: "" }, "any"), options);
  return el("label", { class: filter[name] ? "chosen" : "" }, el("span", {}, FILTERS[name].title), select);
}

const without = (filter) => Object.fromEntries(Object.entries(filter).filter(([, value]) => value));

const isFiltered = (filter) => Object.keys(FILTERS).some((name) => filter[name]);

function filterBar(state, filter) {
  const search = el("input", { type: "search", id: "search", value: filter.q ?? "", placeholder: "goal, seed, check …", autocomplete: "off" });
  const apply = () => replace(episodesRoute(without({ ...readFilter(), q: search.value.trim() })));
  let pending;
  search.addEventListener("input", () => {
    clearTimeout(pending);
    pending = setTimeout(apply, 150);
  });
  const choices = el("div", { class: isFiltered(filter) ? "choices open" : "choices", id: "choices" }, Object.keys(FILTERS).map((name) => choice(name, filter, state)));
  const reveal = el("button", { type: "button", class: "button reveal", "aria-controls": "choices", "aria-expanded": String(isFiltered(filter)), onclick: () =>
    reveal.setAttribute("aria-expanded", choices.classList.toggle("open")) }, "Filter");
  return el("form", { class: "card filter", role: "search", onsubmit: (event) => { event.preventDefault(); apply(); } },
    el("label", { class: "search" }, el("span", {}, "Search ", el("kbd", {}, "/")), search),
    reveal, choices,
    Object.keys(without(filter)).length > 0 && link("/episodes", { class: "button" }, "Clear"));
}

function listed(row, { other }, filter) {
  const twin = other?.byKey.get(row.key);
  const facts = [row.agent, counted(row.steps, "step"), row.ended_by !== row.outcome && `ended by ${row.ended_by}`,
    row.side_effects > 0 && counted(row.side_effects, "side effect")].filter(Boolean);
  return el("li", {}, link(episodeRoute(row, filter), { class: "row" }, badge(row.outcome),
    el("span", { class: "what" }, el("span", { class: "id" }, `${row.task} · seed ${row.seed}${row.variant ? ` · ${row.variant}` : ""}`),
      el("span", { class: "goal" }, row.goal || "(no page was reached)"),
      el("span", { class: "why" }, row.outcome === "fault" ? row.infra : row.failed.join(" · "))),
    el("span", { class: "facts" }, facts.join(", ")),
    other && el("span", { class: "twin" }, "other run: ", twin ? badge(twin.outcome) : "–")));
}

const episodeRoute = (row, filter) => `/episode/${row.place}?${new URLSearchParams(without(filter))}`;

/** The matching rows, drawn a hundred at a time as the reader comes near the end. */
function rowsOf(rows, state, filter) {
  const list = el("ol", { class: "card rows" });
  const more = el("button", { type: "button", class: "button more", onclick: () => draw() }, "Show more");
  let shown = 0;
  const draw = () => {
    list.append(...rows.slice(shown, shown + PAGE).map((row) => listed(row, state, filter)));
    shown = Math.min(rows.length, shown + PAGE);
    more.hidden = shown >= rows.length;
    more.textContent = `Show more (${grouped(rows.length - shown)})`;
  };
  draw();
  new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && shown < rows.length && draw(), { rootMargin: "600px" }).observe(more);
  return rows.length ? [list, more] : [el("p", { class: "card note" }, "No episode matches.")];
}

function results(state, filter) {
  const rows = filtered(state, filter), sum = summarise(rows);
  const faults = sum.faults ? `; ${counted(sum.faults, "fault")} apart` : "";
  const text = `${counted(rows.length, "episode")}${rows.length < state.run.rows.length ? ` of ${grouped(state.run.rows.length)}` : ""}`;
  return [el("p", { class: "count", role: "status" }, el("b", {}, text),
    sum.success ? `: ${percent(sum.success.rate)} succeeded (95% interval ${interval(sum.success)})${faults}` : faults), rowsOf(rows, state, filter)];
}

function episodes(state, filter) {
  return [filterBar(state, filter), el("div", { id: "results" }, results(state, filter))];
}
