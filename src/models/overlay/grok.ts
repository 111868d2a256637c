import type { Family } from '../family.ts';

const maker = 'https://docs.x.ai/docs/models';
const onItsWayOut = { successor: 'grok-4.3' };

const grok: Family = {
  id: 'grok',
  name: 'Grok',
  maker: 'xAI',
  home: 'xai',
  pattern: /^grok/,
  deaf: /^grok-(?:[1-4]|code|build)/,
  capabilities: {
    tools: true,
    'parallel-tools': true,
    vision: true,
    'json-schema': true,
    reasoning: true,
    'web-search': true,
    embeddings: false,
  },
  models: [
    { name: 'grok-4.6', tier: 'workhorse' },
    { name: 'grok-4.5', tier: 'workhorse' },
    { name: 'grok-4.3', tier: 'economy' },
    { name: 'grok-build-0.1', tier: 'economy' },
    // https://docs.x.ai/docs/migration/may-15-retirement
    { name: 'grok-4-0709', tier: 'workhorse', ...onItsWayOut },
    { name: 'grok-4-1-fast-reasoning', tier: 'economy', ...onItsWayOut },
    { name: 'grok-4-1-fast-non-reasoning', tier: 'economy', ...onItsWayOut },
    { name: 'grok-4-fast-reasoning', tier: 'economy', ...onItsWayOut },
    { name: 'grok-4-fast-non-reasoning', tier: 'economy', ...onItsWayOut },
    { name: 'grok-code-fast-1', tier: 'economy', ...onItsWayOut },
    { name: 'grok-3', tier: 'workhorse', ...onItsWayOut },
  ],
  strengths: [{ task: 'qa-from-context', note: 'live search over the web and X', source: maker }],
  weaknesses: [],
};

export default grok;
