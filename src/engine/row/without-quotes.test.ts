import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assert as assertProperty, nat, property, string } from 'fast-check';
import type { ContentPart, Message } from '../../core/wire/content.ts';
import { eachWithoutQuotes, withoutQuotes } from './without-quotes.ts';

const promptOf = (text: string): Message[] => [{ role: 'user', content: [{ type: 'text', text }] }];

test('leaves out what an error quotes from the prompt, and keeps the rest', () => {
  const prompt = promptOf('Please pay 4111-1111-1111-1111 to Bob.');
  assert.equal(
    withoutQuotes('Invalid value: "pay 4111-1111-1111-1111 to Bob" at messages.0', prompt),
    'Invalid value: "…" at messages.0',
  );
  const plain = "Unsupported value: 'temperature' does not support 0.2 with this model.";
  assert.equal(withoutQuotes(plain, prompt), plain);
});

test("tool results, arguments and a provider's own blocks are part of the prompt", () => {
  const messages: Message[] = [
    {
      role: 'user',
      content: [
        {
          type: 'tool-result',
          callId: 'a',
          isError: false,
          content: [{ type: 'text', text: 'the secret of the tool' }],
        },
        { type: 'tool-call', id: 'a', name: 'f', arguments: '{"path":"/home/of/somebody"}' },
        { type: 'opaque', dialect: 'openai-responses', value: { query: 'words of a search' } },
      ],
    },
  ];
  assert.equal(withoutQuotes('no: the secret of the tool', messages), 'no: …');
  assert.equal(withoutQuotes('no: /home/of/somebody', messages), 'no: …');
  assert.equal(withoutQuotes('no: words of a search', messages), 'no: …');
});

test('every kind of part with words in it is part of the prompt, also inside a tool result', () => {
  const secret = 'a secret that is quoted';
  const parts: ContentPart[] = [
    { type: 'text', text: secret },
    { type: 'reasoning', text: secret },
    { type: 'refusal', text: secret },
    { type: 'document', source: { kind: 'text', text: secret } },
  ];
  for (const part of parts) {
    for (const content of [[part], [{ type: 'tool-result', callId: 'a', isError: false, content: [part] }]]) {
      const messages = [{ role: 'user', content }] as Message[]; // the parts above, in either place
      assert.equal(withoutQuotes(`no: ${secret}`, messages), 'no: …', part.type);
    }
  }
});

test('leaves no twelve consecutive characters of a prompt, wherever an error quotes them', () => {
  assertProperty(
    property(
      string({ minLength: 12, maxLength: 60 }),
      string(),
      string(),
      nat(48),
      (prompt, before, after, at) => {
        const quoted = prompt.slice(Math.min(at, prompt.length - 12));
        const kept = withoutQuotes(before + quoted + after, promptOf(prompt));
        for (let from = 0; from + 12 <= prompt.length; from += 1) {
          const piece = prompt.slice(from, from + 12);
          if (!piece.includes('…')) assert.ok(!kept.includes(piece), kept);
        }
      },
    ),
  );
});

const asciiJson = (text: string) =>
  JSON.stringify(text).replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
const pythonBytes = (text: string) =>
  [...Buffer.from(text)].map((octet) => `\\x${octet.toString(16).padStart(2, '0')}`).join('');
const octal = (text: string) =>
  [...Buffer.from(text)].map((octet) => `\\${octet.toString(8).padStart(3, '0')}`).join('');
const codePoints = (text: string) =>
  [...text].map((letter) => `\\u{${letter.codePointAt(0)?.toString(16)}}`).join('');
const named: Readonly<Record<string, string>> = {
  '&': 'amp',
  '<': 'lt',
  '>': 'gt',
  '"': 'quot',
  "'": '#x27',
};
const html = (text: string) => text.replace(/[&<>"']/g, (letter) => `&${named[letter]};`);
const htmlNumbers = (text: string) =>
  [...text].map((letter) => (/\w/.test(letter) ? letter : `&#${letter.codePointAt(0)};`)).join('');
const latin1 = (text: string) =>
  [...text].map((letter) => `\\x${letter.charCodeAt(0).toString(16)}`).join('');

const spellings: readonly (readonly [name: string, spelled: (text: string) => string])[] = [
  ['upper case', (text) => text.toUpperCase()],
  ['lower case', (text) => text.toLowerCase()],
  ['JSON', (text) => JSON.stringify(text)],
  ['JSON in ASCII', asciiJson],
  ['JSON in JSON in ASCII', (text) => JSON.stringify(asciiJson(text))],
  ['percent encoding', encodeURIComponent],
  ['percent encoding in lower case', (text) => encodeURIComponent(text).toLowerCase()],
  ['a form', (text) => new URLSearchParams({ q: text }).toString()],
  ['bytes of Python', pythonBytes],
  ['octal escapes', octal],
  ['escapes of code points', codePoints],
  ['HTML', html],
  ['HTML in HTML', (text) => html(html(text))],
  ['HTML of JSON', (text) => html(JSON.stringify(text))],
  ['HTML in numbers', htmlNumbers],
];

const prompts = [
  '病人张伟患有糖尿病和高血压身份证号码',
  'Patient John Q. Publicson has the SSN 078-05-1120',
  'Пациент Иванов, ΑΣΘΕΝΗΣ Γιώργος Οδός',
  'a\nb\n"c"\nd\\e\tf 😀😀😀😀',
  `<a b="c">d & 'e' & <f></a>`,
];

for (const [name, spelled] of spellings) {
  test(`leaves out what an error quotes in another spelling: ${name}`, () => {
    for (const prompt of prompts) {
      const kept = withoutQuotes(`no: <${spelled(prompt)}> at 0`, promptOf(prompt));
      assert.match(kept, /^no: <(?:[q="\\]|&(?:amp;)?quot;)*…(?:[\\"]|&(?:amp;)?quot;)*> at 0$/);
    }
  });

  test(`leaves out what an error quotes literally of a prompt in another spelling: ${name}`, () => {
    for (const prompt of prompts)
      assert.match(withoutQuotes(`no: <${prompt}> at 0`, promptOf(spelled(prompt))), /^no: <"?…> at 0$/);
  });
}

test('a letter of one byte is read too', () => {
  assert.equal(withoutQuotes(`no: ${latin1('Müller größer')}`, promptOf('Müller größer')), 'no: …');
});

test('escapes that quote nothing of the prompt are kept as they are', () => {
  const text = String.raw`bad: "\u75c5\u4eba" %E7%97 \\\ C:\temp 100% a+b \x \xc3( AT&T &x &#; \u{} \u{110000} \400`;
  assert.equal(withoutQuotes(text, promptOf('Something else: \\u75c5 100% %E7 C:\\')), text);
});

test('a long text is cut', () => {
  assert.equal(withoutQuotes('x'.repeat(2_000), promptOf('y')).length, 501);
});

test('several texts lose what they quote, each like one alone', () => {
  const prompt = promptOf('Please pay 4111-1111-1111-1111 to Bob.');
  const texts = [
    'no: "pay 4111-1111-1111-1111"',
    '',
    'pay it 4111-1111-1111',
    '4111-1111-1111-1111 to Bob.',
    'ok',
  ];
  assert.deepEqual(
    eachWithoutQuotes(texts, prompt),
    texts.map((text) => withoutQuotes(text, prompt)),
  );
  assert.deepEqual(eachWithoutQuotes(texts, prompt), ['no: "…"', '', 'pay it…', '…', 'ok']);
});
