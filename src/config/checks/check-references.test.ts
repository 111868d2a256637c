import assert from 'node:assert/strict';
import { test } from 'node:test';
import { candidate } from '../../../test/support/policy-candidates.ts';
import { ConclaveError } from '../../core/errors.ts';
import { checkReferences } from './check-references.ts';
import { parseConfig } from '../reading/parse-config.ts';

const aliases = new Map([['fast', 'lab/a']]);
const check = (text: string) =>
  checkReferences(parseConfig(text, 'conclave.yaml', {}), {
    resolve: (name) => {
      if (name.startsWith('nope')) throw new ConclaveError('model_not_found', `no model "${name}"`);
      const { model } = candidate(aliases.get(name) ?? name);
      return { kind: 'model', model, viaAlias: aliases.has(name), warnings: [] };
    },
    providers: new Map([
      ['openai', 'bearer'],
      ['lab', 'bearer'],
    ]),
    providerNames: new Set(['openai', 'lab']),
    tools: ['chat', 'codereview'],
  });
const lab = (header: string) =>
  `providers: { lab: { dialect: openai-chat, baseUrl: "http://lab/v1", headers: { ${header}: x } } }\n`;

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
    [
      'deployments: [{ model: lab/a, rpm: 10 }, { model: fast, rpm: 20 }]',
      /^deployments\.1: deployments\.0 describes the provider's own key for "lab\/a" already/,
    ],
    [
      `${lab('Authorization')}deployments: [{ model: lab/a, rpm: 5 }, { model: fast, apiKey: k }]`,
      /^deployments\.1\.apiKey: it is sent in the header that providers\.lab\.headers\.Authorization sets; leave out /,
    ],
    [
      `${lab('authorization')}deployments: [{ model: openai/b, provider: lab, apiKey: k }]`,
      /^deployments\.0\.apiKey: it is sent in the header that providers\.lab/,
    ],
    ['routing: { classifier: { model: cascade } }', /^routing\.classifier\.model: a cascade asks several/],
  ];
  for (const [text, message] of wrong)
    assert.throws(() => check(text), { code: 'configuration', message }, text);
  check(
    'aliases: { automatic: lab/a }\ndeployments: [{ model: "lab/*", provider: openai }, { model: lab/b }]',
  );
  check(`${lab('x-team')}deployments: [{ model: lab/a, apiKey: k }]`);
  check(`${lab('authorization')}deployments: [{ model: lab/a, provider: openai, apiKey: k }]`);
  check('deployments: [{ model: lab/a, rpm: 5 }, { model: "lab/*", rpm: 7 }, { model: lab/a, apiKey: k }]');
});
