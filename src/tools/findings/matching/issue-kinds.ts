import { accessKinds } from './issue-kinds/access-and-secrets.ts';
import { concurrencyKinds } from './issue-kinds/concurrency.ts';
import { errorKinds } from './issue-kinds/error-handling.ts';
import { injectionKinds } from './issue-kinds/injection.ts';
import { logicKinds } from './issue-kinds/logic.ts';
import { maintainabilityKinds } from './issue-kinds/maintainability.ts';
import { performanceKinds } from './issue-kinds/performance.ts';
import { resourceKinds } from './issue-kinds/resources.ts';
import { stateKinds } from './issue-kinds/state.ts';
import { valueKinds } from './issue-kinds/values.ts';

/**
 * Kinds of issue, recognised by the words that reviewers use: the distinctions that weakness lists such as CWE and
 * linter catalogues make. Two reports of one kind at the same place are most likely the same issue, however they are
 * worded; two of different kinds are two issues.
 */
export const issueKinds: readonly (readonly [kind: string, cues: readonly RegExp[]])[] = [
  injectionKinds,
  accessKinds,
  errorKinds,
  resourceKinds,
  concurrencyKinds,
  stateKinds,
  logicKinds,
  valueKinds,
  performanceKinds,
  maintainabilityKinds,
].flatMap((kinds) => Object.entries(kinds));

/** Kinds that accompany many issues, so they are weaker evidence. */
export const vagueKinds: ReadonlySet<string> = new Set([
  'missing-validation',
  'panic',
  'uncaught-exception',
  'repeated-work',
  'allocation',
  'wrong-type',
  'duplicate-entries',
  'never-reset',
  'overwrites',
  'boundary-condition',
  'mutated-state',
  'shared-memory',
  'missing-cleanup',
  'wrong-count',
  'character-set',
]);
