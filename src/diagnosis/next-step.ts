import type { Check } from './check.ts';

/**
 * Returns what to do after a diagnosis: the remedy of the first failure, or a command to start with. `simulate`: the
 * user asked for simulated answers.
 */
export function nextStep(checks: readonly Check[], { simulate = false } = {}): string {
  const failed = checks.find(({ state }) => state === 'failed');
  if (failed?.remedy) return `${failed.name}: ${failed.remedy}`;
  if (simulate) return 'conclave serve --simulate, or conclave ask --simulate "Hello"';
  return checks.some(({ name }) => name === 'providers')
    ? 'conclave serve (simulated), or export ANTHROPIC_API_KEY=… or OPENAI_API_KEY=… first'
    : 'conclave serve, or conclave ask "Hello"';
}
