import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tools } from '../../src/app.ts';
import { createConclave } from '../../src/index.ts';
import { program } from '../../src/surfaces/cli/main.ts';
import { argumentMeaning } from '../../src/tools/offer/argument-meanings.ts';
import { conclave } from '../support/command-line.ts';
import { tempFolder } from '../support/temp-folder.ts';

test('every tool is a command with all of its arguments, and a method of the library', async (t) => {
  const root = await program();
  const library = await createConclave({ simulate: true, home: tempFolder(t) });
  t.after(() => library.close());
  for (const { name, input } of tools) {
    if (name !== 'chat' && name !== 'version')
      assert.equal(typeof Reflect.get(library, name), 'function', name);
    // The ledger has its own `costs` command with the same totals.
    if (name === 'costs') continue;
    const command = root.commands.find((one) => one.name() === name || one.aliases().includes(name));
    assert.ok(command, `conclave ${name}`);
    const shape = Reflect.get(input, 'shape') as Readonly<Record<string, unknown>>;
    for (const argument of Object.keys(shape)) {
      if (argument === 'prompt') assert.equal(command.registeredArguments.length, 1);
      else
        assert.ok(
          command.options.some(({ long }) => long === `--${argument.replaceAll('_', '-')}`),
          `${name} ${argument}`,
        );
    }
  }
});

test('the help describes every option of every tool, in the words of the command line', async () => {
  const { commands } = await program();
  for (const { name, input } of tools) {
    const command = commands.find((one) => one.name() === name || one.aliases().includes(name));
    assert.ok(command);
    const silent = command.options.filter(({ hidden, description }) => !hidden && description === '');
    assert.deepEqual(
      silent.map(({ long }) => `${name} ${long}`),
      [],
    );
    // What the meaning of an argument refers to is an argument of the same tool.
    const shape = Reflect.get(input, 'shape') as Readonly<Record<string, { description?: string }>>;
    for (const [argument, { description }] of Object.entries(shape)) {
      if (description) continue;
      const named = [...(argumentMeaning(argument, name) ?? '').matchAll(/`(\w+)`/g)];
      const elsewhere = named.filter(([, other = '']) => !(other in shape)).map(([other]) => other);
      assert.deepEqual(elsewhere, [], `${name} ${argument}`);
    }
  }
  const review =
    commands
      .find((one) => one.name() === 'review')
      ?.helpInformation()
      .replaceAll(/\s+/g, ' ') ?? '';
  assert.match(review, /with --range, --compare-to or --include/);
  assert.match(review, /--no-next-step-required: this is the last step/);
});

test('a tool runs from the command line: prompt from words or standard input, lists, numbers, JSON out', async (t) => {
  const folder = tempFolder(t, { 'src/sum.ts': 'export const sum = (a: number, b: number) => a - b;\n' });
  const place = { folder, home: tempFolder(t) };
  const spoken = await conclave(
    ['think', 'Say', 'what', 'it', 'does', '--simulate', '--files', 'src'],
    place,
  );
  assert.equal(spoken.code, 0, spoken.stderr);
  assert.match(spoken.stdout, /src\/sum\.ts/, 'the simulated model repeats a line of what it was sent');
  assert.match(spoken.stdout, /simulated.*req_/);

  const piped = await conclave(['thinkdeep', '-', '--simulate', '--json', '--max-cost-usd', '2'], {
    ...place,
    input: 'Say MARKER-2',
  });
  assert.equal(piped.code, 0, piped.stderr);
  const data = JSON.parse(piped.stdout) as { text: string; simulated: boolean; continuation_id: string };
  assert.match(data.text, /MARKER-2/);
  assert.equal(data.simulated, true);

  const again = await conclave(
    ['chat', 'And now?', '--simulate', '--continuation-id', data.continuation_id],
    place,
  );
  assert.match(again.stdout, /turn 3/, again.stderr);
});

test('a wrong argument, number or path of a tool exits with 2 and a line that names it', async (t) => {
  const place = { folder: tempFolder(t), home: tempFolder(t) };
  const cases: [string[], RegExp][] = [
    [['think', 'x', '--fils', 'a'], /unknown option '--fils'.*--files/s],
    [['think', 'x', '--max-cost-usd', 'much', '--simulate'], /max_cost_usd/],
    [['think', 'x', '--thinking', 'hardest'], /Allowed choices are none, low/],
    [['think', '--simulate'], /prompt/],
    [['think', 'x', '--files', '/etc/passwd', '--simulate'], /outside the folders/],
    [['think', '@nothing.md', '--simulate'], /nothing\.md cannot be read/],
  ];
  for (const [args, message] of cases) {
    const { code, stderr } = await conclave(args, place);
    assert.equal(code, 2, `${args.join(' ')}: ${stderr}`);
    assert.match(stderr, message);
  }
  const unknown = await conclave(['think', 'x', '--model', 'sonet', '--simulate'], place);
  assert.equal(unknown.code, 3);
  assert.match(unknown.stderr, /sonnet/);
});

test('a guided run ends on the command line with --no-next-step-required, and a stray "false" is not a prompt', async (t) => {
  const place = { folder: tempFolder(t), home: tempFolder(t) };
  const step = ['debug', '--step', 'looked', '--step-number', '1', '--total-steps', '1', '--json'];
  const asked = await conclave([...step, '--no-next-step-required', 'why?'], place);
  assert.equal(JSON.parse(asked.stdout).status, 'done', asked.stderr);
  const stray = await conclave([...step, '--next-step-required', 'false', 'why?'], place);
  assert.equal(stray.code, 2);
  assert.match(
    stray.stdout,
    /does not accept \\"false\\": write --next-step-required or --no-next-step-required/,
  );
});

test('an invalid seat and an argument of a wrong type are reported in our own words', async (t) => {
  const place = { folder: tempFolder(t), home: tempFolder(t) };
  const seat = await conclave(
    ['consensus', 'x', '--models', '{"model":"sonnet","stanse":"for"}', '--json'],
    place,
  );
  assert.match(seat.stdout, /consensus: models\.0: has no \\"stanse\\"/);
  const nothing = await conclave(['chat', '--json'], place);
  assert.match(nothing.stdout, /chat: prompt: is required: a string/);
});
