import type { Section } from '../section.ts';
import { soakParts, type Finding } from '../soak/parts.ts';

/** All parts of the soak, or those named, as one table; one that finds less than it wants ends the process with 1. */
export async function soak({ parts = [] }: { readonly parts?: readonly string[] }): Promise<Section> {
  const rows: string[][] = [];
  for (const name of parts.length > 0 ? parts : Object.keys(soakParts)) {
    const { wanted, found, ok } = await ran(name);
    // As it goes: the whole takes minutes.
    console.log(`${ok ? 'ok  ' : 'FAIL'} ${name}: ${found}`);
    if (!ok) process.exitCode = 1;
    rows.push([name, wanted, found, ok ? 'holds' : 'missed']);
  }
  return {
    id: 'soak',
    title: 'What the gateway withstands',
    explanation:
      'Each part runs against a gateway in its own process, with provider and callers in another one.',
    columns: ['', 'wanted', 'found', ''],
    rows,
  };
}

/** A part that breaks has found less than it wanted, and the next one runs all the same. */
async function ran(name: string): Promise<Finding> {
  try {
    const part = soakParts[name];
    if (!part) throw new Error(`there is no part "${name}"`);
    return await part();
  } catch (error) {
    return { wanted: 'an end', found: error instanceof Error ? error.message : String(error), ok: false };
  }
}
