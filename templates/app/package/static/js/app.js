// What every page gets; all pages work without it.
"use strict";

// A form is sent once, however often its button is pressed.
for (const form of document.querySelectorAll("form[method=post]")) {
  form.addEventListener("submit", (event) => {
    const button = form.querySelector("[type=submit]");
    if (!button) return;
    if (button.getAttribute("aria-disabled") === "true") event.preventDefault();
    else button.setAttribute("aria-disabled", "true");
  });
}

// Back button: the page comes from memory with its buttons still off.
window.addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("[aria-disabled=true]")) {
    button.removeAttribute("aria-disabled");
  }
});

// After a refused form the first wrong field is where to go on.
document.querySelector("[aria-invalid=true]")?.focus();
