import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { featuresVersion } from '../features/hashed-features.ts';

/** A prompt whose task is known, as a ledger would keep it. */
export type KnownPrompt = { readonly task: string; readonly features: Uint8Array };

/**
 * The labelled prompts that the committed weights come from, of all kinds of work: what an installation's own calls teach must
 * not make anybody forget them. Read when it is asked for: only a training needs it.
 */
export type KnownPrompts = {
  /** To be learned again beside what is new. */
  readonly learned: readonly KnownPrompt[];
  /** To be held against what was learned. */
  readonly heldBack: readonly KnownPrompt[];
};

export function knownPrompts(): KnownPrompts {
  // Written by `scripts/generators/known-prompts.ts`, and checked against the prompts by `npm run check`.
  const file = JSON.parse(
    readFileSync(join(import.meta.dirname, '../weights/known-prompts.json'), 'utf8'),
  ) as {
    readonly features: number;
    readonly learned: readonly (readonly [task: string, features: string])[];
    readonly heldBack: readonly (readonly [task: string, features: string])[];
  };
  if (file.features !== featuresVersion) return { learned: [], heldBack: [] };
  const read = (rows: typeof file.learned) =>
    rows.map(([task, features]): KnownPrompt => ({ task, features: Buffer.from(features, 'base64') }));
  return { learned: read(file.learned), heldBack: read(file.heldBack) };
}
