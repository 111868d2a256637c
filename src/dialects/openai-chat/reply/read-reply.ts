import type { ReplyReader } from '../../../core/wire/dialect.ts';
import { billingTerms, type BillingTerm } from '../../../core/money/billing-terms.ts';
import { ConclaveError } from '../../../core/errors.ts';
import { isJsonObject } from '../../../core/json/json.ts';
import type { JsonObject, JsonValue } from '../../../core/json/json.ts';
import type { Quirks } from '../../../core/provider.ts';
import type { StreamPart } from '../../../core/wire/stream-part.ts';
import { nameOf, objectOf, objectsOf } from '../../fields/loose-fields.ts';
import { readOpenAiErrorEvent } from '../../openai/read-openai-error.ts';
import { readWhole, streamReader } from '../../replies/stream-reader.ts';
import type { Emit, StreamInterpreter } from '../../replies/stream-reader.ts';
import { deltaReader } from './delta-reader.ts';
import { cutsAnswer, endPart, reasonOfParts } from './finish-reason.ts';
import { reportedFailure } from './reported-failure.ts';
import { sureEnd } from './sure-end.ts';
import { usagePart } from './usage.ts';

/**
 * Reads a `chat.completion` object; its messages are read as one long delta each. `answers`: how many were asked for.
 */
export function readReply(body: JsonObject, quirks: Quirks, answers?: number): StreamPart[] {
  const choices = objectsOf(body.choices).map(({ message, delta, ...choice }) => ({
    ...choice,
    delta: withCallIndexes(objectOf(message ?? delta)),
  }));
  return readWhole((emit) => chatInterpreter(emit, { quirks, answers }), { ...body, choices });
}

/** Reads a stream of `chat.completion.chunk` events. */
export function replyReader(quirks: Quirks, answers?: number): ReplyReader {
  return streamReader((emit) => chatInterpreter(emit, { quirks, answers }));
}

type Reading = { readonly quirks: Quirks; readonly answers: number | undefined };

function chatInterpreter(tell: Emit, { quirks, answers }: Reading): StreamInterpreter {
  const sure = sureEnd(tell);
  const { emit } = sure;
  let id = '';
  let started = false;
  let answered = false;
  let finish: string | undefined;
  /** Further choices, with the finish reason of each that has one. */
  const further = new Map<number, string | undefined>();
  /** GitHub Copilot splits one answer of Claude over several choices. Only of one answer are they surely parts. */
  const areParts = answers === 1;
  /** The content began in a delta: after that, a message repeats all deltas. Some servers write messages in their place. */
  let inDeltas = false;
  /** The last event was a usage in an event of its own, as it follows all answers. */
  let isCounted = false;
  let cited = 0;
  /** Absent: none has been named yet. */
  let tier: readonly BillingTerm[] | undefined;
  const tools = new Set<string>();
  const deltas = deltaReader(emit, { quirks, replyId: () => id });

  function start(body: JsonObject): void {
    started = true;
    id = nameOf(body.id) ?? '';
    const model = nameOf(body.model);
    emit({ type: 'start', ...(id && { id }), ...(model && { model }), ...(tier && { terms: tier }) });
  }

  /** `isLate`: it comes with a failure behind the answer, which does not take back how the answer ended. */
  function readChoice(choice: JsonObject, isLate: boolean): void {
    const number = typeof choice.index === 'number' ? choice.index : 0;
    const before = number === 0 ? finish : further.get(number);
    const said = nameOf(choice.finish_reason);
    const ended = isLate ? (before ?? said) : (said ?? before);
    if (number > 0) {
      further.set(number, ended);
      if (!areParts) return deltas.aside({ choice });
    }
    answered = true;
    const { delta, message } = choice;
    // Some servers write an empty delta beside the message.
    if (isJsonObject(message) && !inDeltas && Object.keys(objectOf(delta)).length === 0) {
      readDelta(message, number);
    } else if (isJsonObject(delta)) {
      const wasBegun = deltas.haveBegun();
      readDelta(delta, number);
      inDeltas ||= !wasBegun && deltas.haveBegun();
    }
    if (isJsonObject(choice.logprobs)) deltas.aside({ logprobs: choice.logprobs });
    // Moonshot reports usage inside the choice.
    if (isJsonObject(choice.usage)) emit(usagePart(choice.usage, quirks, terms()));
    if (number === 0) finish = ended;
  }

  function readDelta(delta: JsonObject, number: number): void {
    deltas.read(delta, number);
    if (delta.executed_tools) readTools(delta);
  }

  /** Groq runs its own tools, and bills them apart from the tokens. */
  function readTools(delta: JsonObject): void {
    for (const tool of objectsOf(delta.executed_tools)) tools.add(nameOf(tool.type) ?? 'executed_tools');
    emit({ type: 'billed-apart', webSearches: 0, terms: [...tools] });
  }

  function terms(): readonly BillingTerm[] {
    return [...(tier ?? []), ...tools];
  }

  /** The finish reason of the answer, any of whose parts may have been cut. */
  function reason(): string | undefined {
    if (!areParts || further.size === 0) return finish;
    return reasonOfParts([finish, ...further.values()].filter((raw) => raw !== undefined));
  }

  /** Whether any choice has no finish reason yet: without a `[DONE]` such a stream was cut off. */
  function unfinished(): boolean {
    return reason() === undefined || [...further.values()].includes(undefined);
  }

  /** A part that begins with its failure has no finish reason. */
  function notePartsIn({ choices }: JsonObject): void {
    for (const { index } of objectsOf(choices)) {
      if (typeof index === 'number' && index > 0 && !further.has(index)) further.set(index, undefined);
    }
  }

  /** Perplexity repeats its list of sources in every chunk. */
  function readSources(body: JsonObject): void {
    const sources = Array.isArray(body.search_results) ? body.search_results : body.citations;
    if (!Array.isArray(sources)) return;
    for (const source of sources.slice(cited)) deltas.cite(annotationOf(source));
    cited = Math.max(cited, sources.length);
  }

  function event(body: JsonObject, name: string | undefined): void {
    const failure = reportedFailure(body, name, areParts);
    if (failure) {
      if (areParts) notePartsIn(body);
      if (unfinished()) return fail(failure, body.usage ?? objectsOf(body.choices)[0]?.usage);
      // An error after the answer's finish reason does not invalidate the answer; OpenRouter sends one after `length`.
      emit({ type: 'warning', message: readOpenAiErrorEvent(failure).message });
    }
    const choices = Array.isArray(body.choices) ? body.choices : [];
    // The service tier comes with the first chunk or the last, not with every one.
    const named = nameOf(body.service_tier);
    if (named) tier = billingTerms({ service_tier: named });
    // Azure opens its streams with an event without an id, a model or a choice.
    if (!started && (choices.length > 0 || body.usage)) start(body);
    for (const choice of choices) if (isJsonObject(choice)) readChoice(choice, failure !== undefined);
    if (body.citations || body.search_results) readSources(body);
    const usage = body.usage ?? objectOf(body.x_groq).usage;
    if (isJsonObject(usage)) emit(usagePart(usage, quirks, terms()));
    isCounted = choices.length === 0 && isJsonObject(usage);
    sure.saw(choices.some((choice) => isJsonObject(choice) && nameOf(choice.finish_reason) !== undefined));
  }

  function usageOf({ usage }: JsonObject): StreamPart | undefined {
    return isJsonObject(usage) ? usagePart(usage, quirks, terms()) : undefined;
  }

  /** Reports a failure together with its usage, if it has any. */
  function fail(failure: JsonObject, usage: JsonValue | undefined): void {
    if (isJsonObject(usage)) emit(usagePart(usage, quirks, terms()));
    emit({
      type: 'error',
      error: readOpenAiErrorEvent(failure),
      ...(isJsonObject(usage) && { counted: true }),
    });
  }

  function end(how: 'done' | 'cut'): void {
    if (how === 'cut' && unfinished()) return;
    const raw = reason();
    const part = raw === undefined ? endWithoutReason(answered) : endPart(raw, deltas.sawToolCalls());
    deltas.end(cutsAnswer(raw));
    const furtherRaw = areParts ? [] : [...further.values()].flatMap((other) => other ?? []);
    emit(part.type === 'finish' && furtherRaw.length > 0 ? { ...part, furtherRaw } : part);
  }

  function isAnswered(): boolean | 'likely' {
    if (!sure.has() || unfinished()) return false;
    if (further.size + 1 >= (answers ?? 1)) return true;
    // Some servers give fewer answers than were asked for.
    return isCounted && 'likely';
  }

  return { event, end, isAnswered, usageOf, forgetsText: true };
}

/** Some providers end an answer without a finish reason; without a choice there is no answer. */
function endWithoutReason(answered: boolean): StreamPart {
  if (answered) return { type: 'finish', reason: 'other' };
  const why = 'The provider sent a reply without a choice in it.';
  return { type: 'error', error: new ConclaveError('provider_invalid_reply', why), counted: true };
}

function annotationOf(source: JsonValue): JsonObject {
  const { url, title, ...rest } = isJsonObject(source) ? source : { url: source };
  return { type: 'url_citation', url_citation: { url: url ?? '', title: title ?? '', ...rest } };
}

/** Numbers the calls of a whole message by their position; in a stream they have an index. */
function withCallIndexes(message: JsonObject): JsonObject {
  if (!Array.isArray(message.tool_calls)) return message;
  return { ...message, tool_calls: objectsOf(message.tool_calls).map((call, index) => ({ ...call, index })) };
}
