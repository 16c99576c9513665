import { element, percent } from "./dom.js";

/** How much of the photo is seen around a face, in heights of its box. */
const AROUND_FACE = 2.2;
const TRIES = 5;
const RETRY_MS = 2000;

/**
 * The photo before and after, one over the other, with a slider between them and the map of what
 * was invented. Everything is placed in shares of the view, a rectangle of the original's pixels, so
 * that a face can be looked at as closely as the whole.
 */
export class Comparison {
  /**
   * @param {string} base address of the outcome
   * @param {Object} event
   */
  constructor(base, event) {
    this.event = event;
    this.whole = { x: 0, y: 0, width: event.source.width, height: event.source.height };
    this.view = this.whole;
    this.selected = null;
    this.layers = [];
    this.boxes = new Map();
    this.loads = new Map();
    const faces = event.faces.filter((face) => face.outcome === "restored").length;
    this.before = this.picture(`${base}/original`, `Original photo ${event.imageId}`);
    this.stage = element("div", { class: "stage" }, this.before);
    this.stage.style.setProperty("--ratio", `${this.whole.width / this.whole.height}`);
    this.problem = element("p", { class: "problem", role: "alert", hidden: true });
    this.tools = element("div", { class: "tools" });
    if (event.restored) {
      this.addAfter(base, faces);
    }
    this.zoomOut = this.tool("Whole photo", () => this.show(null));
    this.zoomOut.hidden = true;
    this.element = element(
      "figure",
      { class: "comparison" },
      this.stage,
      this.problem,
      element("figcaption", {}, this.tools),
    );
    this.place();
  }

  addAfter(base, faces) {
    const event = this.event;
    this.after = this.picture(
      `${base}/restored`,
      `Photo ${event.imageId} with ${faces} restored ${faces === 1 ? "face, an interpretation" : "faces, each an interpretation"}`,
    );
    this.veil = element("div", { class: "after" }, this.after);
    this.marks = element("div", { hidden: true });
    this.outline = element("div", { class: "mark selected", hidden: true });
    this.slider = element("input", {
      type: "range",
      class: "slider",
      min: "0",
      max: "100",
      value: "50",
      "aria-label": "Share of the original that is shown; the rest is restored",
      input: () => this.slide(),
    });
    this.stage.append(
      this.veil,
      element("span", { class: "label left", "aria-hidden": "true" }, "Original"),
      element("span", { class: "label right", "aria-hidden": "true" }, "Interpretation"),
      this.outline,
      this.marks,
      this.slider,
      element("div", { class: "divider", "aria-hidden": "true" }),
    );
    if (event.hallucination.map) {
      this.addMap(base);
    }
    for (const face of event.faces.filter((each) => each.outcome === "restored")) {
      const share = percent(face.hallucination.synthesizedDetail);
      const mark = element("div", { class: "mark" }, element("span", {}, share));
      this.boxes.set(mark, face.box);
      this.marks.append(mark);
    }
    const legend = element(
      "p",
      { class: "legend", hidden: true },
      "Each framed face is an interpretation; a number says how much of its detail is invented.",
    );
    const marks = this.tool("Mark faces", () => {
      this.marks.hidden = !this.marks.hidden;
      legend.hidden = this.marks.hidden;
      marks.setAttribute("aria-pressed", String(!this.marks.hidden));
      this.place();
    });
    this.tools.append(legend);
    marks.setAttribute("aria-pressed", "false");
    this.slide();
  }

  addMap(base) {
    const legend = element(
      "p",
      { class: "legend", hidden: true },
      "Clear: as in the original. The stronger, the more of it was ",
      element("span", { class: "key invented" }, "invented"),
      ", ",
      element("span", { class: "key recoloured" }, "recoloured"),
      " or ",
      element("span", { class: "key lost" }, "lost"),
      ".",
    );
    let map = null;
    const toggle = this.tool("Show what was invented", () => {
      const show = toggle.getAttribute("aria-pressed") === "false";
      toggle.setAttribute("aria-pressed", String(show));
      if (map === null) {
        map = this.picture(`${base}/map`, "Map of where something was invented, recoloured or lost");
        map.classList.add("map");
        this.veil.append(map);
        this.place();
      }
      map.hidden = !show;
      legend.hidden = !show;
    });
    toggle.setAttribute("aria-pressed", "false");
    toggle.classList.add("invented");
    this.tools.append(legend);
  }

  /** Looks at a face, or with null at the whole photo again. */
  show(face) {
    this.selected = face;
    this.view = face === null ? this.whole : this.around(face.box);
    this.zoomOut.hidden = face === null;
    this.place();
  }

  /** Calls back once both photos can be drawn from. */
  whenLoaded(callback) {
    const both = [this.before, this.after];
    Promise.all(both.map((picture) => this.loads.get(picture))).then(() => callback(...both));
  }

  around(box) {
    const height = Math.min(this.whole.height, box.height * AROUND_FACE);
    const width = (height * this.whole.width) / this.whole.height;
    const within = (middle, size, all) => Math.min(Math.max(0, middle - size / 2), all - size);
    return {
      x: within(box.x + box.width / 2, width, this.whole.width),
      y: within(box.y + box.height / 2, height, this.whole.height),
      width,
      height,
    };
  }

  picture(address, alt) {
    const picture = element("img", { alt, draggable: "false", decoding: "async" });
    this.loads.set(
      picture,
      new Promise((loaded) => picture.addEventListener("load", loaded, { once: true })),
    );
    let tries = 0;
    picture.addEventListener("error", () => this.explain(picture, address, ++tries));
    picture.src = address;
    this.layers.push(picture);
    return picture;
  }

  // An image's error says nothing of its cause, so the address is asked again.
  async explain(picture, address, tries) {
    const answer = await fetch(address).catch(() => null);
    const passing = answer === null || answer.ok || answer.status === 503;
    if (passing && tries < TRIES) {
      setTimeout(() => (picture.src = address), RETRY_MS);
      return;
    }
    const why = answer === null || answer.ok ? "" : (await answer.text()).slice(0, 300);
    this.problem.append(element("span", {}, `${picture.alt}: cannot be shown. ${why}`));
    this.problem.hidden = false;
  }

  tool(text, act) {
    const made = element("button", { type: "button", click: act }, text);
    this.tools.append(made);
    return made;
  }

  slide() {
    const original = Number(this.slider.value);
    this.stage.style.setProperty("--split", `${original}%`);
    this.slider.setAttribute(
      "aria-valuetext",
      `${original}% original, ${100 - original}% restored`,
    );
  }

  place() {
    const { view } = this;
    const share = (box, target) => {
      target.style.left = `${(100 * (box.x - view.x)) / view.width}%`;
      target.style.top = `${(100 * (box.y - view.y)) / view.height}%`;
      target.style.width = `${(100 * box.width) / view.width}%`;
      target.style.height = `${(100 * box.height) / view.height}%`;
    };
    this.layers.forEach((layer) => share(this.whole, layer));
    if (this.marks) {
      for (const mark of this.marks.children) {
        share(this.boxes.get(mark), mark);
      }
      this.outline.hidden = this.selected === null || !this.marks.hidden;
      if (this.selected !== null) {
        share(this.selected.box, this.outline);
      }
    }
  }
}
