import assert from 'node:assert/strict';
import { test } from 'node:test';
import { candidate } from '../../test/support/policy-candidates.ts';
import { ConclaveError } from '../core/errors.ts';
import { checkReferences } from './check-references.ts';
import { parseConfig } from './parse-config.ts';

const { model } = candidate('lab/a', { tier: 'economy', family: 'a' });
const check = (text: string) =>
  checkReferences(parseConfig(text, 'conclave.yaml', {}), {
    resolve: (name) => {
      if (name.startsWith('nope')) throw new ConclaveError('model_not_found', `no model "${name}"`);
      return { kind: 'model', model, viaAlias: false, warnings: [] };
    },
    providers: new Set(['openai', 'lab']),
    providerNames: new Set(['openai', 'lab']),
    tools: ['chat', 'codereview'],
  });

test('a name in the configuration that is unknown or already taken is refused, with its place', () => {
  const wrong: readonly [string, RegExp][] = [
    ['aliases: { nope: lab/a }', /^aliases\.nope: no model "nope"/],
    ['aliases: { auto: lab/a }', /^aliases\.auto: "auto" is a name of Conclave's own/],
    ['aliases: { "auto:economy": lab/a }', /^aliases\.auto:economy: /],
    ['aliases: { "": lab/a }', /^aliases\.: /],
    [
      'deployments: [{ model: lab/a, provider: opena1 }]',
      /^deployments\.0\.provider: .*did you mean "openai"\?/,
    ],
    [
      'routing: { rules: [{ when: { tool: chat }, use: lab/a }, { when: { tool: [codereveiw] }, use: lab/a }] }',
      /^routing\.rules\.1\.when\.tool: there is no tool "codereveiw"; did you mean "codereview"\?/,
    ],
    ['routing: { fallbacks: { "lab/*": [nope/a] } }', /^routing\.fallbacks\.lab\/\*: no model/],
    ['routing: { fallbacks: { "lap/*": [lab/a] } }', /there is no provider "lap"; did you mean "lab"\?/],
    [
      'deployments: [{ model: "lab/*", rpm: 5 }, { model: lab/a, provider: lab, rpm: 7 }]',
      /^deployments\.1: deployments\.0 describes the provider's own key for "lab\/a" already/,
    ],
    ['routing: { classifier: { model: cascade } }', /^routing\.classifier\.model: a cascade asks several/],
  ];
  for (const [text, message] of wrong)
    assert.throws(() => check(text), { code: 'configuration', message }, text);
  check(
    'aliases: { automatic: lab/a }\ndeployments: [{ model: "lab/*", provider: openai }, { model: lab/b }]',
  );
  check('deployments: [{ model: lab/a, rpm: 5 }, { model: "lab/*", rpm: 7 }, { model: lab/a, apiKey: k }]');
});
