/** A configuration file and its content; neither if the defaults are used. */
export type ConfigSource = {
  readonly path?: string;
  readonly text?: string;
};

/** The configuration of processes that serve together, so that one that starts later serves like the others. */
export type SharedConfig = {
  /** Returns what the others use; undefined for the first process, which reads the file. */
  inUse(): Promise<ConfigSource | undefined>;
  /** Reports what this process has read from the file and uses from now on. */
  loaded(source: ConfigSource): void;
};
