import { app, defences, type Group, security } from './table.ts';

const files = `${security}/files.py`;
const uploads = `${security}/uploads.py`;
const workflow = '.github/workflows/ci.yml';
const patterns = 'scripts/debug_patterns.py';
const config = 'scripts/debug_config.py';
const script = 'scripts/debug_gate.py';

/** What gets in: the files of people, and the changes of the team. */
export const custody: readonly Group[] = [
  {
    mitigation: 'files',
    test: 'test_files.py',
    removal: ['the init call is gone', defences, '    files.init_app(app)\n', ''],
    weakened: [
      [
        '`..` and absolute paths are accepted',
        files,
        'joined = safe_join(str(folder()), name)',
        'joined = str(folder() / name)',
      ],
      ['hidden files are handed out', files, 'if joined is None or hidden or ', 'if joined is None or '],
      ['every type is handed out', files, ' or extension(name) is None:', ':'],
      ['HTML is taken', files, '    "gif": "image/gif",', '    "gif": "image/gif",\n    "html": "text/html",'],
      ['SVG is taken', files, '    "gif": "image/gif",', '    "gif": "image/gif",\n    "svg": "image/svg+xml",'],
      ['links are followed', files, 'path.resolve(strict=True) == path and ', ''],
      ['files are shown as pages', files, 'as_attachment=True', 'as_attachment=False'],
      ['types are guessed', files, '    response.headers["X-Content-Type-Options"] = "nosniff"\n', ''],
      [
        'a file may run script',
        files,
        '    response.headers["Content-Security-Policy"] = "default-src \'none\'; sandbox"\n',
        '',
      ],
      ['private files are cached', files, '    response.headers["Cache-Control"] = "private, no-store"\n', ''],
      [
        'a name breaks the header',
        files,
        '"".join(filter(str.isprintable, download_name or ""))',
        '(download_name or "")',
      ],
      ['every view reads large bodies', files, 'if getattr(view, "accepts_upload", False):', 'if True:'],
      ['the folder is open to all', files, 'path.mkdir(mode=0o750', 'path.mkdir(mode=0o777'],
      ['content is not looked at', uploads, 'if not matches(path.read_bytes(), ending):', 'if False:'],
      ['programs pass as text', uploads, 'return content.translate(None, CONTROLS) == content', 'return True'],
      ['size is unbounded', uploads, 'if size > current_app.config["UPLOAD_MAX_BYTES"]:', 'if False:'],
      [
        'the sum is unbounded',
        uploads,
        'if used(path.parent) > current_app.config["UPLOAD_QUOTA_BYTES"]:',
        'if False:',
      ],
      ['the name of the sender is kept', uploads, 'f"{secrets.token_hex(16)}.{ending}"', 'upload.filename or ""'],
      ['what is not checked yet can be fetched', uploads, 'files.folder() / f".{name}.part"', 'files.folder() / name'],
      ['a refused file stays', uploads, '        part.unlink(missing_ok=True)', '        pass'],
      ['files are readable for all', uploads, 'os.O_EXCL, 0o640', 'os.O_EXCL, 0o644'],
      [
        'files of others are handed out',
        `${app}/examples/files.py`,
        "    if name not in owned():\n        abort(404)  # not 403: whether the file exists is nobody else's business\n    return files.send(name, download_name=owned()[name])",
        '    return files.send(name, download_name=owned().get(name))',
      ],
    ],
  },
  {
    mitigation: 'ci',
    test: 'test_ci.py',
    removal: [
      'the gate finds nothing',
      script,
      'problems = [*code(files), *config(files), *runtime(root)]',
      'problems: list[str] = []',
    ],
    weakened: [
      ['the workflow does not run the gate', workflow, '      - run: python scripts/debug_gate.py\n', ''],
      ['the token of the workflow may write', workflow, '  contents: read\n', '  contents: write\n'],
      [
        'an action is named by a tag',
        workflow,
        'actions/setup-node@820762786026740c76f36085b0efc47a31fe5020',
        'actions/setup-node@v7',
      ],
      [
        'packages are installed unchecked',
        workflow,
        '      - run: pip install --require-hashes -r requirements/dev.txt\n      - run: pip install --no-deps',
        '      - run: pip install -r requirements/dev.txt\n      - run: pip install --no-deps',
      ],
      ['the tests are not run', workflow, '      - run: pytest\n', ''],
      [
        'known vulnerabilities are not looked up',
        workflow,
        '      - run: pip-audit --strict --require-hashes --disable-pip -r requirements/prod.txt\n',
        '',
      ],
      ['a failed look-up passes', workflow, 'pip-audit --strict ', 'pip-audit '],
      ['DEBUG is not looked for', patterns, '{"DEBUG", "FLASK_DEBUG"', '{"FLASK_DEBUG"'],
      [
        'expressions pass',
        patterns,
        '    if not isinstance(value, ast.Constant):\n        return False',
        '    if not isinstance(value, ast.Constant):\n        return True',
      ],
      ['the debugger may be wrapped around the app', patterns, '        yield from _tools(node)\n', ''],
      [
        'breakpoints pass',
        patterns,
        'CALLS = frozenset({"breakpoint", "set_trace"})',
        'CALLS = frozenset({"set_trace"})',
      ],
      ['a committed .env passes', config, 'if COMMITTED.fullmatch(path.name):', 'if False:'],
      [
        'containers are not looked at',
        config,
        '        re.compile(rf"^\\s*(ENV\\s.*|ARG\\s+)?\\b{SETTING}[= ]{ON}", re.IGNORECASE)',
        '        re.compile("$^")',
      ],
      ['the app itself is not tried', script, ', *runtime(root)]', ']'],
      [
        'the refusals of the app are not tried',
        script,
        'for change in debug_runtime.MUST_REFUSE:',
        'for change in ():',
      ],
      [
        'more than development may debug',
        script,
        'ALLOWED = ("settings/development.py", ',
        'ALLOWED = ("__init__.py", "settings/production.py", "settings/development.py", ',
      ],
      ['hidden workflows are skipped', script, 'part.startswith(".") and part != ".github"', 'part.startswith(".")'],
    ],
  },
];
