export const logLevels = ['silent', 'error', 'warn', 'info', 'debug'] as const;

export type LogLevel = (typeof logLevels)[number];

type Write = (fields: Readonly<Record<string, unknown>>, message: string) => void;

/** Where Conclave says what happens inside it. Never on standard output, which belongs to answers and to MCP. */
export type Log = { readonly [Level in Exclude<LogLevel, 'silent'>]: Write } & {
  /** What is below is not written; may change while the log is in use. */
  level: LogLevel;
};
