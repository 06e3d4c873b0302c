// The wall keeps itself up to date: every half minute it fetches what it should show and replaces what changed. If it
// cannot, it says since when.

const EVERY = 30_000;
const WHILE_LOST = 10_000;
const PATIENCE = 15_000;

const wall = document.getElementById("wall");
const lost = document.getElementById("wall-lost");
const button = document.getElementById("wall-full-screen");
let etag = "";
let timer = 0;
let asking = false;

const shown = () => wall.querySelector(".wall__parts");

function put(text) {
  const fresh = new DOMParser().parseFromString(text, "text/html").querySelector(".wall__parts");
  if (!fresh) throw new Error("no wall");
  const now = shown();
  const parts = (of) => [...of.querySelectorAll("[data-part]")];
  const names = (of) => parts(of).map((part) => part.dataset.part).join();
  if (names(fresh) === names(now)) {
    const old = parts(now);
    parts(fresh).forEach((part, place) => {
      if (part.outerHTML !== old[place].outerHTML) old[place].replaceWith(part);
    });
    now.dataset.asAt = fresh.dataset.asAt;
  } else {
    now.replaceWith(fresh);
  }
  document.title = fresh.dataset.title;
}

// Written once and not changed: a screen reader reads it once, and nothing on the screen moves meanwhile.
function say(words, address = "") {
  if (lost.dataset.said === words) return;
  lost.dataset.said = words;
  lost.replaceChildren(words);
  if (address) {
    const link = document.createElement("a");
    link.href = address;
    link.textContent = "Sign in";
    lost.append(" ", link);
  }
}

const since = () => `Not up to date since ${shown().dataset.asAt}:`;

async function ask() {
  if (asking) return;
  asking = true;
  window.clearTimeout(timer);
  let next = EVERY;
  try {
    const headers = { "X-Requested-With": "fetch", ...(etag ? { "If-None-Match": etag } : {}) };
    const answer = await fetch(wall.dataset.from, {
      headers, cache: "no-store", credentials: "same-origin", redirect: "manual", signal: AbortSignal.timeout(PATIENCE),
    });
    if (answer.type === "opaqueredirect") {
      say(`${since()} signed out.`, lost.dataset.signIn);
      next = WHILE_LOST;
    } else if (answer.status === 404) {
      say(`${since()} it is no longer shown to you.`);
    } else if (answer.status === 304 || answer.ok) {
      if (answer.ok) {
        put(await answer.text());
        etag = answer.headers.get("ETag") ?? "";
      }
      say("");
    } else {
      throw new Error(String(answer.status));
    }
  } catch {
    say(`${since()} connection lost.`);
    next = WHILE_LOST;
  } finally {
    asking = false;
    timer = window.setTimeout(ask, next);
  }
}

timer = window.setTimeout(ask, EVERY);
// After sleep, or when the network comes back, there is no need to wait.
document.addEventListener("visibilitychange", () => { if (!document.hidden) ask(); });
window.addEventListener("online", ask);
window.addEventListener("offline", () => say(`${since()} connection lost.`));

if (document.fullscreenEnabled && button) {
  button.hidden = false;
  button.addEventListener("click", () => document.documentElement.requestFullscreen());
}
