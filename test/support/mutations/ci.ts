import type { Group } from './table.ts';

const workflow = '.github/workflows/ci.yml';
const patterns = 'scripts/debug_patterns.py';
const config = 'scripts/debug_config.py';
const script = 'scripts/debug_gate.py';

/** What the team changes: the gate in front of it. */
export const pipeline: readonly Group[] = [
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
      ['an action is named by a tag', workflow, 'uses: actions/setup-node@', 'uses: actions/setup-node@v7 #'],
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
      ['expressions pass', patterns, 'constant) in OFF\n    return False', 'constant) in OFF\n    return True'],
      ['the debugger may be wrapped around the app', patterns, '        yield from _tools(node)\n', ''],
      ['breakpoints pass', patterns, 'CALLS = frozenset({"breakpoint", ', 'CALLS = frozenset({'],
      ['a committed .env passes', config, 'if COMMITTED.fullmatch(path.name):', 'if False:'],
      [
        'a class of settings is not looked at',
        patterns,
        'case ast.Assign(targets=targets, value=value):',
        'case ast.Assign(targets=targets, value=value) if False:',
      ],
      [
        'a dict is not looked at',
        patterns,
        'case ast.Dict(keys=keys, values=values):',
        'case ast.Dict(keys=keys, values=values) if False:',
      ],
      [
        'keywords are not looked at',
        patterns,
        'case ast.keyword(arg=str(name), value=value):',
        'case ast.keyword(arg=str(name), value=value) if False:',
      ],
      ['setattr is not looked at', patterns, '        ) if function in BINDERS:', '        ) if False:'],
      ['pairs are not looked at', patterns, ' if not list(_text(value)):', ' if False:'],
      ['a module is imported late', patterns, 'name in IMPORTERS and ', 'False and '],
      ['every call binds a setting', patterns, '        ) if function in BINDERS:', '        ):'],
      [
        'what is no Python passes',
        patterns,
        '        yield getattr(error, "lineno", None) or 1, "this is no Python"\n',
        '        yield from ()\n',
      ],
      [
        'a level of logging is a setting',
        patterns,
        '        case ast.Attribute(attr="DEBUG") | ast.Constant(value=10):',
        '        case ast.Constant(value=11):',
      ],
      ['images are not looked at', config, 'rule(IMAGES, rf"{NAME}[= ]{ON}"', 'rule("None", rf"{NAME}[= ]{ON}"'],
      ['the environment of a manifest is not looked at', config, 'f"{ASSIGNED}|{PAIR}"', 'f"{ASSIGNED}"'],
      ['a unit is not looked at', config, '(?:(?<=Environment=)|(?<![\\w=:-]))', '(?<![\\w=:-])'],
      ['the tier is not looked at', config, '    rule(DEPLOYED, TIER, "this tier is not for production"),\n', ''],
      [
        'the way to start is not looked at',
        config,
        '    rule(DEPLOYED, START, "a development server is started"),\n',
        '',
      ],
      [
        'the pin of the debugger is not looked at',
        config,
        'PIN = r"WERKZEUG_DEBUG_PIN"',
        'PIN = r"WERKZEUG_DEBUG_PIN=on"',
      ],
      ['comments are looked at', config, '^(?!\\s*[#;]).*?', '^.*?'],
      [
        'an image may hold .env',
        config,
        '        if _takes_all(path) and ALL_COPIED.search(text):',
        '        if False:',
      ],
      ['.dockerignore is not looked at', config, 'return not any(', 'return True or not any('],
      ['pipelines may not test', config, 'PIPELINES & set(path.parts)', 'set() & set(path.parts)'],
      ['the app itself is not tried', script, ', *runtime(root)]', ']'],
      [
        'the refusals of the app are not tried',
        script,
        'for change, (status, output) in zip(changes[1:], outcomes[1:], strict=True):',
        'for change, (status, output) in ():',
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
