// Saves what was changed as the person writes, only that, each answer with the version it is based on. What somebody
// else saved in between is shown beside it and nothing is overwritten. Without this script the form has a Save button.

const QUIET = 1200;
const MOST = 8000;
const AGAIN = [5000, 15000, 30000];

class Autosave {
  constructor(form) {
    this.form = form;
    this.unsaved = new Map(); // question -> how often it was changed
    this.stuck = new Set(); // questions that a person has to decide on or shorten
    this.since = 0;
    this.timer = 0;
    this.failures = 0;
    this.sending = null;
    this.leaving = false;
    this.bar = form.querySelector("[data-bar]");
    this.status = form.querySelector("[data-status]");
    this.retry = form.querySelector("[data-retry]");
    form.querySelector("[data-autosave-words]").hidden = false;
    for (const part of form.querySelectorAll("[data-question]")) {
      part.addEventListener("input", () => this.changed(part));
      part.addEventListener("change", () => this.changed(part));
    }
    this.retry.addEventListener("click", () => this.save());
    form.addEventListener("submit", (event) => this.submitted(event));
    window.addEventListener("beforeunload", (event) => {
      const concern = form.querySelector("[data-concern] textarea")?.value;
      if (!this.leaving && (this.unsaved.size || this.stuck.size || this.sending || concern)) event.preventDefault();
    });
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden" && this.unsaved.size) this.save();
    });
  }

  changed(part) {
    this.stuck.delete(part);
    this.unsaved.set(part, (this.unsaved.get(part) ?? 0) + 1);
    this.say("Not saved yet", "waiting");
    this.since ||= Date.now();
    // After a failure the next try has its time already.
    if (!this.failures) this.plan(Math.max(0, Math.min(QUIET, this.since + MOST - Date.now())));
  }

  plan(milliseconds) {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.save(), milliseconds);
  }

  say(words, mood = "", canRetry = false) {
    this.bar.hidden = false;
    this.bar.className = `audits-status house-no-print${mood ? ` audits-status--${mood}` : ""}`;
    if (this.status.textContent !== words) this.status.textContent = words;
    this.retry.hidden = !canRetry;
  }

  // One at a time: the next is based on the versions that the one before has made.
  save() {
    window.clearTimeout(this.timer);
    this.sending ??= this.send().finally(() => {
      this.sending = null;
      if (this.unsaved.size && !this.failures) this.plan(QUIET);
    });
    return this.sending;
  }

  async send() {
    const parts = new Map(this.unsaved);
    if (!parts.size) return;
    this.since = 0;
    this.say("Saving", "waiting");
    let answer;
    try {
      answer = await this.post(this.body(parts.keys()));
      if (answer.status === 403 && await this.freshToken()) answer = await this.post(this.body(parts.keys()));
    } catch {
      this.failed("the connection was lost");
      return;
    }
    const isJson = /^application\/json/.test(answer.headers.get("Content-Type") ?? "");
    if (answer.redirected || answer.status === 403) this.failed("you are signed out. Sign in again in another window, then try again here");
    else if (answer.status === 404) this.failed("this page is not yours any more. Copy what you have written before you leave it");
    else if (!isJson) this.failed("the service could not take it");
    else this.took(await answer.json(), parts);
  }

  body(parts) {
    const whole = new FormData(this.form);
    const body = new FormData();
    body.append("csrfmiddlewaretoken", whole.get("csrfmiddlewaretoken"));
    for (const part of parts) {
      body.append("changed", part.dataset.question);
      const names = new Set([...part.querySelectorAll("[name]")].map((field) => field.name));
      for (const name of names) for (const value of whole.getAll(name)) body.append(name, value);
    }
    return body;
  }

  post(body) {
    const headers = { Accept: "application/json" };
    return fetch(this.form.action, { method: "POST", body, headers, credentials: "same-origin" });
  }

  // Somebody who has signed in again has another token.
  async freshToken() {
    const answer = await fetch(window.location.pathname, { credentials: "same-origin" });
    if (!answer.ok || answer.redirected) return false;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const token = page.querySelector("main input[name=csrfmiddlewaretoken]");
    if (!token) return false;
    for (const field of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) field.value = token.value;
    return true;
  }

  failed(words) {
    const wait = AGAIN[Math.min(this.failures, AGAIN.length - 1)];
    this.failures += 1;
    this.say(`Not saved: ${words}.`, "fault", true);
    this.plan(wait);
  }

  took(answer, parts) {
    if (answer.refused) {
      this.failures = AGAIN.length;
      this.say(`Not saved: ${answer.refused}`, "fault");
      return;
    }
    this.failures = 0;
    for (const [part, times] of parts) {
      const key = part.dataset.question;
      if (this.unsaved.get(part) === times) this.unsaved.delete(part);
      this.fault(part, answer.faults[key]);
      if (answer.clashes[key]) this.clash(part, answer.clashes[key]);
      else if (key in answer.saved) this.saved(part, answer.saved[key]);
    }
    if (this.stuck.size) this.say("Not saved: look at what is marked.", "fault");
    else if (this.unsaved.size) this.say("Not saved yet", "waiting");
    else this.say(`Saved at ${answer.at}`);
  }

  saved(part, version) {
    part.querySelector("[data-seen]").value = version;
    const shown = part.querySelector("[data-shown]");
    if (shown) shown.value = "";
    this.stuck.delete(part);
    part.querySelector("[data-other]")?.remove();
  }

  fault(part, words) {
    part.querySelector("[data-fault]")?.remove();
    if (!words) return;
    const fault = document.createElement("p");
    fault.className = "govuk-error-message";
    fault.setAttribute("role", "alert");
    fault.dataset.fault = "";
    fault.textContent = words.join(" ");
    part.prepend(fault);
    this.stuck.add(part);
  }

  clash(part, other) {
    this.stuck.add(part);
    this.unsaved.delete(part);
    part.querySelector("[data-other]")?.remove();
    const shown = this.form.querySelector("template[data-clash]").content.cloneNode(true);
    shown.querySelector("[data-words]").textContent = other.words;
    shown.querySelector("[data-text]").textContent = other.shown || "(nothing)";
    shown.querySelector("[data-keep=both]").hidden = part.dataset.kind !== "text";
    for (const button of shown.querySelectorAll("[data-keep]")) {
      button.addEventListener("click", () => this.keep(part, other, button.dataset.keep));
    }
    part.append(shown);
  }

  keep(part, other, which) {
    const fields = [...part.querySelectorAll("textarea, input:not([type=hidden])")];
    if (which === "both") fields[0].value = `${fields[0].value}\n\n${other.text}`;
    if (which === "other") {
      const chosen = other.text.split(" ");
      for (const field of fields) {
        if (field.type === "radio" || field.type === "checkbox") field.checked = chosen.includes(field.value);
        else field.value = other.text;
      }
    }
    this.saved(part, other.version);
    (fields.find((field) => field.checked) ?? fields[0])?.focus();
    part.dispatchEvent(new Event("change"));
    this.save();
  }

  async submitted(event) {
    if (event.submitter?.dataset.save !== undefined) {
      event.preventDefault();
      if (!this.unsaved.size && !this.stuck.size) this.say("Everything is saved");
      this.failures = 0;
      this.save();
      return;
    }
    this.leaving = true;
    if (!this.sending) return;
    event.preventDefault();
    const button = event.submitter;
    await this.sending;
    this.form.requestSubmit(button);
  }
}

// The words of an immediate concern are asked for once there is one.
function asksForConcern(form) {
  const panel = form.querySelector("[data-concern]");
  const question = panel?.previousElementSibling;
  if (!question?.dataset.question) return;
  const show = () => {
    const isYes = question.querySelector("input[value=yes]")?.checked;
    panel.hidden = !isYes && !panel.querySelector("textarea").value && !panel.querySelector("h3, .govuk-error-message");
  };
  question.addEventListener("change", show);
  show();
}

for (const form of document.querySelectorAll("form[data-autosave]")) {
  new Autosave(form);
  asksForConcern(form);
}
