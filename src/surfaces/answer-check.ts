import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fromJSONSchema, z } from 'zod';
import type { AnswerCheck } from '../core/routing/acceptance.ts';
import { ConclaveError } from '../core/errors.ts';
import type { JsonObject } from '../core/json/json.ts';

/** How people write what a cascade is to check answers with: one of these members. */
export type WrittenCheck =
  | { readonly regex: string }
  | { readonly schema: JsonObject }
  /** A program and its arguments, which gets the answer on its standard input. Not over HTTP. */
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
    throw new ConclaveError('permission', `${where}: nobody runs a command for a caller over HTTP.`, {
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

/** A program that nobody finds would reject every answer, after each was paid for. */
function runnable(command: readonly string[], where: string): readonly string[] {
  const [program = ''] = command;
  // Windows finds programs by endings of their names as well: there the first answer shows it.
  if (process.platform === 'win32') return command;
  const folders = program.includes('/') ? [''] : (process.env['PATH'] ?? '').split(delimiter);
  if (folders.some((folder) => isExecutable(folder === '' ? program : join(folder, program)))) return command;
  throw new ConclaveError(
    'invalid_request',
    `${where}: the program "${program}" is not found, or may not be run; nobody was asked.`,
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

/** A schema that nobody can read would let everything pass. */
function readable(schema: JsonObject, where: string): JsonObject {
  try {
    // What of it is no JSON Schema, `fromJSONSchema` refuses.
    fromJSONSchema(schema as Parameters<typeof fromJSONSchema>[0]);
    return schema;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ConclaveError('invalid_request', `${where}: "schema" is not a JSON Schema: ${why}`, {
      param: where,
    });
  }
}
