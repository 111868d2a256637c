import { z } from 'zod';
import { defined } from '../core/json/defined.ts';
import { capabilities, type Model } from '../core/model.ts';
import { tiers } from '../core/task.ts';
import { defineTool } from './offer/tool.ts';

const input = z.strictObject({
  tier: z.enum(tiers).optional(),
  can: z.array(z.enum(capabilities)).default([]).describe('Only models that can do all of these.'),
});

const output = z.object({
  models: z.array(
    z.object({
      id: z.string(),
      tier: z.string().optional(),
      context_window: z.number().int().optional(),
      usd_per_million_input: z.number().optional(),
      usd_per_million_output: z.number().optional(),
      local: z.boolean(),
      benched: z.string().optional(),
    }),
  ),
});

/** Lists the models that this Conclave can currently ask. */
export default defineTool({
  name: 'listmodels',
  title: 'Models to ask',
  description: 'The models that can be asked, with tier, window and price.',
  input,
  output,
  readOnly: true,
  openWorld: false,
  async run({ tier, can }, { catalogue, whyBenched }) {
    const models = catalogue
      .models()
      .filter(
        (model) =>
          (!tier || model.tier === tier) && can.every((capability) => model.capabilities[capability]),
      )
      .map((model) => entryOf(model, whyBenched(model)));
    const lines = models.map((model) => {
      const price =
        model.usd_per_million_input === undefined
          ? 'price unknown'
          : `$${model.usd_per_million_input} in, $${model.usd_per_million_output} out per million tokens`;
      const bench = model.benched === undefined ? '' : ` · benched: ${model.benched}`;
      return `${model.id} · ${model.tier ?? 'no tier'} · ${price}${bench}`;
    });
    return { text: lines.join('\n') || 'No configured model fits.', data: { models } };
  },
});

function entryOf(model: Model, benched: string | undefined) {
  return defined({
    id: model.id,
    tier: model.tier,
    context_window: model.contextWindow,
    ...(model.price && {
      usd_per_million_input: model.price.input / 1e6,
      usd_per_million_output: model.price.output / 1e6,
    }),
    local: model.local,
    benched,
  });
}
