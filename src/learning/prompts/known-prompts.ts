import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { featuresVersion } from '../features/hashed-features.ts';

/** A prompt with a known task, as a ledger stores it. */
export type KnownPrompt = { readonly task: string; readonly features: Uint8Array };

/**
 * The labelled prompts behind the committed weights, of all kinds of work: training on an installation's own calls must
 * not unlearn them. Loaded on demand, as only a training needs them.
 */
export type KnownPrompts = {
  /** Learned again together with new calls. */
  readonly learned: readonly KnownPrompt[];
  /** Held back to evaluate what was learned. */
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
