// Says in time that the session is about to end. <body data-wm-session="SECONDS"> is how long it lasts without use.
const WARNING = 120;

export function warnOfSessionEnd() {
  const seconds = Number(document.body.dataset.wmSession);
  if (!(seconds > WARNING)) {
    return;
  }
  const line = document.createElement("div");
  line.className = "wm-session";
  line.setAttribute("role", "alert");
  line.hidden = true;
  document.body.append(line);
  const began = Date.now();

  function look() {
    const left = seconds - (Date.now() - began) / 1000;
    if (left <= 0) {
      line.textContent =
        "You have been signed out, because the page was not used. Do not close it: what you typed is kept when you send it and sign in again.";
      line.hidden = false;
    } else if (left <= WARNING) {
      line.textContent =
        "You will be signed out in two minutes unless you send this page or open another one. What you typed is kept when you send it.";
      line.hidden = false;
      setTimeout(look, left * 1000 + 500);
    } else {
      setTimeout(look, (left - WARNING) * 1000 + 500);
    }
  }
  look();
}
