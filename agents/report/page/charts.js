// Plots as inline SVG, with the same numbers in words for those who cannot see them.
const PLOT = 1000;  // the width of a rate of 1 in user units of an interval's drawing

/** A line from `low` to `high` with a dot at the rate, on a track from 0 to 1. */
function intervalBar(bounds, { other } = {}) {
  const mark = (each, height, kind) => each && [
    svg("line", { x1: each.low * PLOT, x2: each.high * PLOT, y1: height, y2: height, class: `range ${kind}` }),
    svg("line", { x1: each.rate * PLOT, x2: each.rate * PLOT + 0.01, y1: height, y2: height, class: `dot ${kind}` }),
  ];
  const words = bounds ? `${whole(bounds.rate)}, 95% interval ${interval(bounds)}` : "no verdicts";
  return svg("svg", { class: "interval", viewBox: `0 0 ${PLOT} 20`, preserveAspectRatio: "none", role: "img", "aria-label": words },
    [0, 0.25, 0.5, 0.75, 1].map((at) => svg("line", { x1: at * PLOT, x2: at * PLOT, y1: 0, y2: 20, class: "tick" })),
    mark(other, 15, "other"), mark(bounds, other ? 6 : 10, "this"));
}

/** Rows of a name, an interval and a number; each leads to its episodes. */
function intervalChart(groups, { routeOf, others }) {
  return el("div", { class: "bars intervals" }, groups.map(([name, rows]) => {
    const { success, judged, successes, faults } = summarise(rows);
    const other = others && summarise(others.get(name) ?? []).success;
    const note = faults ? `${successes} of ${judged}, ${counted(faults, "fault")}` : `${successes} of ${judged}`;
    return link(routeOf(name), { class: "bar", title: `${name}: ${success ? interval(success) : "no verdicts"}` },
      el("span", { class: "name" }, name), intervalBar(success, { other }),
      el("span", { class: "value" }, whole(success?.rate)), el("span", { class: "soft" }, note));
  }));
}

/** Rows of a name, a bar as long as its count, and the count; each leads to its episodes. */
function countChart(groups, { routeOf, limit = 12 }) {
  const shown = groups.slice(0, limit), most = Math.max(1, ...shown.map(([, rows]) => rows.length));
  return el("div", { class: "bars" }, shown.map(([name, rows]) =>
    link(routeOf(name), { class: "bar", title: name },
      el("span", { class: "name" }, name),
      svg("svg", { class: "length", viewBox: "0 0 100 10", preserveAspectRatio: "none", "aria-hidden": "true" },
        svg("rect", { x: 0, y: 0, width: 100 * rows.length / most, height: 10 })),
      el("span", { class: "value" }, grouped(rows.length)))),
    groups.length > limit && el("p", { class: "note" }, `and ${groups.length - limit} more`));
}

/** How many steps episodes took: successes below, failures on top. */
function stepsHistogram(rows) {
  const judged = rows.filter((row) => row.success !== null);
  const most = Math.max(1, ...judged.map((row) => row.steps));
  const width = Math.max(1, Math.ceil((most + 1) / 24)), bins = Math.floor(most / width) + 1;
  const counts = Array.from({ length: bins }, () => [0, 0]);
  for (const row of judged) counts[Math.floor(row.steps / width)][row.success ? 0 : 1] += 1;
  const top = Math.max(1, ...counts.map(([won, lost]) => won + lost));
  const [left, high, each] = [34, 130, 500 / bins];
  const y = (count) => 10 + high - high * count / top;
  const label = (at) => width === 1 ? `${at}` : `${at * width}–${at * width + width - 1}`;
  const bars = counts.map(([won, lost], at) => svg("g", {},
    svg("title", {}, `${label(at)} steps: ${won} succeeded, ${lost} failed`),
    svg("rect", { class: "won", x: left + at * each + 1, y: y(won), width: Math.max(1, each - 2), height: 10 + high - y(won) }),
    svg("rect", { class: "lost", x: left + at * each + 1, y: y(won + lost), width: Math.max(1, each - 2), height: y(won) - y(won + lost) })));
  const every = Math.ceil(bins / 10);
  const middle = median(judged.map((row) => row.steps));
  return el("figure", {},
    svg("svg", { class: "histogram", viewBox: "0 0 540 172", role: "img", "aria-label": `Steps of ${judged.length} episodes; the median is ${decimal(middle)}` },
      [0, top].map((count) => svg("text", { x: left - 6, y: y(count) + 4, "text-anchor": "end" }, count)),
      svg("line", { x1: left, x2: left + 500, y1: 10 + high, y2: 10 + high, class: "axis" }), bars,
      counts.map((_, at) => at % every === 0 && svg("text", { x: left + (at + 0.5) * each, y: 156, "text-anchor": "middle" }, at * width))),
    el("figcaption", {}, el("span", { class: "key won" }, "succeeded"), el("span", { class: "key lost" }, "failed"),
      `steps of an episode; median ${decimal(middle, 0)}`));
}
