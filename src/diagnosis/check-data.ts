import type { Check } from './check.ts';

/** Checks that the database found no damage in itself. `repair`: how to repair it. */
export function checkData([first, ...others]: readonly string[], home: string, repair: string): Check {
  if (first === undefined) return { name: 'data', state: 'ok', found: home };
  const more = others.length > 0 ? ` and ${others.length} more like it` : '';
  return {
    name: 'data',
    state: 'failed',
    found: `the database in ${home} is damaged: ${first}${more}`,
    remedy: repair,
  };
}
