import { z } from 'zod';
import precommitPrompt from '../prompts/tools/precommit.ts';
import { checkNames, checks } from './review/checks.ts';
import { chooseReviewers } from './review/choose-reviewers.ts';
import { reviewOutput } from './review/review-output.ts';
import { focusText, reviewFields, subjectRequest, uncommittedKinds } from './review/review-input.ts';
import { runReviewTool } from './review/review-tool.ts';
import { askFields } from './offer/shared-fields.ts';
import { defineTool } from './offer/tool.ts';

const { prompt, diff, compare_to, files, include, context, images, focus, severity } = reviewFields;

const input = z.strictObject({
  prompt,
  diff,
  compare_to,
  files,
  include,
  context,
  images,
  focus,
  checks: z.array(z.enum(checkNames)).default([]),
  severity,
  ...askFields,
});

/** Checks whether uncommitted changes are ready to commit. Git runs here, so the caller need not collect a diff. */
export default defineTool({
  name: 'precommit',
  title: 'Check before committing',
  description:
    'Check uncommitted changes (git is run here) or a diff before a commit, by an economical model.',
  input,
  output: z.object({
    ...reviewOutput,
    ready: z.boolean().describe('All reviewed, no issue of severity high or worse.'),
  }),
  readOnly: false,
  openWorld: true,
  async run(given, context) {
    const asked = given.checks.map((name) => `- ${checks[name].asks}`).join('\n');
    const { result, text, data } = await runReviewTool(context, {
      tool: 'precommit',
      prompt: precommitPrompt,
      task: 'code-review',
      tier: 'economy',
      orders: [given.prompt ?? '', asked && `Check only for:\n${asked}`, focusText(given.focus)],
      subject: subjectRequest({ ...given, include: given.include ?? uncommittedKinds }),
      context: given.context,
      images: given.images,
      reviewers: (threadModel) =>
        chooseReviewers(context, {
          personas: [],
          models: [],
          model: given.model,
          threadModel,
          tier: 'economy',
        }),
      ask: given,
      severity: given.severity,
      checks: given.checks,
    });
    const ready =
      result.complete &&
      !result.issues.some(({ severity }) => severity === 'critical' || severity === 'high');
    return { text, data: { ...data, ready } };
  },
});
