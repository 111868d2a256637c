import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bodyControls } from './body-controls.ts';

const providers = {
  ids: new Set<string>(),
  otherNames: new Map<string, string>(),
  open: false,
  onlyHere: new Set<string>(),
  routers: new Set<string>(),
  callerKeys: new Set<string>(),
};

test("removes Conclave's own fields from the body, also if they are null", () => {
  const body = { model: 'm', messages: [], models: null, provider: null, usage: null, route: null };
  const controls = bodyControls(body, providers);
  assert.deepEqual(controls.body, { model: 'm', messages: [] });
  assert.deepEqual(controls.ours, ['models', 'provider', 'usage', 'route']);
  assert.equal(controls.models, undefined);
});
