import { fileURLToPath } from 'node:url';
import type { McpServer } from '@modelcontextprotocol/server';
import type { App } from '../../app.ts';
import type { Roots } from '../../files/roots.ts';
import type { Ms } from '../../core/units.ts';

/** Time limit for a client that supports roots to list them; afterwards nothing is narrowed. */
const answerMs: Ms = 2_000;

/**
 * Returns what may be read for a client on this machine: what the configuration allows, narrowed to the folders that
 * the client has open if its protocol revision can list them. They are requested once, and again when they change.
 */
export function clientRoots(): (app: Pick<App, 'roots'>, server: McpServer) => Promise<Roots> {
  let asked: Promise<Roots> | undefined;
  return async (app, { server }) => {
    const allowed = await app.roots.local();
    if (!server.getClientCapabilities()?.roots) return allowed;
    server.setNotificationHandler('notifications/roots/list_changed', () => void (asked = undefined));
    asked ??= server.listRoots(undefined, { timeout: answerMs }).then(
      ({ roots }) =>
        app.roots.narrow(
          allowed,
          roots.flatMap(({ uri }) => folderOf(uri)),
        ),
      // Revision 2026-07-28 has no such request; other clients may fail to answer it.
      () => allowed,
    );
    return asked;
  };
}

function folderOf(uri: string): string[] {
  try {
    return [fileURLToPath(uri)];
  } catch {
    return [];
  }
}
