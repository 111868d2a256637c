import { throwIfAborted } from '../../core/streams/abort-error.ts';
import { isCut } from '../../core/wire/collected-reply.ts';
import { cutWarning } from '../../core/wire/cut-warning.ts';
import type { Tokens } from '../../core/units.ts';
import type { Answer } from '../../engine/ask.ts';
import { withChildren } from '../../engine/row/with-children.ts';
import { ceilingLeft } from './ceiling-left.ts';
import type { ToolContext, ToolQuestion } from '../offer/tool.ts';

/**
 * Asks a question, and asks once more with up to four times the room if our own limit cut the answer. The receipt
 * includes the cost of both calls. If the answer is still cut, a warning is added to the receipt and passed to
 * `context.warn`.
 */
export async function askUncut(context: ToolContext, question: ToolQuestion): Promise<Answer> {
  const first = await context.ask(question);
  if (!isCut(first.reply)) return first;
  const wider = widerQuestion(context, question, first);
  if (!wider) return warned(context, question, first);
  context.progress(
    `the answer was cut; asking once more, with room for ${wider.request.maxOutputTokens} tokens`,
  );
  const second = await askWhereAllowed(context, wider);
  if (!second) return warned(context, question, first);
  const both = { ...second, receipt: withChildren(second.receipt, [first.receipt]) };
  return isCut(second.reply) ? warned(context, wider, both) : both;
}

/** Four times the limit is a long answer; beyond that the model is probably repeating itself. */
const maxWider = 4;

/** `undefined` if the limit was the model's own, or if the caller's cost or latency limit rules out a second call. */
function widerQuestion(
  { catalogue }: ToolContext,
  question: ToolQuestion,
  { receipt }: Answer,
): ToolQuestion | undefined {
  const { request, limits = {} } = question;
  const room = widerRoom(
    request.maxOutputTokens,
    receipt.model === undefined ? undefined : catalogue.get(receipt.model)?.maxOutputTokens,
  );
  if (room === undefined || receipt.model === undefined || limits.maxLatencyMs !== undefined)
    return undefined;
  const { tier: _tier, maxCostUsd, ...kept } = limits;
  const { models: _models, sharedCeiling, ...rest } = question;
  const left = ceilingLeft({ maxCostUsd, sharedCeiling }, receipt.cost);
  if (left.maxCostUsd === 0) return undefined;
  return {
    ...rest,
    request: { ...request, model: receipt.model, maxOutputTokens: room },
    limits: { ...kept, ...(left.maxCostUsd !== undefined && { maxCostUsd: left.maxCostUsd }) },
    ...(left.sharedCeiling && { sharedCeiling: left.sharedCeiling }),
  };
}

function widerRoom(limit: Tokens | undefined, most: Tokens | undefined): Tokens | undefined {
  if (limit === undefined) return undefined;
  const room = Math.min(maxWider * limit, most ?? 2 * limit);
  return room > limit ? room : undefined;
}

/** A budget or a provider may refuse the longer answer; the shorter one is then used. */
async function askWhereAllowed(context: ToolContext, question: ToolQuestion): Promise<Answer | undefined> {
  try {
    return await context.ask(question);
  } catch {
    throwIfAborted(context.signal);
    return undefined;
  }
}

function warned(context: ToolContext, { request }: ToolQuestion, answer: Answer): Answer {
  const { receipt } = answer;
  const warning = cutWarning(receipt.model, request.maxOutputTokens);
  context.warn(warning);
  return { ...answer, receipt: { ...receipt, warnings: [...receipt.warnings, warning] } };
}
