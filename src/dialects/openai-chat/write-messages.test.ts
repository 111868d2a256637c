import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ContentPart, Message, OpaquePart } from '../../core/wire/content.ts';
import type { Quirks } from '../../core/provider.ts';
import { sealSignature } from '../makers/gemini-signatures.ts';
import { sealReasoning } from '../reasoning/sealed-reasoning.ts';
import { writeMessages } from './write-messages.ts';

function write(messages: readonly Message[], quirks: Quirks = {}, model = 'lab-1') {
  const warnings: string[] = [];
  const request = { model, stream: false, messages };
  const written = writeMessages({ request, target: { model, quirks, stream: false }, warnings });
  return { written, warnings };
}

const text = (said: string): ContentPart => ({ type: 'text', text: said });
const image = (data: string): ContentPart => ({
  type: 'image',
  source: { kind: 'base64', mediaType: 'image/png', data },
});
const shown = (data: string) => ({
  type: 'image_url',
  image_url: { url: `data:image/png;base64,${data}` },
});

test('every drawn image goes back to a provider of many makers’ models; others get none, with a warning', () => {
  const drawn: Message[] = [{ role: 'assistant', content: [text('Two.'), image('AA=='), image('BB==')] }];
  assert.deepEqual(write(drawn, { choosesProviders: true }).written, [
    { role: 'assistant', content: 'Two.', images: [shown('AA=='), shown('BB==')] },
  ]);
  const plain = write(drawn);
  assert.deepEqual(plain.written, [{ role: 'assistant', content: 'Two.' }]);
  assert.match(plain.warnings.join(), /image in an assistant's message was left out/);
});

test('refusals, names, sounds and custom calls of an assistant go back in the fields that they came in', () => {
  const custom = { id: 'c2', type: 'custom', custom: { name: 'patch', input: '*** Begin' } };
  const own = (value: OpaquePart['value']): ContentPart => ({
    type: 'opaque',
    dialect: 'openai-chat',
    value,
  });
  const messages: Message[] = [
    { role: 'system', name: 'house', content: [text('Be brief.')] },
    { role: 'user', name: 'bob', content: [text('Hi')] },
    { role: 'assistant', content: ['N', 'o.'].map((words) => ({ type: 'refusal', text: words })) },
    { role: 'assistant', name: 'eve', content: [own({ audio: { id: 'audio_1' } })] },
    {
      role: 'assistant',
      content: [{ type: 'tool-call', id: 'c1', name: 'f', arguments: ' ' }, own({ tool_calls: [custom] })],
    },
    {
      role: 'user',
      content: ['c1', 'c2'].map((callId): ContentPart => ({
        type: 'tool-result',
        callId,
        content: [text('ok')],
        isError: false,
      })),
    },
  ];
  const { written, warnings } = write(messages, { refusals: true });
  assert.deepEqual(written, [
    { role: 'system', name: 'house', content: 'Be brief.' },
    { role: 'user', name: 'bob', content: 'Hi' },
    { role: 'assistant', content: null, refusal: 'No.' },
    { role: 'assistant', name: 'eve', content: null, audio: { id: 'audio_1' } },
    {
      role: 'assistant',
      content: null,
      tool_calls: [{ id: 'c1', type: 'function', function: { name: 'f', arguments: '{}' } }, custom],
    },
    { role: 'tool', tool_call_id: 'c1', content: 'ok' },
    { role: 'tool', tool_call_id: 'c2', content: 'ok' },
  ]);
  assert.deepEqual(warnings, []);
});

test('a sound is sent with its bytes and its format in this dialect’s words', () => {
  const sound = (mediaType: string): ContentPart => ({
    type: 'audio',
    source: { kind: 'base64', mediaType, data: 'AA==' },
  });
  for (const [mediaType, format] of [
    ['audio/mpeg', 'mp3'],
    ['audio/wav', 'wav'],
  ] as const)
    assert.deepEqual(write([{ role: 'user', content: [sound(mediaType)] }]).written, [
      { role: 'user', content: [{ type: 'input_audio', input_audio: { data: 'AA==', format } }] },
    ]);
});

test('a conversation that a provider cannot continue keeps all its messages before the request to go on', () => {
  const { written } = write(
    [
      { role: 'system', content: [text('Be brief.')] },
      { role: 'user', content: [text('Hi')] },
      { role: 'assistant', content: [text('Sure:')] },
    ],
    { continues: 'never' },
  );
  assert.deepEqual(written, [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'Hi' },
    { role: 'assistant', content: 'Sure:' },
    { role: 'user', content: 'Go on from exactly where your last message ends.' },
  ]);
});

test('several thoughts of a turn all go back, in their order and before the text', () => {
  const turn: Message[] = [
    {
      role: 'assistant',
      content: [{ type: 'reasoning', text: 'One.' }, { type: 'reasoning', text: 'Two.' }, text('Done.')],
    },
  ];
  const thinking = (said: string) => ({
    type: 'thinking',
    thinking: [{ type: 'text', text: said }],
    closed: true,
  });
  assert.deepEqual(write(turn, { reasoningField: 'content' }).written, [
    { role: 'assistant', content: [thinking('One.'), thinking('Two.'), { type: 'text', text: 'Done.' }] },
  ]);
  assert.deepEqual(write(turn, { reasoningField: 'reasoning_content' }).written, [
    { role: 'assistant', content: 'Done.', reasoning_content: 'One.Two.' },
  ]);
});

test('Gemini’s signature goes back beside its call, and what was thought aloud with it as a thought; others get none', () => {
  const proof = (callId: string) => sealSignature('CsMB', { at: 'call', callId });
  const call = (id: string): ContentPart => ({ type: 'tool-call', id, name: 'look', arguments: '{}' });
  const turn: Message[] = [
    {
      role: 'assistant',
      content: [
        { type: 'reasoning', text: 'Hm.', signature: proof('c1') },
        call('c1'),
        call('c2'),
        { type: 'reasoning', text: '', signature: proof('c3') },
        call('c3'),
      ],
    },
  ];
  const bare = (id: string) => ({ id, type: 'function', function: { name: 'look', arguments: '{}' } });
  const extra_content = { google: { thought_signature: 'CsMB' } };
  const gemini = write(turn, { reasoningField: 'reasoning_content' }, 'gemini-3-pro');
  assert.deepEqual(gemini, {
    written: [
      {
        role: 'assistant',
        content: null,
        reasoning_content: 'Hm.',
        tool_calls: [{ ...bare('c1'), extra_content }, bare('c2'), { ...bare('c3'), extra_content }],
      },
    ],
    warnings: [],
  });
  const other = write(turn);
  assert.deepEqual(other.written, [
    { role: 'assistant', content: null, tool_calls: [bare('c1'), bare('c2'), bare('c3')] },
  ]);
  assert.match(other.warnings.join(), /does not accept it back/);
});

test('a sealed thought goes back as the kind of detail that it was', () => {
  for (const [type, member] of [
    ['reasoning.summary', 'summary'],
    ['reasoning.text', 'text'],
  ] as const) {
    const signature = sealReasoning('openai-chat', { type, format: 'unknown', index: 0 });
    const turn: Message[] = [
      { role: 'assistant', content: [{ type: 'reasoning', text: 'Hm.', signature }, text('Done.')] },
    ];
    const [message] = write(turn, { reasoningField: 'reasoning' }).written;
    assert.deepEqual(message?.reasoning_details, [{ type, format: 'unknown', index: 0, [member]: 'Hm.' }]);
  }
});

test('a cache mark at a tool call, for which the format has no place, is left out with a warning, also by providers that accept marks', () => {
  const call: ContentPart = { type: 'tool-call', id: 'c1', name: 'f', arguments: '{}', cache: {} };
  for (const cacheControl of [true, false]) {
    const { written, warnings } = write([{ role: 'assistant', content: [call] }], { cacheControl });
    assert.doesNotMatch(JSON.stringify(written), /cache/);
    assert.match(warnings.join(), /at tool calls were left out/);
  }
});

test('the texts of an answer are joined as they were said for a provider that accepts only plain text, also with cache marks', () => {
  const messages: Message[] = [
    { role: 'user', content: [text('One.'), text('Two.')] },
    { role: 'assistant', content: [text('Hel'), text('lo.')] },
  ];
  for (const cacheControl of [true, false]) {
    const { written } = write(messages, { plainContent: true, cacheControl }, 'claude-sonnet-4-5');
    assert.deepEqual(
      written.map(({ content }) => content),
      ['One.\n\nTwo.', 'Hello.'],
    );
  }
});

test('a provider that accepts only plain text is sent the text files of a result as one string', () => {
  const file: ContentPart = { type: 'document', source: { kind: 'text', text: 'a,b' }, title: 't.csv' };
  const messages: Message[] = [
    { role: 'assistant', content: [{ type: 'tool-call', id: 'c', name: 'f', arguments: '{}' }] },
    { role: 'user', content: [{ type: 'tool-result', callId: 'c', content: [file], isError: false }] },
  ];
  const ask = (quirks: Quirks) => write(messages, quirks).written.at(-1)?.content;
  assert.deepEqual(ask({ plainContent: true }), 'Result of the tool call c:\n\nt.csv:\n\na,b');
  assert.ok(Array.isArray(ask({})));
});
