import { z } from 'zod';
import refactorPrompt from '../prompts/tools/refactor.ts';
import { findingCategories, severities } from '../core/finding.ts';
import { readFinding } from './findings/reading/read-finding.ts';
import { oneShotTool } from './asking/one-shot.ts';
import { shownFinding } from './review/review-output.ts';

/** The members of a finding that the model is asked for; `reportedBy` is filled in here. */
const finding = z.object({
  file: z.string(),
  startLine: z.int().optional(),
  endLine: z.int().optional(),
  severity: z.enum(severities),
  category: z.enum(findingCategories),
  title: z.string(),
  explanation: z.string(),
  suggestedFix: z.string().optional(),
  confidence: z.number(),
});

/** Proposes changes that make code easier to work with and keep its behaviour. */
export default oneShotTool({
  name: 'refactor',
  title: 'Propose refactorings',
  description: 'Propose refactorings of files that keep their behaviour, in a safe order.',
  prompt: refactorPrompt,
  task: 'refactoring',
  tier: 'workhorse',
  reads: 'project',
  list: {
    name: 'issues',
    item: finding,
    shown: shownFinding,
    read(written, { model, files }) {
      const read = readFinding(written, { reportedBy: model, files });
      return read.ok ? read.finding : undefined;
    },
  },
});
