import type { z } from 'zod';
import { pointedIssue } from './pointed-issue.ts';

/** A stored value, or what is wrong with it. */
export type Stored<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly why: string };

/** Reads a value that an earlier process has stored: it may be damaged, or of another version. */
export function readStored<T>(schema: z.ZodType<T>, value: unknown): Stored<T> {
  const read = schema.safeParse(value);
  if (read.success) return { ok: true, value: read.data };
  const [first] = read.error.issues.map(pointedIssue);
  const place = first?.path.map(String).join('.') ?? '';
  const problem = first?.message ?? 'not as expected';
  return { ok: false, why: place === '' ? problem : `${place}: ${problem}` };
}

/** Like `readStored`, for JSON text. */
export function readStoredJson<T>(schema: z.ZodType<T>, json: string): Stored<T> {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return { ok: false, why: 'it is not JSON' };
  }
  return readStored(schema, value);
}
