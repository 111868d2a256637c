/**
 * Reviews a change before a commit and spends money only where needed: a cheap model checks every change, a stronger model
 * reviews a change with findings, and a panel of three families reviews critical paths. Run it in a repository with
 * `node examples/precommit-pipeline.ts [--simulate]`.
 */
import { execFileSync } from 'node:child_process';
import { createConclave, type Conclave, type Finding } from '../src/index.ts';

/** Paths in which a mistake costs money or trust. */
const criticalPaths = [/(^|\/)auth/, /(^|\/)(pay|bill)/, /(^|\/)(data|migrations?)\//];

const checks = ['syntax', 'obvious-bugs', 'security-basics'] as const;

/** The findings and cost of one stage, in nano-dollars; absent if a price is unknown. */
export type Stage = {
  readonly name: 'precommit' | 'codereview' | 'consensus';
  readonly models: readonly string[];
  readonly issues: readonly Finding[];
  readonly costNanoUsd?: number;
  /** What the same tokens would have cost on the best frontier model. */
  readonly frontierNanoUsd?: number;
  /** Why the stage failed; findings of earlier stages are kept. */
  readonly failed?: string;
};

/** The stages that a diff needed, in order. A clean diff needs one. */
export async function reviewBeforeCommit(
  pal: Conclave,
  diff: string,
  context: { path: string; text: string }[] = [],
): Promise<Stage[]> {
  const quickScan = await pal.precommit({ model: 'haiku', diff, checks: [...checks] });
  const stages = [stage('precommit', quickScan)];

  if (quickScan.issues.length > 0) {
    const review = await pal.codereview({ model: 'sonnet', diff, context, focus: [...quickScan.issues] });
    stages.push(stage('codereview', review));
  }

  const critical = criticalPartOf(diff);
  if (critical !== '') {
    const prompt = `Which defects does this change to a critical path have?\n\n${critical}`;
    const models = ['claude-sonnet', 'gpt-4o', 'gemini-pro'];
    stages.push(
      await pal.consensus({ models, prompt, threshold: 2 }).then(
        (panel) => stage('consensus', panel),
        (error: Error) => ({ name: 'consensus', models: [], issues: [], failed: error.message }),
      ),
    );
  }
  return stages;
}

/** Returns the part of a diff in files on a critical path. */
export function criticalPartOf(diff: string): string {
  const files = diff.split(/^(?=diff --git )/m);
  return files
    .filter((file) => {
      const path = /^diff --git a\/(\S+)/.exec(file)?.[1] ?? '';
      return criticalPaths.some((pattern) => pattern.test(path));
    })
    .join('');
}

/** Returns the bill, one line per stage, with what the same work on the best frontier model would have cost. */
export function bill(stages: readonly Stage[]): string {
  const lines = stages.map(
    ({ name, models, issues, costNanoUsd, failed }) =>
      `${name.padEnd(10)} ${String(issues.length).padStart(3)} issues  ${dollars(costNanoUsd)}  ${failed ?? models.join(', ')}`,
  );
  const total = dollars(sum(stages.map(({ costNanoUsd }) => costNanoUsd)));
  const frontier = dollars(sum(stages.map(({ frontierNanoUsd }) => frontierNanoUsd)));
  return [...lines, `together ${total}; everything on the best frontier model: ${frontier}`].join('\n');
}

type Review = Pick<
  Awaited<ReturnType<Conclave['consensus']>>,
  'issues' | 'models' | 'cost_nano_usd' | 'frontier_nano_usd'
>;

function stage(name: Stage['name'], { issues, models, cost_nano_usd, frontier_nano_usd }: Review): Stage {
  return {
    name,
    models,
    issues,
    ...(cost_nano_usd !== undefined && { costNanoUsd: cost_nano_usd }),
    ...(frontier_nano_usd !== undefined && { frontierNanoUsd: frontier_nano_usd }),
  };
}

/** Returns the sum, or `undefined` if one part is unknown. */
function sum(parts: readonly (number | undefined)[]): number | undefined {
  return parts.reduce(
    (total, part) => (total === undefined || part === undefined ? undefined : total + part),
    0,
  );
}

function dollars(nanoUsd: number | undefined): string {
  return nanoUsd === undefined ? 'price unknown' : `$${(nanoUsd / 1e9).toFixed(6)}`;
}

if (import.meta.main) {
  const git = (...args: string[]) => execFileSync('git', args, { encoding: 'utf8' });
  const diff = git('diff', '--cached');
  const context = [{ path: 'recent commits', text: git('log', '-3', '--format=%B') }];
  const pal = await createConclave({ simulate: process.argv.includes('--simulate') });
  try {
    const stages = diff === '' ? [] : await reviewBeforeCommit(pal, diff, context);
    for (const { file, startLine, severity, title } of stages.flatMap(({ issues }) => issues))
      console.log(`[${severity}] ${file}:${startLine ?? ''} ${title}`);
    console.log(diff === '' ? 'Nothing is staged.' : bill(stages));
    const critical = stages.some(({ issues }) => issues.some(({ severity }) => severity === 'critical'));
    process.exitCode = critical || stages.some(({ failed }) => failed !== undefined) ? 1 : 0;
  } finally {
    await pal.close();
  }
}
