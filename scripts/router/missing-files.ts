import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { difficultySets } from './difficulty-rows.ts';

/** Returns the names of the files that training all of the router's weights needs and that `folder` lacks. */
export function missingFiles(folder: string): string[] {
  return difficultySets
    .flatMap((set) => ['train', 'dev'].map((split) => `${set}.${split}.jsonl.gz`))
    .filter((name) => !existsSync(join(folder, name)));
}
