import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { JsonObject } from '../../../core/json/json.ts';
import { collected } from '../../../../test/support/collected.ts';
import { replyReader } from './read-reply.ts';

type Habits = {
  /** `own`: the pieces of all calls come side by side. */
  readonly index: 'own' | 'zero' | 'none';
  readonly id: 'kept' | 'first' | 'new' | 'none';
  readonly name: 'first' | 'kept';
};

/** What a server sends of its calls so that they can be told apart at all. */
const habits: readonly Habits[] = (['own', 'zero', 'none'] as const)
  .flatMap((index) => (['kept', 'first', 'new', 'none'] as const).map((id) => ({ index, id })))
  .flatMap((server) => (['first', 'kept'] as const).map((name) => ({ ...server, name })))
  .filter(
    ({ index, id, name }) => name === 'first' || !(id === 'new' || (index === 'none' && id !== 'kept')),
  );

/** The arguments of one call, cut into pieces of which some are empty. */
const pieces = fc
  .tuple(
    fc.constantFrom('{}', '{"at":1}', '{"by":{"at":"{\\""}}'),
    fc.uniqueArray(fc.nat(20), { maxLength: 5 }),
  )
  .chain(([text, cuts]) => {
    const ends = cuts.toSorted((a, b) => a - b);
    const parts = [0, ...ends].map((from, at) => text.slice(from, ends[at]));
    return fc
      .tuple(fc.boolean(), fc.boolean())
      .map(([first, last]) => [...(first ? [''] : []), ...parts, ...(last ? [''] : [])]);
  });

const calls = fc.uniqueArray(fc.record({ name: fc.constantFrom('look', 'listen', 'look_up'), pieces }), {
  minLength: 1,
  maxLength: 3,
  // Two equal calls without ids are one that comes again.
  selector: (call) => said(call),
});

test('the pieces of calls are joined, whatever of a call’s index, id and name a server sends again, and where it sends empty pieces', () => {
  for (const server of habits) {
    fc.assert(
      fc.property(calls, (sent) => {
        assert.deepEqual(heard(inPieces(sent, server)), sent.map(said), JSON.stringify(server));
      }),
      { numRuns: 300 },
    );
  }
});

test('an id that comes alone is that of the next call if a name follows it', () => {
  const look = { index: 0, id: 'a', function: { name: 'look', arguments: '' } };
  const alone = { index: 0, id: 'b' };
  const listen = { index: 0, function: { name: 'listen', arguments: '{"at":1}' } };
  assert.deepEqual(heard([look, alone, listen]), ['look({})', 'listen({"at":1})']);
  const more = { index: 0, id: 'c', function: { arguments: '{"at":1}' } };
  assert.deepEqual(heard([look, alone, more, alone]), ['look({"at":1})']);
  assert.deepEqual(heard([alone, look, more]), ['look({"at":1})']);
});

test('the name of a call that comes again alone begins the next call if other arguments follow', () => {
  const piece = (args: string, name?: string) => ({
    index: 0,
    function: { ...(name && { name }), arguments: args },
  });
  const first = [piece('', 'look'), piece('{"at":1}'), piece('', 'look')];
  for (const between of [[], [piece('')], [piece('', 'look')], [piece('\n')]]) {
    assert.deepEqual(heard([...first, ...between, piece('{"at":1}')]), ['look({"at":1})']);
    const next = [piece('{"at"'), piece(':2}')];
    assert.deepEqual(heard([...first, ...between, ...next]), ['look({"at":1})', 'look({"at":2})']);
  }
});

type Call = { readonly name: string; readonly pieces: readonly string[] };

function said({ name, pieces: args }: Call): string {
  return `${name}(${args.join('')})`;
}

function inPieces(sent: readonly Call[], { index, id, name }: Habits): readonly JsonObject[] {
  let made = 0;
  const written = sent.map((call, at) =>
    call.pieces.map((args, number): JsonObject => {
      const hasId = id === 'kept' || id === 'new' || (id === 'first' && number === 0);
      return {
        ...(index !== 'none' && { index: index === 'own' ? at : 0 }),
        ...(hasId && { id: id === 'new' ? `id_${(made += 1)}` : `call_${at}` }),
        function: { ...((name === 'kept' || number === 0) && { name: call.name }), arguments: args },
      };
    }),
  );
  if (index !== 'own') return written.flat();
  const longest = Math.max(...written.map(({ length }) => length));
  const numbers = Array.from({ length: longest }, (_, number) => number);
  return numbers.flatMap((number) => written.flatMap((call) => call.slice(number, number + 1)));
}

function heard(sent: readonly JsonObject[]): readonly string[] {
  const reader = replyReader({});
  const choices = [
    ...sent.map((piece): JsonObject => ({ index: 0, delta: { tool_calls: [piece] } })),
    { index: 0, delta: {}, finish_reason: 'tool_calls' },
  ];
  const text = choices
    .map((choice) => `data: ${JSON.stringify({ id: 'r', choices: [choice] })}\n\n`)
    .join('');
  const { blocks } = collected([...reader.push(Buffer.from(text)), ...reader.end()]);
  return blocks.flatMap((block) => (block.type === 'tool-call' ? `${block.name}(${block.arguments})` : []));
}
