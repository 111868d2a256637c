import { z } from 'zod';
import { costCeiling } from '../../core/money/dollar-limits.ts';

const efforts = ['none', 'low', 'medium', 'high', 'max'] as const;

/**
 * Input fields of every tool that asks a model. Descriptions are few, because each takes room in every client's
 * context.
 */
export const askFields = {
  model: z.string().min(1).optional(),
  continuation_id: z.string().min(1).optional().describe('Goes on with a thread.'),
  thinking: z.enum(efforts).optional(),
  max_cost_usd: costCeiling.optional(),
  max_latency_ms: z.int().positive().optional(),
  verify: z.boolean().optional(),
};

/** Additional input fields of tools that read files. */
export const readFields = {
  files: z.array(z.string().min(1)).default([]).describe('Paths, folders or globs to read.'),
  images: z.array(z.string().min(1)).default([]).describe('Paths or data: URLs.'),
};

export type AskInput = { readonly [Name in keyof typeof askFields]?: z.output<(typeof askFields)[Name]> };
