"use strict";

const form = document.querySelector("#greeting");
const output = form.querySelector("output");
<%- slot('api.token') %>

async function greet(name) {
  const response = await fetch(form.dataset.url, {
    method: "POST",
    headers: {
      Accept: "application/json",
      "Content-Type": "application/json",
      <%- slot('api.header') %>
    },
    body: JSON.stringify({ name }),
  });
  const answer = await response.json();
  return response.ok ? answer.greeting : answer.detail;
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    // textContent, never innerHTML: what comes back is text.
    output.textContent = await greet(new FormData(form).get("name"));
  } catch {
    output.textContent = "That did not work. Try again.";
  }
});
