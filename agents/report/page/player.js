// The steps of an episode beside the screenshot, or the outline, of the page that each was taken on.
function actionLine(step, at, { mark } = {}) {
  return [el("span", { class: "number" }, at + 1), el("span", { class: "act" },
    el("code", {}, step.action), step.target && el("span", { class: "target" }, step.target),
    step.error && el("span", { class: "error" }, step.error),
    step.reward !== 0 && step.reward != null && el("span", { class: "reward" }, `reward ${Number(step.reward.toFixed(4))}`),
    mark && el("span", { class: "target" }, mark)),
  el("span", { class: "soft", title: "seconds in the environment" }, duration(step.wall_s),
    step.agent_s >= 1 && el("span", { class: "thought", title: "seconds until the agent answered" }, duration(step.agent_s)))];
}

function sceneOf(run, detail, at) {
  const name = detail.frames?.[at], address = name && run.frame(name);
  const caption = el("figcaption", {}, at < detail.steps.length ? `Before step ${at + 1}` : "The end",
    at > 0 && el("span", { class: "soft" }, ` · ${detail.steps[at - 1].url}`));
  if (!address) return el("figure", {}, el("pre", { tabindex: 0 }, detail.outlines?.[at] ?? "This page was not recorded."), caption);
  const image = el("img", { src: address, alt: `The page ${caption.textContent}`, loading: "lazy" });
  image.addEventListener("error", () => image.replaceWith(el("p", { class: "missing" }, `The screenshot ${name} is not beside this file.`)));
  const enlarge = el("button", { type: "button", class: "enlarge", title: "Enlarge", onclick: () => showLarge(address, image.alt) }, image);
  return el("figure", {}, enlarge, caption);
}

function showLarge(address, alt) {
  const dialog = document.getElementById("picture");
  dialog.replaceChildren(el("form", { method: "dialog" }, el("button", { class: "enlarge", title: "Close" }, el("img", { src: address, alt }))));
  dialog.showModal();
}

/** Steps to choose from; the chosen one's page is shown. Arrow keys move through them. */
function player(run, detail) {
  const hasPages = detail.frames?.length > 0 || detail.outlines?.length > 0;
  const scene = el("div", { class: "scene", "aria-live": "polite" });
  const moments = [...detail.steps.map((step, at) => el("button", { type: "button", class: "moment", onclick: () => choose(at) }, actionLine(step, at))),
    hasPages && el("button", { type: "button", class: "moment", onclick: () => choose(detail.steps.length) }, el("span", { class: "number" }, "✓"), el("span", { class: "act" }, "The end"))].filter(Boolean);
  const list = el("ol", { class: hasPages ? "moments" : "moments alone" }, moments.map((moment) => el("li", {}, moment)));
  const choose = (at) => {
    moments.forEach((moment, place) => moment.setAttribute("aria-current", place === at ? "step" : "false"));
    if (hasPages) scene.replaceChildren(sceneOf(run, detail, at));
  };
  list.addEventListener("keydown", (event) => {
    const move = { ArrowDown: 1, ArrowUp: -1, Home: -moments.length, End: moments.length }[event.key];
    if (!move) return;
    event.preventDefault();
    event.stopPropagation();
    const next = Math.min(moments.length - 1, Math.max(0, moments.indexOf(document.activeElement) + move));
    moments[next].focus();
    choose(next);
  });
  if (moments.length) choose(hasPages ? moments.length - 1 : -1);
  const title = `${counted(detail.steps.length, "step")}`;
  return card(title, moments.length ? el("div", { class: hasPages ? "player" : "" }, hasPages && scene, list) : el("p", { class: "note" }, "No action was taken."));
}
