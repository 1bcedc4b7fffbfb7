// Reads a text aloud where the device can: <button data-speak="#id" hidden>.

export function readAloud(root) {
  if (!("speechSynthesis" in window)) return;
  for (const button of root.querySelectorAll("[data-speak]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      if (speechSynthesis.speaking) {
        speechSynthesis.cancel();
        return;
      }
      const speech = new SpeechSynthesisUtterance(document.querySelector(button.dataset.speak).innerText);
      speech.lang = document.documentElement.lang;
      speech.rate = 0.9;
      speechSynthesis.speak(speech);
    });
  }
}
