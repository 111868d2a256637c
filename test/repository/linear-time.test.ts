import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plainAnswer } from '../../src/acceptance/plain-answer.ts';
import { comparableKey, isSameKey } from '../../src/acceptance/same-key.ts';
import type { Message } from '../../src/core/wire/content.ts';
import type { Finding } from '../../src/core/finding.ts';
import type { ModelRequest } from '../../src/core/wire/request.ts';
import { typedIn } from '../../src/core/user-text/last-user-text.ts';
import { markedAnswer } from '../../src/learning/prompts/answer-key.ts';
import { nearestNames } from '../../src/core/names/nearest-names.ts';
import { objectSchema } from '../../src/dialects/schemas/object-schema.ts';
import { supportedSchema } from '../../src/dialects/makers/claude/supported-schema.ts';
import { acceptableIds } from '../../src/dialects/tools/acceptable-ids.ts';
import { documentNames } from '../../src/dialects/bedrock-converse/document-names.ts';
import { readCitations } from '../../src/dialects/google-generate/reply/citation.ts';
import { canBeStrict } from '../../src/dialects/schemas/strict-schema.ts';
import { callIds } from '../../src/dialects/tools/call-ids.ts';
import { readMessages } from '../../src/dialects/openai-chat/read-messages.ts';
import { readTools } from '../../src/dialects/openai-chat/read-tools.ts';
import { readTools as readResponsesTools } from '../../src/dialects/openai-responses/read-tools.ts';
import { toolCallIds } from '../../src/dialects/openai-chat/tool-call-ids.ts';
import { resultsBehindCalls } from '../../src/dialects/messages/results-behind-calls.ts';
import { blockContents } from '../../src/engine/routing/size/block-contents.ts';
import { offeredNames } from '../../src/engine/attempts/reply/offered-names.ts';
import { withoutQuotes } from '../../src/engine/row/without-quotes.ts';
import { withUniqueCallIds } from '../../src/engine/attempts/request/unique-call-ids.ts';
import { shareRoom } from '../../src/files/pack.ts';
import { pathsIn } from '../../src/files/mentioned-files.ts';
import { maskSecrets } from '../../src/telemetry/mask-secrets.ts';
import { traitsOf } from '../../src/tools/findings/matching/compare-findings.ts';
import { optionMeant } from '../../src/tools/consensus/option-meant.ts';
import { areEqualReports } from '../../src/tools/findings/matching/equal-reports.ts';
import { reportWording } from '../../src/tools/findings/matching/report-wording.ts';
import { matchFindings } from '../../src/tools/findings/matching/match-findings.ts';
import { parseFindings } from '../../src/tools/findings/reading/parse-findings.ts';
import { findingsFromProse } from '../../src/tools/findings/reading/findings-from-prose.ts';
import { plainWording } from '../../src/tools/wording/plain-wording.ts';
import { readFinding } from '../../src/tools/findings/reading/read-finding.ts';
import { growthOf, maxFactor } from '../support/growth.ts';

/** A function that reads text of a client or a model, and the text that is worst for it. */
type Row = readonly [name: string, work: (text: string) => unknown, textOf: (length: number) => string];

const rows: readonly Row[] = [
  [
    'the name of a call, of many parts',
    (name) =>
      offeredNames(
        { tools: [{ name: 'look', inputSchema: {} }] },
        undefined,
      )([{ type: 'tool-call-start', index: 0, id: 'c', name }]),
    (length) => 'a.'.repeat(length / 2),
  ],
  [
    'typed text, the first wrapper never closed',
    typedIn,
    (length) => `<system-reminder>x${repeated('<ide_selection></ide_selection>', length)}`,
  ],
  [
    'typed text, wrappers first',
    typedIn,
    (length) => `${repeated('<ide_selection></ide_selection>', length)}x`,
  ],
  ['typed text, nested wrappers', typedIn, (length) => nested('<task>', 'x', '</task>', length)],
  ['typed text, nested alone', typedIn, (length) => nested('<user_query>', 'x', '</user_query>', length)],
  ['masked log line, URLs', maskSecrets, (length) => repeated('://:', length)],
  ['masked log line, a header', maskSecrets, (length) => `bearer${repeated(' ', length)}`],
  ['masked log line, a member', maskSecrets, (length) => `password"${repeated(' ', length)}`],
  ['masked log line, a pair', maskSecrets, (length) => `password=bearer${repeated(' ', length)}`],
  ['masked log line, a quotation', maskSecrets, (length) => repeated("password='\\'", length)],
  ['masked log line, keys', maskSecrets, (length) => repeated('sk-', length)],
  ['marked answer, stars', markedAnswer, (length) => `answer: x${repeated('*', length)}x`],
  ['marked answer, dots', markedAnswer, (length) => `answer: ${repeated('. ', length)}x`],
  ['marked answer, line breaks', markedAnswer, (length) => `answer:${repeated('\n', length)}`],
  ['marked answer, many on a line', markedAnswer, (length) => repeated('answer: ', length)],
  ['marked answer, many lines', markedAnswer, (length) => repeated('answer: x\n', length)],
  ['marked answer, JSON', markedAnswer, (length) => repeated('"answer":"\\', length)],
  ['marked answer, boxes', markedAnswer, (length) => repeated('\\boxed{', length)],
  ['marked answer, headings', markedAnswer, (length) => repeated('####\n', length)],
  ['short answer, dots', (text) => plainAnswer(text, ''), (length) => `a${repeated('.', length)}a`],
  ['key of an answer, zeros', comparableKey, (length) => `0.${repeated('0', length)}1`],
  ['key of an answer, blanks', comparableKey, (length) => `[${repeated(' ', length)}`],
  ['compared answers', (text) => isSameKey(text, `${text} b`), (length) => numbered('a', length)],
  [
    'nearest names',
    (text) => nearestNames(text, ['gpt-5', 'claude-sonnet-5']),
    (length) => repeated('a', length),
  ],
  [
    'nearest names, a version',
    (text) => nearestNames(`${text}5`, ['gpt-5', 'gpt-4']),
    (length) => repeated('a', length),
  ],
  ["schema of a tool's input, one property in many branches", inputSchema, branches],
  ["schema of a tool's input, one chain for many branches", inputSchema, chainOfBranches],
  ["schema of a tool's input, one big schema for many branches", inputSchema, bigBranch],
  ['strict schema, properties', strictSchema, (length) => listed((at) => `"p${at}":{},`, length)],
  ['schema of an answer, a chain', answerSchema, chainOfBranches],
  ['paths in a prompt, dots', pathsIn, (length) => `${repeated('.', length)}a`],
  ['paths in a prompt, marks', pathsIn, (length) => `see a.ts ${repeated('!', length)}a`],
  ['paths in a prompt, fences', pathsIn, (length) => repeated('```\n``\n', length)],
  ['paths in a prompt, backticks', pathsIn, (length) => repeated('`', length)],
  ['paths in a prompt, lines', pathsIn, (length) => `\`a${repeated(':1', length)}x\``],
  ['findings in prose, stars', findingsFromProse, (length) => repeated('*', length)],
  ['findings in prose, one word', findingsFromProse, (length) => repeated('a', length)],
  ['findings in prose, dots', findingsFromProse, (length) => repeated('a.', length)],
  ['findings in prose, folders', findingsFromProse, (length) => repeated('a/', length)],
  [
    'findings in prose, a path after folders',
    findingsFromProse,
    (length) => `${repeated('a//', length)}b.ts`,
  ],
  ['findings in prose, blanks', findingsFromProse, (length) => `a.ts,${repeated(' ', length)}`],
  ['findings in prose, empty lines', findingsFromProse, (length) => `a${repeated('\n', length)}`],
  ['findings in prose, paragraphs', findingsFromProse, (length) => repeated('a\n\n', length)],
  ['findings in prose, a type', findingsFromProse, (length) => `a.ts:1 type:${repeated('\t', length)}!`],
  ['findings in prose, places', findingsFromProse, (length) => repeated('- a.ts:1 b\n', length)],
  ['review, brackets', reviewed, (length) => repeated('[', length)],
  ['review, braces', reviewed, (length) => repeated('{"a":', length)],
  ['review, fences', reviewed, (length) => repeated('```\n{', length)],
  ['kinds of a finding, words that end in any way', compared, (length) => repeated('ignor', length)],
  ['kinds of a finding, words with a rest', compared, (length) => repeated('permissioncheck', length)],
  ['kinds of a finding, one word', compared, (length) => repeated('a', length)],
  ['matched findings, one repeated', matched, (length) => repeated('- a.ts:1 token leaks\n', length)],
  ['matched findings, many', matched, (length) => listed((at) => `- a.ts:1 token ${at} leaks\n`, length)],
  ['equal reports, one word', titled, (length) => repeated('a', length)],
  ['equal reports, one word of signs', titled, (length) => repeated('$', length)],
  ['equal reports, one word of capital letters', titled, (length) => repeated('A', length)],
  ['equal reports, one word of digits and letters', titled, (length) => repeated('1a', length)],
  ['equal reports, one word of many parts', titled, (length) => repeated('aB_', length)],
  [
    'vote, asterisks',
    (text) => optionMeant(['Use A', 'Use B'], text),
    (length) => `a${repeated('*', length)}x`,
  ],
  ['wording of a claim, dots', plainWording, (length) => `${repeated('.', length)}x`],
  ['wording of a claim, marks on a letter', plainWording, (length) => `a${repeated('\u0301\u0316', length)}`],
  ['file of a finding, blanks', withFile, (length) => `a${repeated(' ', length)}b`],
  ['file of a finding, lines', withFile, (length) => repeated('line 1 ', length)],
  ['file of a finding, numbers', withFile, (length) => `${repeated(':1', length)}x`],
  ['media in a block, line breaks', drawnImage, (length) => `${repeated('\n', length)}!`],
  ['media in a block, padding', drawnImage, (length) => `A${repeated('=', length)}!`],
  ['media in a block, blanks', drawnImage, (length) => `A${repeated(' ', length)}!`],
  ['ids of calls, made acceptable', byLetter(() => acceptableIds(64)), foreignIds],
  ['ids of calls, long ones', byLetter(() => acceptableIds(40), 'a'.repeat(38)), foreignIds],
  [
    'ids of calls, of one length',
    byLetter(() => toolCallIds({ model: 'mistral-small', quirks: {} })),
    foreignIds,
  ],
  ['names of documents', byLetter(documentNames), (length) => repeated('a', length)],
  ['sources of a grounded answer', groundedIn, (length) => repeated('word ', length)],
  ['room for files', roomForAll, (length) => repeated('a', length)],
  ['tools that may be called', allowedAll, (length) => repeated('a', length)],
  ['tools of a namespace that may be called', allowedOfSpace, (length) => repeated('a', length)],
  ['calls with signatures', signedCalls, (length) => repeated('a', length)],
  ['calls that are answered backwards', answeredBackwards, (length) => repeated('a', length)],
  [
    'calls with one id',
    (text) => withUniqueCallIds(conversation(text, 'alternating')),
    (length) => repeated('a', length),
  ],
  [
    'calls with one id and no results',
    (text) => withUniqueCallIds(conversation(text, 'calls')),
    (length) => repeated('a', length),
  ],
  [
    'results that come late',
    (text) => resultsBehindCalls(conversation(text, 'late').messages),
    (length) => repeated('a', length),
  ],
  [
    'calls in many messages',
    (text) => resultsBehindCalls(conversation(text, 'calls').messages),
    (length) => repeated('a', length),
  ],
  ['a prompt of backslashes', prompted, (length) => repeated('\\', length)],
  ['a prompt of ampersands', prompted, (length) => `&${repeated('amp;', length)}`],
  ['a prompt of unfinished entities', prompted, (length) => repeated('&#x1', length)],
  ['a prompt of octets that are no characters', prompted, (length) => repeated('\\\\xf0%', length)],
  ['a prompt that repeats its escapes', prompted, (length) => repeated('%E7%97%85\\u75c5', length)],
];

function inputSchema(text: string): unknown {
  return objectSchema(JSON.parse(text));
}

function answerSchema(text: string): unknown {
  return supportedSchema(JSON.parse(text));
}

/** A schema with these properties, all of them required. */
function strictSchema(text: string): unknown {
  const properties = JSON.parse(`{${text}"p":{}}`);
  return canBeStrict({ properties, required: Object.keys(properties), additionalProperties: false });
}

/** Branches whose property of the same name is a different one in each. */
function branches(length: number): string {
  const branch = (at: number) => `{"properties":{"a":{"const":"${at}"}},"required":["b${at}"]},`;
  return `{"anyOf":[${listed(branch, length)}{}]}`;
}

/** Branches that all lead through the same references. */
function chainOfBranches(length: number): string {
  const link = (at: number) => `"d${at}":{"$ref":"#/$defs/d${at + 1}","properties":{"p${at}":{}}},`;
  return `{"anyOf":[${repeated('{"$ref":"#/$defs/d0"},', length / 2)}{}],"$defs":{${listed(link, length / 2)}"d":{}}}`;
}

/** Branches that are all the same schema with many members, properties and required names. */
function bigBranch(length: number): string {
  const members = listed((at) => `"m${at}":1,`, length / 6);
  const properties = listed((at) => `"p${at}":{},`, length / 6);
  const required = listed((at) => `"p${at}",`, length / 6);
  const big = `{${members}"properties":{${properties}"p":{}},"required":[${required}"p"]}`;
  return `{"anyOf":[${repeated('{"$ref":"#/$defs/d","a":1},', length / 2)}{}],"$defs":{"d":${big}}}`;
}

/** Letters that no provider accepts in an id. */
function foreignIds(length: number): string {
  return Array.from({ length }, (_, at) => String.fromCharCode(0x4e00 + (at % 20_000))).join('');
}

/** Names one thing for each letter of the text, as the calls and documents of one request are named. */
function byLetter(names: () => (name: string) => unknown, before = ''): Row[1] {
  return (text) => {
    const nameOf = names();
    for (let at = 0; at < text.length; at += 1) nameOf(`${before}${text.slice(at, at + 2)}`);
  };
}

function signedCalls(text: string): unknown {
  const calls = Array.from(text, (_, at) => ({
    id: `${at}`,
    function: { name: 'f' },
    extra_content: { google: { thought_signature: `${at}` } },
  }));
  return readMessages({ messages: [{ role: 'assistant', tool_calls: calls }] });
}

/** Each word has a source of its own. */
function groundedIn(text: string): unknown {
  const words = text.split(' ');
  return readCitations(
    {
      groundingChunks: words.map((_, at) => ({ web: { uri: `https://example.org/${at}` } })),
      groundingSupports: words.map((word, at) => ({
        segment: { startIndex: at * 5, endIndex: at * 5 + 4, text: word },
        groundingChunkIndices: [at],
      })),
    },
    text,
  );
}

/** Files, each of which would fit alone. */
function roomForAll(text: string): unknown {
  const sizes = Array.from(text, () => 500);
  return shareRoom(sizes, 1_000);
}

function allowedAll(text: string): unknown {
  const names = Array.from(text, (_, at) => `${at}`);
  const functions = names.map((name) => ({ type: 'function', function: { name } }));
  const choice = { type: 'allowed_tools', allowed_tools: { mode: 'auto', tools: functions } };
  return readTools({ tools: functions, tool_choice: choice });
}

function allowedOfSpace(text: string): unknown {
  const tools = Array.from(text, (_, at) => ({ type: 'function', name: `${at}` }));
  const choice = { type: 'allowed_tools', mode: 'auto', tools };
  return readResponsesTools({ tools: [{ type: 'namespace', name: 'n', tools }], tool_choice: choice }, []);
}

function answeredBackwards(text: string): void {
  const ids = callIds();
  for (let at = 0; at < text.length; at += 1) ids.called('f', `${at}`);
  for (let at = text.length; at > 0; at -= 1) ids.answered('f', `${at - 1}`);
}

/** A conversation with a call and a result for each letter, whose ids are the letters. */
function conversation(text: string, order: 'alternating' | 'calls' | 'late'): ModelRequest {
  const letters = [...text];
  const call = (id: string): Message => ({
    role: 'assistant',
    content: [{ type: 'tool-call', id, name: 'f', arguments: '{}' }],
  });
  const result = (callId: string): Message => ({
    role: 'user',
    content: [{ type: 'tool-result', callId, content: [], isError: false }],
  });
  const user: Message = { role: 'user', content: [{ type: 'text', text: 'go on' }] };
  const messages = {
    alternating: () => letters.flatMap((id) => [call(id), result(id)]),
    calls: () => letters.map(call),
    late: () => [call('a'), user, ...letters.map(result)],
  };
  return { model: 'a', stream: false, messages: messages[order]() };
}

function reviewed(text: string): unknown {
  return parseFindings(text, { reportedBy: 'a/model' });
}

function compared(explanation: string): unknown {
  const finding: Finding = {
    file: 'a.ts',
    severity: 'low',
    category: 'other',
    title: 'a',
    explanation,
    confidence: 1,
    reportedBy: ['a/model'],
  };
  return traitsOf(finding);
}

function titled(title: string): unknown {
  const place = { file: 'a.ts', startLine: 1, rule: 'a-rule', explanation: 'a' };
  const [one, other] = [`${title} 1`, `${title} 2`].map((text) =>
    readFinding({ ...place, title: text }, { reportedBy: 'a/model' }),
  );
  const worded = (finding: Finding) => ({ finding, wording: reportWording(finding) });
  return one?.ok && other?.ok && areEqualReports(worded(one.finding), worded(other.finding));
}

function matched(text: string): unknown {
  const parsed = parseFindings(text, { reportedBy: 'a/model' });
  return parsed.ok && matchFindings(parsed.issues);
}

function prompted(text: string): unknown {
  return withoutQuotes(`no: ${text}`, [{ role: 'user', content: [{ type: 'text', text }] }]);
}

function withFile(file: string): unknown {
  return readFinding({ title: 'a', file }, { reportedBy: 'a/model' });
}

for (const [name, work, textOf] of rows) {
  test(`the time to read a text grows no faster than the text: ${name}`, () => {
    const { length, factor } = growthOf(work, textOf);
    assert.ok(factor < maxFactor, `4 times ${length} characters take ${factor.toFixed(1)} times as long`);
  });
}

test('a function that only takes time in its first call grows no faster than its text', () => {
  let isFirst = true;
  const { factor } = growthOf(
    () => {
      const until = performance.now() + (isFirst ? 60 : 0);
      while (performance.now() < until) isFirst = false;
    },
    (length) => 'a'.repeat(length),
  );
  assert.ok(factor < maxFactor, `four times the text takes ${factor} times as long`);
});

test('a search that starts again at every character grows faster than its text', () => {
  const { factor } = growthOf(
    (text) => /a+b/.exec(text),
    (length) => 'a'.repeat(length),
  );
  assert.ok(factor > maxFactor, `four times the text takes ${factor} times as long`);
});

function repeated(piece: string, length: number): string {
  return piece.repeat(Math.ceil(length / piece.length));
}

function listed(line: (at: number) => string, length: number): string {
  return Array.from({ length: Math.ceil(length / line(0).length) }, (_, at) => line(at)).join('');
}

/** Different words. */
function numbered(word: string, length: number): string {
  const count = Math.ceil(length / (word.length + 6));
  return Array.from(
    { length: count },
    (_, at) => `${word}${String.fromCharCode(0x4e00 + (at % 20_000))}${Math.floor(at / 20_000)}`,
  ).join(' ');
}

function nested(opening: string, inside: string, closing: string, length: number): string {
  const half = Math.ceil(length / (opening.length + closing.length));
  return `${opening.repeat(half)}${inside}${closing.repeat(half)}`;
}

function drawnImage(text: string): unknown {
  return blockContents({ type: 'image_generation_call', result: text });
}
