// The page of one episode, alone or beside the same one of another run.
function checksOf(detail) {
  return detail.checks.length > 0 && el("ul", { class: "checks" }, detail.checks.map((check) =>
    el("li", { class: check.passed ? "passed" : "failed" }, el("span", { class: "mark" }, check.passed ? "passed" : "failed"),
      el("span", {}, el("span", { class: "claim" }, check.name), check.kind && check.kind !== "goal" && el("span", { class: "tag" }, check.kind),
        check.detail && el("span", { class: "detail" }, check.detail)))));
}

const bullets = (title, lines) => lines?.length > 0 && card(title, el("ul", { class: "plain lines" }, lines.map((line) => el("li", {}, line))));

function fault(row, detail) {
  return detail.infra_error && el("section", { class: "card faulty" }, el("h2", {}, "Infrastructure failure"),
    el("p", {}, detail.infra_error), el("p", { class: "note" }, "This is no failure of the agent: the episode is not scored."),
    detail.traceback && el("details", { open: true }, el("summary", {}, "Traceback"), el("pre", { tabindex: 0 }, detail.traceback)));
}

/** The text of a message in the shapes that vendors use; anything else as JSON. */
function textOf(message) {
  const content = message.text ?? message.content;
  if (typeof content === "string") return content;
  const isText = (block) => typeof block?.text === "string";
  if (Array.isArray(content) && content.length && content.every(isText)) return content.map((block) => block.text).join("\n\n");
  return JSON.stringify(message, null, 2);
}

function transcript(detail) {
  if (!detail.transcript?.length) return null;
  return card("Transcript", el("ol", { class: "transcript" }, detail.transcript.map((message) => {
    const text = textOf(message);
    const long = text.length > 1500;
    const body = el("pre", { tabindex: 0 }, text);
    return el("li", { class: `message ${/^\w+$/.test(message.role ?? "") ? message.role : ""}` }, el("b", {}, message.role ?? "message"),
      long ? el("details", {}, el("summary", {}, `${text.slice(0, 160)} … (${grouped(text.length)} characters)`), body) : body);
  })));
}

function factsOf(row) {
  const facts = [["Agent", row.agent], ["Seed", row.seed], ["Options", row.variant], ["Kind", row.kind], ["Level", row.level],
    ["Apps", row.apps.join(", ")], ["Ended by", row.ended_by], ["Answer", row.answer], ["Steps", row.steps], ["Reward", Number((row.reward ?? 0).toFixed(4))],
    ["Time", duration(row.wall_s)], ["Retried", row.retries || null], ["Tokens", row.tokens && grouped(row.tokens)], ["Cost", row.cost && `$${row.cost.toFixed(4)}`]];
  return el("dl", { class: "facts-list" }, facts.filter(([, value]) => value != null && value !== "")
    .map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value))));
}

function besideOther(state, row, detail, twin, that) {
  const differsAt = detail.steps.findIndex((step, at) => step.action !== that.steps[at]?.action);
  const column = (run, each, its) => el("section", { class: "card" }, el("h2", {}, run.about.label, " ", badge(each.outcome)),
    el("p", { class: "note" }, `${each.agent}, ${counted(each.steps, "step")}, ended by ${each.ended_by}`), checksOf(its),
    el("ol", { class: "moments alone" }, its.steps.map((step, at) => el("li", { class: at === differsAt ? "moment differs" : "moment" }, actionLine(step, at, { mark: at === differsAt && "first action that differs" })))));
  return el("div", { class: "columns even" }, column(state.run, row, detail), column(state.other, twin, that));
}

function neighbours(state, row, filter) {
  const rows = filtered(state, filter), at = rows.findIndex((each) => each.place === row.place);
  const to = (each, name, key) => each ? link(episodeRoute(each, filter), { class: "button", rel: name, accesskey: key }, name === "prev" ? "← Previous" : "Next →") : null;
  return el("nav", { class: "around", "aria-label": "Episodes" }, link(episodesRoute(without(filter)), { class: "button", rel: "up" }, "All episodes"),
    el("span", { class: "soft" }, at >= 0 && `${grouped(at + 1)} of ${grouped(rows.length)}`), to(rows[at - 1], "prev"), to(rows[at + 1], "next"));
}

async function episode(state, place, filter) {
  const row = state.run.rows[place];
  if (!row) return [el("p", { class: "card note" }, "There is no such episode.")];
  const detail = await state.run.detail(place), twin = state.other?.byKey.get(row.key);
  const that = twin && await state.other.detail(twin.place);
  return [
    neighbours(state, row, filter),
    el("section", { class: "card verdict" }, el("p", { class: "id" }, badge(row.outcome), el("span", {}, row.task)),
      el("h2", { class: "goal" }, row.goal || "(no page was reached)"), factsOf(row), !twin && checksOf(detail)),
    fault(row, detail),
    bullets("Side effects", detail.side_effects),
    twin && besideOther(state, row, detail, twin, that),
    player(state.run, detail),
    bullets("Rows that changed", detail.changes),
    transcript(detail),
  ];
}
