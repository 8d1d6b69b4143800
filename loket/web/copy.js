/* Enter in a value of the SIAK sheet, or its button, copies it and goes on to the next. Without this the values
   are fields to be selected: Tab selects one whole, Ctrl+C copies it. */
(() => {
  const fields = [...document.querySelectorAll("input[data-copy]")];
  const said = document.getElementById("tersalin");
  const copy = async (at) => {
    const field = fields[at];
    field.focus();
    field.select();
    try {
      if (navigator.clipboard) await navigator.clipboard.writeText(field.value);
      else document.execCommand("copy");
      field.closest("li").classList.add("done");
      said.textContent = `Tersalin: ${field.labels[0].textContent}`;
      const next = fields[at + 1];
      if (next) { next.focus(); next.select(); }
    } catch { said.textContent = "Tidak dapat menyalin; tekan Ctrl+C."; }
  };
  fields.forEach((field, at) => {
    const button = field.parentElement.querySelector("button");
    button.hidden = false;
    button.addEventListener("click", () => copy(at));
    field.addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); copy(at); } });
  });
  const hint = document.getElementById("cara-salin");
  if (hint) hint.hidden = false;
})();
