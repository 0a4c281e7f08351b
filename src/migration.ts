/** What code of an app's own needs when the app comes to a newer version; beside the mitigation, for updates only. */
export interface Migration {
  /** The first version that needs it. */
  readonly to: string;
  /** One sentence for a step that is left to a person: why it is. */
  readonly what: string;
  /** Names that are in another module now: `security.old:name` to `security.new`, both below the app's package. */
  readonly moved: Readonly<Record<string, string>>;
}
