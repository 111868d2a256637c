import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withoutSummarized } from './without-summarized.ts';

test('another server gets a summary as a plain text of the user, with its cache mark and nothing else of it', () => {
  const cache_control = { type: 'ephemeral' };
  const asked = { role: 'user', content: 'Which city?' };
  const compaction = {
    type: 'compaction',
    content: 'They settled on Oslo.',
    encrypted_content: 'gAAA',
    cache_control,
  };
  const said = { type: 'text', text: 'Ready.' };
  const before = { role: 'user', content: 'Hi' };
  const summary = {
    role: 'user',
    content: [
      { type: 'text', text: 'Summary of the conversation so far:\nThey settled on Oslo.\n\n', cache_control },
    ],
  };
  assert.deepEqual(withoutSummarized([before, { role: 'assistant', content: [compaction, said] }, asked]), [
    summary,
    { role: 'assistant', content: [said] },
    asked,
  ]);
  assert.deepEqual(withoutSummarized([before, { role: 'assistant', content: [compaction] }, asked]), [
    summary,
    asked,
  ]);
  assert.equal(withoutSummarized([before, { role: 'assistant', content: [said] }, asked]), undefined);
});

test('system messages that a summary leaves side by side are joined', () => {
  const additions = ['late', 'later'].map((name) => ({ type: 'tool_addition', tool: { name } }));
  const said = { type: 'text', text: 'Hm.' };
  const sent = withoutSummarized([
    { role: 'user', content: 'Hi' },
    ...additions.map((addition) => ({ role: 'system', content: [addition] })),
    { role: 'assistant', content: [{ type: 'compaction', content: 'Oslo.' }, said] },
    { role: 'user', content: 'Which city?' },
  ]);
  assert.deepEqual(sent?.slice(1, -1), [
    { role: 'system', content: additions },
    { role: 'assistant', content: [said] },
  ]);
});

test('tools and effort that were set before a summary stay in force after it, whatever else was said there', () => {
  const addition = { type: 'tool_addition', tool: { type: 'tool', definition: { name: 'late' } } };
  const told = { type: 'text', text: 'Be brief.' };
  const answer = { role: 'assistant', content: [{ type: 'compaction', content: 'Oslo.' }] };
  const asked = { role: 'user', content: 'Which city?' };
  const sent = withoutSummarized([
    { role: 'user', content: 'Hi' },
    { role: 'system', content: [told, addition] },
    { role: 'system', content: [told] },
    { role: 'system', content: [], output_config: { effort: 'low' } },
    answer,
    asked,
  ]);
  assert.deepEqual(sent?.slice(1), [
    { role: 'system', content: [addition] },
    { role: 'system', output_config: { effort: 'low' }, content: [] },
    asked,
  ]);
});
