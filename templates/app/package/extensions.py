"""Extensions, created unbound; the modules of security bind them to an app."""

<%- slot('extensions.imports') %>

<%- slot('extensions.instances') %>
