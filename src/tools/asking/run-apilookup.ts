import { replyText } from '../../core/wire/collected-reply.ts';
import apilookupPrompt from '../../prompts/tools/apilookup.ts';
import type { Answer } from '../../engine/ask.ts';
import { ConclaveError } from '../../core/errors.ts';
import { answerData } from './answer-fields.ts';
import { answerText } from './answer-text.ts';
import type { PlainInput } from './one-shot.ts';
import { askInThread, threadOf } from './ask-in-thread.ts';
import { gatherMaterial } from './gather-material.ts';
import { modelOfThread, threadsLastModel } from './model-of-thread.ts';
import type { ToolContext } from '../offer/tool.ts';
import { searchingModel } from './web-search.ts';

/** Asks a model whose provider searches the web, and warns if no page was read. */
export async function runApilookup(given: PlainInput, context: ToolContext) {
  const startedAt = context.now();
  const { prompt, files, images } = given;
  const thread = await threadOf(context, given.continuation_id);
  const turn = { tool: 'apilookup', tier: 'workhorse' } as const;
  const last = modelOfThread(thread, turn, context.catalogue);
  const hasCeiling = given.max_cost_usd !== undefined;
  const found = searchingModel({ named: given.model, last, hasCeiling }, context.catalogue);
  const gathered = await gatherMaterial(
    { question: prompt, files, images, notes: [], model: found.model.id },
    context,
  );
  const asked = await askInThread(context, thread, {
    ...turn,
    prompt: apilookupPrompt,
    gathered,
    model: found.model.id,
    ...(given.model === undefined && {
      modelReason: last === found.model.id ? threadsLastModel : 'able to search the web',
    }),
    task: 'api-integration',
    thinking: given.thinking,
    maxCostUsd: given.max_cost_usd,
    maxLatencyMs: given.max_latency_ms,
    ...(found.native && { native: found.native }),
  });
  const { reply, receipt } = asked.answer;
  const sources = new Set(
    reply.blocks.flatMap((block) =>
      block.type === 'text' ? block.citations.flatMap(({ url }) => url ?? []) : [],
    ),
  );
  const unproven =
    sources.size === 0 ? ['The provider named no page that it read; treat the answer as from memory.'] : [];
  const text = replyText(reply);
  if (text.trim() === '') throw emptyAnswer(asked.answer, found.model.id);
  await asked.keep(text);
  const data = {
    ...answerData(receipt, [...gathered.warnings, ...asked.warnings, ...unproven], gathered.leftOut),
    text,
    sources: [...sources],
    continuation_id: thread.id,
  };
  const readable = {
    text,
    items: data.sources,
    warnings: data.warnings,
    leftOut: gathered.leftOut,
    receipt,
    continuationId: thread.id,
  };
  return { text: answerText(readable, context.now() - startedAt), data };
}

/** Some models search and then end their turn without an answer. The call is still in the ledger. */
function emptyAnswer({ reply, receipt }: Answer, model: string): ConclaveError {
  const { requestId, model: answered = model } = receipt;
  return new ConclaveError(
    'provider_invalid_reply',
    `${answered} returned an empty answer (it ended with "${reply.finish?.reason ?? 'nothing'}", see conclave show ${requestId}); ask again, or name another model.`,
  );
}
