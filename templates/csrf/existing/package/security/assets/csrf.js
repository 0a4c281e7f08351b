// Puts the CSRF token of the page into each request of its scripts that changes something here.
(function () {
  "use strict";
  var HEADER = "X-CSRFToken";

  function token() {
    var meta = document.querySelector('meta[name="csrf-token"]');
    return meta ? meta.content : "";
  }

  // Another site must not learn the token.
  function isOurs(address) {
    try {
      return new URL(address || "", document.baseURI).origin === location.origin;
    } catch (error) {
      return false;
    }
  }

  function changes(method) {
    return !/^(GET|HEAD|OPTIONS|TRACE)$/i.test(method || "GET");
  }

  // jQuery, axios and htmx send by XMLHttpRequest.
  var open = XMLHttpRequest.prototype.open;
  var send = XMLHttpRequest.prototype.send;
  var setHeader = XMLHttpRequest.prototype.setRequestHeader;
  XMLHttpRequest.prototype.open = function (method, address) {
    this.wantsToken = changes(method) && isOurs(String(address));
    return open.apply(this, arguments);
  };
  XMLHttpRequest.prototype.setRequestHeader = function (name) {
    if (/^x-csrf-?token$/i.test(name)) this.wantsToken = false;
    return setHeader.apply(this, arguments);
  };
  XMLHttpRequest.prototype.send = function () {
    if (this.wantsToken) setHeader.call(this, HEADER, token());
    return send.apply(this, arguments);
  };

  if (window.fetch) {
    var fetchOf = window.fetch;
    window.fetch = function (resource, options) {
      var whole = resource instanceof Request ? resource : null;
      var method = (options && options.method) || (whole && whole.method);
      if (!changes(method) || !isOurs(whole ? whole.url : String(resource))) return fetchOf.apply(this, arguments);
      var headers = new Headers((options && options.headers) || (whole ? whole.headers : undefined));
      if (!headers.has(HEADER) && !headers.has("X-CSRF-Token")) headers.set(HEADER, token());
      return fetchOf.call(this, resource, Object.assign({}, options, { headers: headers }));
    };
  }

  // Forms that a script has made.
  function complete(form) {
    if (!/^post$/i.test(form.getAttribute("method") || "") || !isOurs(form.getAttribute("action"))) return;
    if (form.querySelector('[name="csrf_token"]')) return;
    var field = document.createElement("input");
    field.type = "hidden";
    field.name = "csrf_token";
    field.value = token();
    form.appendChild(field);
  }
  document.addEventListener("submit", function (event) {
    complete(event.target);
  }, true);
  var submit = HTMLFormElement.prototype.submit;
  HTMLFormElement.prototype.submit = function () {
    complete(this);
    return submit.apply(this, arguments);
  };
})();
