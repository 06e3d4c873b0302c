// Progressive enhancement only: every page works without this file.

const SIZES = ["bytes", "KB", "MB", "GB"];

function fileSize(bytes) {
  let size = bytes;
  let unit = 0;
  while (size >= 1024 && unit < SIZES.length - 1) {
    size /= 1024;
    unit += 1;
  }
  const shown = unit < 2 || size >= 10 ? Math.round(size) : size.toFixed(1);
  return `${shown} ${SIZES[unit]}`;
}

function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

// --- Uploads: the chosen files, and how much of each has been sent ------------------------------------------------

function listFiles(form) {
  const inputs = [...form.querySelectorAll('input[type="file"]')];
  const list = element("ul", "house-uploads");
  list.setAttribute("aria-label", "Chosen files");
  const rows = inputs.flatMap((input) => [...input.files]).map((file) => {
    const row = element("li", "house-upload");
    const bar = element("progress", "house-upload__bar");
    const state = element("span", "house-upload__state", fileSize(file.size));
    bar.max = 100;
    bar.value = 0;
    bar.hidden = true;
    bar.setAttribute("aria-label", `${file.name}: sent`);
    row.append(element("span", "house-upload__name", file.name), state, bar);
    list.append(row);
    return { file, row, bar, state };
  });
  form.querySelector(".house-uploads")?.remove();
  if (rows.length) {
    const place = inputs.at(-1).closest(".govuk-form-group") ?? inputs.at(-1);
    place.after(list);
  }
  return rows;
}

// The files are sent one after another in one request, so the amount sent in all shows the progress of each.
function showSent(rows, loaded, total) {
  const all = rows.reduce((sum, { file }) => sum + file.size, 0) || 1;
  let left = (loaded / (total || 1)) * all;
  for (const { file, bar, state } of rows) {
    const sent = Math.max(0, Math.min(file.size, left));
    left -= file.size;
    bar.hidden = false;
    bar.value = file.size ? (100 * sent) / file.size : 100;
    state.textContent = sent >= file.size ? `${fileSize(file.size)}, sent, being checked`
      : `${fileSize(sent)} of ${fileSize(file.size)}`;
  }
}

function uploadFailed(form, rows, words) {
  for (const { row, bar, state } of rows) {
    row.classList.add("house-upload--failed");
    bar.hidden = true;
    state.textContent = "Not sent";
  }
  form.querySelector(".house-upload-fault")?.remove();
  const fault = element("p", "govuk-error-message house-upload-fault", words);
  fault.setAttribute("role", "alert");
  form.prepend(fault);
  for (const button of form.querySelectorAll("button[type=submit]")) button.disabled = false;
}

function send(form, submitter) {
  const rows = listFiles(form);
  const body = new FormData(form, submitter);
  const request = new XMLHttpRequest();
  const status = element("p", "govuk-visually-hidden");
  status.setAttribute("role", "status");
  status.textContent = "Sending";
  form.append(status);
  request.open(form.method, form.action);
  request.upload.addEventListener("progress", (event) => showSent(rows, event.loaded, event.total));
  request.upload.addEventListener("load", () => { status.textContent = "Sent. Being checked."; });
  request.addEventListener("load", () => {
    const page = /^text\/html/.test(request.getResponseHeader("Content-Type") ?? "");
    if (page && request.status < 500 && request.status !== 413) showPage(request, form);
    else if (request.status === 413) uploadFailed(form, rows, "The files are too large to send together. Send fewer or smaller ones. Nothing was saved.");
    else uploadFailed(form, rows, "The service could not take the files. Nothing was saved. Try again in a few minutes.");
  });
  for (const kind of ["error", "abort", "timeout"]) {
    request.addEventListener(kind, () => uploadFailed(form, rows, "The connection was lost. Nothing was saved. Try again."));
  }
  for (const button of form.querySelectorAll("button[type=submit]")) button.disabled = true;
  request.send(body);
}

const address = () => window.location.pathname + window.location.search;
let shown = address();

// The answer, after any redirect, replaces this page, with its banners and its errors.
function showPage(request, sent) {
  const answer = new DOMParser().parseFromString(request.responseText, "text/html");
  const fresh = answer.querySelector("main");
  if (!fresh) {
    window.location.assign(request.responseURL);
    return;
  }
  if (request.responseURL !== window.location.href) window.history.pushState({}, "", request.responseURL);
  shown = address();
  document.title = answer.title;
  document.body.classList.toggle("house-wide", answer.body.classList.contains("house-wide"));
  document.querySelector("main").replaceWith(fresh);
  const crumbs = answer.querySelector(".govuk-breadcrumbs");
  if (crumbs) document.querySelector(".govuk-breadcrumbs")?.replaceWith(crumbs);
  begin(fresh);
  keepChosen(fresh, sent);
  if (!fresh.querySelector(".govuk-error-summary, .govuk-notification-banner")) fresh.focus();
  window.scrollTo(0, 0);
}

// If the answer asks for the same files again, they need not be chosen again.
function keepChosen(fresh, sent) {
  for (const input of fresh.querySelectorAll('form[data-keep-files] input[type="file"]')) {
    const before = sent.elements.namedItem(input.name);
    if (!before?.files?.length) continue;
    input.files = before.files;
    input.dispatchEvent(new Event("change"));
  }
}

function enhanceUpload(form) {
  // On each input, not on the form: the event for a file dropped on GOV.UK's area does not bubble.
  for (const input of form.querySelectorAll('input[type="file"]')) {
    input.addEventListener("change", () => listFiles(form));
  }
  form.addEventListener("submit", (event) => {
    if (![...form.querySelectorAll('input[type="file"]')].some((input) => input.files.length)) return;
    // A button whose answer is a file: the browser saves it, and this page does not change.
    if (event.submitter?.dataset.download !== undefined) return;
    event.preventDefault();
    send(form, event.submitter);
  });
}

// --- Long work: a part of the page that asks for its progress -----------------------------------------------------

async function poll(part) {
  const seconds = Number(part.dataset.pollSeconds) || 2;
  try {
    const answer = await fetch(part.dataset.poll, { headers: { "X-Requested-With": "fetch" }, credentials: "same-origin" });
    if (answer.ok && !answer.redirected) {
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-poll], [data-poll-done]");
      if (fresh && fresh.outerHTML !== part.outerHTML) {
        part.replaceWith(fresh);
        if (fresh.dataset.pollDone === "reload") window.location.reload();
        part = fresh;
      }
      if (!fresh || fresh.dataset.poll === undefined) return;
    } else if (answer.status === 404 || answer.redirected) {
      return;
    }
  } catch {
    // No connection at the moment: ask again.
  }
  window.setTimeout(poll, seconds * 1000, part);
}

// --- Time left, updated while the page is open ---------------------------------------------------------------------

export function timeLeft(milliseconds) {
  const minutes = Math.floor(milliseconds / 60000);
  if (minutes < 1) return "less than a minute";
  const parts = [[Math.floor(minutes / 1440), "day"], [Math.floor((minutes % 1440) / 60), "hour"], [minutes % 60, "minute"]];
  return parts.filter(([number]) => number > 0).slice(0, 2)
    .map(([number, unit]) => `${number} ${unit}${number === 1 ? "" : "s"}`).join(" ");
}

function tickDown(clock) {
  // The page may show another day than the server's real one: count from the server's time, not from this clock.
  const opened = Date.now();
  const left = Date.parse(clock.dateTime) - Date.parse(clock.dataset.now);
  const show = () => {
    const now = left - (Date.now() - opened);
    clock.textContent = now > 0 ? timeLeft(now) : "no time";
  };
  window.setInterval(show, 30000);
}

// --- Beginning ------------------------------------------------------------------------------------------------------

let initAll;

function begin(scope) {
  initAll?.({ scope });
  for (const form of scope.querySelectorAll("form[data-house-upload]")) enhanceUpload(form);
  for (const part of scope.querySelectorAll("[data-poll]")) window.setTimeout(poll, 1000 * (Number(part.dataset.pollSeconds) || 2), part);
  for (const clock of scope.querySelectorAll("time[data-countdown]")) tickDown(clock);
  for (const button of scope.querySelectorAll("button[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
  for (const select of scope.querySelectorAll("select[data-go]")) {
    select.addEventListener("change", () => select.form.requestSubmit());
  }
}

document.body.classList.add("js-enabled", "govuk-frontend-supported");
// A link within the page causes a new state too, but must not change the page or its focus.
window.addEventListener("popstate", () => { if (address() !== shown) window.location.reload(); });
try {
  ({ initAll } = await import(document.documentElement.dataset.govukFrontend));
} catch {
  document.body.classList.remove("govuk-frontend-supported");
}
begin(document.body);
