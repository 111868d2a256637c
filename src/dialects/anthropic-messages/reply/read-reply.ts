import type { JsonObject } from '../../../core/json/json.ts';
import type { StreamPart } from '../../../core/wire/stream-part.ts';
import { nameOf, objectOf, objectsOf, textOf } from '../../fields/loose-fields.ts';
import { countCalls, meantStopReason, type CountedCalls } from '../../replies/meant-stop-reason.ts';
import { schemaToolName, structuredText } from '../../tools/schema-tool.ts';
import { proofIn } from '../../reasoning/sealed-reasoning.ts';
import { billedBlocks } from './billed-blocks.ts';
import { readCitation } from './citation.ts';
import { reportedError } from './read-error.ts';
import { finishReason } from './finish-reason.ts';
import { billedApart, usageParts } from './usage.ts';
import { noMessage } from '../../failures/no-message.ts';

/** Returns a provider's whole message as parts. */
export function readReply(body: JsonObject): StreamPart[] {
  const error = reportedError(body);
  if (error) return [{ type: 'error', error }];
  if (!Array.isArray(body.content))
    return [...usageParts(body.usage, false), { type: 'error', error: noMessage(), counted: true }];
  const blocks = objectsOf(body.content);
  const calls = blocks.filter(({ type }) => type === 'tool_use');
  const usage = objectOf(body.usage);
  const beside: StreamPart[] = [];
  const billed = billedBlocks((part) => beside.push(part));
  for (const block of blocks) billed.note(block);
  return [
    startPart(body),
    ...blocks.flatMap(readBlock),
    ...beside,
    ...usageParts(body.usage, billed.ranCode()),
    ...refusalParts(blocks.length, body),
    ...keptParts(body.container),
    ...remarks(usage, body.stop_details),
    finishPart(textOf(body.stop_reason), countCalls(calls.map(({ name }) => name))),
  ];
}

/** Returns the message's own id and model. */
export function startPart(message: JsonObject): StreamPart {
  const id = nameOf(message.id);
  const model = nameOf(message.model);
  return { type: 'start', ...(id && { id }), ...(model && { model }) };
}

export function finishPart(stopReason: string, calls: CountedCalls): StreamPart {
  return { type: 'finish', ...finishReason.read(meantStopReason(stopReason, calls)) };
}

/** Reports the container in which code ran, with its files; a later request with its id continues in it. */
export function keptParts(container: JsonObject[string]): StreamPart[] {
  const described = objectOf(container);
  const id = nameOf(described.id);
  return id === undefined ? [] : [{ type: 'kept', ids: [id], container: described }];
}

/** Returns warnings for what a reply reports and no part can hold. */
export function remarks(usage: JsonObject, stopDetails: JsonObject[string]): StreamPart[] {
  const why = nameOf(objectOf(stopDetails).explanation);
  return [billedApart(usage), why && `Anthropic refused: ${why}`]
    .filter((message) => message !== undefined)
    .map((message) => ({ type: 'warning', message }));
}

/**
 * Returns Claude's explanation of a refusal, which comes in addition to the text so far. OpenAI's clients recognise a
 * refusal by it.
 */
export function refusalParts(index: number, { stop_reason, stop_details }: JsonObject): StreamPart[] {
  const why = stop_reason === 'refusal' ? nameOf(objectOf(stop_details).explanation) : undefined;
  return why === undefined ? [] : [{ type: 'refusal-delta', index, text: why }];
}

/** Returns a block that only Anthropic understands. */
export function opaquePart(index: number, value: JsonObject): StreamPart[] {
  const part: StreamPart = { type: 'opaque', index, dialect: 'anthropic-messages', value };
  const to = nameOf(objectOf(value.to).model);
  if (value.type !== 'fallback' || to === undefined) return [part];
  return [part, { type: 'warning', message: `Anthropic let "${to}" answer instead of the model asked for.` }];
}

function readBlock(block: JsonObject, index: number): StreamPart[] {
  switch (block.type) {
    case 'text':
      return [
        ...delta('text-delta', index, textOf(block.text)),
        ...objectsOf(block.citations).map((raw) => ({
          type: 'citation' as const,
          index,
          citation: readCitation(raw),
        })),
      ];
    case 'thinking': {
      const signature = proofIn(block.signature);
      return [
        ...delta('reasoning-delta', index, textOf(block.thinking)),
        ...(signature === undefined ? [] : [{ type: 'reasoning-signature' as const, index, signature }]),
      ];
    }
    case 'redacted_thinking':
      return [{ type: 'reasoning-redacted', index, data: textOf(block.data) }];
    case 'tool_use': {
      const text = JSON.stringify(block.input ?? {});
      if (block.name === schemaToolName) return [structuredText(index, text)];
      return [
        { type: 'tool-call-start', index, id: textOf(block.id), name: textOf(block.name) },
        { type: 'tool-call-delta', index, text },
      ];
    }
    default:
      return opaquePart(index, block);
  }
}

function delta(type: 'text-delta' | 'reasoning-delta', index: number, text: string): StreamPart[] {
  return text === '' ? [] : [{ type, index, text }];
}
