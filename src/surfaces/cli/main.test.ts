import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { bin, inherited } from '../../../test/support/command-line.ts';
import { tempFolder } from '../../../test/support/temp-folder.ts';
import { commands } from './commands.ts';
import { program } from './main.ts';

test('with --json a failure is printed as JSON, with the same exit code', (t) => {
  const home = tempFolder(t);
  const run = (...args: string[]) => {
    const env = { ...inherited, CONCLAVE_HOME: home };
    const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], { cwd: home, env });
    return { status, stdout: stdout.toString(), stderr: stderr.toString() };
  };
  const cases: [string[], string, number, RegExp][] = [
    [['ask', 'Hi', '--simulate', '-m', 'sonet', '--json'], 'model_not_found', 3, /sonnet/],
    [['show', 'req_unknown', '--json'], 'not_found', 2, /req_unknown/],
    [['costs', '--since', 'yesterday', '--json'], 'invalid_request', 2, /yesterday/],
    [['costs', '--sinse', '1d', '--json'], 'invalid_request', 2, /sinse/],
  ];
  for (const [args, code, status, message] of cases) {
    const failed = run(...args);
    assert.equal(failed.status, status, args.join(' '));
    const { error } = JSON.parse(failed.stdout) as { error: { code: string; message: string } };
    assert.equal(error.code, code);
    assert.match(error.message, message);
  }
  const plain = run('show', 'req_unknown');
  assert.equal(plain.stdout, '');
  assert.match(plain.stderr, /^conclave: .*req_unknown/);
});

test('every command has the name it is loaded by, whether loaded alone or with all others', async () => {
  const all = new Set((await program()).commands.map((command) => command.name()));
  for (const name of Object.keys(commands)) {
    const alone = (await program(name)).commands.map((command) => command.name());
    assert.deepEqual(alone, [name]);
    assert.ok(all.has(name));
  }
});

test('the help lists every command under a heading, except those that another command covers', async () => {
  const root = await program();
  const help = root.helpInformation();
  const headings = [...help.matchAll(/^(\S.*):$/gm)].map(([, heading]) => heading);
  assert.deepEqual(headings, [
    'Options',
    'Serve',
    'Ask models',
    'Work on code',
    'Money, keys and calls',
    'Router',
    'Set up',
    'Commands',
  ]);
  assert.match(help, /Commands:\n  help [^\n]*\n*$/);
  for (const hidden of ['explain', 'listmodels', 'version']) {
    assert.doesNotMatch(help, new RegExp(`^  ${hidden} `, 'm'));
    assert.ok(root.commands.some((command) => command.name() === hidden));
  }
});

test('every way of asking for help shows the help of that command, and unknown commands are an error', async (t) => {
  const home = tempFolder(t);
  const run = (...args: string[]) => {
    const env = { ...inherited, CONCLAVE_HOME: home };
    const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], { cwd: home, env });
    return { status, stdout: stdout.toString(), stderr: stderr.toString() };
  };
  for (const unknown of [
    ['budgets', '--help'],
    ['help', 'budgets'],
    ['router', 'budgets', '-h'],
  ]) {
    const { status, stdout, stderr } = run(...unknown);
    assert.equal(status, 2, unknown.join(' '));
    assert.equal(stdout, '', unknown.join(' '));
    assert.match(stderr, /^error: .*budgets/, unknown.join(' '));
  }
  for (const known of [
    ['router', 'pin', '--help'],
    ['help', 'router', 'pin'],
  ]) {
    assert.match(run(...known).stdout, /^Usage: conclave router pin /, known.join(' '));
  }
  assert.match(run('help').stdout, /^Usage: conclave \[options\] \[command\]/);
  for (const command of (await program()).commands.flatMap((one) => [one, ...one.commands])) {
    const above = command.parent?.name() === 'conclave' ? '' : `${command.parent?.name()} `;
    assert.match(command.helpInformation(), new RegExp(`^Usage: conclave ${above}${command.name()}\\b`));
  }
});
