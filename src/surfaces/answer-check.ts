import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { z } from 'zod';
import type { AnswerCheck } from '../core/routing/acceptance/acceptance.ts';
import { ConclaveError } from '../core/errors.ts';
import type { JsonObject } from '../core/json/json.ts';
import { fromSchema } from '../core/json/json-schema.ts';

/** How a caller writes the check of a cascade's answers: one of these members. */
export type WrittenCheck =
  | { readonly regex: string }
  | { readonly schema: JsonObject }
  /** A program with its arguments; it reads the answer on standard input. Not available over HTTP. */
  | { readonly command: readonly string[] };

const written = z.union([
  z.strictObject({ regex: z.string().min(1).max(1_000) }),
  z.strictObject({ schema: z.record(z.string(), z.json()) }),
  z.strictObject({ command: z.array(z.string()).min(1) }),
]);

/** Reads a check; `where` names its place in errors. @throws ConclaveError `invalid_request`. */
export function readAnswerCheck(
  given: unknown,
  { where, commands }: { readonly where: string; readonly commands: boolean },
): AnswerCheck {
  const parsed = written.safeParse(given);
  if (!parsed.success) {
    throw new ConclaveError(
      'invalid_request',
      `${where} is {"regex": …}${commands ? ', {"command": […]}' : ''} or {"schema": …}.`,
      {
        param: where,
      },
    );
  }
  const check = parsed.data;
  if ('command' in check) {
    if (commands) return { kind: 'command', command: runnable(check.command, where) };
    throw new ConclaveError('permission', `${where}: commands are not run for callers over HTTP.`, {
      param: where,
    });
  }
  if ('schema' in check) return { kind: 'schema', schema: readable(check.schema, where) };
  return { kind: 'regex', pattern: compiled(check.regex, where) };
}

function compiled(pattern: string, where: string): string {
  try {
    return new RegExp(pattern, 'mu').source;
  } catch {
    throw new ConclaveError('invalid_request', `${where}: "${pattern}" is not a regular expression.`, {
      param: where,
    });
  }
}

/** Throws if the program does not exist: it would reject every answer after each was paid for. */
function runnable(command: readonly string[], where: string): readonly string[] {
  const [program = ''] = command;
  // On Windows a program is also found by the extensions in PATHEXT, so a missing one only shows at the first answer.
  if (process.platform === 'win32') return command;
  const folders = program.includes('/') ? [''] : (process.env['PATH'] ?? '').split(delimiter);
  if (folders.some((folder) => isExecutable(folder === '' ? program : join(folder, program)))) return command;
  throw new ConclaveError(
    'invalid_request',
    `${where}: the program "${program}" is not found, or may not be run; no model was called.`,
    { param: where },
  );
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Throws for an invalid schema, which would let every answer pass. */
function readable(schema: JsonObject, where: string): JsonObject {
  try {
    fromSchema(schema);
    return schema;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ConclaveError('invalid_request', `${where}: "schema" is not a JSON Schema: ${why}`, {
      param: where,
    });
  }
}
