// Rates with intervals. An episode that ended with an infrastructure failure is in none of them.
const Z = 1.959964;  // 95 %

/** Wilson's score interval of `k` successes among `n`; null without any. */
function wilson(k, n) {
  if (!n) return null;
  const rate = k / n, spread = Z * Z / n;
  const middle = (rate + spread / 2) / (1 + spread);
  const half = Z * Math.sqrt(rate * (1 - rate) / n + spread / (4 * n)) / (1 + spread);
  return { rate, low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}

const total = (numbers) => numbers.reduce((sum, number) => sum + number, 0);
const mean = (numbers) => numbers.length ? total(numbers) / numbers.length : null;

function median(numbers) {
  if (!numbers.length) return null;
  const sorted = [...numbers].sort((a, b) => a - b), half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** What a set of episodes comes to. */
function summarise(rows) {
  const judged = rows.filter((row) => row.success !== null);
  const share = (claim) => judged.length ? judged.filter(claim).length / judged.length : null;
  const successes = judged.filter((row) => row.success).length;
  return {
    episodes: rows.length,
    judged: judged.length,
    successes,
    faults: rows.length - judged.length,
    retries: total(rows.map((row) => row.retries)),
    success: wilson(successes, judged.length),
    steps: mean(judged.map((row) => row.steps)),
    stepSeconds: median(judged.map((row) => row.step_s).filter((value) => value != null)),
    resetSeconds: median(judged.map((row) => row.reset_s).filter((value) => value != null)),
    progress: mean(judged.map((row) => row.progress).filter((value) => value != null)),
    falseCompletion: share((row) => !row.success && row.ended_by === "done"),
    wrongGiveUp: share((row) => !row.success && row.ended_by === "give_up"),
    rightGiveUp: share((row) => row.success && row.ended_by === "give_up"),
    sideEffects: share((row) => row.side_effects > 0),
    outOfSteps: share((row) => !row.success && row.ended_by === "step limit"),
    tokens: total(rows.map((row) => row.tokens ?? 0)),
    cost: total(rows.map((row) => row.cost ?? 0)),
  };
}

/** Rows by each value that `valuesOf` gives for them; a row may be in several groups. */
function groupBy(rows, valuesOf) {
  const groups = new Map();
  for (const row of rows) {
    for (const value of valuesOf(row)) {
      if (!groups.has(value)) groups.set(value, []);
      groups.get(value).push(row);
    }
  }
  return groups;
}

const byFrequency = (groups) =>
  [...groups].sort(([a, x], [b, y]) => y.length - x.length || a.localeCompare(b));

/** Exact two-sided McNemar test: how often a split as uneven as this comes by chance. */
function mcnemar(gained, lost) {
  const n = gained + lost, least = Math.min(gained, lost);
  if (!n) return 1;
  let term = 0.5 ** n, sum = 0;
  if (term === 0) return normalTail((Math.abs(gained - lost) - 1) / Math.sqrt(n));  // over a thousand pairs
  for (let k = 0; k <= least; k++) {
    sum += term;
    term *= (n - k) / (k + 1);
  }
  return Math.min(1, 2 * sum);
}

/** Both tails of the normal distribution beyond z (Abramowitz and Stegun 26.2.17). */
function normalTail(z) {
  const t = 1 / (1 + 0.2316419 * Math.max(0, z));
  const series = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return 2 * Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI) * series;
}
