import { z } from 'zod';
import { replyText } from '../core/collected-reply.ts';
import apilookupPrompt from '../prompts/tools/apilookup.ts';
import { answerData, answerFields } from './answer-fields.ts';
import { answerText } from './answer-text.ts';
import { askExpert } from './ask-expert.ts';
import { gatherMaterial } from './gather-material.ts';
import { oneShotFields } from './one-shot.ts';
import { defineTool } from './tool.ts';
import { searchingModel } from './web-search.ts';

const { prompt, model, thinking, max_cost_usd } = oneShotFields;

/** What the current documentation says, by a model whose provider searches the web. */
export default defineTool({
  name: 'apilookup',
  title: 'Look up an API',
  description: 'Look up current API documentation with a model that searches the web.',
  input: z.strictObject({ prompt, model, thinking, max_cost_usd }),
  output: z.object({ ...answerFields, sources: z.array(z.string()) }),
  readOnly: false,
  openWorld: true,
  async run(given, context) {
    const startedAt = context.now();
    const found = searchingModel(given.model ?? 'auto', context.catalogue);
    const gathered = await gatherMaterial(
      { question: given.prompt, files: [], notes: [], model: found.model.id },
      context,
    );
    const { reply, outcome } = await askExpert(context, {
      tool: 'apilookup',
      prompt: apilookupPrompt,
      gathered,
      model: found.model.id,
      task: 'api-integration',
      tier: 'workhorse',
      thinking: given.thinking,
      maxCostUsd: given.max_cost_usd,
      ...(found.native && { native: found.native }),
    });
    const sources = new Set(
      reply.blocks.flatMap((block) =>
        block.type === 'text' ? block.citations.flatMap(({ url }) => url ?? []) : [],
      ),
    );
    const unproven =
      sources.size === 0 ? ['The provider named no page that it read; treat the answer as from memory.'] : [];
    const warnings = [...gathered.warnings, ...unproven];
    const data = { ...answerData(outcome, warnings, []), text: replyText(reply), sources: [...sources] };
    const { text } = data;
    const readable = { text, items: data.sources, warnings: data.warnings, leftOut: [], outcome };
    return { text: answerText(readable, context.now() - startedAt), data };
  },
});
