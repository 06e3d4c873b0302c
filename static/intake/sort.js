// How many files the button would add, updated while choices change; a date is asked for only if the part needs one.

const form = document.querySelector("form[data-sort]");

function rows() {
  return [...form.querySelectorAll("tbody tr")].map((row) => ({
    row, to: row.querySelector("select"), out: row.querySelector("[data-out]"), date: row.querySelector("[data-date]"),
  }));
}

function describe() {
  let count = 0;
  for (const { row, to, out, date } of rows()) {
    const asked = to.selectedOptions[0]?.dataset.dated !== undefined;
    date.querySelector("fieldset").hidden = out.checked || (Boolean(to.value) && !asked);
    row.classList.toggle("intake-row--out", out.checked);
    if (to.value && !out.checked) count += 1;
  }
  const leftOut = rows().filter(({ out }) => out.checked).length;
  let words = leftOut ? `Leave out ${leftOut} file${leftOut === 1 ? "" : "s"}` : "Add files";
  if (count) words = `Add ${count} file${count === 1 ? "" : "s"}`;
  for (const button of form.querySelectorAll("[data-add]")) button.textContent = words;
}

if (form) {
  form.addEventListener("change", describe);
  describe();
}
