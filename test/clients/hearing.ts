import { isDeepStrictEqual } from 'node:util';
import type { Expectation, RecordedReply } from '../support/recorded-replies.ts';
import {
  anyObject,
  type Gateway,
  type Heard,
  type OfficialClient,
  type Question,
} from './official-client.ts';

/** The result of one client reading one recording. */
export type Hearing = {
  readonly id: string;
  readonly aspects: readonly Aspect[];
  readonly heard: Outcome;
  /** Incomplete, but everything that this client reads without a gateway. */
  readonly asDirect?: true;
  /** Absent: everything arrived. */
  readonly lost?: object;
};

/** What can be lost. */
export const aspects = [
  'text',
  'tools',
  'structured output',
  'reasoning',
  'citations',
  'images',
  'usage',
] as const;
export type Aspect = (typeof aspects)[number];

/** One recording through one client: compares what a program gets with what the recording means. */
export async function hear(
  client: OfficialClient,
  reply: RecordedReply,
  places: { readonly gateway: Gateway; readonly model: string; readonly provider: Gateway | undefined },
): Promise<Hearing> {
  const question = questionFor(reply, places.model);
  const heard = await outcomeOf(client, places.gateway, question);
  const found = { id: reply.id, aspects: aspectsOf(client, reply), heard };
  const wanted = wantedOf(client, reply);
  const arrived = 'thrown' in heard ? heard : outlined(client, heard);
  if (isDeepStrictEqual(arrived, wanted)) return found;
  if ('thrown' in heard && reply.expect?.error !== undefined) return found;
  // A relay must deliver what the client would get without a gateway.
  const direct =
    places.provider && (await outcomeOf(client, places.provider, { ...question, model: reply.id }));
  if (direct && isDeepStrictEqual(withoutPlace(heard), withoutPlace(direct)))
    return { ...found, asDirect: true };
  return { ...found, lost: { heard: arrived, wanted, ...(direct && { direct }) } };
}

/** What a program gets, or the client's error: a stream broke off, or the client does not accept the answer. */
export type Outcome = Heard | { readonly thrown: string };

/** Sends a request as a program does. */
export async function outcomeOf(client: OfficialClient, at: Gateway, question: Question): Promise<Outcome> {
  try {
    return await client.ask(at, question);
  } catch (error) {
    return { thrown: String(error) };
  }
}

/** An error may contain the gateway's ids. */
export function withoutPlace(outcome: Outcome): Outcome {
  if (!('thrown' in outcome)) return outcome;
  const [first = ''] = outcome.thrown.split('\n');
  return { thrown: first.replaceAll(/\b(?:req|resp|msg|chatcmpl)[-_]\w+/g, 'id') };
}

/** The program's request must fit the answer: its tools, or a schema. */
export function questionFor({ streaming, expect, features }: RecordedReply, model: string): Question {
  const tools = [...new Set(expect?.toolCalls?.map(({ name }) => name))];
  return {
    model,
    stream: streaming,
    ...(tools.length > 0 && { tools }),
    ...(features.includes('structured') && { schema: anyObject }),
  };
}

/** What a provider reports in addition to the common reading of its dialect. */
const providersOwn: Readonly<Record<string, Partial<Expectation>>> = {
  // Moonshot's `usage.cached_tokens`.
  'moonshot.moonshotai-reasoning.j': {
    usage: { input: 20, output: 30, cacheRead: 10, cacheWrite: 0, reasoning: 22 },
  },
};

/** Recordings of a commentary followed by an answer. */
const commented: ReadonlySet<string> = new Set(['openai.openai-phase-1.j', 'openai.openai-phase-1.s']);

function wantedOf(client: OfficialClient, reply: RecordedReply): object | undefined {
  if (!reply.expect) return undefined;
  const expect = { ...reply.expect, ...providersOwn[reply.id] };
  const told = client.tellsRefusals && expect.refusal !== '';
  // Conclave inserts a break between a commentary and the answer; a relayed reply has none.
  const isBroken = commented.has(reply.id) && client.dialect !== 'openai-responses';
  const text = isBroken ? expect.text.replace('links.Here', 'links.\n\nHere') : expect.text;
  return outlined(client, {
    ...expect,
    text: told ? text + expect.refusal : text,
    finish: told ? 'content_filter' : expect.finish,
    usage: expect.usage && {
      ...expect.usage,
      // A provider may report more reasoning tokens than it bills as completion; our count never exceeds the bill.
      reasoning: Math.min(expect.usage.reasoning, expect.usage.output),
    },
  });
}

/** The parts of an answer that this client can represent. */
function outlined({ blanks, dialect, leavesOutZeros }: OfficialClient, heard: Heard): object {
  const { text, reasoning, toolCalls, finish, usage, refusal, citations, imagesOut } = heard;
  const zeros = dialect === 'anthropic-messages' || leavesOutZeros;
  const counts = usage ?? (zeros ? noTokens : null);
  return {
    // Anthropic's messages cannot contain an image from the model; a note replaces it.
    text: text.replace(/\[The model answered with an image[^\]]*\]/, ''),
    reasoning,
    toolCalls,
    // Anthropic's clients have no value for an unexplained end.
    finish: finish === 'other' ? 'stop' : finish,
    usage: counts && { ...counts, cacheWrite: blanks.includes('cacheWrite') ? 0 : counts.cacheWrite },
    ...(!blanks.includes('refusal') && { refusal }),
    ...(!blanks.includes('citations') && { citations }),
    ...(!blanks.includes('imagesOut') && { imagesOut }),
  };
}

/** Anthropic's messages cannot express that usage is unknown. */
const noTokens = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, reasoning: 0 };

function aspectsOf({ blanks }: OfficialClient, { expect, features }: RecordedReply): Aspect[] {
  if (!expect) return [];
  const present: Record<Aspect, boolean> = {
    text: expect.text !== '',
    tools: expect.toolCalls?.length > 0,
    'structured output': features.includes('structured') && expect.text !== '',
    reasoning: expect.reasoning !== '',
    citations: expect.citations > 0 && !blanks.includes('citations'),
    images: expect.imagesOut > 0 && !blanks.includes('imagesOut'),
    usage: expect.usage !== null,
  };
  return aspects.filter((aspect) => present[aspect]);
}
