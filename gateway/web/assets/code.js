// Takes the code out of the address, where a link or QR code brought it, and puts it into the field.
"use strict";
const field = document.querySelector("input[data-code]");
const code = decodeURIComponent(location.hash.slice(1));
if (field && code) {
  field.value = code;
  // The address would stay in the history of a phone that others use too.
  history.replaceState(null, "", location.pathname);
}
