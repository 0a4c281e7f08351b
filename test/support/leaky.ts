import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vaultOf } from '../../src/update/vault.ts';
import { type Captured, dewar } from './capture.ts';
import { realWiring } from './real-wiring.ts';
import { lay } from './snapshot.ts';

/** The key that stands in the code of the app. */
export const leaked = 'sk-live-3f2a9d77c1';

/** An app with a key in its code, and with a form that has no token. */
export const leaky = {
  'app.py': `from flask import Flask, redirect

app = Flask(__name__)
app.config["SECRET_KEY"] = "${leaked}"


@app.post("/save")
def save():
    return redirect("/")
`,
  'requirements.txt': 'flask\n',
  'templates/save.html': '<form method="post">\n  <button>Save</button>\n</form>\n',
} as const;

/** A folder of that app, and what people do in it. */
export interface Place {
  /** Holds the folder of the app, and those of its clones. */
  readonly top: string;
  readonly root: string;
  readonly run: (...argv: string[]) => Promise<Captured>;
  readonly edit: (name: string, change: (text: string) => string) => void;
  readonly git: (...args: string[]) => string;
  readonly commit: () => void;
  /** Another folder with what is committed, for which this user has no private folder. */
  readonly clone: (...options: string[]) => Place;
  readonly remove: () => void;
}

/** Lays the app into a folder of its own. */
export function leakyShop(): Place {
  const top = mkdtempSync(join(tmpdir(), 'dewar-leaky-'));
  lay(join(top, 'shop'), leaky);
  return placeAt(top, 'shop');
}

function placeAt(top: string, name: string): Place {
  const root = join(top, name);
  const git = (...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@localhost', ...args], {
      cwd: root,
      encoding: 'utf8',
    });
  return {
    top,
    root,
    git,
    run: (...argv) => dewar(argv, { cwd: root, wiring: realWiring }),
    edit: (file, change) => writeFileSync(join(root, file), change(readFileSync(join(root, file), 'utf8'))),
    commit: () => {
      if (!existsSync(join(root, '.git'))) git('init', '-q');
      git('add', '-A');
      git('commit', '-qm', 'all');
    },
    clone: (...options) => {
      git('clone', '-q', ...options, `file://${root}`, join(top, 'clone'));
      return placeAt(top, 'clone');
    },
    remove: () => {
      for (const each of readdirSync(top)) rmSync(vaultOf(join(top, each)), { recursive: true, force: true });
      rmSync(top, { recursive: true, force: true });
    },
  };
}
