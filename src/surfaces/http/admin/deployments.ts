import type { App } from '../../../app.ts';
import type { HttpExchange } from '../../../core/wire/http-exchange.ts';
import { sendJson } from '../send-json.ts';

/**
 * `GET /admin/deployments`: the observed state of every deployment that has been called by this process or its siblings,
 * and which keys are dead.
 */
export async function showDeployments(app: App, exchange: HttpExchange): Promise<void> {
  const { deployments, deadCredentials } = await app.server.deployments.all();
  sendJson(exchange, 200, {
    deployments: deployments.map(({ benchedUntil, firstByteAt, ...state }) => ({
      ...state,
      ...(firstByteAt !== undefined && { lastAnsweredAt: moment(firstByteAt) }),
      ...(!state.healthy && { benchedUntil: moment(benchedUntil) }),
    })),
    deadCredentials: deadCredentials.map((dead) => ({
      ...dead,
      benchedAt: moment(dead.benchedAt),
      benchedUntil: moment(dead.benchedUntil),
    })),
  });
}

function moment(at: number): string {
  return new Date(at).toISOString();
}
