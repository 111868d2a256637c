/** Environment variables, like `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Returns the value of a variable, or `undefined` if it is absent or blank. White space around it is removed, because
 * values are often read from a file that ends with a line break.
 */
export function variableValue(env: Environment, name: string): string | undefined {
  return env[name]?.trim() || undefined;
}
