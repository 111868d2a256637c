export const logLevels = ['silent', 'error', 'warn', 'info', 'debug'] as const;

export type LogLevel = (typeof logLevels)[number];

type Write = (fields: Readonly<Record<string, unknown>>, message: string) => void;

/** Conclave's own log. Never written to standard output, which is used for answers and MCP. */
export type Log = { readonly [Level in Exclude<LogLevel, 'silent'>]: Write } & {
  /** Messages below this level are not written; may change while the log is in use. */
  level: LogLevel;
};
