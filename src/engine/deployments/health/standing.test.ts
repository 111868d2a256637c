import assert from 'node:assert/strict';
import { test } from 'node:test';
import { joinStandings, type DeploymentStanding } from './standing.ts';

const at = (own: Partial<DeploymentStanding>): DeploymentStanding => ({
  id: 'd',
  healthy: true,
  benchedUntil: 0,
  inFlight: 0,
  ...own,
});

test('calls of all processes add up, the worst state holds, and times are the latest measured', () => {
  const joined = joinStandings([
    {
      deployments: [at({ inFlight: 2, firstByteMs: 900, firstByteAt: 1, headroom: 0 })],
      deadCredentials: [],
    },
    {
      deployments: [
        at({ inFlight: 1, healthy: false, benchedUntil: 90, lastError: 'provider_forbidden' }),
        at({ id: 'e', inFlight: 1 }),
      ],
      deadCredentials: [],
    },
    { deployments: [at({ firstByteMs: 100, firstByteAt: 5, headroom: 1 })], deadCredentials: [] },
  ]);
  assert.deepEqual(joined.deployments, [
    {
      id: 'd',
      healthy: false,
      benchedUntil: 90,
      inFlight: 3,
      firstByteMs: 100,
      firstByteAt: 5,
      headroom: 0.5,
      lastError: 'provider_forbidden',
    },
    at({ id: 'e', inFlight: 1 }),
  ]);
});

test('a dead key that several processes know of is reported once', () => {
  const dead = { provider: 'lab', credential: 'LAB_KEY', code: 'provider_auth', benchedAt: 1 } as const;
  const knowing = (benchedUntil: number) => ({
    deployments: [],
    deadCredentials: [{ ...dead, benchedUntil }],
  });
  assert.deepEqual(joinStandings([knowing(5), knowing(9)]).deadCredentials, [{ ...dead, benchedUntil: 9 }]);
});
