document.getElementById("name-form").addEventListener("submit", () => fetch("/api/v1/posts/", { method: "POST" }));
