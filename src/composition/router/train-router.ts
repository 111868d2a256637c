import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseSince } from '../../core/parse-since.ts';
import type { Ms } from '../../core/units.ts';
import { train, type Training } from '../../learning/fitting/train.ts';
import { ownWeights, presentWeights } from '../engine/open-classifier.ts';

/** Result of a training on an installation's own calls. */
export type RouterTraining = Omit<Training, 'weights'> & {
  readonly since: string;
  /** Path of the weights for tasks; absent if they did not improve. */
  readonly path?: string;
};

/**
 * Trains the router and writes weights that take precedence over the committed ones; running processes use them after
 * their next start.
 * @throws ConclaveError `configuration` if the user's own weights cannot be read, `invalid_request` for an invalid
 * time.
 */
export async function trainRouter(
  { home, ...services }: Parameters<typeof train>[0] & { readonly home: string },
  { since = '180d', now }: { readonly since?: string | undefined; readonly now: Ms },
): Promise<RouterTraining> {
  const path = ownWeights(home);
  const { weights, ...report } = await train(services, presentWeights(home), {
    period: since,
    since: parseSince(since, now),
    now,
  });
  if (weights === undefined) return { ...report, since };
  // Written to a draft and renamed, so that a process that starts meanwhile reads either the old or the new file.
  const draft = join(home, 'router-weights.json.new');
  await writeFile(draft, `${JSON.stringify(weights, undefined, 1)}\n`, { mode: 0o600 });
  await rename(draft, path);
  return { ...report, since, path };
}
