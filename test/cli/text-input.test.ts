import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { startAnsweringProvider } from '../providers/answering-provider.ts';
import { bin, conclave, environment } from '../support/command-line.ts';
import { tempFolder } from '../support/temp-folder.ts';

const png = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d]);

/** Like a PDF from a simple writer: no zero byte in it. */
const pdf = '%PDF-1.4\n1 0 obj\n<< /Length 44 >>\nstream\nBT /F1 12 Tf (Hello) Tj ET\nendstream\nendobj\n';

test('a binary file is refused before a model is asked, wherever the command line takes a text', async (t) => {
  const place = { folder: tempFolder(t, { 'r.png': png, 't.pdf': pdf }), home: tempFolder(t) };
  const cases: [string[], string | Buffer, RegExp][] = [
    [['ask', 'What is it?', '-f', 'r.png'], '', /--file r\.png is binary.*chat --images/],
    [['route', 'What is it?', '-f', 'r.png'], '', /--file r\.png is binary/],
    [['ask', 'What is it?', '-f', 't.pdf'], '', /--file t\.pdf is binary/],
    [['ask', 'What is it?'], png, /standard input is binary/],
    [['chat', '@r.png'], '', /@r\.png is binary/],
    [['chat', '-'], png, /standard input is binary/],
  ];
  for (const [args, input, message] of cases) {
    const { code, stdout, stderr } = await conclave([...args, '--simulate'], { ...place, input });
    assert.equal(code, 2, args.join(' '));
    assert.equal(stdout, '');
    assert.match(stderr, message);
  }
  const { stdout } = await conclave(['costs', '--json'], place);
  assert.match(stdout, /"calls":0/);
});

test('text in UTF-16 and Windows-1252 reaches the model as it was written', async (t) => {
  const lab = await startAnsweringProvider(t, () => 'Read.');
  const folder = tempFolder(t, {
    'conclave.yaml': `providers: { lab: { dialect: openai-chat, baseUrl: "${lab.url}", apiKey: k } }\n`,
    'wide.txt': Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('naïve höhe', 'utf16le')]),
    'old.txt': Buffer.from('na\xefve h\xf6he', 'latin1'),
  });
  const place = { folder, home: tempFolder(t) };
  const { code, stderr } = await conclave(['ask', '-m', 'lab/m', 'Read', '-f', 'wide.txt', 'old.txt'], place);
  assert.equal(code, 0, stderr);
  assert.equal(JSON.stringify(lab.asked).match(/naïve höhe/g)?.length, 2, JSON.stringify(lab.asked));
});

test('a command that waits for standard input says so, and goes on when it ends', async (t) => {
  const home = tempFolder(t);
  const child = spawn(process.execPath, [bin, 'ask', '--simulate', 'Hi'], { env: environment(home) });
  const stdout = text(child.stdout);
  child.stderr.setEncoding('utf8');
  const [said] = await once(child.stderr, 'data');
  assert.match(String(said), /waiting for the end of standard input.*\/dev\/null/);
  child.stdin.end(' there');
  const [code] = await once(child, 'close');
  assert.equal(code, 0);
  assert.match(await stdout, /Simulated/);
});
