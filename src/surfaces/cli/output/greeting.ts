import pc from 'picocolors';
import type { App } from '../../../app.ts';
import { portHint } from './ports-of-no-fetch.ts';

/**
 * Returns what a new user needs: the address, the key, and lines to paste. Where no terminal shows it, as in a
 * container, it may be kept as a log, and only says where the key is.
 */
export async function greeting(app: App, url: string): Promise<string> {
  const ownKey = await app.keys.local();
  const isSeen = process.stdout.isTTY;
  const key = isSeen ? ownKey : '$KEY';
  const lines = [
    `${pc.bold('Conclave')} on ${url}`,
    `key        ${isSeen ? key : `in ${app.keys.localPlace}`}`,
    `page       ${url}/${isSeen ? `#key=${key}` : ''}`,
    `providers  ${providersLine(app)}`,
    ...mixedNote(app),
  ];
  for (const hint of [portHint(url), hostHint(url, app.config.server.allowedHosts)]) {
    if (hint) lines.push(`${pc.yellow('warning')}    ${hint}`);
  }
  if (app.simulatorUrl) lines.push(`simulator  ${app.simulatorUrl}  (bill: ${app.simulatorUrl}/__bill)`);
  return `${[
    ...lines,
    '',
    'Try it:',
    ...(isSeen ? [] : [`  KEY=${shellValue(app.keys.localPlace)}`]),
    `  curl ${url}/v1/chat/completions -H "authorization: Bearer ${key}" -H "content-type: application/json" -d '{"model":"auto","messages":[{"role":"user","content":"Hello"}]}'`,
    `  export OPENAI_BASE_URL=${url}/v1 OPENAI_API_KEY=${key}`,
    `  export ANTHROPIC_BASE_URL=${url} ANTHROPIC_API_KEY=${key}`,
    '',
  ].join('\n')}\n`;
}

/** A key's place, as a shell reads the key there. */
function shellValue(place: string): string {
  if (!place.includes('/') && !place.includes('\\')) return `$${place}`;
  return `$(cat '${place.replaceAll("'", String.raw`'\''`)}')`;
}

/**
 * A server that listens on every address is probably meant to be reached by names other than the ones always served.
 */
function hostHint(url: string, allowedHosts: readonly string[]): string | undefined {
  const everywhere = ['0.0.0.0', '[::]'].includes(new URL(url).hostname);
  if (!everywhere || allowedHosts.length > 0) return undefined;
  return 'only requests for localhost are served: add the host names and addresses by which clients reach this machine to server.allowedHosts ("*": all)';
}

/** Beside local servers that were found, all other providers are simulated, and `auto` chooses among the models of all. */
function mixedNote({ models: { found } }: App): string[] {
  const real = found.filter(({ source }) => source !== 'simulated');
  if (real.length === 0 || real.length === found.length) return [];
  // A server of the environment may be at an address elsewhere.
  const local = real.flatMap(({ provider }) => (provider.local ? [provider.id] : []));
  const instead = local.length > 0 ? `; auto:local asks ${local.join(' or ')}` : '';
  return [
    `note       auto may choose a simulated model${instead}; --no-simulate leaves out those that are simulated`,
  ];
}

/** Lists the available providers by name. Stand-in providers are only counted, with the number of models known. */
function providersLine(app: App): string {
  const standIns = ['simulated', 'replay'] as const;
  const real = app.models.found.filter(({ source }) => !standIns.some((standIn) => standIn === source));
  const counted = standIns.flatMap((standIn) => {
    const ids = app.models.found
      .filter(({ source }) => source === standIn)
      .map(({ provider }) => provider.id);
    if (ids.length === 0) return [];
    const withModels = new Set(app.models.catalogue.models().map(({ provider }) => provider));
    const known = ids.filter((id) => withModels.has(id)).length;
    const rest = known < ids.length ? `, ${known} of them with known models` : '';
    return [`${ids.length} ${standIn === 'replay' ? 'replayed' : standIn}${rest}`];
  });
  return [...real.map(({ provider }) => provider.id), ...counted].join(', ') || 'none';
}
