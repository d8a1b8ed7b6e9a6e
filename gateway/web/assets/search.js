// Shows what a question finds while it is being typed. Without it the form is sent as forms are; when anything goes
// wrong it stays silent, and the button still works. What is typed goes by POST and stands in no address.
"use strict";
const form = document.querySelector("form[data-live]");
const answer = form && document.getElementById(form.dataset.live);
const count = document.getElementById("live-count");
const QUIET = 300;
let timer = 0;
let asking = null;
let last = "";

function asked() {
  const fields = new URLSearchParams(new FormData(form));
  fields.delete("repeat_key");
  return fields;
}

async function ask() {
  const fields = asked();
  if (fields.toString() === last || !form.checkValidity()) return;
  last = fields.toString();
  if (asking) asking.abort();
  const mine = (asking = new AbortController());
  try {
    const response = await fetch(form.action, {
      method: "POST", body: fields, signal: mine.signal, redirect: "error", headers: { "X-Part": "answer", Accept: "text/html" },
    });
    const text = response.ok ? await response.text() : "";
    // Somebody who reads the answer already is not disturbed by a later one.
    if (!text || mine.signal.aborted || answer.contains(document.activeElement)) return;
    answer.replaceChildren(document.createRange().createContextualFragment(text));
    count.textContent = answer.querySelector("h2").textContent;
    // The handle is random: with it the way back from an agency leads to this answer again.
    history.replaceState(null, "", answer.querySelector("[data-address]").dataset.address);
  } catch {
    last = "";
  }
}

if (form && answer && count) {
  last = asked().toString();
  form.addEventListener("input", (event) => {
    clearTimeout(timer);
    timer = setTimeout(ask, event.target.type === "text" ? QUIET : 0);
  });
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    if (asking) asking.abort();
  });
}
