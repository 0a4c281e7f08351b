import type { DataFlow, SinkKind } from '../../src/flask/dataflow/facts.ts';
import type { AppFacts } from '../../src/flask/facts.ts';
import { placeOf } from '../../src/flask/flags.ts';
import type { Rule } from '../../src/mitigation.ts';
import { fileFlows, openAliases, openFolders } from './evidence.ts';

interface Reach {
  readonly sinks: readonly SinkKind[];
  readonly message: string;
  readonly why: string;
  readonly fix: string;
}

/** A rule on request data that reach the file system with nothing between. */
function reaches(id: Rule['id'], weakness: Rule['weakness'], { sinks, message, why, fix }: Reach): Rule {
  const unchecked = (app: AppFacts): DataFlow[] =>
    fileFlows(app).filter(({ sink, guard }) => guard === undefined && sinks.includes(sink));
  return {
    id,
    severity: 'high',
    weakness,
    message,
    atMost: 'missing',
    *find(app) {
      for (const flow of unchecked(app)) yield { place: placeOf(flow), why: `What comes as ${flow.what} ${why}.`, fix };
    },
  };
}

const read = reaches('files/unchecked-path', 'CWE-22', {
  sinks: ['open', 'send-file'],
  message: 'A path from a request is opened or sent as it is.',
  why: 'decides which file is used: `..` leads out of the folder',
  fix: 'Join it with safe_join() or use send_from_directory(), and answer 404 for None.',
});

const directory = reaches('files/unchecked-directory', 'CWE-22', {
  sinks: ['directory'],
  message: 'The folder that files are sent from comes from a request.',
  why: 'decides from which folder files are sent',
  fix: 'Name the folder in the code; only the name below it may come from a request.',
});

const upload = reaches('files/unchecked-upload', 'CWE-434', {
  sinks: ['save'],
  message: 'An upload is stored under the name that the sender gave it.',
  why: 'decides where the upload is written',
  fix: 'Make a name of your own, or pass the name through secure_filename().',
});

const deletion = reaches('files/unchecked-deletion', 'CWE-22', {
  sinks: ['delete'],
  message: 'A path from a request decides what is deleted.',
  why: 'decides which file is deleted',
  fix: 'Join it with safe_join(), or look the path up by an id.',
});

const archive = reaches('files/unchecked-archive', 'CWE-22', {
  sinks: ['archive'],
  message: 'An archive from a request is unpacked as it is.',
  why: 'is unpacked: its members may lie outside of the folder',
  fix: 'Pass filter="data" to extractall(), and limit what comes out.',
});

const staticRoot: Rule = {
  id: 'files/static-root',
  severity: 'high',
  weakness: 'CWE-538',
  message: 'The static folder is the folder of the code.',
  atMost: 'missing',
  *find(app) {
    for (const { why, ...place } of openFolders(app))
      yield {
        place,
        why: `${why}: source and configuration can be downloaded.`,
        fix: 'Keep static files in a folder of their own.',
      };
  },
};

const alias: Rule = {
  id: 'files/nginx-alias',
  severity: 'high',
  weakness: 'CWE-22',
  message: 'An alias of Nginx lets requests climb out of its folder.',
  *find(app) {
    for (const each of openAliases(app))
      yield {
        place: placeOf(each),
        why: `${each.location}../ is served from above ${each.folder}.`,
        fix: `Write location ${each.location}/ with a slash at its end.`,
      };
  },
};

/** Faults of paths. */
export const rules: readonly Rule[] = [read, directory, upload, deletion, archive, staticRoot, alias];
