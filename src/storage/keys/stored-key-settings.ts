import { z } from 'zod';
import { defined } from '../../core/json/defined.ts';
import { readStoredJson } from '../../core/json/read-stored.ts';
import type { DataPolicy } from '../../core/routing/preferences/provider-preferences.ts';
import { type KeyRouting, routingModes } from '../../core/routing/preferences/routing-preferences.ts';
import type { VirtualKey } from '../../core/stores/stores.ts';
import type { SqlRow } from '../sql/sql-runner.ts';

/** The settings of a key that are stored as JSON. */
export type StoredKeySettings = Pick<VirtualKey, 'models' | 'tags' | 'allow' | 'routing' | 'damaged'>;

const names: z.ZodType<readonly string[]> = z.array(z.string());

/** Strict: to drop a member that a newer Conclave has written could lift a restriction. */
const allow: z.ZodType<DataPolicy> = z.strictObject({
  providers: names.exactOptional(),
  regions: names.exactOptional(),
});

const routing: z.ZodType<KeyRouting> = z.strictObject({
  policy: z.string().exactOptional(),
  mode: z.enum(routingModes).exactOptional(),
  quality: z.number().exactOptional(),
  pin: z.string().exactOptional(),
  critical: z.boolean().exactOptional(),
});

/** Reads these settings from a row. Those that cannot be read are listed under `damaged`. */
export function keySettingsFromRow(row: SqlRow): StoredKeySettings {
  const damaged: string[] = [];
  function setting<T>(column: string, schema: z.ZodType<T>): T | undefined {
    const text = row[column];
    if (typeof text !== 'string') return undefined;
    const read = readStoredJson(schema, text);
    if (read.ok) return read.value;
    damaged.push(column);
    return undefined;
  }
  return defined({
    models: setting('models', names),
    tags: setting('tags', names),
    allow: setting('allow', allow),
    routing: setting('routing', routing),
    damaged: damaged.length > 0 ? damaged : undefined,
  });
}
