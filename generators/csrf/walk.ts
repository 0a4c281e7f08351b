import { entry } from '../../src/changes.ts';
import type { AppFacts } from '../../src/flask/facts.ts';
import { type Tested, testedApp } from '../../src/flask/tested.ts';
import type { Change } from '../../src/mitigation.ts';

const name = 'test_every_unsafe_route_wants_a_token';
const docstring = `"""Fail with the routes that another site could call in a user's name."""`;

/** The test that walks the URL map, for the way in which the app's tests get at the app. */
export function* walk(app: AppFacts): Iterable<Change> {
  const tested = testedApp(app);
  if (!tested) return;
  yield entry('csrf_test.imports', 'from flask import request\nfrom flask_wtf.csrf import CSRFError');
  yield entry('csrf_test.case', tested.kind === 'fixture' ? function_(tested) : testCase(tested));
  if (tested.kind === 'made') yield entry('csrf_test.imports', 'import os\nimport unittest');
}

function function_({ name: fixture, client }: Tested & { kind: 'fixture' }): string {
  return `def ${name}(${fixture}):
    ${docstring}
    assert unguarded_when_checked(${client ? `${fixture}.application` : fixture}) == []`;
}

function testCase({ imports, expression }: Tested & { kind: 'made' }): string {
  return `def make_app():
    """Return the app as its own tests do."""
    os.environ.setdefault("APP_ENV", "testing")
    ${imports.join('\n    ')}

    return ${expression}


class UrlMapTest(unittest.TestCase):
    """Walks the URL map of the app."""

    def ${name}(self):
        ${docstring}
        self.assertEqual(unguarded_when_checked(make_app()), [])`;
}
