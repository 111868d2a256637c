import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openTestGateway, post, type TestGateway } from '../support/gateway.ts';
import { ownSamples, replyBytes } from '../support/recorded-replies.ts';
import { startScriptedProvider, type ScriptedProvider } from '../providers/scripted-provider.ts';

// Gemini gives the range of text that a source supports in bytes. Claude puts supported text into a block of its own
// and names the source before its first word. OpenAI's clients count characters.

const makers = [
  { dialect: 'google-generate', cited: 'grounded-words', settings: { apiKey: 'key' } },
  { dialect: 'anthropic-messages', cited: 'cited-blocks', settings: { apiKey: 'key' } },
  {
    dialect: 'bedrock-converse',
    cited: 'cited-blocks',
    settings: { accessKeyId: 'id', secretAccessKey: 'key', region: 'us-east-1' },
  },
] as const;

let gateway: TestGateway;
let provider: ScriptedProvider;
const cleanups: (() => Promise<void>)[] = [];
before(async () => {
  provider = await startScriptedProvider({ after: (clean) => void cleanups.push(clean) });
  const providers = Object.fromEntries(
    makers.map(({ dialect, settings }) => [dialect, { dialect, baseUrl: provider.url, ...settings }]),
  );
  gateway = await openTestGateway({
    config: { providers, models: makers.map(({ dialect }) => ({ id: `${dialect}/m` })) },
  });
});
after(async () => {
  await gateway.close();
  for (const clean of cleanups) await clean();
});

const words = ['ist 8.611 m hoch.', '首登于1954年。'];
const messages = [{ role: 'user', content: 'How high is the K2?' }];
const samples = makers.flatMap(({ dialect, cited }) =>
  ownSamples(dialect).filter(({ id }) => id.includes(cited)),
);

for (const sample of samples) {
  const { streaming: stream, contentType, dialect } = sample;
  const ask = async (path: string, body: object) => {
    const how = { contentType: contentType ?? '', pieces: [replyBytes(sample)], ending: 'end' as const };
    provider.say(how);
    const reply = await post(gateway, path, { model: `${dialect}/m`, stream, ...body });
    const text = await reply.text();
    assert.equal(reply.status, 200, text);
    return stream
      ? [...text.matchAll(/^data: (\{.*)$/gmu)].map(([, data = '']) => JSON.parse(data) as Reply)
      : [JSON.parse(text) as Reply];
  };
  const how = `${dialect}, ${stream ? 'streamed' : 'whole'}`;

  test(`a client of Responses finds the very words that a source is for (${how})`, async () => {
    const replies = await ask('/v1/responses', { input: 'How high is the K2?' });
    const whole = stream ? replies.at(-1)?.response : replies[0];
    const parts = whole?.output?.flatMap(({ content = [] }) => content) ?? [];
    assert.deepEqual(
      parts.flatMap(({ text, annotations = [] }) =>
        annotations.map(({ start_index, end_index }) => text?.slice(start_index, end_index)),
      ),
      words,
    );
    if (!stream) return;
    const told = replies.flatMap(({ annotation, content_index = 0 }) =>
      annotation ? [parts[content_index]?.text?.slice(annotation.start_index, annotation.end_index)] : [],
    );
    assert.deepEqual(told, words);
  });

  test(`a client of chat finds the very words that a source is for (${how})`, async () => {
    const replies = await ask('/v1/chat/completions', { messages });
    const said = replies.flatMap(({ choices = [] }) =>
      choices.flatMap(({ message, delta }) => message ?? delta ?? []),
    );
    const text = said.map(({ content }) => content ?? '').join('');
    const places = said.flatMap(({ annotations = [] }) =>
      annotations.map(({ url_citation }) => url_citation),
    );
    assert.deepEqual(
      places.map((place) => text.slice(place?.start_index, place?.end_index)),
      words,
    );
  });

  if (dialect !== 'google-generate') continue;
  test(`a client of Messages is quoted the words that a source of Gemini's is for (${how})`, async () => {
    const replies = await ask('/v1/messages', { messages, max_tokens: 100 });
    const citations = replies.flatMap(({ content = [], delta }) => [
      ...content.flatMap(({ citations: whole = [] }) => whole),
      ...(delta?.citation ? [delta.citation] : []),
    ]);
    assert.deepEqual(
      citations.map(({ cited_text }) => cited_text),
      words,
    );
  });
}

type Place = { readonly start_index: number; readonly end_index: number };
type Said = {
  readonly content?: string;
  readonly annotations?: readonly { readonly url_citation: Place }[];
};
type Quote = { readonly cited_text: string };

/** What the tests read of a reply, or of one event of it, in any of the three dialects. */
type Reply = {
  readonly annotation?: Place;
  readonly content_index?: number;
  readonly response?: Reply;
  readonly output?: readonly {
    readonly content?: readonly { readonly text?: string; readonly annotations?: readonly Place[] }[];
  }[];
  readonly choices?: readonly { readonly message?: Said; readonly delta?: Said }[];
  readonly content?: readonly { readonly citations?: readonly Quote[] }[];
  readonly delta?: { readonly citation?: Quote };
};
