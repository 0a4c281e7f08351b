import type { Stats } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import Generator from 'yeoman-generator';
import { usingApp } from '../cli/root.ts';
import { DewarError } from '../error.ts';
import { apply } from '../plan/apply.ts';
import { checkContained } from '../plan/containment.ts';
import { recover } from '../plan/recover.ts';
import { folderInRepository, fromRepository } from '../plan/repository.ts';
import type { Write } from '../plan/write.ts';
import { appAround } from '../update/around.ts';
import { isRecord } from '../update/record.ts';
import { addOneTask } from './add-task.ts';
import { optionOf } from './questions.ts';
import { settleNew } from './settle-new.ts';
import type { Settled, Task } from './task.ts';

/** The generator of one mitigation. */
export function generatorFor(id: string): typeof Generator {
  return generatorOf(addOneTask(id));
}

/** The class that Yeoman runs for a task; Yeoman wants one, with a method for each of its phases. */
export function generatorOf(task: Task): typeof Generator {
  return class extends Generator {
    #settled: Settled = { plan: () => [] };
    #written: Written = { root: '', paths: [], record: [] };

    constructor(...[args, options]: ConstructorParameters<typeof Generator>) {
      super(args, options, { tasksMatchingPriority: true });
      this.description = task.description;
      if (task.argument !== undefined) this.argument(task.argument.name, positional[task.argument.kind]);
      for (const { name, kind, help } of task.flags)
        this.option(name, { type: kind === 'switch' ? Boolean : String, description: help });
    }

    /** Yeoman would read a package.json into memory and then report on it, which is no concern of a Flask app. */
    override determineAppname(): string {
      return basename(this.destinationRoot());
    }

    async prompting(): Promise<void> {
      const root = rootOf(this, task);
      this.#settled = await plainly(async () => {
        recover(root);
        if (root !== this.destinationRoot() && task.inApp) this.log(usingApp(root));
        return task.ask(this, root);
      });
    }

    async writing(): Promise<void> {
      const root = rootOf(this, task);
      await plainly(async () => {
        this.#written = writeAll(this.fs, root, await this.#settled.plan());
      });
    }

    /** Comes after every generator has written, and right before the check for conflicts. */
    transform(): void {
      settleNew(this.fs.store, this.#written.paths);
    }

    /** Comes after Yeoman has committed: nobody is asked about the record, which says what Dewar wrote in any case. */
    async end(): Promise<void> {
      const { root, record } = this.#written;
      if (record.length > 0) await plainly(async () => apply(root, record));
      await this.#settled.after?.();
    }
  } as typeof Generator;
}

const positional = {
  folder: { type: String, required: false },
  ids: { type: Array, required: false },
} as const;

function rootOf(generator: Generator, { argument, inApp }: Task): string {
  if (inApp) return appAround(generator.destinationRoot()) ?? generator.destinationRoot();
  const given = argument?.kind === 'folder' ? optionOf(generator, argument.name) : undefined;
  return typeof given === 'string' ? resolve(generator.destinationRoot(), given) : generator.destinationRoot();
}

/** What a generator handed to Yeoman, and the files of Dewar's own record that it keeps until Yeoman has committed. */
interface Written {
  readonly root: string;
  readonly paths: readonly string[];
  readonly record: readonly Write[];
}

/** Hands the files to Yeoman's memory file system, which commits them later and asks about those that differ. */
function writeAll(files: Generator['fs'], app: string, plan: readonly Write[]): Written {
  const { root, writes } = fromRepository({ root: app, folder: folderInRepository(app) }, plan);
  checkContained(
    root,
    writes.map(({ path }) => path),
  );
  const own = writes.filter(({ path }) => !isRecord(path));
  for (const { path, content, executable } of own) {
    const file = join(root, path);
    if (content === null) remove(files.store, file);
    else if (executable) files.write(file, bytes(content), { stat: { mode: 0o755 } as Stats });
    else files.write(file, bytes(content));
  }
  const paths = own.filter(({ content }) => content !== null).map(({ path }) => join(root, path));
  return { root, paths, record: writes.filter(({ path }) => isRecord(path)) };
}

/** What Yeoman's own `delete` does, which would take the path for a pattern. */
function remove(store: Generator['fs']['store'], path: string): void {
  store.add(Object.assign(store.get(path), { contents: null, state: 'deleted' as const }));
}

function bytes(content: string | Uint8Array): string | Buffer {
  return typeof content === 'string' ? content : Buffer.from(content);
}

/** A mistake of the user is told without a stack trace, also where the host prints the whole error. */
async function plainly<T>(step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    if (error instanceof DewarError) error.stack = `${error.name}: ${error.message}`;
    throw error;
  }
}
