import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { requestOnCode, requestsApart } from './request-apart.ts';
import { readPromptWeights, taskClassifier } from './task-classifier.ts';

const text = 'The worker hangs because its lock is never released.';

test('separates a request from its material by a colon, quotation marks, or a line of its own', () => {
  for (const [prompt, request] of [
    [`Put this into Dutch: ${text}`, 'Put this into Dutch'],
    [`Put "${text}" into Dutch`, 'Put   into Dutch'],
    [`Put this into Dutch\n\n${text}\n${text}`, 'Put this into Dutch'],
    [`${text.repeat(4)}\n${text}\n\nPut this into Dutch`, 'Put this into Dutch'],
    [`Stelle das um: „${text}“`, 'Stelle das um'],
    [`Put this into Dutch. ${text} ${text}`, 'Put this into Dutch.'],
    [`Dear Ann,\n\n${text}\n${text.repeat(3)}\n\nPut this into Dutch`, 'Put this into Dutch'],
    ['把这段话翻译成荷兰语：' + '工人因为锁从未释放而挂起。'.repeat(3), '把这段话翻译成荷兰语'],
    [`Put this into Dutch: ${text.repeat(20_000)}`, 'Put this into Dutch'],
  ] as const)
    assert.ok(requestsApart(prompt).includes(request), prompt);
});

test('a prompt without material, or with code as material, is not split', () => {
  for (const prompt of [
    'Why does my worker hang?',
    'Rename "a" to "b"',
    'hi',
    '',
    `Convert this:\nfunction a(b) {\n  return b;\n}`,
    `Extract a method:\ndef login(user):\n    return db.find(user)`,
    `${text} Put this: into Dutch`,
  ])
    assert.deepEqual(requestsApart(prompt), [], prompt);
});

const code = 'function a(b) {\n  return b.find("x and y and z");\n}';

test('separates a request from the code that it is about', () => {
  for (const [prompt, request] of [
    [`Is this right?\n\`\`\`js\n${code}\n\`\`\``, 'Is this right?'],
    [`\`\`\`js\n${code}\n\`\`\`\nIs this right?`, 'Is this right?'],
    [`Look here.\nIs this right?\n\`\`\`\n${code}\n\`\`\``, 'Look here.\nIs this right?'],
    [`Is this right:\n${code}`, 'Is this right'],
    [`${code}\n\nIs this right?`, 'Is this right?'],
  ] as const)
    assert.equal(requestOnCode(prompt), request, prompt);
  for (const prompt of ['Is this right?', `${text}\n${text}`, code, `\`\`\`js\n${code}\n\`\`\``, ''])
    assert.equal(requestOnCode(prompt), undefined, prompt);
});

const weights: unknown = JSON.parse(readFileSync(join(import.meta.dirname, '../weights/task.json'), 'utf8'));
const classify = taskClassifier(readPromptWeights(weights));
const taskOf = (prompt: string) =>
  classify({ prompt, images: false, documents: false, schema: false, tools: false }).task ?? 'none';
const dear = new Set(['architecture', 'debugging', 'security-review']);

// No weights were fitted to these, and the rule was not chosen by them.
const light = [
  'Give me the gist of this note:',
  'Shorten this to one line:',
  'Translate into Italian:',
  'Traduce al inglés:',
  'Sort this message into billing, outage or praise:',
  'Is the tone of this positive or negative?',
  'List the product names in this text:',
  'Turn this into a numbered list:',
  'Fix the punctuation:',
];
const spokenOf = [
  'Our checkout fails with a segmentation fault whenever the cache is cold, and nobody has found the cause.',
  'The session cookie lacks the secure flag, so that anybody on the same network can take over an account.',
  'We split the monolith into nine services behind a message bus and replicate the database over two continents.',
  'A race between the two writers corrupts the index after a restart; the stack trace points at the flush thread.',
  'Attackers could read private files by putting dots and slashes into the name of an upload.',
];

test('light work on a short text stays light, whatever the text is about', () => {
  const asked = light.flatMap((request) =>
    spokenOf.flatMap((about) => [`${request} "${about}"`, `${request} ${about}`, `${request}\n\n${about}`]),
  );
  const sent = asked.filter((prompt) => dear.has(taskOf(prompt)));
  assert.ok(sent.length <= 0.05 * asked.length, `${sent.length} of ${asked.length}:\n${sent.join('\n')}`);
});

test('hard work stays hard, also in quotation marks and after a colon', () => {
  for (const prompt of [
    `Find the root cause of the deadlock: ${spokenOf[3]}`,
    `Why does this happen? "${spokenOf[3]}"`,
    `Why does it crash? "${spokenOf[0]}"`,
    'Threat model this: "users upload files that other users open in the browser"',
    'Design a system for this: "a chat service for ten million users with delivery guarantees"',
    'Review this code for security holes:\nq = "SELECT * FROM users WHERE name=" + name\nreturn db.run(q)',
  ])
    assert.ok(dear.has(taskOf(prompt)), `${taskOf(prompt)}: ${prompt}`);
});

test('a request above code decides if it names work on code', () => {
  const snippet = '\n```py\nquery = "select name from people where id = %s" % key\nprint(query)\n```';
  for (const [request, task] of [
    ['Give me a code review of this:', 'code-review'],
    ['What would you criticise in a code review?', 'code-review'],
    ['Look for security vulnerabilities in this:', 'security-review'],
    ['Enthält das Sicherheitsmängel?', 'security-review'],
    ['Peut-on y trouver des failles ?', 'security-review'],
    ['Write unit tests for this function:', 'test-writing'],
    ['Add docstrings to this module:', 'documentation'],
  ] as const)
    assert.equal(taskOf(request + snippet), task, request);
  assert.equal(dear.has(taskOf(`What does this print?${snippet}`)), false);
});

test('a prompt in a script that no training has seen has no guess, unless it names a flaw above code', () => {
  for (const prompt of [
    'סדר את הרשימה לפי שם',
    'اكتب رسالة إلى الجار',
    'Γράψε ένα γράμμα',
    '이 글을 요약해 주세요',
  ])
    assert.equal(taskOf(prompt), 'none', prompt);
  assert.equal(taskOf('취약점을 찾아줘:\n```py\nos.system("ping " + host)\n```'), 'security-review');
});
