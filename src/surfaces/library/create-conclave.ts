import { defined } from '../../core/json/defined.ts';
import { createApp, type App, type AppOptions } from '../../app.ts';
import type { ConfigInput } from '../../config/schema/config-schema.ts';
import type { CallLimits, CallReceipt } from '../../core/call.ts';
import { replyCollector, replyText, type CollectedReply } from '../../core/wire/collected-reply.ts';
import type { ContentPart, Message } from '../../core/wire/content.ts';
import { ConclaveError } from '../../core/errors.ts';
import type { ChatResponse, LLMProvider, StreamChunk } from '../../core/wire/llm-provider.ts';
import type { Preview } from '../../core/routing/decision/preview.ts';
import type { ModelRequest } from '../../core/wire/request.ts';
import type { StreamPart } from '../../core/wire/stream-part.ts';
import type { TaskType } from '../../core/task.ts';
import type { NanoUsd } from '../../core/units.ts';
import type { Advice, Change, ReplayReport } from '../../core/routing/what-if.ts';
import { completionTokens, promptTokens } from '../../core/money/usage.ts';
import type { ShownVerification } from '../../tools/verification/verification-answer.ts';
import { council, type Council } from './council.ts';
import { refuseUnlessList, refuseUnknown, refuseUnknownOptions } from './refuse-unknown.ts';
import { openCalls } from './open-calls.ts';
import { feedbackScore } from '../feedback-score.ts';
import { readAnswerCheck, type WrittenCheck } from '../answer-check.ts';

export type ConclaveOptions = {
  /**
   * The configuration: an object with the members of `conclave.yaml`, which replaces any file, or a file's path.
   * Default, as on the command line: the file that `CONCLAVE_CONFIG` names, else `conclave.yaml` in `cwd`, else every
   * provider that has a key.
   */
  readonly config?: ConfigInput | string;
  /** Your own providers; their models are named `name/model`. */
  readonly providers?: readonly LLMProvider[];
  /** Answer with simulated models, whatever keys and addresses are configured. Default: false. */
  readonly simulate?: boolean;
  /** Folder of the ledger and the key. Default: `CONCLAVE_HOME`, else `~/.conclave`. */
  readonly home?: string;
  /**
   * The folder whose files and git repository the tools read, and in which `conclave.yaml` is looked for. Default: the
   * working directory.
   */
  readonly cwd?: string;
};

/** A message: plain text, or parts. */
export type ChatMessage = {
  readonly role: Message['role'];
  readonly content: string | readonly ContentPart[];
};

export type ChatRequest = Partial<
  Omit<
    ModelRequest,
    'model' | 'messages' | 'summarized' | 'answersIn' | 'stream' | 'origin' | 'extras' | 'readWarnings'
  >
> & {
  /** Model id, alias or `auto…`. Default: `routing.default` of the config. */
  readonly model?: string;
  readonly task?: TaskType;
  readonly tags?: readonly string[];
  readonly limits?: CallLimits;
  /** A check of the answer, reported as `checkPassed`. In a cascade, an answer that fails it leads to the next step. */
  readonly check?: WrittenCheck;
  /** Have another family check the answer's claims; the tag `stakes:high` does the same. Not for streams. */
  readonly verify?: boolean;
  readonly signal?: AbortSignal;
} & (
    | { readonly prompt: string; readonly system?: string; readonly messages?: undefined }
    | { readonly messages: readonly ChatMessage[]; readonly prompt?: undefined; readonly system?: undefined }
  );

/** How the call of an answer ended. */
export type AnswerOutcome = {
  readonly requestId: string;
  /** The model that answered. */
  readonly model: string;
  /** Cost of the answer and its verification; absent if a price is unknown. */
  readonly costNanoUsd?: NanoUsd;
  readonly simulated: boolean;
  readonly warnings: readonly string[];
  /** Whether the answer passed `check`; absent if there was no check. */
  readonly checkPassed?: boolean;
};

/** A whole answer with its cost and metadata. */
export type ConclaveResponse = ChatResponse &
  AnswerOutcome & {
    /** Set if requested: the other family's verdict on each claim, with both sides of a dispute. */
    readonly verification?: ShownVerification;
  };

/** A piece of an answer. The last one of a complete answer is its outcome. */
export type AnswerChunk = StreamChunk | ({ readonly type: 'outcome' } & AnswerOutcome);

/** Every tool is a method; plain questions use `chat` or `stream`. */
export interface Conclave extends Council {
  /** Returns the whole answer. @throws ConclaveError */
  chat(request: ChatRequest): Promise<ConclaveResponse>;
  /** Yields the answer as it arrives; leaving the loop early cancels the call. @throws ConclaveError */
  stream(request: ChatRequest): AsyncIterable<AnswerChunk>;
  /** Rates an answer: good, bad, or 0 to 1. The router learns from it. @throws ConclaveError */
  feedback(requestId: string, score: 'good' | 'bad' | number): Promise<void>;
  /**
   * Previews where a request would go now and why, without calling a model.
   * @throws ConclaveError if no model can serve it.
   */
  route(request: ChatRequest): Promise<Preview>;
  /** Replays the ledger's calls with another policy, without a provider or at other prices. @throws ConclaveError */
  replay(change?: Change & { readonly since?: string }): Promise<ReplayReport>;
  /** Reports whether routing pays at this volume, and what else to change. */
  advise(options?: { readonly since?: string }): Promise<Advice>;
  /** Ends open calls, waits until they are in the ledger and closes it. Later calls throw. */
  close(): Promise<void>;
}

/** Creates a Conclave inside your program: same engine, same ledger, no server. */
export async function createConclave(options: ConclaveOptions = {}): Promise<Conclave> {
  if (typeof options !== 'object' || options === null) {
    throw new ConclaveError('invalid_request', 'createConclave takes an object: { config, providers, … }.');
  }
  refuseUnknownOptions('createConclave', options, ['config', 'providers', 'simulate', 'home', 'cwd']);
  const app = await createApp({
    env: options.home === undefined ? process.env : { ...process.env, CONCLAVE_HOME: options.home },
    cwd: options.cwd ?? process.cwd(),
    ...configOf(options.config),
    providers: options.providers ?? [],
    // A program must never take simulated answers for real ones because a key is missing.
    simulate: options.simulate ?? false,
  });
  const calls = openCalls();
  return {
    ...council(app, calls),
    chat(request) {
      return calls.run(async (signal) => {
        refuseUnknown(request, app.tools.all);
        return await chat(app, request, signal);
      }, signalOf(request));
    },
    stream(request) {
      return calls.stream((signal) => {
        refuseUnknown(request, app.tools.all);
        return stream(app, request, signal);
      }, signalOf(request));
    },
    feedback(requestId, score) {
      return calls.run(async () => {
        const principal = await app.keys.localPrincipal();
        await app.router.feedback({ requestId, score: feedbackScore(score), principal });
      });
    },
    route(request) {
      return calls.run(async () => {
        refuseUnknown(request, app.tools.all);
        return await app.router.preview(questionOf(app, request, { streamed: false }));
      });
    },
    replay(change = {}) {
      return calls.run(async () => {
        refuseUnknownOptions('replay', change, ['policy', 'mode', 'quality', 'without', 'prices', 'since']);
        for (const name of ['without', 'prices'] as const) refuseUnlessList('replay', name, change[name]);
        return await app.router.whatIf.replay(change);
      });
    },
    advise(options = {}) {
      return calls.run(async () => {
        refuseUnknownOptions('advise', options, ['since']);
        return await app.router.whatIf.advise(options);
      });
    },
    async close() {
      await calls.close();
      await app.close();
    },
  };
}

function configOf(config: ConfigInput | string | undefined): Pick<AppOptions, 'config' | 'configPath'> {
  if (config === undefined) return {};
  return typeof config === 'string' ? { configPath: config } : { config };
}

/** Returns the signal of a question that has not been checked yet. */
function signalOf(request: ChatRequest | undefined): AbortSignal | undefined {
  return request?.signal instanceof AbortSignal ? request.signal : undefined;
}

async function chat(app: App, request: ChatRequest, signal: AbortSignal): Promise<ConclaveResponse> {
  const question = await traced(app, questionOf(app, request, { streamed: false }), signal);
  const prepared = app.calls.prepareVerification(question, { wanted: request.verify === true });
  const { reply, receipt: answered } = await app.calls.ask(question);
  const answer = responseOf(reply);
  const { receipt, verification } = await prepared.verify(answered, () => answer.text);
  return {
    ...answer,
    ...outcomeOf(receipt, reply.model),
    ...defined({ verification }),
  };
}

function outcomeOf(receipt: CallReceipt, modelOfReply = ''): AnswerOutcome {
  return {
    requestId: receipt.requestId,
    model: receipt.model ?? modelOfReply,
    simulated: receipt.simulated,
    warnings: receipt.warnings,
    ...defined({ checkPassed: receipt.checkPassed, costNanoUsd: receipt.cost }),
  };
}

/** Adds the principal, and the trace that the call shares with its verification. */
async function traced(app: App, question: ReturnType<typeof questionOf>, signal: AbortSignal) {
  return {
    ...question,
    signal,
    principal: await app.keys.localPrincipal(),
    traceId: app.newId('trace'),
  };
}

function responseOf(reply: CollectedReply): ChatResponse {
  const toolCalls = reply.blocks.flatMap((block) =>
    block.type === 'tool-call' ? [{ id: block.id, name: block.name, arguments: block.arguments }] : [],
  );
  return {
    text: replyText(reply),
    ...(toolCalls.length > 0 && { toolCalls }),
    ...(reply.finish && { finishReason: reply.finish.reason }),
    ...(reply.usage && {
      usage: { inputTokens: promptTokens(reply.usage), outputTokens: completionTokens(reply.usage) },
    }),
  };
}

async function* stream(app: App, request: ChatRequest, signal: AbortSignal): AsyncGenerator<AnswerChunk> {
  const question = await traced(app, questionOf(app, request, { streamed: true }), signal);
  app.calls.prepareVerification(question, { wanted: request.verify === true });
  const { parts, settled } = await app.calls.stream(question);
  const calls = replyCollector();
  for await (const batch of parts) {
    for (const part of batch) {
      calls.add(part);
      const chunk = chunkOf(part);
      if (part.type === 'finish') yield* toolCallChunks(calls.reply);
      if (chunk) yield chunk;
    }
  }
  yield { type: 'outcome', ...outcomeOf(await settled, calls.reply.model) };
}

function* toolCallChunks(reply: CollectedReply): Generator<StreamChunk> {
  for (const block of reply.blocks) {
    if (block.type !== 'tool-call') continue;
    yield { type: 'tool-call', call: { id: block.id, name: block.name, arguments: block.arguments } };
  }
}

function chunkOf(part: StreamPart): StreamChunk | undefined {
  switch (part.type) {
    case 'text-delta':
      return { type: 'text', text: part.text };
    case 'reasoning-delta':
      return { type: 'reasoning', text: part.text };
    case 'usage': {
      const usage = { inputTokens: promptTokens(part.usage), outputTokens: completionTokens(part.usage) };
      return { type: 'usage', usage };
    }
    case 'finish':
      return { type: 'finish', reason: part.reason };
    default:
      return undefined;
  }
}

function questionOf(app: App, request: ChatRequest, { streamed }: { readonly streamed: boolean }) {
  const {
    model,
    prompt,
    system,
    messages,
    task,
    tags,
    limits,
    check,
    signal: _signal,
    verify: _verify,
    ...rest
  } = request;
  return defined({
    surface: 'library' as const,
    task,
    tags,
    limits,
    ...(check && { check: readAnswerCheck(check, { where: 'check', commands: true }) }),
    request: {
      ...rest,
      model: model ?? app.config.routing.default,
      stream: streamed,
      messages: messages ? messages.map(messageOf) : promptMessages(prompt, system),
    },
  });
}

function promptMessages(prompt: string | undefined, system: string | undefined): Message[] {
  if (prompt === undefined)
    throw new ConclaveError('invalid_request', 'Give "prompt" or "messages".', { param: 'prompt' });
  const user: Message = { role: 'user', content: [{ type: 'text', text: prompt }] };
  return system === undefined
    ? [user]
    : [{ role: 'system', content: [{ type: 'text', text: system }] }, user];
}

function messageOf({ role, content }: ChatMessage): Message {
  return { role, content: typeof content === 'string' ? [{ type: 'text', text: content }] : content };
}
