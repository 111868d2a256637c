import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { difficultySets } from './difficulty-rows.ts';

/** The files in `folder` that all of the router's weights are made of, and that are not there. */
export function missingFiles(folder: string): string[] {
  return difficultySets
    .flatMap((set) => ['train', 'dev'].map((split) => `${set}.${split}.jsonl.gz`))
    .filter((name) => !existsSync(join(folder, name)));
}
