import { bar, count, element, moment } from "./dom.js";
import { showResult } from "./result.js";

const POLL_MS = 2000;

const list = document.getElementById("list");
const main = document.getElementById("result");
const status = document.getElementById("status");

/** Rows by outcome id, so that a row keeps its focus when others come and go. */
const rows = new Map();
let tag = null;
let newest = null;
let shown = null;

/** The outcome that the address names; without one the newest is followed. */
function chosen() {
  return location.hash.length > 1 ? location.hash.slice(1) : null;
}

function say(state, text) {
  if (status.textContent !== text) {
    status.dataset.state = state;
    status.textContent = text;
  }
}

function row(outcome) {
  const failed = outcome.outcome === "failed";
  const restored = `${count(outcome.restoredFaces, "face", "faces")}, ${outcome.level} invention`;
  const about = failed ? outcome.code : outcome.score === null ? "unchanged" : restored;
  const name = outcome.imageId ?? "A record without an image id";
  return element(
    "li",
    {},
    element(
      "a",
      { href: `#${outcome.id}`, class: "row" },
      element("span", { class: "name", title: name }, name),
      moment(outcome.time),
      element("span", { class: failed ? "about failure" : "about" }, about),
      outcome.score === null ? null : bar(outcome.score, "invented"),
    ),
  );
}

function showList(outcomes) {
  const ids = new Set(outcomes.map((outcome) => outcome.id));
  for (const [id, item] of rows) {
    if (!ids.has(id)) {
      item.remove();
      rows.delete(id);
    }
  }
  outcomes.forEach((outcome, place) => {
    if (!rows.has(outcome.id)) {
      rows.set(outcome.id, row(outcome));
    }
    const item = rows.get(outcome.id);
    if (list.children[place] !== item) {
      list.insertBefore(item, list.children[place] ?? null);
    }
  });
  newest = outcomes.length === 0 ? null : outcomes[0].id;
}

async function select() {
  const id = chosen() ?? newest;
  for (const [other, item] of rows) {
    const link = item.firstElementChild;
    if (other === id) {
      link.setAttribute("aria-current", "true");
    } else {
      link.removeAttribute("aria-current");
    }
  }
  if (id === null || id === shown) {
    return;
  }
  const before = shown;
  shown = id;
  const answer = await fetch(`viewer/outcomes/${encodeURIComponent(id)}`).catch(() => null);
  if (shown !== id) {
    return;
  }
  if (answer === null || (!answer.ok && answer.status !== 404)) {
    // The next poll tries again.
    shown = before;
  } else if (answer.ok) {
    try {
      showResult(main, await answer.json());
      document.title = `${main.querySelector("h2").textContent} – gpen-streams`;
    } catch {
      instead("This result cannot be shown", "Its event is not as it should be.");
    }
  } else {
    instead("No longer in the list", "Only the latest results are kept here.");
  }
}

function instead(title, why) {
  main.replaceChildren(
    element(
      "div",
      { class: "empty" },
      element("h2", {}, title),
      element("p", {}, why),
      element("p", {}, element("a", { href: "#" }, "Show the newest")),
    ),
  );
}

/** Whoever touches a result wants to keep it when the next one comes. */
function keep() {
  if (shown !== null && chosen() === null) {
    history.replaceState(null, "", `#${shown}`);
  }
}

async function poll() {
  try {
    const headers = tag === null ? {} : { "If-None-Match": tag };
    const answer = await fetch("viewer/outcomes", { headers, cache: "no-store" });
    if (answer.status === 200) {
      const { outcomes } = await answer.json();
      tag = answer.headers.get("ETag");
      showList(outcomes);
    } else if (answer.status !== 304) {
      throw new Error(`status ${answer.status}`);
    }
    say("live", rows.size === 0 ? "Live" : `Live · ${count(rows.size, "result", "results")}`);
    await select();
  } catch {
    say("lost", "The service does not answer; trying again");
  }
}

async function follow() {
  if (!document.hidden) {
    await poll();
  }
  setTimeout(follow, POLL_MS);
}

addEventListener("hashchange", select);
main.addEventListener("pointerdown", keep);
main.addEventListener("keydown", keep);
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  main.focus();
});
follow();
