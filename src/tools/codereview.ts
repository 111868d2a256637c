import { z } from 'zod';
import codereviewPrompt from '../prompts/tools/codereview.ts';
import { guidedFields, guidedStep, nextStepText } from './guided-step.ts';
import { chooseReviewers } from './review/choose-reviewers.ts';
import { reviewOutput } from './review/review-answer.ts';
import { focusText, panelFields, reviewFields, subjectRequest } from './review/review-input.ts';
import { runReviewTool } from './review/review-tool.ts';
import { askFields } from './shared-fields.ts';
import { defineTool } from './tool.ts';

const input = z.strictObject({ ...reviewFields, ...panelFields, ...askFields, ...guidedFields });

const output = z.object({ ...reviewOutput, status: z.enum(['done', 'next_step']) });

/** An independent review of a diff, a range of commits or files, as data. */
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
    const { text, data } = await runReviewTool(context, {
      tool: 'codereview',
      prompt: codereviewPrompt,
      task: 'code-review',
      tier: 'workhorse',
      orders: [given.prompt ?? '', focusText(given.focus)],
      subject: subjectRequest(given),
      context: given.context,
      images: given.images,
      reviewers: (model) => chooseReviewers(context, { ...given, model, tier: 'workhorse' }),
      ask: given,
      severity: given.severity,
      notes: (step?.notes ?? []).map(({ path, text }) => ({ kind: 'text', name: path, text })),
    });
    return { text, data: { ...data, status: 'done' as const } };
  },
});

const emptyReview = {
  issues: [],
  hidden: 0,
  failed: [],
  models: [],
  simulated: false,
  warnings: [],
  left_out: [],
};
