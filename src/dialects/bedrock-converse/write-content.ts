import type {
  CacheHint,
  ContentPart,
  DocumentPart,
  DocumentSource,
  Message,
  ReasoningPart,
  ToolResultPart,
} from '../../core/wire/content.ts';
import type { JsonObject } from '../../core/json/json.ts';
import { claudesProof } from '../makers/claude/own-thoughts.ts';
import { isBlank } from '../makers/claude/white-space.ts';
import { objectOf } from '../fields/loose-fields.ts';
import { writeOpaque } from '../messages/write-opaque.ts';
import { parseArguments } from '../tools/parse-arguments.ts';
import type { Family } from './families.ts';
import { writeImage, writeMedia } from './media.ts';
import { redactedContent } from './redacted-content.ts';

/** What the parts of one request share while they are written. */
export type ContentDraft = {
  readonly warnings: string[];
  readonly callId: (id: string) => string;
  /** Documents need different names. */
  readonly documentName: (title: string | undefined) => string;
  readonly family: Family;
};

/** Writes the parts of one message as blocks. */
export function writeContent({ role, content }: Message, draft: ContentDraft): JsonObject[] {
  const blocks = content.flatMap((part) => {
    const written = writePart(part, role, draft);
    return [...written, ...cachePoint(part, written.at(-1), draft)];
  });
  // A document without text next to it is rejected.
  if (role === 'user' && blocks.some(isDocument) && !blocks.some(isText)) {
    blocks.push({ text: 'See the attached document.' });
  }
  return blocks;
}

function writePart(part: ContentPart, role: Message['role'], draft: ContentDraft): JsonObject[] {
  switch (part.type) {
    case 'text':
    case 'refusal':
      // Blank text is rejected, and carries nothing.
      return isBlank(part.text) ? [] : [{ text: part.text }];
    case 'image':
      if (role === 'assistant') {
        draft.warnings.push(
          "An image in an assistant's message was left out: Bedrock does not accept one there.",
        );
        return [];
      }
      if (part.detail !== undefined && part.detail !== 'auto') {
        draft.warnings.push(`The image detail "${part.detail}" was left out: Bedrock does not support it.`);
      }
      return [{ image: writeImage(part.source) }];
    case 'document':
      return [writeDocument(part, draft)];
    case 'audio':
      return [{ audio: writeMedia(part.source, 'A sound') }];
    case 'reasoning':
      return writeReasoning(part, draft);
    case 'tool-call':
      return [
        {
          toolUse: {
            toolUseId: draft.callId(part.id),
            name: part.name,
            input: parseArguments(part, draft.warnings),
          },
        },
      ];
    case 'tool-result':
      return [{ toolResult: writeResult(part, draft) }];
    case 'opaque':
      return writeOpaque(part, role, { dialect: 'bedrock-converse', warnings: draft.warnings });
  }
}

function writeResult({ callId, content, isError }: ToolResultPart, draft: ContentDraft): JsonObject {
  const blocks = content.flatMap((inner) => writePart(inner, 'user', draft));
  // Only a success may be empty.
  if (isError && blocks.length === 0) blocks.push({ text: 'The tool failed without a message.' });
  return { toolUseId: draft.callId(callId), content: blocks, status: isError ? 'error' : 'success' };
}

/** Only Claude cites documents and accepts search results. */
function writeDocument(
  { source, title, context, citations, found }: DocumentPart,
  { family: { claude }, documentName, warnings }: ContentDraft,
): JsonObject {
  const cited = claude && citations && { citations: { enabled: true } };
  if (claude && found) {
    const content = found.passages.map((text) => ({ text }));
    return { searchResult: { source: found.source, title: title ?? '', content, ...cited } };
  }
  if (citations && !claude)
    warnings.push('Citations were not requested: this model does not cite documents.');
  if (found) warnings.push('Where a search result was found was left out: this model does not support it.');
  if (context && !claude) warnings.push("A document's context was left out: this model does not support it.");
  return {
    document: {
      name: documentName(title),
      ...documentSource(source),
      ...(claude && context && { context }),
      ...cited,
    },
  };
}

function documentSource(source: DocumentSource): JsonObject {
  if (source.kind !== 'text') return writeMedia(source, 'A document');
  return { format: 'txt', source: { bytes: Buffer.from(source.text).toString('base64') } };
}

function writeReasoning(
  thought: ReasoningPart,
  { warnings, family: { claude } }: ContentDraft,
): JsonObject[] {
  // Thoughts signed by Claude may return only to Claude.
  const proof = claude && claudesProof(thought);
  if (!proof) {
    warnings.push('Reasoning was left out: this model accepts only what it signed itself.');
    return [];
  }
  const reasoningContent =
    'redacted' in proof
      ? redactedContent(proof.redacted)
      : { reasoningText: { text: thought.text, signature: proof.signature } };
  return [{ reasoningContent }];
}

/** Returns the cache point to write after a part. `last`: the last block that the part was written as. */
function cachePoint(
  part: ContentPart,
  last: JsonObject | undefined,
  { family, warnings }: ContentDraft,
): JsonObject[] {
  const cache = cacheOf(part);
  if (cache === undefined || (part.type === 'text' && isBlank(part.text))) return [];
  if (!family.cachePoints) {
    warnings.push('A cache hint was left out: this model has no prompt cache.');
    return [];
  }
  // Claude's error names a block that nobody sent: "messages.0.content.3.type: Field required".
  if (family.claude && isDocument(last ?? {}) && objectOf(last?.document).format !== 'pdf') {
    warnings.push(
      'A cache hint on a document was left out: behind one that is no PDF, Bedrock accepts none.',
    );
    return [];
  }
  return [writeCachePoint(cache, family, warnings)];
}

/** Returns the cache mark of a part. Converse has no cache points inside a tool's result, so theirs count for the whole. */
function cacheOf(part: ContentPart): CacheHint | undefined {
  const own = 'cache' in part ? part.cache : undefined;
  if (own !== undefined || part.type !== 'tool-result') return own;
  return part.content.map(cacheOf).findLast((inner) => inner !== undefined);
}

/** Writes a cache point, which stands after what it caches. */
export function writeCachePoint({ ttl }: CacheHint, { hourCache }: Family, warnings: string[]): JsonObject {
  const isLong = ttl === '1h';
  if (isLong && !hourCache)
    warnings.push('A cache of one hour was sent as one of five minutes: this model has no longer one.');
  return { cachePoint: { type: 'default', ...(isLong && hourCache && { ttl }) } };
}

const isDocument = ({ document }: JsonObject) => document !== undefined;
const isText = ({ text }: JsonObject) => text !== undefined;
