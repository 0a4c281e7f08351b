import { defences, type Group, gate, security } from './table.ts';

const proxy = `${security}/proxy.py`;
const gunicorn = 'deploy/gunicorn.conf.py';
const snippets = 'deploy/nginx/snippets';
const unit = 'deploy/acme-portal.service';

/** What stands in front of the app: whose word is believed, Gunicorn, Nginx, and where they run. */
export const server: readonly Group[] = [
  {
    mitigation: 'server',
    test: 'test_server.py',
    removal: [
      'the init call is gone',
      defences,
      '    proxy.init_app(app)  # next: what the others learn about the client comes from here\n',
      '',
    ],
    weakened: [
      ['any host is trusted', proxy, 'app.config.get("TRUSTED_HOSTS") or None', 'None'],
      ['the gate does not look', gate, '    proxy.problems,\n', ''],
      ['no host name is needed', proxy, '    if not hosts:', '    if False:'],
      ['a wildcard host serves', proxy, '"*" in host or ', ''],
      ['a URL as host serves', proxy, ' or "/" in host', ''],
      ['X-Forwarded-Host is believed', proxy, 'x_host=0', 'x_host=hops'],
      ['X-Forwarded-Prefix is believed', proxy, 'x_prefix=0', 'x_prefix=hops'],
      ['the client says its own address', proxy, 'x_for=hops', 'x_for=2'],
      ['the socket is open to all', gunicorn, 'umask = 0o007', 'umask = 0o000'],
      ['Gunicorn listens on the network', gunicorn, '"unix:/run/acme-portal/gunicorn.sock"', '"0.0.0.0:8000"'],
      ['the lax parser is used', gunicorn, 'http_parser = "python"', 'http_parser = "auto"'],
      ['odd header names pass', gunicorn, 'header_map = "refuse"', 'header_map = "dangerous"'],
      ['SCRIPT_NAME comes from a header', gunicorn, 'forwarder_headers = ""', 'forwarder_headers = "SCRIPT_NAME"'],
      ['the control socket is shared', gunicorn, 'control_socket_disable = True', 'control_socket_disable = False'],
      ['request lines are unbounded', gunicorn, 'limit_request_line = 4094', 'limit_request_line = 0'],
      ['header fields are unbounded', gunicorn, 'limit_request_field_size = 8190', 'limit_request_field_size = 0'],
      ['a worker may hang for ever', gunicorn, '\ntimeout = 30', '\ntimeout = 0'],
      ['Gunicorn starts although it must not serve', gunicorn, 'raise SystemExit(3)', 'return'],
      ['the service may gain rights', unit, 'NoNewPrivileges=yes\n', ''],
      ['the service may write everywhere', unit, 'ProtectSystem=strict', 'ProtectSystem=no'],
      [
        'the key lies in the unit',
        unit,
        'LoadCredential=secret_key:/etc/acme-portal/secret_key',
        'Environment=SECRET_KEY=secret',
      ],
      ['the container runs as root', 'Dockerfile', 'USER 10001:10001\n', ''],
      ['what is installed is not checked', 'Dockerfile', '--require-hashes ', ''],
      ['containers may write everywhere', 'compose.yaml', '  read_only: true\n', ''],
      ['containers keep their rights', 'compose.yaml', '  cap_drop: [ALL]\n', ''],
      ['Redis is on the network', 'compose.yaml', '    network_mode: none\n', ''],
      ['secrets get into the image', '.dockerignore', 'here.\n*\n', 'here.\n'],
    ],
  },
  {
    mitigation: 'server',
    test: 'test_nginx.py',
    weakened: [
      [
        'the client extends X-Forwarded-For',
        `${snippets}/proxy.conf`,
        'X-Forwarded-For $remote_addr',
        'X-Forwarded-For $proxy_add_x_forwarded_for',
      ],
      ['X-Forwarded-Host passes', `${snippets}/proxy.conf`, 'proxy_set_header X-Forwarded-Host "";\n', ''],
      ['X-Forwarded-Prefix passes', `${snippets}/proxy.conf`, 'proxy_set_header X-Forwarded-Prefix "";\n', ''],
      ['Proxy passes (httpoxy)', `${snippets}/proxy.conf`, 'proxy_set_header Proxy "";', ''],
      [
        'the client names the request',
        `${snippets}/proxy.conf`,
        'X-Request-ID $request_id',
        'X-Request-ID $http_x_request_id',
      ],
      [
        'an unknown name is redirected',
        `${snippets}/site.conf`,
        '    return 444;',
        '    return 308 https://$host$request_uri;',
      ],
      [
        'an unknown name gets the site',
        `${snippets}/site.conf`,
        '        return 421;',
        '        include snippets/proxy.conf;',
      ],
      ['an unknown name gets a certificate', `${snippets}/site.conf`, '    ssl_reject_handshake on;\n', ''],
      [
        'plain HTTP is answered',
        `${snippets}/site.conf`,
        '        return 308 https://acme-portal.example.com$request_uri;',
        '        include snippets/proxy.conf;',
      ],
      ['uploads are public', `${snippets}/site.conf`, '        internal;\n', ''],
      ['links out of the uploads are followed', `${snippets}/site.conf`, '        disable_symlinks on;\n', ''],
      [
        'hidden files are served',
        `${snippets}/site.conf`,
        'location ~ /\\.(?!well-known/) {\n        return 404;',
        'location ~ /\\.(?!well-known/) {\n        include snippets/proxy.conf;',
      ],
      [
        'readiness is public',
        `${snippets}/site.conf`,
        '    location = /readyz {\n        return 404;',
        '    location = /readyz {\n        include snippets/proxy.conf;',
      ],
      ['bodies are unbounded', `${snippets}/site.conf`, 'client_max_body_size 1m;', 'client_max_body_size 0;'],
      [
        'passwords can be guessed quickly',
        `${snippets}/site.conf`,
        '        limit_req zone=sign_in burst=10 nodelay;\n',
        '',
      ],
      [
        'own answers have no headers',
        `${snippets}/site.conf`,
        '    include snippets/headers.conf;  # again',
        '    # again',
      ],
      ['error pages have no HSTS', `${snippets}/headers.conf`, '$missing_hsts always;', '$missing_hsts;'],
      ['own answers may be framed', `${snippets}/maps.conf`, '    "" "DENY";\n', '    "" "";\n'],
      [
        'headers are there twice',
        `${snippets}/maps.conf`,
        'map $sent_http_x_frame_options $missing_frame_options {\n    "" "DENY";\n    default "";',
        'map $sent_http_x_frame_options $missing_frame_options {\n    "" "DENY";\n    default "DENY";',
      ],
      ['the version is told', 'deploy/nginx/nginx.conf', 'server_tokens off;', 'server_tokens on;'],
      ['query strings are logged', 'deploy/nginx/nginx.conf', '"path":"$uri"', '"path":"$request_uri"'],
      [
        'old TLS is spoken',
        `${snippets}/tls.conf`,
        'ssl_protocols TLSv1.2 TLSv1.3;',
        'ssl_protocols TLSv1 TLSv1.2 TLSv1.3;',
      ],
      ['keys of tickets live on', `${snippets}/tls.conf`, 'ssl_session_tickets off;', 'ssl_session_tickets on;'],
    ],
  },
];
