/** The headings of the help, in this order. */
export const helpGroups = {
  serve: 'Serve:',
  ask: 'Ask models:',
  code: 'Work on code:',
  money: 'Money, keys and calls:',
  router: 'Router:',
  setUp: 'Set up:',
} as const;

export type HelpGroup = keyof typeof helpGroups;

const asking = new Set(['apilookup', 'challenge', 'chat', 'consensus', 'thinkdeep', 'threads', 'verify']);

/** Tools that do what another command does: they work, but the help does not list them. */
const covered = new Set(['explain', 'listmodels', 'version']);

/** Returns the heading under which the help lists a tool; `undefined` if another command covers it. */
export function groupOfTool(name: string): HelpGroup | undefined {
  if (covered.has(name)) return undefined;
  return asking.has(name) ? 'ask' : 'code';
}
