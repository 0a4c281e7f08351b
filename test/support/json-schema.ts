import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { root } from './imports.ts';
import { environment, run } from './python.ts';

/** What a validator says of a document; nothing where it fits the schema. */
export function invalid(document: string, schema: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'dewar-schema-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'document.json');
  writeFileSync(file, document);
  const programs = environment(['jsonschema==4.25.1', 'rfc3987-syntax==1.1.0']);
  const program = `
import json, sys, jsonschema
document, schema = (json.load(open(name, encoding="utf-8")) for name in sys.argv[1:])
kind = jsonschema.validators.validator_for(schema)
kind.check_schema(schema)
for error in kind(schema, format_checker=kind.FORMAT_CHECKER).iter_errors(document):
    print(error.json_path, error.message[:300])
`;
  return run(join(programs, 'python'), ['-c', program, file, join(root, schema)]);
}
