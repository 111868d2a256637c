import type { ReplyContext, ReplyWriter } from '../../../core/wire/dialect.ts';
import type { JsonObject } from '../../../core/json/json.ts';
import { isJsonObject } from '../../../core/json/json.ts';
import type { BlockPart, FinishPart, StreamPart } from '../../../core/wire/stream-part.ts';
import { declaredTools } from '../../openai/freeform-tool.ts';
import { objectOf } from '../../fields/loose-fields.ts';
import { openAiError } from '../../openai/write-openai-error.ts';
import { sseEvent, ssePing } from '../../replies/sse.ts';
import { streamWriter, TextStream } from '../../replies/stream-writer.ts';
import { callChunks } from './call-chunks.ts';
import { chunkText } from './chunk-text.ts';
import { citedText } from './cited-text.ts';
import { writeFinishReason } from './finish-reason.ts';
import { callSignatures } from '../google-signature.ts';
import { writeRedacted, writeSignature } from '../reasoning-details.ts';
import { writeImage } from './reply-pieces.ts';
import { writeUsage } from './usage.ts';

/** Writes `chat.completion.chunk` events. */
export function replyWriter(context: ReplyContext): ReplyWriter {
  const chunks = chunkText(context);
  const signatures = callSignatures();
  const calls = callChunks(chunks, { declared: declaredTools(context.request), signatures });
  const cited = citedText();
  const stream = new TextStream();
  let thought = false;

  function contentOf(part: BlockPart): string {
    switch (part.type) {
      case 'text-delta':
        cited.say(part.index, part.text);
        return chunks.member('content', part.text);
      case 'reasoning-delta':
        thought = true;
        return chunks.member('reasoning_content', part.text);
      case 'reasoning-signature':
        thought = true;
        signatures.note(part.signature);
        return chunks.member('reasoning_details', [writeSignature(part.signature)]);
      case 'reasoning-redacted':
        thought = true;
        return chunks.member('reasoning_details', [writeRedacted(part.data)]);
      case 'tool-call-start':
        return calls.start(part);
      case 'tool-call-delta':
        return calls.add(part.index, part.text);
      case 'refusal-delta':
        return chunks.member('refusal', part.text);
      case 'citation':
        cited.cite(part.index, part.citation);
        return '';
      case 'image':
        return chunks.member('images', [writeImage(part.mediaType, part.data)]);
      case 'opaque':
        return part.dialect === 'openai-chat' ? opaque(part.value) : '';
    }
  }

  function opaque(value: JsonObject): string {
    if (isJsonObject(value.choice)) return chunks.choice(value.choice);
    if (isJsonObject(value.logprobs)) {
      return chunks.choice({ index: 0, delta: {}, logprobs: value.logprobs, finish_reason: null });
    }
    return chunks.delta(JSON.stringify(objectOf(value.delta)));
  }

  function finish({ reason }: FinishPart): void {
    const finish_reason = writeFinishReason(reason, calls.sawFunction());
    annotate(cited.rest());
    stream.write(calls.rest() + chunks.choice({ index: 0, delta: {}, logprobs: null, finish_reason }));
    if (context.request.includeUsage === true) {
      stream.write(chunks.usage(stream.usage ? writeUsage(stream.usage, thought) : null));
    }
    stream.write(sseEvent('[DONE]'));
  }

  function annotate(annotations: JsonObject[]): void {
    if (annotations.length > 0) stream.write(chunks.member('annotations', annotations));
  }

  return streamWriter(
    stream,
    {
      begin({ type }: StreamPart) {
        if (type !== 'error') stream.write(chunks.delta('{"role":"assistant","content":"","refusal":null}'));
      },
      content(part) {
        const annotations = cited.endedBy(part.index);
        if (annotations) annotate(annotations);
        stream.write(contentOf(part));
      },
      finish,
      error(error) {
        annotate(cited.rest());
        stream.write(sseEvent(JSON.stringify({ error: openAiError(error) })));
      },
    },
    { ping: ssePing },
  );
}
