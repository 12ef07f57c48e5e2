// Passkeys: sign up, sign in, prove again, add a key. One form, one button, no inline script.
//
//   <form method="post" data-passkey="create|get" [data-passkey-options="ID of a JSON script"]> … hidden input name=credential …
//     <button type="submit">…</button></form>
//
// The JSON holds {"creation_options": …} or {"request_options": …}; a sign-in form without it asks its own action for them.
import { announce } from "./behaviours/announce.js";
import { words } from "./behaviours/words.js";

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (char) => char.charCodeAt(0));
const text = (buffer) => {
  let raw = "";
  for (const byte of new Uint8Array(buffer)) raw += String.fromCharCode(byte);
  return btoa(raw).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
};
const named = (list) => (list ?? []).map((item) => ({ ...item, id: bytes(item.id) }));

async function options(form) {
  const id = form.dataset.passkeyOptions;
  if (id) return JSON.parse(document.getElementById(id).textContent);
  const answer = await fetch(form.action, {
    headers: { Accept: "application/json", "X-Requested-With": "XMLHttpRequest" },
    credentials: "same-origin",
  });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

async function create(data, passwordless) {
  const key = structuredClone(data.creation_options.publicKey);
  key.challenge = bytes(key.challenge);
  key.user.id = bytes(key.user.id);
  key.excludeCredentials = named(key.excludeCredentials);
  if (passwordless !== null) {
    key.authenticatorSelection = {
      ...key.authenticatorSelection,
      residentKey: passwordless ? "required" : "discouraged",
      requireResidentKey: passwordless,
      ...(passwordless ? { userVerification: "required" } : {}),
    };
  }
  const made = await navigator.credentials.create({ publicKey: key });
  return {
    ...about(made),
    response: {
      clientDataJSON: text(made.response.clientDataJSON),
      attestationObject: text(made.response.attestationObject),
      transports: made.response.getTransports?.() ?? [],
    },
  };
}

async function get(data) {
  const key = structuredClone(data.request_options.publicKey);
  key.challenge = bytes(key.challenge);
  key.allowCredentials = named(key.allowCredentials);
  const found = await navigator.credentials.get({ publicKey: key });
  return {
    ...about(found),
    response: {
      clientDataJSON: text(found.response.clientDataJSON),
      authenticatorData: text(found.response.authenticatorData),
      signature: text(found.response.signature),
      userHandle: found.response.userHandle ? text(found.response.userHandle) : null,
    },
  };
}

const about = (credential) => ({
  type: credential.type,
  id: credential.id,
  rawId: text(credential.rawId),
  authenticatorAttachment: credential.authenticatorAttachment ?? null,
  clientExtensionResults: credential.getClientExtensionResults(),
});

/** Ticked "without password" makes a discoverable key; a form without the box leaves the server's choice alone. */
const passwordless = (form) => form.elements.namedItem("passwordless")?.checked ?? null;

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-passkey]");
  if (!form) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (!window.PublicKeyCredential) return announce.note(words.passkeyNone, "error");
  try {
    const data = await options(form);
    const credential = form.dataset.passkey === "create" ? await create(data, passwordless(form)) : await get(data);
    form.elements.namedItem("credential").value = JSON.stringify(credential);
    HTMLFormElement.prototype.submit.call(form);
  } catch (problem) {
    announce.note(problem.name === "SecurityError" ? words.passkeyPlace : words.passkey, "error");
  }
}, true);
