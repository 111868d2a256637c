import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Source } from './checkout.ts';
import { llmrouterPaths, llmrouterUiuc } from './llmrouter.ts';
import { mmluPro, mmluProPaths } from './mmlu-pro.ts';
import type { RawRow } from './raw-row.ts';
import { routellmGsm8k, routellmMmlu, routellmPaths } from './routellm.ts';
import { type SourceFolder, sourceFolder } from './source-folder.ts';
import { splitRows } from './split-rows.ts';
import { writeRow } from './write-row.ts';
import { zeroeval, zeroevalPaths } from './zeroeval.ts';

/** The source of a set, and the hash of its uncompressed rows: compressors differ. */
export type SetPin = Source & {
  readonly set: string;
  readonly models: readonly string[];
  /** Models whose full replies are kept. */
  readonly texts?: readonly string[];
  readonly splits: Readonly<Record<'train' | 'dev', { readonly rows: number; readonly sha256: string }>>;
};

type Builder = {
  /** The paths it reads, for a sparse checkout. */
  readonly paths: readonly string[];
  rows(folder: SourceFolder, pin: SetPin): RawRow[];
};

const zeroevalBuilder = (task: 'gsm' | 'math-l5' | 'crux'): Builder => ({
  paths: zeroevalPaths(task),
  rows: (folder, { models, texts = [] }) => zeroeval(folder, { task, models, texts }),
});

const builders: Readonly<Record<string, Builder>> = {
  routellm_mmlu: { paths: routellmPaths, rows: (folder, { models }) => routellmMmlu(folder, models) },
  routellm_gsm8k: { paths: routellmPaths, rows: (folder, { models }) => routellmGsm8k(folder, models) },
  llmrouter_uiuc: { paths: llmrouterPaths, rows: llmrouterUiuc },
  zeroeval_gsm: zeroevalBuilder('gsm'),
  zeroeval_mathl5: zeroevalBuilder('math-l5'),
  zeroeval_crux: zeroevalBuilder('crux'),
  mmlupro: { paths: mmluProPaths, rows: (folder, { models }) => mmluPro(folder, models) },
};

/** Returns the paths of a repository that these sets need. */
export function pathsOf(pins: readonly SetPin[]): string[] {
  return [...new Set(pins.flatMap(({ set }) => builderOf(set).paths))];
}

/** Returns the lines of a set's `train` and `dev`, before they are compared with the pinned hashes. */
export function linesOf(pin: SetPin, folder: SourceFolder): Record<'train' | 'dev', string[]> {
  const rows = splitRows(builderOf(pin.set).rows(folder, pin));
  const of = (wanted: string) => rows.filter(({ split }) => split === wanted).map(writeRow);
  return { train: of('train'), dev: of('dev') };
}

/**
 * Builds one set from a checkout and writes `<set>.<split>.jsonl.gz`.
 * @throws Error if the rows differ from the pinned ones; then nothing is written.
 */
export async function buildSet(
  pin: SetPin,
  { checkout, into }: { readonly checkout: string; readonly into: string },
): Promise<void> {
  const lines = linesOf(pin, sourceFolder(checkout));
  const texts = (['train', 'dev'] as const).map((split) => {
    const text = lines[split].map((line) => `${line}\n`).join('');
    const found = createHash('sha256').update(text).digest('hex');
    const wanted = pin.splits[split];
    if (found !== wanted.sha256)
      throw new Error(
        `${pin.set}.${split}: ${lines[split].length} rows with SHA-256 ${found}; expected ${wanted.rows} rows with ${wanted.sha256}. Nothing was written: the checkout or this script differs from the one that made the pinned rows.`,
      );
    return { split, text };
  });
  await mkdir(into, { recursive: true });
  for (const { split, text } of texts) {
    await writeFile(join(into, `${pin.set}.${split}.jsonl.gz`), gzipSync(text, { level: 9 }));
  }
}

function builderOf(set: string): Builder {
  const builder = builders[set];
  if (builder === undefined) throw new Error(`there is no builder for the set ${set}`);
  return builder;
}
