import { element, percent, bar, count } from "./dom.js";

const REASONS = {
  "low-detection-confidence": "it may not be a face",
  "too-small": "it is too small",
  "already-sharp": "it is sharp already",
  "over-max-faces": "there are more faces than may be restored",
};
const REASONS_OF_MORE = {
  "low-detection-confidence": "they may not be faces",
  "too-small": "they are too small",
  "already-sharp": "they are sharp already",
  "over-max-faces": "there are more faces than may be restored",
};
const REGIONS = {
  leftEye: "Left eye",
  rightEye: "Right eye",
  nose: "Nose",
  mouth: "Mouth",
  skin: "Skin",
};
const PLACES = {
  leftEye: "at the left eye",
  rightEye: "at the right eye",
  nose: "at the nose",
  mouth: "at the mouth",
  skin: "on the skin",
};
/** From which on a value is worth a sentence, as in docs/hallucination.md. */
const WORTH_SAYING = 0.1;
const THUMBNAIL = 96;

/** The faces of a photo: a card for each restored one, and all about the chosen one. */
export function facesSection(base, event, comparison) {
  const restored = event.faces.filter((face) => face.outcome === "restored");
  const skipped = event.faces.filter((face) => face.outcome !== "restored");
  const omitted = Object.entries(event.facesOmitted ?? {});
  const more = omitted.reduce((sum, [, faces]) => sum + faces, 0);
  const panel = element("div", { class: "panel", id: "face" });
  const cards = restored.map((face) => card(face));
  const choose = (place, look) => {
    cards.forEach((each, other) => each.setAttribute("aria-pressed", String(other === place)));
    panel.replaceChildren(...about(base, restored[place], event, comparison));
    if (look) {
      lookAt(comparison, restored[place]);
    }
  };
  cards.forEach((each, place) => each.addEventListener("click", () => choose(place, true)));
  const section = element(
    "section",
    { class: "faces", "aria-label": "Faces" },
    element("h3", {}, count(event.faces.length + more, "face", "faces")),
  );
  if (restored.length > 0) {
    const worst = restored.reduce((most, face, place) =>
      face.hallucination.score > restored[most].hallucination.score ? place : most, 0);
    section.append(panel);
    if (restored.length > 1) {
      section.append(element("div", { class: "cards" }, ...cards));
    }
    choose(worst, false);
    comparison.whenLoaded((before, after) =>
      cards.forEach((each, place) => {
        const pair = each.querySelectorAll("canvas");
        draw(pair[0], before, event.source, restored[place].box);
        draw(pair[1], after, event.source, restored[place].box);
      }),
    );
  }
  if (skipped.length + more > 0) {
    section.append(skippedList(skipped, omitted, skipped.length + more));
  }
  return section;
}

function card(face) {
  const share = percent(face.hallucination.synthesizedDetail);
  return element(
    "button",
    { type: "button", class: "card", "aria-pressed": "false", "aria-controls": "face" },
    element(
      "span",
      { class: "pair", "aria-hidden": "true" },
      element("canvas", { width: THUMBNAIL, height: THUMBNAIL }),
      element("canvas", { width: THUMBNAIL, height: THUMBNAIL }),
    ),
    element("span", { class: "title" }, `Face ${face.index + 1}`),
    element("span", { class: "share" }, `Interpretation, ${share} invented`),
    bar(face.hallucination.synthesizedDetail, "invented"),
  );
}

function draw(canvas, photo, source, box) {
  // The restored photo may be larger than the original that boxes are measured in.
  const scale = photo.naturalWidth / source.width;
  const side = 1.25 * Math.max(box.width, box.height);
  const x = box.x + box.width / 2 - side / 2;
  const y = box.y + box.height / 2 - side / 2;
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.drawImage(photo, x * scale, y * scale, side * scale, side * scale, 0, 0, canvas.width, canvas.height);
}

function lookAt(comparison, face) {
  comparison.show(face);
  comparison.stage.scrollIntoView({ block: "nearest" });
}

function about(base, face, event, comparison) {
  const { restoration, hallucination } = face;
  const share = percent(hallucination.synthesizedDetail);
  const name = `Face ${face.index + 1}`;
  const said = `Interpretation: ${share} of this face’s detail is invented`;
  const parts = [];
  if (face.crop) {
    parts.push(
      element(
        "figure",
        { class: "crop" },
        element("img", {
          src: `${base}/faces/${face.index}`,
          alt: `${name} as the model restored it, an interpretation`,
          width: event.model.size,
          height: event.model.size,
        }),
        element("figcaption", {}, said),
      ),
    );
  }
  const resolution = restoration.effectiveResolution;
  parts.push(
    element(
      "div",
      { class: "measures" },
      element("h4", {}, name),
      face.crop ? null : element("p", { class: "said" }, said),
      element(
        "p",
        {},
        `The original holds the detail of about ${resolution} × ${resolution} pixels here; the model drew ${event.model.size} × ${event.model.size}, ${restoration.upsampling.toFixed(1)} times as many on each side.`,
      ),
      largest(hallucination),
      element(
        "dl",
        { class: "bars" },
        ...measure("Confidence", restoration.confidence, "trusted"),
        ...measure(`Hallucination score, ${hallucination.level}`, hallucination.score, "invented"),
        ...measure("Could be somebody else’s", hallucination.identityRisk, "invented"),
        ...measure("Invented detail", hallucination.synthesizedDetail, "invented"),
        ...measure("Contradicts the original", hallucination.inconsistency, "invented"),
        ...measure("Changed colour", hallucination.colourChange, "recoloured"),
        ...measure("Lost detail", hallucination.lostDetail, "lost"),
        ...measure("Another answer when mirrored", hallucination.instability, "invented"),
        ...measure("Same person, by the identity model", positive(hallucination.identitySimilarity), "trusted"),
        ...measure("Sure that it is a face", face.detection?.confidence ?? 0, "trusted"),
      ),
      element("h5", {}, "Invented structure by region"),
      element(
        "dl",
        { class: "bars" },
        ...Object.entries(REGIONS)
          .filter(([region]) => region in (hallucination.regions ?? {}))
          .flatMap(([region, title]) => measure(title, hallucination.regions[region], "invented")),
      ),
      element(
        "p",
        { class: "tools" },
        element("button", { type: "button", click: () => lookAt(comparison, face) }, "Find it in the photo"),
      ),
    ),
  );
  return parts;
}

/** What the largest value of a face means; nothing for events that do not have these measures. */
function largest(hallucination) {
  const values = {
    score: hallucination.score,
    identityRisk: hallucination.identityRisk,
    colourChange: hallucination.colourChange,
    lostDetail: hallucination.lostDetail,
    instability: hallucination.instability,
  };
  if (typeof values.identityRisk !== "number") {
    return null;
  }
  const [kind, value] = Object.entries(values)
    .filter(([, each]) => typeof each === "number")
    .reduce((most, each) => (each[1] > most[1] ? each : most));
  const text = value < WORTH_SAYING ? "Nearly all that is seen here is in the original." : sentence(kind, value, hallucination);
  return element("p", { class: "largest" }, element("strong", {}, text));
}

function sentence(kind, value, hallucination) {
  const regions = Object.entries(hallucination.byRegion ?? {}).filter(
    ([region, measures]) => region in PLACES && typeof measures[kind] === "number",
  );
  const [where, there] = regions.reduce(
    (most, [region, measures]) => (measures[kind] > most[1] ? [region, measures[kind]] : most),
    ["", 0],
  );
  const most = where === "" ? "" : `, most of all ${PLACES[where]} (${percent(there)})`;
  const share = percent(value);
  return {
    score: `${share} of what is seen is the model’s and not the original’s${most}.`,
    identityRisk: `${share} of what this person would be recognised by is the model’s: it could be somebody else’s${most}.`,
    colourChange: `The colours are not the original’s${most}.`,
    lostDetail: `${share} of the detail that the original holds is gone${most}.`,
    instability: `The mirrored photo gives another face: ${share} was decided by the model alone${most}.`,
  }[kind];
}

// Opposite vectors are as unlike as unrelated ones.
function positive(cosine) {
  return typeof cosine === "number" ? Math.max(0, cosine) : cosine;
}

function measure(name, share, kind) {
  if (typeof share !== "number") {
    return [];
  }
  return [
    element("dt", {}, name),
    element("dd", {}, bar(share, kind), element("span", {}, percent(share))),
  ];
}

function skippedList(skipped, omitted, all) {
  return element(
    "details",
    { class: "skipped" },
    element("summary", {}, `${count(all, "face", "faces")} left as in the original`),
    element(
      "ul",
      {},
      ...skipped.map((face) =>
        element("li", {}, `Face ${face.index + 1}: ${REASONS[face.reason] ?? face.reason}`),
      ),
      ...omitted.map(([reason, faces]) =>
        element("li", {}, `And ${count(faces, "more face", "more faces")}: ${because(reason, faces)}`),
      ),
    ),
  );
}

function because(reason, faces) {
  return (faces === 1 ? REASONS : REASONS_OF_MORE)[reason] ?? reason;
}
