// Line numbers beside the text, and from a finding to its line. Without this the text is a plain field.
"use strict";
(() => {
  const text = document.getElementById("text");
  const numbers = document.getElementById("numbers");
  if (!text || !numbers) return;

  const number = () => {
    const lines = text.value.split("\n").length;
    if (numbers.dataset.lines === String(lines)) return;
    numbers.dataset.lines = String(lines);
    numbers.textContent = Array.from({ length: lines }, (_, line) => line + 1).join("\n");
  };
  const follow = () => { numbers.scrollTop = text.scrollTop; };

  const show = (line) => {
    const lines = text.value.split("\n");
    const place = Math.min(line, lines.length) - 1;
    const start = lines.slice(0, place).reduce((sum, each) => sum + each.length + 1, 0);
    text.focus();
    text.setSelectionRange(start, start + lines[place].length);
    text.scrollTop = Math.max(0, (text.scrollHeight / lines.length) * (place - 3));
    follow();
  };

  text.addEventListener("input", number);
  text.addEventListener("scroll", follow);
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("[data-line]") : null;
    if (!link) return;
    event.preventDefault();
    show(Number(link.dataset.line));
  });
  numbers.hidden = false;
  number();
  follow();
})();
