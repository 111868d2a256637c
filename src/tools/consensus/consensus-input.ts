import { z } from 'zod';
import { severities } from '../../core/finding.ts';
import { askFields, readFields } from '../offer/shared-fields.ts';
import { stances } from '../panels/panel.ts';
import { subjectFields } from '../review/review-input.ts';
import { modes } from './panel-output.ts';

const { diff, range, files } = subjectFields;

const seat = z.union([
  z.string().min(1),
  z.strictObject({
    model: z.string().min(1),
    stance: z.enum(stances).optional(),
    stance_prompt: z.string().min(1).optional(),
  }),
]);

const synthesiser = askFields.model.describe('Sums up; default: the strongest that is not on the panel.');

export const consensusInput = z.strictObject({
  prompt: z.string().min(1).optional(),
  models: z.array(seat).max(12).default([]).describe('Default: three families.'),
  mode: z.enum(modes).optional().describe('findings with diff, range, files or threshold; else answer.'),
  threshold: z.int().min(1).optional().describe('Models that must report an issue.'),
  options: z.array(z.string().min(1)).min(2).max(20).default(['yes', 'no']).describe('To vote on.'),
  diff,
  range,
  files,
  images: readFields.images,
  severity: z.enum(severities).optional(),
  ...askFields,
  model: synthesiser,
});

export type ConsensusInput = z.output<typeof consensusInput>;
