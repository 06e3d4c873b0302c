// Lists files that are chosen or dropped, including whole folders, each with its own date if one is needed, and sends a
// few at a time with visible progress; each can be cancelled and tried again by itself. Without this script the form
// below does the same work. A form with `data-paths` also sends the folders of each file.

// More at once would share the same connection, and each would seem to be stuck.
const AT_ONCE = 3;
const SIZES = ["bytes", "KB", "MB", "GB"];

function fileSize(bytes) {
  let size = bytes;
  let unit = 0;
  while (size >= 1024 && unit < SIZES.length - 1) {
    size /= 1024;
    unit += 1;
  }
  return `${unit < 2 || size >= 10 ? Math.round(size) : size.toFixed(1)} ${SIZES[unit]}`;
}

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

// A date in a file's name is only a proposal: it fills the fields, and the person sees it and can change it.
export function dateInName(name) {
  const numbers = name.match(/(?<!\d)((?:19|20)\d\d)[-_. ]?(\d\d)[-_. ]?(\d\d)(?!\d)/);
  const british = name.match(/(?<!\d)(\d{1,2})[-_. ](\d{1,2})[-_. ]((?:19|20)\d\d)(?!\d)/);
  const words = name.match(/(?<!\d)(\d{1,2})(?:st|nd|rd|th)?[-_. ]*([a-z]{3})[a-z]*[-_. ]*((?:19|20)\d\d)(?!\d)/i);
  let found = null;
  if (words && MONTHS.includes(words[2].toLowerCase())) found = [words[1], MONTHS.indexOf(words[2].toLowerCase()) + 1, words[3]];
  else if (numbers) found = [numbers[3], numbers[2], numbers[1]];
  else if (british) found = [british[1], british[2], british[3]];
  if (!found) return null;
  const [day, month, year] = found.map(Number);
  return month >= 1 && month <= 12 && day >= 1 && day <= 31 ? { day, month, year } : null;
}

// Everything in a dropped folder, however deep. A browser that does not support folders gives only the files.
function walk(entry) {
  if (entry.isFile) {
    return new Promise((resolve) => {
      entry.file((file) => resolve([{ file, path: entry.fullPath.replace(/^\//, "") }]), () => resolve([]));
    });
  }
  const reader = entry.createReader();
  return new Promise((resolve) => {
    const found = [];
    // A reader returns a hundred entries at a time, until it has no more.
    const more = () => reader.readEntries(async (entries) => {
      if (!entries.length) {
        resolve((await Promise.all(found.map(walk))).flat());
        return;
      }
      found.push(...entries);
      more();
    }, () => resolve([]));
    more();
  });
}

async function dropped(transfer) {
  // Read at once: after the first wait the browser has emptied the list.
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.some((entry) => entry.isDirectory)) return [...transfer.files].map((file) => ({ file, path: file.name }));
  return (await Promise.all(entries.map(walk))).flat();
}

class Uploads {
  constructor(form) {
    this.form = form;
    this.rows = [];
    this.count = 0;
    this.busy = false;
    this.added = 0;
    this.queue = [];
    this.asked = new Set();
    this.list = form.querySelector("[data-files]");
    this.status = form.querySelector("[data-status]");
    this.button = form.querySelector("[data-send]");
    this.inputs = [...form.querySelectorAll("[data-enhanced] input[type=file]")];
    this.input = this.inputs[0];
    this.drop = form.querySelector("[data-drop]");
    this.most = Number(form.dataset.maxBytes);
    form.querySelector("[data-plain]").hidden = true;
    for (const field of form.querySelectorAll("[data-plain] input")) field.disabled = true;
    form.querySelector("[data-enhanced]").hidden = false;
    for (const input of this.inputs) {
      input.addEventListener("change", () => {
        this.take([...input.files].map((file) => ({ file, path: file.webkitRelativePath || file.name })));
        input.value = "";
      });
    }
    this.listenForDrops();
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.sendAll();
    });
    window.addEventListener("beforeunload", (event) => {
      if (this.busy) event.preventDefault();
    });
    this.describe();
  }

  listenForDrops() {
    let depth = 0;
    const mark = (over) => this.drop.classList.toggle("documents-drop--over", over);
    this.drop.addEventListener("dragenter", (event) => { event.preventDefault(); depth += 1; mark(true); });
    this.drop.addEventListener("dragover", (event) => event.preventDefault());
    this.drop.addEventListener("dragleave", () => { depth = Math.max(0, depth - 1); mark(depth > 0); });
    this.drop.addEventListener("drop", async (event) => {
      event.preventDefault();
      depth = 0;
      mark(false);
      this.take(await dropped(event.dataTransfer));
    });
  }

  take(files) {
    for (const { file, path } of files) this.rows.push(this.show(file, path));
    this.status.textContent = "";
    this.describe();
    this.rows.find((row) => row.day && !row.refused && !row.day.value)?.day.focus();
  }

  show(file, path) {
    this.count += 1;
    const piece = this.form.querySelector("template[data-file]").content.cloneNode(true);
    const find = (name) => piece.querySelector(`[data-${name}]`);
    const row = {
      file, path, item: piece.querySelector("li"), state: find("state"), bar: find("bar"), fault: find("fault"),
      day: find("day"), month: find("month"), year: find("year"), retry: find("retry"), remove: find("remove"),
      done: false, request: null,
    };
    find("name").textContent = this.form.dataset.paths === undefined ? file.name : path;
    row.state.textContent = fileSize(file.size);
    row.bar.setAttribute("aria-label", `${file.name}: sent`);
    for (const button of [row.retry, row.remove]) {
      button.append(Object.assign(document.createElement("span"), { className: "govuk-visually-hidden", textContent: ` ${file.name}` }));
    }
    if (row.day) this.showDate(row, piece, find("of"));
    row.remove.addEventListener("click", () => this.leaveOut(row));
    row.retry.addEventListener("click", () => this.sendAll([row]));
    this.list.append(piece);
    if (file.size > this.most) this.refuse(row, `${file.name} is larger than ${this.form.dataset.maxWords}, the most one file may have.`);
    else if (file.size === 0) this.refuse(row, `${file.name} is empty.`);
    return row;
  }

  showDate(row, piece, of) {
    of.textContent = `: ${row.file.name}`;
    const proposed = dateInName(row.file.name);
    for (const name of ["day", "month", "year"]) {
      row[name].id = `${this.form.dataset.part}-${this.count}-${name}`;
      row[name].closest(".govuk-form-group").querySelector("label").htmlFor = row[name].id;
      if (proposed) row[name].value = proposed[name];
    }
  }

  // Files that can never be accepted are reported at once and not sent.
  refuse(row, words) {
    row.refused = true;
    row.item.querySelector("[data-date]")?.remove();
    row.day = null;
    this.blame(row, words);
  }

  blame(row, words) {
    row.item.classList.add("house-upload--failed");
    row.bar.hidden = true;
    row.state.textContent = "Not added";
    row.fault.textContent = words;
    row.fault.hidden = false;
    row.retry.hidden = Boolean(row.refused);
    row.remove.hidden = false;
    row.remove.firstChild.textContent = "Leave out";
  }

  leaveOut(row) {
    if (row.request) {
      row.request.abort();
      return;
    }
    row.item.remove();
    this.rows = this.rows.filter((other) => other !== row);
    this.describe();
    if (this.added && !this.waiting().length && !this.rows.some((other) => !other.done)) this.finish();
  }

  waiting() {
    return this.rows.filter((row) => !row.done && !row.refused);
  }

  describe() {
    const count = this.waiting().length;
    this.button.disabled = this.busy;
    this.button.textContent = count > 1 ? `Upload ${count} files` : "Upload";
  }

  async sendAll(some = this.waiting()) {
    if (!some.length) {
      this.status.textContent = this.rows.length ? "None of these files can be uploaded. Choose others." : "Choose a file first.";
      this.input.focus();
      return;
    }
    const fresh = some.filter((row) => !row.request && !this.queue.includes(row));
    this.queue.push(...fresh);
    for (const row of fresh) this.asked.add(row);
    // A file that is tried again waits for those that are being sent.
    if (this.busy) {
      this.tellHowFar();
      return;
    }
    this.busy = true;
    this.describe();
    this.tellHowFar();
    await Promise.all(Array.from({ length: AT_ONCE }, () => this.work()));
    this.busy = false;
    this.asked.clear();
    this.describe();
    const left = this.rows.filter((row) => !row.done).length;
    if (left) this.tellWhatIsLeft(left);
    else this.finish();
  }

  // One of a few parallel senders, each taking the next waiting file.
  async work() {
    for (let row = this.queue.shift(); row; row = this.queue.shift()) {
      if (this.rows.includes(row)) await this.send(row);
      this.tellHowFar();
    }
  }

  // A file that was cancelled, or is tried again, counts neither as done nor as new.
  tellHowFar() {
    const asked = this.rows.filter((row) => this.asked.has(row));
    const done = asked.filter((row) => row.done).length;
    this.status.textContent = asked.length === 1 ? `Uploading ${asked[0].file.name}` : `Uploading ${asked.length} files: ${done} done`;
  }

  tellWhatIsLeft(left) {
    const added = this.added ? `${this.added} added. ` : "";
    this.status.textContent = `${added}${left} not added: see why beside ${left === 1 ? "it" : "each"}.`;
    if (this.added && !this.form.querySelector("[data-show]")) {
      const link = Object.assign(document.createElement("a"), { className: "govuk-link", href: this.form.dataset.then, textContent: "Show what was added" });
      link.dataset.show = "";
      link.addEventListener("click", (event) => { event.preventDefault(); this.finish(); });
      const line = Object.assign(document.createElement("p"), { className: "govuk-body" });
      line.append(link);
      this.status.after(line);
    }
    this.rows.find((row) => !row.done && row.day)?.day.focus();
  }

  // The same address with another anchor would not reload the page.
  finish() {
    const address = new URL(this.form.dataset.then, window.location.href);
    if (address.pathname === window.location.pathname) {
      window.history.replaceState({}, "", address);
      window.location.reload();
    } else window.location.assign(address);
  }

  body(row) {
    const body = new FormData();
    body.append("csrfmiddlewaretoken", this.form.querySelector("[name=csrfmiddlewaretoken]").value);
    if (this.form.dataset.opened) body.append("opened", this.form.dataset.opened);
    for (const box of this.form.querySelectorAll("[data-options] input:checked")) body.append(box.name, box.value);
    if (row.day) for (const name of ["day", "month", "year"]) body.append(`row0-as_at_${name}`, row[name].value);
    if (this.form.dataset.paths !== undefined) body.append("path", row.path);
    body.append(this.form.dataset.field ?? "row0-file", row.file);
    return body;
  }

  send(row) {
    row.item.classList.remove("house-upload--failed");
    row.fault.hidden = true;
    row.retry.hidden = true;
    row.bar.hidden = false;
    row.bar.value = 0;
    row.remove.firstChild.textContent = "Cancel";
    return new Promise((resolve) => {
      const request = new XMLHttpRequest();
      row.request = request;
      request.open("POST", this.form.action);
      request.setRequestHeader("Accept", "application/json");
      request.responseType = "json";
      request.upload.addEventListener("progress", (event) => {
        row.bar.value = event.total ? (100 * event.loaded) / event.total : 0;
        row.state.textContent = event.loaded >= event.total ? `${fileSize(row.file.size)}, being checked`
          : `${fileSize(Math.min(event.loaded, row.file.size))} of ${fileSize(row.file.size)}`;
      });
      const end = (ok, words) => {
        row.request = null;
        if (ok) this.accept(row, words);
        else this.blame(row, words);
        resolve(ok);
      };
      request.addEventListener("load", () => {
        if (request.status === 200 && request.response) end(true, request.response);
        else if (request.status === 422 && request.response) end(false, request.response.faults.join(" "));
        else if (request.status === 413) end(false, `${row.file.name} is too large to be sent.`);
        else if (request.status === 403 || request.status === 404) end(false, "You may no longer add files here. Load the page again and sign in.");
        else end(false, "The service could not take the file. Nothing of it was kept. Try again in a few minutes.");
      });
      request.addEventListener("error", () => end(false, "The connection was lost. Nothing of this file was kept."));
      request.addEventListener("abort", () => end(false, "Cancelled. Nothing of this file was kept."));
      request.send(this.body(row));
    });
  }

  accept(row, answer) {
    row.done = true;
    row.item.classList.add("documents-file--added");
    row.state.textContent = answer.already ? "Here already" : "Added";
    if (answer.remark) {
      row.fault.textContent = answer.remark;
      row.fault.hidden = false;
    }
    row.bar.value = 100;
    row.remove.hidden = true;
    row.item.querySelector("[data-date]")?.remove();
    if (!answer.already) this.added += 1;
  }
}

for (const form of document.querySelectorAll("form[data-documents-upload]")) new Uploads(form);
