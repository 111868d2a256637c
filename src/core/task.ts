/** What a call is for. Routing, the catalogue's strengths and the ledger all use these. */
export const taskTypes = [
  'code-review',
  'security-review',
  'code-generation',
  'refactoring',
  'test-writing',
  'documentation',
  'architecture',
  'debugging',
  'structured-output',
  'function-calling',
  'formatting',
  'extraction',
  'classification',
  'summarisation',
  'qa-from-context',
  'api-integration',
  'long-context',
  'math',
  'creative',
  'translation',
  'vision',
  'chat',
] as const;

export type TaskType = (typeof taskTypes)[number];

export function isTaskType(name: string | undefined): name is TaskType {
  return taskTypes.some((task) => task === name);
}

/** Three grades of models, most expensive first. */
export const tiers = ['frontier', 'workhorse', 'economy'] as const;

export type Tier = (typeof tiers)[number];

export function isTier(name: string): name is Tier {
  return tiers.some((tier) => tier === name);
}
