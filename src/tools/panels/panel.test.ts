import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Catalogue } from '../../core/catalogue.ts';
import { ConclaveError } from '../../core/errors.ts';
import type { Model } from '../../core/model.ts';
import { modelPicker, type ModelPicker } from '../offer/model-picker.ts';
import { seatPanel } from './panel.ts';

const model = (id: string, family: string, tier: Model['tier']): Model => ({
  id,
  provider: id.split('/')[0] ?? '',
  name: id.split('/')[1] ?? '',
  family,
  ...(tier ? { tier } : {}),
  capabilities: {},
  strengths: [],
  weaknesses: [],
  local: false,
});

const opus = model('anthropic/opus', 'claude', 'frontier');
const sonnet = model('anthropic/sonnet', 'claude', 'workhorse');
const gpt = model('openai/gpt', 'gpt', 'workhorse');
const flash = model('google/flash', 'gemini', 'economy');
const deepseek = model('deepseek/chat', 'deepseek', 'workhorse');

function pickerOf(...models: Model[]): ModelPicker {
  const catalogue: Catalogue = {
    models: () => models,
    lists: () => true,
    names: () => [],
    get: (id) => models.find((one) => one.id === id),
    resolve(name) {
      if (name === 'auto') return { kind: 'auto', localOnly: false };
      const found = models.find(({ id }) => id === name);
      if (!found) throw new ConclaveError('model_not_found', `no ${name}`);
      return { kind: 'model', model: found, viaAlias: false, warnings: [] };
    },
  };
  return modelPicker({
    catalogue,
    familyOrder: ['claude', 'gpt', 'gemini', 'deepseek'],
    bestOfFamily: (list, family, tier) => list.find((one) => one.family === family && one.tier === tier),
  });
}

const names = (panel: ReturnType<typeof seatPanel>) => panel.seats.map(({ name }) => name);

test('without names, the panel is one workhorse from each of three families', () => {
  const panel = seatPanel(pickerOf(opus, sonnet, gpt, flash, deepseek), {});
  assert.deepEqual(names(panel), ['anthropic/sonnet', 'openai/gpt', 'google/flash']);
  assert.equal(panel.synthesiser.id, 'deepseek/chat', 'of a family that is not on the panel');
  assert.deepEqual(panel.notes, []);
});

test('the synthesiser is not on the panel if another model is available', () => {
  const picker = pickerOf(opus, sonnet, gpt);
  assert.equal(
    seatPanel(picker, { seats: [{ model: sonnet.id }, { model: gpt.id }] }).synthesiser.id,
    opus.id,
  );
  const alone = seatPanel(pickerOf(gpt), { seats: [{ model: gpt.id }] });
  assert.equal(alone.synthesiser.id, gpt.id);
  assert.match(alone.notes.join(), /although it is on the panel/);
});

test('the synthesiser is a graded model of a provider, if one is off the panel', () => {
  const ungraded = model('lab/new', 'lab', undefined);
  const local = { ...model('ollama/big', 'big', 'frontier'), local: true };
  const seats = [{ model: sonnet.id }, { model: gpt.id }];
  const summing = (...models: Model[]) => seatPanel(pickerOf(...models), { seats }).synthesiser.id;
  assert.equal(summing(local, ungraded, sonnet, gpt, flash), flash.id);
  assert.equal(summing(local, ungraded, sonnet, gpt, opus), opus.id, 'even of a family on the panel');
  assert.equal(summing(ungraded, sonnet, gpt), ungraded.id, 'better than a member of the panel');
  assert.equal(summing(local, sonnet, gpt), local.id);
});

test('a named synthesiser is used, on the panel or not', () => {
  const picker = pickerOf(opus, sonnet, gpt, deepseek);
  const seats = [{ model: sonnet.id }, { model: gpt.id }];
  const named = seatPanel(picker, { seats, synthesiser: deepseek.id });
  assert.deepEqual([named.synthesiser.id, named.notes], [deepseek.id, []]);
  const seated = seatPanel(picker, { seats, synthesiser: gpt.id });
  assert.equal(seated.synthesiser.id, gpt.id);
  assert.deepEqual(seated.notes, [`${gpt.id} writes the summary although it is on the panel`]);
  assert.throws(() => seatPanel(picker, { seats, synthesiser: 'gtp' }), /gtp/u);
});

test('a panel of one family warns that its members may share mistakes', () => {
  const panel = seatPanel(pickerOf(opus, sonnet, gpt), { seats: [{ model: opus.id }, { model: sonnet.id }] });
  assert.match(panel.notes.join(), /2 seats come from one model family, so their mistakes may agree/);
});

test('a model may be seated twice with different stances, but not with the same one', () => {
  const picker = pickerOf(gpt, sonnet);
  const seats = [
    { model: gpt.id, stance: 'for' },
    { model: gpt.id, stance: 'against' },
    { model: gpt.id, stance_prompt: 'Argue from cost.' },
  ] as const;
  assert.deepEqual(names(seatPanel(picker, { seats })), [
    'openai/gpt (for)',
    'openai/gpt (against)',
    'openai/gpt (own stance)',
  ]);
  const twoOwn = [...seats, { model: gpt.id, stance_prompt: 'Argue from law.' }];
  assert.deepEqual(names(seatPanel(picker, { seats: twoOwn })).slice(2), [
    'openai/gpt (own stance 1)',
    'openai/gpt (own stance 2)',
  ]);
  assert.throws(() => seatPanel(picker, { seats: [...seats, { model: gpt.id, stance: 'for' }] }), {
    code: 'invalid_request',
    message: /openai\/gpt \(for\) is on the panel twice/,
  });
});

test('a threshold above the panel, an unknown model and a virtual one are refused before anything is spent', () => {
  const picker = pickerOf(gpt, sonnet);
  const seats = [{ model: gpt.id }, { model: sonnet.id }];
  assert.throws(() => seatPanel(picker, { seats, threshold: 3 }), {
    code: 'invalid_request',
    message: /threshold 3 is above the 2 models/,
  });
  assert.throws(() => seatPanel(picker, { seats: [{ model: 'openai/nope' }] }), { code: 'model_not_found' });
  assert.throws(() => seatPanel(picker, { seats: [{ model: 'auto' }] }), { code: 'invalid_request' });
  assert.throws(() => seatPanel(pickerOf(), {}), { code: 'no_candidate' });
});
