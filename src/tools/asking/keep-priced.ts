import { z } from 'zod';
import type { Tool } from '../offer/tool.ts';

/**
 * Wraps a tool so that under a cost ceiling it chooses only models of known price: a ceiling cannot be enforced for
 * others, and a call to one that the tool names would pass with a warning. The caller may name any.
 */
export function keepPriced(tool: Tool): Tool {
  if (!(tool.input instanceof z.ZodObject) || !('max_cost_usd' in tool.input.shape)) return tool;
  return {
    ...tool,
    async run(input, context) {
      const { max_cost_usd: ceiling } = inputRead.parse(input);
      if (ceiling === undefined) return tool.run(input, context);
      return tool.run(input, { ...context, picker: context.picker.ofKnownPrice() });
    },
  };
}

const inputRead = z.looseObject({ max_cost_usd: z.number().optional() });
