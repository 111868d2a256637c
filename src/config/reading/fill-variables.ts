import type { Environment } from '../../core/system/environment.ts';
import type { ConclaveError } from '../../core/errors.ts';

/** A variable, with or without a default; any other `${`; and `$${`, which stands for the characters `${`. */
const variable = /\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-((?:(?!\$\{)[^}])*))?\}|\$\{/g;
const onlyVariable = /^\$\{[^}]*\}$/;
/** How LiteLLM's configurations name a variable. */
const liteLlmVariable = /^os\.environ\/(\w+)$/;

type Path = readonly PropertyKey[];

export type Filling = {
  readonly env: Environment;
  /** Returns the value of a text that consists of one variable. */
  readonly readLone: (filled: string, at: Path) => string | number | boolean;
  readonly refuse: (problem: string, at: Path) => ConclaveError;
};

/** Returns the value with its variables filled in. @throws what `refuse` returns, for one that is not set or misspelt. */
export function fillVariables(value: unknown, filling: Filling, at: Path = []): unknown {
  if (typeof value === 'string') {
    const filled = fillText(value, filling, at);
    return onlyVariable.test(value) ? filling.readLone(filled, at) : filled;
  }
  if (Array.isArray(value)) return value.map((item, i) => fillVariables(item, filling, [...at, i]));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, fillVariables(item, filling, [...at, key])]),
  );
}

function fillText(text: string, { env, refuse }: Filling, at: Path): string {
  const foreign = liteLlmVariable.exec(text)?.[1];
  if (foreign !== undefined) throw refuse(`write \${${foreign}} for the variable ${foreign}`, at);
  return text.replace(variable, (found, name?: string, otherwise?: string) => {
    if (found === '$${') return '${';
    if (name === undefined) {
      throw refuse(
        '${ begins no variable; write ${NAME} or ${NAME:-default}, or $${ for these characters',
        at,
      );
    }
    const filled = env[name] || otherwise;
    if (filled === undefined) {
      throw refuse(`the variable ${name} is not set; export it or remove ${at.map(String).join('.')}`, at);
    }
    return filled;
  });
}
