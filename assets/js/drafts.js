// Keeps what is typed. A form with data-wm-draft is sent as a draft of the server a few seconds after the last
// key, and the line below its buttons says when that was. A form that came back because it was refused is kept
// already: its draft takes the place of the address that it was sent to, so that one can go back to it. A form that
// holds text of its own and is not kept asks before the page is left.
const PAUSE = 3000;
const RETRY = 15000;

function snapshot(form) {
  return new URLSearchParams(new FormData(form)).toString();
}

function clock() {
  return new Date().toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
}

function keepDraft(form, state) {
  const line = document.createElement("p");
  line.className = "wm-saved";
  line.setAttribute("role", "status");
  form.append(line);
  let timer = 0;
  let sending = false;
  let stop = null;

  function later(wait) {
    clearTimeout(timer);
    timer = setTimeout(save, wait);
  }

  async function save() {
    const now = snapshot(form);
    if (state.sent || sending || now === state.saved) {
      return;
    }
    sending = true;
    stop = new AbortController();
    line.textContent = "Saving your draft";
    const body = new URLSearchParams(new FormData(form));
    body.set("_go", "keep");
    try {
      const answer = await fetch(form.action, {
        method: "POST",
        body,
        headers: { Accept: "text/plain" },
        redirect: "error",
        signal: stop.signal,
      });
      if (!answer.ok) {
        throw new Error(String(answer.status));
      }
      const id = (await answer.text()).trim();
      const draft = form.elements.namedItem("_draft");
      if (draft && /^[0-9a-f]{32}$/.test(id)) {
        const clean = now === snapshot(form);
        draft.value = id;
        state.saved = clean ? snapshot(form) : now;
      } else {
        state.saved = now;
      }
      line.textContent = `Draft saved at ${clock()}. Only you can see it.`;
      line.classList.remove("wm-saved--failed");
    } catch {
      if (state.sent) {
        sending = false;
        return;
      }
      line.textContent = "Your draft could not be saved just now. Do not close this page; it is tried again.";
      line.classList.add("wm-saved--failed");
      later(RETRY);
    }
    sending = false;
    if (snapshot(form) !== state.saved) {
      later(PAUSE);
    }
  }

  // What is sent for good must not be followed by a draft of itself.
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    stop?.abort();
  });
  form.addEventListener("input", () => later(PAUSE));
  form.addEventListener("change", () => later(PAUSE));
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") {
      save();
    }
  });
}

export function keepDrafts() {
  for (const form of document.querySelectorAll("main form[method=post]")) {
    if (form.querySelector("input[type=password], input[type=search]")) {
      continue;
    }
    const state = { saved: snapshot(form), sent: false };
    form.addEventListener("submit", () => {
      state.sent = true;
    });
    window.addEventListener("pageshow", () => {
      state.sent = false;
    });
    if (form.hasAttribute("data-wm-draft")) {
      keepDraft(form, state);
    }
    if (form.dataset.wmAgain) {
      history.replaceState(null, "", form.dataset.wmAgain);
    }
    window.addEventListener("beforeunload", (event) => {
      if (!state.sent && snapshot(form) !== state.saved) {
        event.preventDefault();
      }
    });
  }
}
