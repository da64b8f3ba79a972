// A filter keeps its address clean: what was left open is not sent.
export function sendFiltersAtOnce() {
  for (const form of document.querySelectorAll("form.wm-filter")) {
    form.addEventListener("submit", () => {
      for (const field of form.elements) {
        if (field.name && field.value === "") {
          field.disabled = true;
        }
      }
    });
    window.addEventListener("pageshow", () => {
      for (const field of form.elements) {
        field.disabled = false;
      }
    });
  }
}
