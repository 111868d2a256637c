import { readRows } from '../../bench/router/read-rows.ts';

/** A prompt with the share of models that failed at it. */
export type DifficultyRow = { readonly set: string; readonly prompt: string; readonly difficulty: number };

/** The sets that difficulty is learned from. */
export const difficultySets = [
  'llmrouter_uiuc',
  'mmlupro',
  'routellm_mmlu',
  'zeroeval_gsm',
  'zeroeval_mathl5',
  'zeroeval_crux',
] as const;

/** Returns the prompts to fit on (`train`) and to test on (`dev`), from the sets that are in `folder`. */
export async function difficultyRows(
  folder: string,
): Promise<{ fit: DifficultyRow[]; judge: DifficultyRow[]; sources: string }> {
  const found: string[] = [];
  const rows = async (split: string) => {
    const all: DifficultyRow[] = [];
    for (const set of difficultySets) {
      const read = await readRows(folder, set, split);
      if (read === undefined) continue;
      if (split === 'train') found.push(set);
      for (const { prompt, results } of read) {
        const scores = [...results.values()].map(({ score }) => score);
        all.push({
          set,
          prompt,
          difficulty: 1 - scores.reduce((sum, score) => sum + score, 0) / scores.length,
        });
      }
    }
    return all;
  };
  const fit = await rows('train');
  if (fit.length === 0)
    throw new Error(`There are no training files of ${difficultySets.join(', ')} in ${folder}.`);
  const judge = await rows('dev');
  return { fit, judge, sources: `share of models that failed, ${found.join(', ')} (train)` };
}
