import { app, defences, type Group, security } from './table.ts';

const files = `${security}/files.py`;
const uploads = `${security}/uploads.py`;

/** What gets in: the files of people. */
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
      ['hidden files are handed out', files, 'if joined is None or _hidden(name) or ', 'if joined is None or '],
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
      ['a name breaks the header', files, '"".join(filter(str.isprintable, PureWindowsPath(name).name))', 'name'],
      ['a name says another type', files, 'last if extension(last) == ending else', 'last if last else'],
      ['a name may be a path', files, 'PureWindowsPath(name).name', 'name'],
      ['two answer for ranges', files, 'conditional=not accel', 'conditional=True'],
      ['Nginx is given a name that it reads otherwise', files, 'accel + quote(inside)', 'accel + inside'],
      [
        'every view reads large bodies',
        files,
        'if getattr(current_app.view_functions.get(name), "accepts_upload", False):',
        'if True:',
      ],
      ['static folders show what is hidden', files, 'name.rpartition(".")[2] == "static" and ', 'False and '],
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
      [
        'a picture is expanded',
        uploads,
        '    if size == 0:',
        '    __import__("zlib").decompressobj()\n    if size == 0:',
      ],
      [
        'another process disturbs the sum',
        uploads,
        'with suppress(FileNotFoundError):',
        'with suppress(IsADirectoryError):',
      ],
      ['a link is swept', uploads, 'entry.is_file(follow_symlinks=False)', 'True'],
      ['any file can be removed', uploads, 'files.find(name).unlink', '(files.folder() / name).unlink'],
      ['old files stay', uploads, 'if stat.st_mtime < oldest', 'if stat.st_mtime < 0'],
      ['young files go', uploads, 'if stat.st_mtime < oldest', 'if stat.st_mtime'],
      ['a refused file stays', uploads, '        part.unlink(missing_ok=True)', '        pass'],
      ['files are readable for all', uploads, 'os.O_EXCL, 0o640', 'os.O_EXCL, 0o644'],
      [
        'files are deleted by a link',
        `${app}/examples/files.py`,
        '@blueprint.post("/<name>/delete")',
        '@blueprint.route("/<name>/delete", methods=["GET", "POST"])',
      ],
      ['files of others are deleted', `${app}/examples/files.py`, '    if name not in mine:\n        abort(404)\n', ''],
      ['files of ended sessions stay for good', `${app}/examples/files.py`, '    uploads.sweep(KEEP)\n', ''],
      [
        'files of others are handed out',
        `${app}/examples/files.py`,
        "    if name not in owned():\n        abort(404)  # not 403: whether the file exists is nobody else's business\n    return files.send(name, download_name=owned()[name])",
        '    return files.send(name, download_name=owned().get(name))',
      ],
    ],
  },
];
