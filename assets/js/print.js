// A page that is meant for paper says so with data-wm-print; the button is of no use without a script.
export function offerPrinting() {
  for (const place of document.querySelectorAll("[data-wm-print]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "govuk-button govuk-button--secondary";
    button.textContent = place.dataset.wmPrint || "Print";
    button.addEventListener("click", () => window.print());
    place.append(button);
  }
}
