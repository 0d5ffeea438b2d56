// Fills the hidden `credential` of a form marked data-webauthn="create|get" and submits it.
// Options come as JSON in data-options. Nothing else is needed: the server renders every answer.
(() => {
  "use strict";

  const bytes = (text) => {
    const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, (char) => char.charCodeAt(0));
  };

  const text = (buffer) => {
    let plain = "";
    for (const byte of new Uint8Array(buffer)) plain += String.fromCharCode(byte);
    return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  };

  const withIds = (list) => (list || []).map((item) => ({ ...item, id: bytes(item.id) }));

  // Browsers before WebAuthn Level 3 know neither parse…FromJSON nor toJSON.
  const creation = (json) =>
    PublicKeyCredential.parseCreationOptionsFromJSON
      ? PublicKeyCredential.parseCreationOptionsFromJSON(json)
      : {
          ...json,
          challenge: bytes(json.challenge),
          user: { ...json.user, id: bytes(json.user.id) },
          excludeCredentials: withIds(json.excludeCredentials),
        };

  const request = (json) =>
    PublicKeyCredential.parseRequestOptionsFromJSON
      ? PublicKeyCredential.parseRequestOptionsFromJSON(json)
      : { ...json, challenge: bytes(json.challenge), allowCredentials: withIds(json.allowCredentials) };

  const plain = (credential) => {
    if (credential.toJSON) return credential.toJSON();
    const from = credential.response;
    const response = { clientDataJSON: text(from.clientDataJSON) };
    if (from.attestationObject) {
      response.attestationObject = text(from.attestationObject);
      response.transports = from.getTransports ? from.getTransports() : [];
    } else {
      response.authenticatorData = text(from.authenticatorData);
      response.signature = text(from.signature);
      response.userHandle = from.userHandle ? text(from.userHandle) : null;
    }
    return {
      id: credential.id,
      rawId: text(credential.rawId),
      type: credential.type,
      response,
      clientExtensionResults: credential.getClientExtensionResults(),
    };
  };

  const ask = async (form) => {
    const json = JSON.parse(form.dataset.options);
    const create = form.dataset.webauthn === "create";
    return create
      ? navigator.credentials.create({ publicKey: creation(json) })
      : navigator.credentials.get({ publicKey: request(json) });
  };

  const show = (form, name) => {
    for (const part of form.querySelectorAll("[data-webauthn-message]")) {
      part.hidden = part.dataset.webauthnMessage !== name;
    }
  };

  const reason = (error) =>
    ({ NotAllowedError: "cancelled", InvalidStateError: "known", SecurityError: "address" })[error.name] || "failed";

  const start = (form) => {
    const button = form.querySelector("[type=submit]");
    if (!window.PublicKeyCredential || !navigator.credentials) {
      show(form, "unsupported");
      button.disabled = true;
      return;
    }
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      // The server names what is missing; no passkey is made that it would then refuse.
      if (!form.checkValidity()) return form.submit();
      button.disabled = true;
      show(form, "waiting");
      try {
        const credential = await ask(form);
        form.elements.credential.value = JSON.stringify(plain(credential));
        form.submit();
      } catch (error) {
        show(form, reason(error));
        button.disabled = false;
      }
    });
  };

  document.querySelectorAll("form[data-webauthn]").forEach(start);
})();
