import { app, defences, type Group, gate, security, settings } from './table.ts';

const tiers = `${settings}/tiers.py`;
const environment = `${settings}/environment.py`;
const production = `${settings}/production.py`;
const debug = `${security}/debug.py`;
const key = `${security}/secret_key.py`;
const strength = `${security}/key_strength.py`;
const rotation = `${security}/key_rotation.py`;
const commands = `${security}/secret_key_commands.py`;

/** What production runs with: tier, switches and key. */
export const configuration: readonly Group[] = [
  {
    mitigation: 'config',
    test: 'test_config.py',
    // Testing takes a weak key, which production refuses.
    alsoRed: ['test_secret_key.py'],
    removal: ['production has to be asked for', tiers, '.strip() or "production"\n', '.strip() or "development"\n'],
    weakened: [
      ['an unknown tier is development', tiers, 'else ("production", Production)', 'else ("development", Development)'],
      ['an unknown tier serves', gate, '    tiers.problems,\n', ''],
      ['APP_ENV is not read', tiers, 'tier or os.environ.get("APP_ENV", "").strip()', 'tier'],
      [
        'production is as lax as development',
        production,
        'class Production(Base):',
        'class Production(__import__("acme_portal.settings.development", fromlist=["x"]).Development):',
      ],
      ['testing is not apart', `${settings}/testing.py`, '    TESTING = True', '    TESTING = False'],
      ['bad values serve', gate, 'found = list(app.config["SETTINGS_PROBLEMS"])', 'found: list[str] = []'],
      ['numbers are not checked', environment, 'if not raw.isdecimal() or int(raw) < minimum:', 'if False:'],
      ['words are not checked', environment, 'if raw not in allowed:', 'if False:'],
      ['paths are not checked', environment, 'if not Path(raw).is_absolute():', 'if False:'],
      [
        'variables are read by prefix',
        `${app}/__init__.py`,
        '    app.config.from_mapping(config)\n',
        '    app.config.from_mapping(config)\n    app.config.from_prefixed_env()\n',
      ],
    ],
  },
  {
    mitigation: 'debug',
    test: 'test_debug.py',
    removal: ['the gate does not look', gate, '    debug.problems,\n', ''],
    // The gate of the continuous integration is there to see exactly this.
    alsoRed: ['test_ci.py'],
    weakened: [
      ['debug may be on', debug, '    if app.debug:', '    if False:'],
      ['testing may be on', debug, '    if app.testing:', '    if False:'],
      ['FLASK_DEBUG may be set', debug, 'if os.environ.get("FLASK_DEBUG", "").strip().lower() in ON:', 'if False:'],
      ['FLASK_DEBUG=true is no 1', debug, 'ON = {"1", "true", "yes", "on"}', 'ON = {"1"}'],
      [
        'FLASK_ENV may be development',
        debug,
        'if os.environ.get("FLASK_ENV", "").strip().lower() == "development":',
        'if False:',
      ],
      ['errors may leave without a page', debug, 'LEAKING = ("PROPAGATE_EXCEPTIONS", ', 'LEAKING = ('],
      ['HTTP errors may leave without a page', debug, '"TRAP_HTTP_EXCEPTIONS", ', ''],
      ['bad requests may leave without a page', debug, ', "TRAP_BAD_REQUEST_ERRORS")', ')'],
      ['the toolbar may be there', debug, 'if "debugtoolbar" in app.blueprints:', 'if False:'],
      [
        'the interactive debugger may be there',
        debug,
        'if under_debugger() or any(map(is_debugger, layers(app))):',
        'if False:',
      ],
      ['a debugger around the whole app is not seen', debug, 'if under_debugger() or any', 'if any'],
      ['a debugger further in is not seen', debug, ' or any(map(is_debugger, layers(app))):', ':'],
      [
        'only the outermost layer is looked at',
        debug,
        'layer = getattr(owner, "inner", None) or getattr(owner, "app", None)',
        'layer = None',
      ],
      ['a setting that is switched on later is not seen', gate, 'self.app.wsgi_app, *settings)', 'self.app.wsgi_app)'],
      [
        'a debugger that is put around later is not seen',
        gate,
        'state = (DEBUGGER in environ, self.app.wsgi_app, *settings)',
        'state = (*settings,)',
      ],
      ['errors that leave without a page later are not seen', gate, '"PROPAGATE_EXCEPTIONS", ', ''],
      [
        'FLASK_DEBUG turns debug on in production',
        production,
        '    DEBUG = False  # whatever FLASK_DEBUG says; https://flask.palletsprojects.com/debugging/\n',
        '',
      ],
      ['production is in testing mode', production, 'TESTING = False', 'TESTING = True'],
      ['production lets errors out', production, 'PROPAGATE_EXCEPTIONS = False', 'PROPAGATE_EXCEPTIONS = True'],
    ],
  },
  {
    mitigation: 'secret-key',
    test: 'test_secret_key.py',
    removal: ['the gate does not look', gate, '    secret_key.problems,\n', ''],
    weakened: [
      ['the init call is gone', defences, '    secret_key.init_app(app)  # first: the others sign with it\n', ''],
      ['a short key is accepted', strength, 'LENGTH = 32', 'LENGTH = 8'],
      ['a key from a tutorial is accepted', strength, 'if KNOWN.search(key):', 'if False:'],
      ['a key of words is accepted', strength, 'if re.fullmatch(r"[a-z\\s_.,-]+|[A-Z\\s_.,-]+", key):', 'if False:'],
      [
        'a key of few characters is accepted',
        strength,
        'if entropy(key) < ENTROPY or regular(key):',
        'if regular(key):',
      ],
      [
        'a key that repeats or counts is accepted',
        strength,
        'if entropy(key) < ENTROPY or regular(key):',
        'if entropy(key) < ENTROPY:',
      ],
      ['a key that counts up is accepted', strength, ' or steps > len(key) * 2 / 3', ''],
      [
        'a weak fallback is accepted',
        key,
        'keys = [app.config["SECRET_KEY"], *app.config["SECRET_KEY_FALLBACKS"]]',
        'keys = [app.config["SECRET_KEY"]]',
      ],
      [
        'fallbacks are ignored',
        key,
        'app.config["SECRET_KEY_FALLBACKS"] = keys[1:]',
        'app.config["SECRET_KEY_FALLBACKS"] = []',
      ],
      [
        'each letter of a text is a fallback',
        key,
        'fallbacks.split(",") if isinstance(fallbacks, str) else fallbacks',
        'fallbacks',
      ],
      ['blanks part keys', key, 'text.split("\\n")', 'text.split()'],
      ['bytes that are no text are a key', strength, 'if " " in key or not key.isprintable():', 'if False:'],
      [
        'a file that is no text is an error that shows a part of it',
        `${settings}/secret_files.py`,
        'raise ValueError(f"{path} is no text in UTF-8") from None',
        'raise',
      ],
      ['a missing key is made up', key, 'keys[0] if keys else None', 'keys[0] if keys else generate()'],
      ['production keeps a development key', key, ' and tier == "development"', ''],
      ['the development key is readable for all', key, 'os.link(file.name, path)', 'path.write_text(generate())'],
      [
        'the reason shows the key',
        key,
        'yield f"{name} {reason}: {way_out}"',
        'yield f"{name} {key} {reason}: {way_out}"',
      ],
      ['a new key is short', key, 'secrets.token_urlsafe(32)', 'secrets.token_urlsafe(8)'],
      ['no key is too old', key, 'return since is not None and datetime.now(UTC) - since > limit', 'return False'],
      ['a key file is not read', `${settings}/secret_files.py`, '    if named:\n', '    if False:\n'],
    ],
  },
  {
    mitigation: 'secret-key',
    test: 'test_key_rotation.py',
    weakened: [
      ['a new key signs before every host knows it', rotation, 'return [*keys, new]', 'return [new, *keys]'],
      ['the old key is dropped at once', rotation, 'return [keys[-1], *keys[:-1]]', 'return [keys[-1]]'],
      ['the old key is never dropped', rotation, 'return keys[:1]', 'return keys'],
      ['steps may come in any order', rotation, '    if not pending(keys):\n', '    if False:\n'],
      ['a rotated key file is readable for all', rotation, 'status.st_mode & 0o640', 'status.st_mode | 0o004'],
      [
        'a failed write leaves half a file',
        rotation,
        '        os.replace(name, path)\n',
        '        path.write_text("")\n        os.replace(name, path)\n',
      ],
      ['status shows the keys', commands, 'click.echo(f"{role}: made', 'click.echo(f"{role} {key}: made'],
      [
        'a secret store is told to hold what an environment does',
        commands,
        'click.echo("\\n".join(keys))',
        'click.echo(f"SECRET_KEY={keys[0]}")',
      ],
      [
        'a key that stays accepted is not named',
        commands,
        '    if os.environ.get("SECRET_KEY_FALLBACKS") and not os.environ.get("SECRET_KEY"):',
        '    if False:',
      ],
      ['a key file is overwritten', commands, '    elif path.exists():', '    elif False:'],
    ],
  },
];
