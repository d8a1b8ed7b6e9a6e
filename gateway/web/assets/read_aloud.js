// Reads the marked parts of the page aloud, each in its own language, by the voices of the device. Without one that
// works offline nothing is shown: a voice of somebody else's server would send them the page.
"use strict";
const button = document.querySelector("[data-read]");
const parts = [...document.querySelectorAll("[data-aloud]")];
const speech = window.speechSynthesis;

const languageOf = (part) => part.closest("[lang]").lang;

function voiceFor(language) {
  const wanted = language.split("-")[0];
  return speech.getVoices().find((voice) => voice.localService && voice.lang.toLowerCase().split(/[-_]/)[0] === wanted);
}

function stop() {
  speech.cancel();
  for (const part of parts) part.removeAttribute("data-aloud-now");
  button.querySelector("span").textContent = button.dataset.read;
  button.removeAttribute("data-reading");
}

function read() {
  button.setAttribute("data-reading", "");
  button.querySelector("span").textContent = button.dataset.stop;
  parts.forEach((part, index) => {
    const said = new SpeechSynthesisUtterance(part.textContent.trim());
    said.lang = languageOf(part);
    said.voice = voiceFor(said.lang);
    said.rate = 0.9;
    said.onstart = () => part.setAttribute("data-aloud-now", "");
    said.onend = () => {
      part.removeAttribute("data-aloud-now");
      if (index === parts.length - 1) stop();
    };
    said.onerror = stop;
    speech.speak(said);
  });
}

// A page without voices for all that it would read offers nothing rather than half of it.
function offer() {
  button.hidden = parts.length === 0 || !parts.every((part) => voiceFor(languageOf(part)));
}

if (button && speech) {
  offer();
  speech.addEventListener("voiceschanged", offer);
  button.addEventListener("click", () => (button.hasAttribute("data-reading") ? stop() : read()));
  // What is read on would be heard by whoever takes the phone next.
  addEventListener("pagehide", stop);
}
