import assert from 'node:assert/strict';
import { test } from 'node:test';
import { healthy, house, ordinary } from '../../test/policy-candidates.ts';
import type { Plan } from '../core/plan.ts';
import { stayInConversation } from './stay-in-conversation.ts';

const [opus, sonnet] = house;

test('a conversation that stays where it is is no experiment, whatever was drawn for it', () => {
  assert.ok(opus && sonnet);
  const explored: Plan = {
    steps: [{ candidates: [opus, sonnet] }],
    reason: 'to learn of it',
    experiment: { arm: 'learned', propensity: 0.01, explored: true },
  };
  const goingOn = { ...ordinary, conversation: { model: sonnet.model.id, warmTokens: 900 } };
  const stayed = stayInConversation(explored, goingOn, healthy);
  assert.equal(stayed.steps[0]?.candidates[0], sonnet);
  assert.equal(stayed.experiment, undefined);
  const begun = stayInConversation(explored, ordinary, healthy);
  assert.deepEqual(begun, explored);
});
