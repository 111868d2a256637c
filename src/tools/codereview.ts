import { z } from 'zod';
import codereviewPrompt from '../prompts/tools/codereview.ts';
import { guidedFields, guidedStep, nextStepText } from './asking/guided-step.ts';
import { nanoToJson } from '../core/units.ts';
import { ConclaveError } from '../core/errors.ts';
import { chooseReviewers, refuseModelBesideModels } from './review/choose-reviewers.ts';
import { defaultCriticalPaths } from './review/critical-paths.ts';
import type { ReviewStage } from './review/run-review.ts';
import { focusText, panelFields, reviewFields, subjectRequest } from './review/review-input.ts';
import { reviewOutput } from './review/review-output.ts';
import { runReviewTool } from './review/review-tool.ts';
import { askFields } from './offer/shared-fields.ts';
import { defineTool } from './offer/tool.ts';

const input = z.strictObject({
  ...reviewFields,
  ...panelFields,
  pipeline: z.boolean().optional().describe('Cheap scan, then review, then a panel on critical paths.'),
  critical_paths: z.array(z.string().min(1)).optional().describe('Globs.'),
  ...askFields,
  ...guidedFields,
});

const output = z.object({
  ...reviewOutput,
  status: z.enum(['done', 'next_step']),
  stages: z.array(z.looseObject({ name: z.string(), issues: z.int() })).optional(),
  below_threshold: z.array(z.looseObject({})).optional(),
});

/** Reviews a diff, a range of commits or files independently and returns findings as data. */
export default defineTool({
  name: 'codereview',
  title: 'Review code',
  description:
    'Review a diff, git range or files (default: uncommitted changes) by another model, or by personas on several families.',
  input,
  output,
  readOnly: false,
  openWorld: true,
  async run(given, context) {
    const step = guidedStep(given);
    if (step && !step.last) {
      const text = nextStepText('codereview', step);
      return { text, data: { ...emptyReview, text, status: 'next_step' as const } };
    }
    const piped = isPipeline(given);
    // A pipeline uses both: `model` for the close look, `models` for the panel.
    if (!piped) refuseModelBesideModels(given);
    const { result, text, data } = await runReviewTool(context, {
      tool: 'codereview',
      prompt: codereviewPrompt,
      task: 'code-review',
      tier: 'workhorse',
      orders: [given.prompt ?? '', focusText(given.focus)],
      subject: subjectRequest(given),
      context: given.context,
      images: given.images,
      reviewers: (threadModel) =>
        chooseReviewers(context, {
          ...given,
          models: piped ? [] : given.models,
          threadModel,
          tier: 'workhorse',
        }),
      ask: given,
      severity: given.severity,
      notes: (step?.notes ?? []).map(({ path, text }) => ({ kind: 'text', name: path, text })),
      ...(piped && {
        review: async (inner, plan) =>
          (await import('./review/run-pipeline.ts')).runPipeline(inner, plan, {
            criticalPaths: given.critical_paths ?? defaultCriticalPaths,
            panel: given.models,
          }),
      }),
    });
    return {
      text,
      data: {
        ...data,
        status: 'done' as const,
        ...(result.stages && {
          stages: result.stages.map(stageData),
          below_threshold: result.belowThreshold.map((issue) => ({ ...issue })),
        }),
      },
    };
  },
});

function isPipeline({ pipeline, critical_paths: paths }: z.output<typeof input>): boolean {
  if (paths === undefined || pipeline === true) return pipeline === true;
  throw new ConclaveError('invalid_request', '"critical_paths" applies only with "pipeline": true.', {
    param: 'critical_paths',
  });
}

function stageData({ name, models, issues, cost, frontierCost, skipped }: ReviewStage) {
  return {
    name,
    models: [...models],
    issues,
    ...(cost !== undefined && { cost_nano_usd: nanoToJson(cost) }),
    ...(frontierCost !== undefined && { frontier_nano_usd: nanoToJson(frontierCost) }),
    ...(skipped !== undefined && { skipped }),
  };
}

const emptyReview = {
  issues: [],
  hidden: 0,
  complete: false,
  failed: [],
  models: [],
  simulated: false,
  warnings: [],
  left_out: [],
};
