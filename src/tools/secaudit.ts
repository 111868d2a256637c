import { z } from 'zod';
import secauditPrompt from '../prompts/tools/secaudit.ts';
import { chooseReviewers, refuseModelBesideModels } from './review/choose-reviewers.ts';
import { reviewOutput } from './review/review-output.ts';
import { focusText, reviewFields, subjectRequest } from './review/review-input.ts';
import { runReviewTool } from './review/review-tool.ts';
import { askFields } from './offer/shared-fields.ts';
import { defineTool } from './offer/tool.ts';

const { prompt, diff, range, files, images, focus, severity } = reviewFields;

/** Finds what an attacker could exploit, with one of the strongest models. */
export default defineTool({
  name: 'secaudit',
  title: 'Audit security',
  description: 'Audit files, a diff or a git range for vulnerabilities that somebody could use.',
  input: z.strictObject({
    prompt,
    diff,
    range,
    files,
    images,
    focus,
    severity,
    models: z.array(z.string().min(1)).default([]),
    ...askFields,
  }),
  output: z.object(reviewOutput),
  readOnly: false,
  openWorld: true,
  async run(given, context) {
    refuseModelBesideModels(given);
    const { text, data } = await runReviewTool(context, {
      tool: 'secaudit',
      prompt: secauditPrompt,
      task: 'security-review',
      tier: 'frontier',
      orders: [given.prompt ?? '', focusText(given.focus)],
      subject: subjectRequest({ ...given, compare_to: undefined }),
      context: [],
      images: given.images,
      reviewers: (threadModel) =>
        chooseReviewers(context, {
          personas: [],
          models: given.models,
          model: given.model,
          threadModel,
          tier: 'frontier',
        }),
      ask: given,
      severity: given.severity,
    });
    return { text, data };
  },
});
