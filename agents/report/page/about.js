// What was asked, and with which versions.
function flattened(value, prefix = "") {
  return Object.entries(value ?? {}).flatMap(([name, each]) => {
    const path = prefix ? `${prefix}.${name}` : name;
    if (each && typeof each === "object" && !Array.isArray(each)) return flattened(each, path);
    return [[path, Array.isArray(each) ? each.join(", ") : String(each ?? "–")]];
  });
}

function about({ run, other }) {
  const those = new Map(flattened(other?.about.settings));
  const lines = flattened(run.about.settings).map(([name, value]) =>
    el("tr", { class: other && those.get(name) !== value ? "differs" : "" }, el("th", { scope: "row" }, name), el("td", {}, value), other && el("td", {}, those.get(name) ?? "–")));
  return [card("The run", table(["", run.about.label, ...other ? [other.about.label] : []], lines, { caption: "Settings and versions" }))];
}
