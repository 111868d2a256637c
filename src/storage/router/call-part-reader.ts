import type { z } from 'zod';
import { readStoredJson } from '../../core/json/read-stored.ts';
import type { SqlRow } from '../sql/sql-runner.ts';

/** Reads a part of a call that is stored as JSON; `undefined` if it is absent or damaged. */
export type ReadCallPart = <T>(
  schema: z.ZodType<T>,
  row: SqlRow,
  part: { readonly column: string; readonly callId: string },
) => T | undefined;

/** Rows are read again and again: how many warnings are remembered, so that each is given once. */
const maxRemembered = 1_000;

/** Damaged parts are left out, and `warn` is called once for each. */
export function callPartReader(warn: (message: string) => void): ReadCallPart {
  const warned = new Set<string>();
  return (schema, row, { column, callId }) => {
    const json = row[column];
    if (typeof json !== 'string') return undefined;
    const read = readStoredJson(schema, json);
    if (read.ok) return read.value;
    const name = `${callId} ${column}`;
    if (warned.has(name) || warned.size >= maxRemembered) return undefined;
    warned.add(name);
    warn(
      `The router learns from call ${callId} without its stored ${column}, which cannot be read: ${read.why}.`,
    );
    return undefined;
  };
}
