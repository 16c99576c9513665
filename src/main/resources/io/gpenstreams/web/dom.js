/**
 * Makes an element. Events hold what strangers wrote, so text only ever goes through text nodes and
 * nothing here parses markup.
 *
 * @param {string} tag
 * @param {Object<string, *>} properties attributes; functions become listeners
 * @param {...(Node|string|null)} children
 * @returns {HTMLElement}
 */
export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (typeof value === "function") {
      made.addEventListener(name, value);
    } else if (value === true) {
      made.setAttribute(name, "");
    } else if (value !== null && value !== undefined && value !== false) {
      made.setAttribute(name, String(value));
    }
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

/** A share of 0…1 as people read it. */
export function percent(share) {
  return new Intl.NumberFormat("en", { style: "percent" }).format(share);
}

/** A moment, as short as it can be told apart today. */
export function moment(iso) {
  const date = new Date(iso);
  const today = date.toDateString() === new Date().toDateString();
  const text = today
    ? date.toLocaleTimeString("en-GB")
    : date.toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" });
  return element("time", { datetime: iso, title: date.toString() }, text);
}

/** A bar for a share of 0…1; whoever cannot see it has the number beside it. */
export function bar(share, kind) {
  const fill = element("span", {});
  fill.style.inlineSize = percent(Math.min(1, Math.max(0, share)));
  return element("span", { class: `bar ${kind}`, "aria-hidden": "true" }, fill);
}

/** One or many of something. */
export function count(number, one, many) {
  return `${number} ${number === 1 ? one : many}`;
}
