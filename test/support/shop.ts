import { rmSync } from 'node:fs';
import { vaultOf } from '../../src/update/vault.ts';

/** An app of one file that keeps something in the session and has a form without a token. */
export const shop = {
  'app.py': `import os

from flask import Flask, redirect, session

app = Flask(__name__)
app.config["SECRET_KEY"] = os.environ["KEY"]


@app.post("/save")
def save():
    session["saved"] = True
    return redirect("/")
`,
  'requirements.txt': 'flask\n',
  'templates/save.html': '<form method="post">\n  <button>Save</button>\n</form>\n',
};

/** Removes an app with what `undo` keeps of it outside. */
export function removeApp(root: string): void {
  rmSync(vaultOf(root), { recursive: true, force: true });
  rmSync(root, { recursive: true, force: true });
}
