// The first page: headline numbers, plots and tables.
const DIMENSIONS = {
  family: { title: "Family", of: (row) => [row.task] },
  kind: { title: "Kind", of: (row) => row.kind ? [row.kind] : [] },
  level: { title: "Level", of: (row) => row.level ? [row.level] : [] },
  app: { title: "App", of: (row) => row.apps },
  suite: { title: "Suite", of: (row) => row.suites },
  agent: { title: "Agent", of: (row) => [row.agent] },
  variant: { title: "Options", of: (row) => row.variant ? [row.variant] : [] },
};

const episodesRoute = (filter) => `/episodes?${new URLSearchParams(filter)}`;
const by = (rows, name) => groupBy(rows, DIMENSIONS[name].of);

function figure(label, value, detail, route) {
  const content = [el("dt", {}, label), el("dd", {}, el("b", {}, value), detail && el("small", {}, detail))];
  return el("div", { class: "figure" }, route ? link(route, {}, content) : content);
}

function headline(rows) {
  const sum = summarise(rows);
  const ended = (ended_by) => episodesRoute({ outcome: "failure", ended: ended_by });
  return el("dl", { class: "card figures" },
    figure("Success", percent(sum.success?.rate), sum.success && `95% interval ${interval(sum.success)}`),
    figure("Episodes", grouped(sum.episodes), `${grouped(sum.successes)} of ${grouped(sum.judged)} succeeded`, "/episodes"),
    figure("Mean steps", decimal(sum.steps), sum.stepSeconds != null && `${duration(sum.stepSeconds)} each`),
    sum.progress != null && figure("Progress", whole(sum.progress), "checks passed, on average"),
    figure("Said done, was not", percent(sum.falseCompletion), "false completion", episodesRoute({ outcome: "failure", ended: "done" })),
    figure("Side effects", percent(sum.sideEffects), "changed what it should not", episodesRoute({ effects: "yes" })),
    figure("Gave up wrongly", percent(sum.wrongGiveUp), `rightly ${percent(sum.rightGiveUp)}`, ended("give_up")),
    figure("Out of steps", percent(sum.outOfSteps), "reached the step limit", ended("step limit")),
    figure("Faults", grouped(sum.faults), sum.retries ? `${sum.retries} retried` : "apart, never scored", episodesRoute({ outcome: "fault" })),
    sum.tokens > 0 && figure("Tokens", grouped(sum.tokens), sum.cost ? `$${sum.cost.toFixed(2)}` : null));
}

function groupTable(rows, name, other) {
  const groups = [...by(rows, name)];
  if (name !== "agent") groups.sort(([a], [b]) => a.localeCompare(b, "en", { numeric: true }));
  const others = other && by(other.rows, name);
  const head = [DIMENSIONS[name].title, "Episodes", "Success", "95% interval", ...other ? ["Other run", "Difference"] : [],
    "Steps", "False done", "Side effects", "Out of steps", "Step", "Reset", "Faults"];
  const lines = groups.map(([value, members]) => {
    const sum = summarise(members), that = others && summarise(others.get(value) ?? []).success;
    const difference = that && sum.success ? sum.success.rate - that.rate : null;
    return el("tr", {},
      el("th", { scope: "row" }, link(episodesRoute({ [name]: value }), {}, value)),
      [grouped(sum.episodes), percent(sum.success?.rate)].map((text) => el("td", {}, text)),
      el("td", { class: "wilson" }, intervalBar(sum.success, { other: that }), el("span", {}, sum.success ? interval(sum.success) : "–")),
      other && [percent(that?.rate), signed(difference)].map((text) => el("td", {}, text)),
      [decimal(sum.steps), percent(sum.falseCompletion), percent(sum.sideEffects), percent(sum.outOfSteps),
        duration(sum.stepSeconds), duration(sum.resetSeconds), grouped(sum.faults)].map((text) => el("td", {}, text)));
  });
  return table(head, lines, { caption: `Results by ${DIMENSIONS[name].title.toLowerCase()}` });
}

const signed = (rate) => rate == null ? "–" : `${rate > 0 ? "+" : rate < 0 ? "−" : "±"}${Math.abs(Math.round(1000 * rate) / 10)} pts`;

/** Tabs of tables; a dimension with one value alone tells nothing and has none. */
function tables(rows, other) {
  const several = Object.keys(DIMENSIONS).filter((name) => by(rows, name).size > 1);
  const names = several.length ? several : ["family"];
  const place = el("div", { role: "tabpanel", id: "group" });
  const tabs = names.map((name) => el("button", { role: "tab", type: "button", "aria-controls": "group", onclick: () => choose(name) }, DIMENSIONS[name].title));
  const choose = (name) => {
    tabs.forEach((tab, at) => {
      tab.setAttribute("aria-selected", names[at] === name);
      tab.tabIndex = names[at] === name ? 0 : -1;
    });
    place.replaceChildren(groupTable(rows, name, other));
  };
  const list = el("div", { class: "tabs", role: "tablist", "aria-label": "Results by" }, tabs);
  list.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = (tabs.indexOf(document.activeElement) + step + tabs.length) % tabs.length;
    choose(names[next]);
    tabs[next].focus();
    event.stopPropagation();
  });
  choose(names.includes("agent") ? "agent" : names[0]);
  return card("Results by", list, place,
    el("p", { class: "note" }, "Intervals are Wilson's at 95%. Step and Reset are medians under the load of the run. Faults are infrastructure failures and are left out of all other numbers."));
}

function failedChecks(rows) {
  const checks = byFrequency(groupBy(rows, (row) => row.failed));
  return card("Checks that failed most often", checks.length
    ? countChart(checks, { routeOf: (check) => episodesRoute({ check }) })
    : el("p", { class: "note" }, "No check failed."));
}

function refusals(rows) {
  const errors = byFrequency(groupBy(rows, (row) => row.errors));
  return card("Refused actions", errors.length
    ? [el("p", { class: "note" }, "Episodes in which an action was refused, by reason."), countChart(errors, { routeOf: (error) => episodesRoute({ error }) })]
    : el("p", { class: "note" }, "No action was refused."));
}

function comparison(run, other) {
  const changes = groupBy(run.rows, (row) => [changeOf(row, other)]);
  const number = (name) => (changes.get(name) ?? []).length;
  const here = summarise(run.rows), there = summarise(other.rows);
  const p = mcnemar(number("gained"), number("lost"));
  return card("Against the other run",
    el("p", { class: "versus" }, el("span", { class: "key this" }, run.about.label), ` ${percent(here.success?.rate)} (${here.success ? interval(here.success) : "–"})`,
      el("span", { class: "key other" }, other.about.label), ` ${percent(there.success?.rate)} (${there.success ? interval(there.success) : "–"})`),
    el("ul", { class: "plain" },
      ["gained", "lost", "same", "unpaired"].map((name) => el("li", {}, link(episodesRoute({ change: name }), {}, counted(number(name), "episode")), ` ${CHANGES[name]}`))),
    el("p", { class: "note" }, number("gained") + number("lost")
      ? `Of the pairs that differ, a split as uneven has probability ${p < 0.001 ? "below 0.001" : p.toFixed(3)} if the runs are equally good (exact McNemar test).`
      : "No pair of episodes differs in its verdict."),
    versionNote(run, other));
}

const CHANGES = {
  gained: "succeeded here and not there",
  lost: "failed here and succeeded there",
  same: "with the same verdict in both",
  unpaired: "without a verdict in the other run",
};

function versionNote(run, other) {
  const differing = Object.keys(run.about.versions)
    .filter((name) => name in other.about.versions && run.about.versions[name] !== other.about.versions[name]);
  return differing.length > 0 && el("p", { class: "warning" }, `Versions differ, so the numbers may not be comparable: ${differing.map((name) =>
    `${name} ${run.about.versions[name]} (other ${other.about.versions[name]})`).join(", ")}.`);
}

function overview({ run, other }) {
  const rows = run.rows, agents = by(rows, "agent");
  const families = [...by(rows, "family")].sort(([a, x], [b, y]) =>
    (summarise(x).success?.rate ?? 2) - (summarise(y).success?.rate ?? 2) || a.localeCompare(b));
  const others = other && by(other.rows, "family");
  const subjects = families.length === 1 && agents.size > 1 ? ["agent", [...agents]] : ["family", families];
  const room = subjects[1].length < 7 ? 2 : subjects[1].length < 21 ? 1 : 0;  // for cards below the plot
  return [
    run.about.notice && el("p", { class: "warning" }, run.about.notice),
    agents.size > 1 ? null : headline(rows),
    other && comparison(run, other),
    agents.size > 1 && tables(rows, other),
    el("div", { class: "columns" },
      el("div", {}, card(`Success by ${subjects[0]}`, intervalChart(subjects[1], { routeOf: (name) => episodesRoute({ [subjects[0]]: name }), others: subjects[0] === "family" ? others : null }),
        el("p", { class: "note" }, "Dot: share of episodes that succeeded. Line: 95% interval.")),
      room === 2 && failedChecks(rows), room === 1 && refusals(rows)),
      el("div", {}, card("Steps", stepsHistogram(rows)), room < 2 && failedChecks(rows), room !== 1 && refusals(rows))),
    agents.size > 1 ? null : tables(rows, other),
  ];
}
