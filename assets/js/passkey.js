// Passkeys: asks the device when a button is pressed, and sends what it answers as a form. Each part waits in a
// template until it is known that this browser can do it at this address.
function toBytes(text) {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
}

function toText(buffer) {
  let plain = "";
  for (const byte of new Uint8Array(buffer)) {
    plain += String.fromCharCode(byte);
  }
  return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

function isPossible(name) {
  const here = location.hostname;
  return window.isSecureContext && "PublicKeyCredential" in window && (here === name || here.endsWith("." + name));
}

async function freshChallenge(purpose) {
  const answer = await fetch(`/sign-in/challenge?for=${purpose}`, { cache: "no-store" });
  if (!answer.ok) {
    throw new Error("no challenge");
  }
  return (await answer.json()).challenge;
}

async function use(part, form) {
  const challenge = await freshChallenge(part.dataset.wmPurpose);
  const { rawId, response } = await navigator.credentials.get({
    publicKey: {
      challenge: toBytes(challenge),
      rpId: part.dataset.wmName,
      userVerification: "required",
      timeout: 120000,
    },
  });
  form.elements.challenge.value = challenge;
  form.elements.id.value = toText(rawId);
  form.elements.user.value = response.userHandle ? toText(response.userHandle) : "";
  form.elements.client_data.value = toText(response.clientDataJSON);
  form.elements.authenticator_data.value = toText(response.authenticatorData);
  form.elements.signature.value = toText(response.signature);
}

async function make(part, form) {
  const known = part.dataset.wmKnown.split(" ").filter((id) => id !== "");
  const { response } = await navigator.credentials.create({
    publicKey: {
      challenge: toBytes(form.elements.challenge.value),
      rp: { id: part.dataset.wmName, name: "Waymark" },
      user: {
        id: toBytes(part.dataset.wmUser),
        name: part.dataset.wmUsername,
        displayName: part.dataset.wmFullName,
      },
      pubKeyCredParams: [-7, -8, -257].map((alg) => ({ type: "public-key", alg })),
      excludeCredentials: known.map((id) => ({ type: "public-key", id: toBytes(id) })),
      authenticatorSelection: { residentKey: "required", requireResidentKey: true, userVerification: "required" },
      attestation: "none",
      timeout: 120000,
    },
  });
  form.elements.client_data.value = toText(response.clientDataJSON);
  form.elements.attestation.value = toText(response.attestationObject);
}

function words(error) {
  switch (error.name) {
    case "InvalidStateError":
      return "This device holds a passkey for you already.";
    case "NotAllowedError":
    case "AbortError":
      return "The device did not answer, or you stopped it. Try again.";
    default:
      return "That did not work. Load the page again, and try once more.";
  }
}

function offer(part) {
  const adds = part.dataset.wmPasskey === "add";
  const content = part.content.cloneNode(true);
  const form = content.querySelector("form");
  const button = content.querySelector("[data-wm-passkey-go]");
  const trouble = content.querySelector("[data-wm-passkey-trouble]");

  async function go() {
    trouble.hidden = true;
    button.disabled = true;
    try {
      await (adds ? make(part, form) : use(part, form));
      form.submit();
    } catch (error) {
      trouble.textContent = words(error);
      trouble.hidden = false;
      button.disabled = false;
    }
  }
  button.addEventListener("click", go);
  form.addEventListener("submit", (event) => {
    event.preventDefault(); // Enter in the box for the name
    if (!button.disabled) {
      go();
    }
  });
  part.after(content);
}

export function offerPasskeys() {
  for (const part of document.querySelectorAll("template[data-wm-passkey]")) {
    if (isPossible(part.dataset.wmName)) {
      part.parentElement.querySelector("[data-wm-passkey-none]")?.remove();
      offer(part);
    }
  }
}
