import { z } from 'zod';
import { replyText } from '../core/collected-reply.ts';
import { nanoToJson } from '../core/units.ts';
import { callFooter } from './call-footer.ts';
import { defineTool } from './tool.ts';

const input = z.strictObject({
  prompt: z.string().min(1).describe('What to ask.'),
  model: z
    .string()
    .default('auto')
    .describe('A model id, an alias, or auto, auto:economy, auto:workhorse, auto:frontier, auto:local.'),
  system: z.string().optional().describe('Instructions that stand above the prompt.'),
  max_cost_usd: z.number().positive().optional().describe('Refuse models that may cost more than this.'),
});

const output = z.object({
  text: z.string(),
  model: z.string(),
  request_id: z.string(),
  cost_nano_usd: z
    .number()
    .int()
    .optional()
    .describe('Billionths of a dollar; absent when the price is unknown.'),
  simulated: z.boolean(),
  warnings: z.array(z.string()),
});

/** Asks one model one thing. */
export default defineTool({
  name: 'chat',
  title: 'Ask another model',
  description: 'Ask another model a question. Conclave picks one that fits unless you name it.',
  input,
  output,
  readOnly: false,
  openWorld: true,
  async run({ prompt, model, system, max_cost_usd }, context) {
    const startedAt = context.now();
    const { reply, outcome } = await context.ask({
      request: {
        model,
        stream: true,
        messages: [
          ...(system ? [{ role: 'system', content: [{ type: 'text', text: system }] } as const] : []),
          { role: 'user', content: [{ type: 'text', text: prompt }] },
        ],
      },
      tool: 'chat',
      task: 'chat',
      ...(max_cost_usd !== undefined && { limits: { maxCostUsd: max_cost_usd } }),
    });
    const text = replyText(reply);
    return {
      text: `${text}\n\n${callFooter(outcome, context.now() - startedAt)}`,
      data: {
        text,
        model: outcome.model ?? model,
        request_id: outcome.requestId,
        ...(outcome.cost !== undefined && { cost_nano_usd: nanoToJson(outcome.cost) }),
        simulated: outcome.simulated,
        warnings: [...outcome.warnings],
      },
    };
  },
});
