/**
 * Meanings of arguments that the schemas leave out, to save room in every MCP client's context: `tool.argument`, or an
 * argument of all tools. The help of the commands and `docs/tools.md` show them; names of arguments are in backticks.
 */
const meanings: Readonly<Record<string, string>> = {
  prompt: 'The question or task, in your own words.',
  files: 'Paths, folders or globs to read.',
  'codereview.files':
    'Paths, folders or globs: reviewed whole or, with `range`, `compare_to` or `include`, the only ones whose changes are reviewed.',
  'secaudit.files':
    'Paths, folders or globs: reviewed whole or, with `range`, the only ones whose changes are reviewed.',
  'precommit.files': 'Paths, folders or globs: only changes of these files are reviewed.',
  'consensus.files': 'Paths, folders or globs to read; with `range`, the only ones whose changes are read.',
  images: 'Images for the model: paths or `data:` URLs.',
  model:
    'Model id, alias or `auto:<tier>`. Default: chosen by the router among models of the tier that the tool needs.',
  models:
    'Models that review, one reviewer each; with `personas`, the models of these. Default: one of another family than the caller’s.',
  'secaudit.models':
    'Models that review, one reviewer each. Default: one of another family than the caller’s.',
  personas:
    'Reviewers with one viewpoint each, on models of several families. Default: one reviewer without a viewpoint.',
  continuation_id: 'Continues a thread: the id that an earlier answer returned.',
  'threads.continuation_id': 'Id of the thread to show or delete.',
  thinking: 'How much the model thinks before it answers. Default: as the model does by itself.',
  max_cost_usd: 'Rules out models that may cost more, in US dollars for the whole run.',
  max_latency_ms: 'Time limit for the answer, in milliseconds.',
  verify: 'Has a model of another family check the claims of the answer.',
  diff: 'A unified diff to work on, instead of changes in the repository.',
  include: 'Which uncommitted changes to review.',
  severity: 'Lowest severity of the issues to report.',
  checks: 'Only these checks. Default: whatever matters.',
  by: 'What the costs are grouped by.',
  action: 'What to do with the threads.',
  step_number: 'Number of this step of a guided run, from 1.',
  total_steps: 'Expected number of steps; may change from step to step.',
  next_step_required: 'Another step follows. false: this is the last step; a model is asked now.',
  confidence: 'How sure you are of the findings so far.',
  request_id: 'Id of the call.',
  tier: 'Only models of this tier.',
};

/** Returns what an argument means, to `tool` or to most tools; undefined if only its schema says it. */
export function argumentMeaning(argument: string, tool?: string): string | undefined {
  return meanings[`${tool}.${argument}`] ?? meanings[argument];
}
