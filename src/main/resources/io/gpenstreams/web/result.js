import { element, moment, percent, count } from "./dom.js";
import { Comparison } from "./comparison.js";
import { facesSection } from "./faces.js";

const REASONS = {
  "no-face": "No face was found, so the photo was left as it is.",
  "all-faces-skipped": "Every face was left as it is, and so was the photo.",
};

/**
 * Shows one outcome in place of another.
 *
 * @param {HTMLElement} main
 * @param {{id: string, restored: ?Object, failed: ?Object}} outcome
 */
export function showResult(main, outcome) {
  const shown = outcome.failed === null ? photo(outcome.id, outcome.restored) : failure(outcome.failed);
  main.replaceChildren(...shown);
  main.scrollTop = 0;
}

function photo(id, event) {
  const base = `viewer/outcomes/${encodeURIComponent(id)}`;
  const restored = event.faces.filter((face) => face.outcome === "restored");
  const size = `${event.source.width} × ${event.source.height}`;
  const about = element(
    "p",
    { class: "about" },
    moment(event.restoredAt),
    ` · ${event.restored ? `${size} → ${event.restored.width} × ${event.restored.height}` : size}`,
    ` · ${event.model.name} on ${event.runtime?.device ?? "an unknown device"}`,
    event.timings ? ` · ${(event.timings.totalMs / 1000).toFixed(1)} s` : "",
  );
  const comparison = new Comparison(base, event);
  return [
    element("header", { class: "head" }, element("h2", {}, event.imageId), about),
    event.restored ? notice(event, restored) : unchanged(event),
    comparison.element,
    event.faces.length === 0 ? null : facesSection(base, event, comparison),
    technical(event),
  ].filter((part) => part !== null);
}

function notice(event, restored) {
  const most = restored.reduce((a, b) =>
    a.hallucination.synthesizedDetail >= b.hallucination.synthesizedDetail ? a : b,
  );
  const share = percent(most.hallucination.synthesizedDetail);
  const which =
    share === "0%"
      ? "less than 1% of the detail"
      : restored.length === 1
        ? `${share} of its detail`
        : `up to ${share} of a face’s detail`;
  const title =
    restored.length === 1
      ? "The restored face is an interpretation, not a record."
      : `The ${restored.length} restored faces are interpretations, not records.`;
  const how = event.model.generative
    ? `A model that has learned from other people’s faces filled in what the photo does not hold: ${which} is invented. Nobody should be identified by it.`
    : `The built-in model sharpens and has never learned a face: ${which} was not in the photo.`;
  return element(
    "aside",
    { class: "notice", "aria-label": "How far to trust this" },
    element("p", {}, element("strong", {}, title), " ", how),
    element(
      "dl",
      { class: "figures" },
      figure("Invention", event.hallucination.level, event.hallucination.score.toFixed(2)),
      figure("Confidence", (event.confidence ?? 0).toFixed(2), "of 1"),
    ),
  );
}

function figure(name, value, more) {
  return element(
    "div",
    {},
    element("dt", {}, name),
    element("dd", {}, element("strong", {}, value), " ", element("small", {}, more)),
  );
}

function unchanged(event) {
  const why = REASONS[event.reason] ?? `The photo was left as it is: ${event.reason}.`;
  return element("aside", { class: "notice plain" }, element("p", {}, why));
}

function technical(event) {
  const rows = [
    ["Original", `${event.source.bucket}/${event.source.key}`],
    ["Its SHA-256", event.source.sha256],
  ];
  if (event.restored) {
    rows.push(["Result", `${event.restored.bucket}/${event.restored.key}`]);
  }
  rows.push(
    ["Model", `${event.model.name}, ${event.model.precision}, ${event.model.generative ? "generative" : "not generative"}`],
    ["Its SHA-256", event.model.sha256],
    ["Ran on", `${event.runtime?.replica}, ${event.runtime?.provider}, gpen-streams ${event.runtime?.version}`],
  );
  if (event.provenance) {
    rows.push(["Labelled as", event.provenance.digitalSourceType]);
  }
  for (const [stage, ms] of Object.entries(event.timings ?? {})) {
    rows.push([`Time, ${stage.replace(/Ms$/, "")}`, `${ms} ms`]);
  }
  return element("details", { class: "technical" }, element("summary", {}, "Technical details"), table(rows));
}

function failure(letter) {
  const rows = [
    ["Stage", letter.error.stage],
    ["Attempts", String(letter.attempts)],
    ["Retryable", letter.error.retryable ? "yes, the same photo may succeed later" : "no"],
  ];
  if (letter.source) {
    rows.push(["Photo", `${letter.source.bucket}/${letter.source.key}`]);
  }
  return [
    element(
      "header",
      { class: "head" },
      element("h2", {}, letter.imageId ?? "A record without an image id"),
      element(
        "p",
        { class: "about" },
        moment(letter.failedAt),
        ` · given up after ${count(letter.attempts, "attempt", "attempts")}`,
      ),
    ),
    element(
      "aside",
      { class: "notice failed", "aria-label": "Failure" },
      element("p", {}, element("strong", { class: "failure" }, letter.error.code), " ", letter.error.message),
    ),
    table(rows),
  ];
}

function table(rows) {
  return element(
    "table",
    {},
    element(
      "tbody",
      {},
      ...rows.map(([name, value]) =>
        element("tr", {}, element("th", { scope: "row" }, name), element("td", {}, value)),
      ),
    ),
  );
}
