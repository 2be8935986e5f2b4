// The runs inside this file: an index of each is read at once, the details of episodes when they are looked at.
async function unpack(id) {
  const bytes = Uint8Array.from(atob(document.getElementById(id).textContent.trim()), (each) => each.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).json();
}

class Run {
  constructor(number, { run, rows, chunk }) {
    this.number = number;
    this.chunkSize = chunk;
    this.chunks = new Map();
    this.about = run;
    this.rows = rows.map((row, place) => ({ ...row, place, outcome: outcomeOf(row) }));
    this.byKey = new Map(this.rows.map((row) => [row.key, row]));
  }

  /** Steps, checks and so on of the episode at this place. */
  async detail(place) {
    const chunk = Math.floor(place / this.chunkSize);
    if (!this.chunks.has(chunk)) this.chunks.set(chunk, unpack(`chunk-${this.number}-${chunk}`));
    return (await this.chunks.get(chunk))[place % this.chunkSize];
  }

  /** The address of a screenshot; null for a name that is none. */
  frame(name) {
    if (name.startsWith("data:image/jpeg;base64,")) return name;
    return /^[\w-]+\.(?:jpg|png|webp)$/.test(name) ? this.about.frames + name : null;
  }
}

function outcomeOf(row) {
  if (row.success === null) return "fault";
  return row.success ? "success" : "failure";
}

/** How an episode compares with the same one of the other run: gained, lost, same, or unpaired. */
function changeOf(row, other) {
  const twin = other.byKey.get(row.key);
  if (!twin || twin.success === null || row.success === null) return "unpaired";
  if (twin.success === row.success) return "same";
  return row.success ? "gained" : "lost";
}
