import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  appendices,
  besideElements,
  onlySpokenElements,
  openings,
  spokenElements,
} from './client-wrappers.ts';
import type { ContentPart, Message } from '../wire/content.ts';
import { lastUserText, typedIn } from './last-user-text.ts';

const request = 'rename `load` to `fetch` everywhere';
const text = (content: string): ContentPart => ({ type: 'text', text: content });
const user = (...texts: readonly string[]): Message => ({ role: 'user', content: texts.map(text) });
const result: ContentPart = {
  type: 'tool-result',
  callId: 'c1',
  content: [text('This agreement…')],
  isError: false,
};

test('removes what coding agents write around a request', () => {
  const reminder =
    '<system-reminder>\n# claudeMd\nFollow OWASP. Security reviews are done by @sec.\n</system-reminder>\n';
  const sent: Readonly<Record<string, readonly string[]>> = {
    'Claude Code': [reminder, request],
    'Claude Code, reminded afterwards': [`${request}\n${reminder}`],
    'Claude Code in VS Code': [
      '<ide_opened_file>The user opened a.ts in the IDE.</ide_opened_file>',
      request,
    ],
    'a slash command': [
      `<command-message>fix is running…</command-message>\n<command-name>/fix</command-name>\n<command-args>${request}</command-args>`,
    ],
    Codex: [
      '# AGENTS.md instructions for /repo\n\n<INSTRUCTIONS>\nAudit everything.\n</INSTRUCTIONS>',
      '<environment_context>\n  <cwd>/repo</cwd>\n</environment_context>',
      request,
    ],
    'Codex in an editor': [
      `# Context from my IDE setup:\n\n## Active file: crash.ts\n\n## My request for Codex:\n${request}`,
    ],
    Cline: [
      `<task>\n${request}\n</task>`,
      '<environment_details>\n# VSCode Open Tabs\na.ts\n</environment_details>',
    ],
    'Roo Code': ["[ask_followup_question for 'What?'] Result:", `<feedback>\n${request}\n</feedback>`],
    Cursor: [`<additional_data>\nopen files\n</additional_data>\n<user_query>\n${request}\n</user_query>`],
    Copilot: [
      `<context>\nToday is Friday.\n</context>\n<reminderInstructions>\nGo on.\n</reminderInstructions>\n<userRequest>\n${request}\n</userRequest>`,
    ],
    Antigravity: [
      `<USER_REQUEST>\n${request}\n</USER_REQUEST>\n<ADDITIONAL_METADATA>\n10:00\n</ADDITIONAL_METADATA>`,
    ],
  };
  for (const [client, texts] of Object.entries(sent))
    assert.equal(lastUserText([user(...texts)]).text, request, client);
});

test('removes what aider appends to every request', () => {
  for (const appendix of appendices)
    assert.equal(typedIn(`${request}\n\n${appendix} of the updated file.\nEvery block…`), request);
});

test("skips a message with only a client's text or a tool's result", () => {
  const latest: readonly Message[] = [
    { role: 'user', content: [result] },
    { role: 'user', content: [result, text('<system-reminder>Your todo list is empty.</system-reminder>')] },
    user('<local-command-stdout>Set model to opus</local-command-stdout>'),
    user('[Request interrupted by user]'),
    user("[read_file for 'contract.txt'] Result:", '<content>crash, exploit</content>'),
    user('I have *added these files to the chat* so you can go ahead and edit them.\n\ncrash.py\n```\n```'),
    user('[ERROR] You did not use a tool in your previous response! Please retry with a tool use.'),
    user(' \n'),
  ];
  for (const message of latest) {
    const found = lastUserText([
      user(request),
      { role: 'assistant', content: [text('One moment.')] },
      message,
    ]);
    assert.equal(found.text, request, JSON.stringify(message));
  }
});

test('uses the text before a mere confirmation, unless there are only confirmations', () => {
  const answer: Message = { role: 'assistant', content: [text('Shall I?')] };
  assert.equal(lastUserText([user(request), answer, user('yes, do it')]).text, request);
  assert.equal(lastUserText([user(request), answer, user('ok'), answer, user('continue')]).text, request);
  assert.equal(
    lastUserText([user(request), answer, user('yes, but only in a.ts')]).text,
    'yes, but only in a.ts',
  );
  assert.equal(lastUserText([user('ok'), answer, user('go on')]).text, 'go on');
});

test("keeps a person's own XML, and a wrapper that is quoted in the middle of a sentence", () => {
  const own = [
    '<context>The deposit is three rents.</context>\nHow much is the deposit?',
    'Answer from these.\n<document>One.</document>\n<rules>Be brief.</rules>',
    'What does <system-reminder>x</system-reminder> mean in my transcript?',
    '<ide_selection> is never closed here',
    'List<Map<String, Integer>>',
    'a < b and b > c',
    '<note>a</note>',
  ];
  for (const typed of own) assert.equal(typedIn(typed), typed);
});

test('typed text is unchanged after unwrapping', () => {
  const typed = fc.string({ unit: 'grapheme' }).filter((text) => !/[<>#[]/.test(text) && text.trim() !== '');
  const names = fc.constantFrom(...besideElements);
  const spoken = fc.constantFrom(...spokenElements, ...onlySpokenElements);
  fc.assert(
    fc.property(typed, names, spoken, fc.string(), (request, beside, around, noise) => {
      const inside = noise.replaceAll(/[<>]/g, '');
      const wrapper = `<${beside}>${inside}</${beside}>`;
      assert.equal(typedIn(`${wrapper}\n${request}\n${wrapper}`), request.trim());
      assert.equal(typedIn(`${wrapper}<${around}>\n${request}\n</${around}>`), request.trim());
    }),
  );
  for (const { opening, until } of openings) {
    assert.equal(typedIn(`${opening} and so on`), '');
    if (until !== undefined) assert.equal(typedIn(`${opening} and so on ${until}\n${request}`), request);
  }
});

test('reports images and documents', () => {
  const image: ContentPart = { type: 'image', source: { kind: 'url', url: 'https://example.com/a.png' } };
  const message: Message = {
    role: 'user',
    content: [text('<system-reminder>x</system-reminder>'), image],
  };
  assert.deepEqual(lastUserText([user('before'), message]), { text: '', images: true, documents: false });
});
