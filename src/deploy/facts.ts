import type { Place } from '../mitigation.ts';
import type { Source } from '../source/text.ts';

/** What a file of the deployment is for; files that are copied before use are `docs`. */
export type DeployRole = 'production' | 'development' | 'test' | 'docs';

/** Which kind of file says it. */
export type Origin =
  | 'image'
  | 'compose'
  | 'procfile'
  | 'systemd'
  | 'supervisor'
  | 'kubernetes'
  | 'platform'
  | 'script'
  | 'dotenv'
  | 'flaskenv';

/** One process as it is started. */
export interface Command extends Place {
  /** Words without quotes; what only prepares the start, such as `exec` or `sh -c`, is taken away. */
  readonly words: readonly string[];
  /** `VAR=value` before the command. */
  readonly variables: Readonly<Record<string, string>>;
  readonly origin: Origin;
  readonly role: DeployRole;
}

/** A variable that a process is given. */
export interface EnvironmentValue extends Place {
  readonly name: string;
  readonly value: string;
  readonly origin: Origin;
  readonly role: DeployRole;
}

/** A package that the app is installed with. */
export interface PackageUse extends Place {
  /** As indexes compare it: PEP 503. */
  readonly name: string;
  readonly range: string;
  readonly group: 'runtime' | 'development';
  /** From a lock: also what is needed indirectly. */
  readonly locked: boolean;
}

/** A header that a proxy adds. */
export interface ProxyHeader extends Place {
  readonly name: string;
  readonly value: string;
  /** On errors too. */
  readonly always: boolean;
  /** In a block below the site, so not on every answer. */
  readonly inner: boolean;
}

/** One site of a web server in front of the app. */
export interface WebServer extends Place {
  readonly kind: 'nginx' | 'apache' | 'caddy' | 'traefik' | 'ingress' | 'haproxy';
  readonly role: DeployRole;
  readonly tls: boolean;
  /** Sends plain HTTP to HTTPS. */
  readonly redirects: boolean;
  /** Hands requests to an app. */
  readonly passes: boolean;
  readonly headers: readonly ProxyHeader[];
  /** TLS versions as configured. */
  readonly protocols: readonly (Place & { readonly value: string })[];
  /** Locations that serve a folder, with what they are matched by. */
  readonly aliases: readonly (Place & { readonly location: string; readonly folder: string })[];
  /** Inner blocks that set headers and so lose those of the site. */
  readonly overridden: readonly Place[];
}

/** One step of a pipeline. */
export interface CiStep extends Place {
  /** Shell commands, those of scripts and tools that it calls included. */
  readonly commands: readonly CiCommand[];
  /** Action or template. */
  readonly uses?: string;
  /** A failure stops the pipeline. */
  readonly blocking: boolean;
  /** Runs on a push, a pull request or a schedule. */
  readonly active: boolean;
}

export interface CiCommand extends Place {
  readonly words: readonly string[];
  /** False after `|| true` and the like. */
  readonly blocking: boolean;
}

/** A stage of an image. */
export interface ImageStage extends Place {
  readonly name: string;
  readonly base: string;
  /** The last stage, or one that is built by name. */
  readonly built: boolean;
  readonly user?: string;
  readonly role: DeployRole;
}

/** A service of a compose file. */
export interface ServiceFacts extends Place {
  readonly name: string;
  /** Empty where it is built. */
  readonly image: string;
  readonly role: DeployRole;
}

/** All that the files around an app say on how it is installed and run. */
export interface DeployFacts {
  readonly commands: readonly Command[];
  readonly environment: readonly EnvironmentValue[];
  readonly packages: readonly PackageUse[];
  readonly proxies: readonly WebServer[];
  readonly ci: readonly CiStep[];
  readonly stages: readonly ImageStage[];
  /** What compose runs beside each other, each under a name that the others reach it by. */
  readonly services: readonly ServiceFacts[];
  /** Files that configure linters and the like. */
  readonly tools: readonly Source[];
  /** Pages that tell people how to run the app. */
  readonly guides: readonly Source[];
}

/** The files that readers may look at. */
export interface Files {
  /** Relative to the root, sorted. */
  readonly paths: readonly string[];
  readonly read: (path: string) => Source | undefined;
  /** Notes that a file could not be understood. */
  readonly unread: (file: string, why: string) => void;
}
