import pc from 'picocolors';
import type { App } from '../../app.ts';

/** What a newcomer needs to see: where, with which key, and three lines to paste. */
export async function greeting(app: App, url: string): Promise<string> {
  const key = await app.localKey();
  const lines = [
    `${pc.bold('Conclave')} on ${url}`,
    `key        ${key}`,
    `page       ${url}/#key=${key}`,
    `providers  ${providersLine(app)}`,
  ];
  if (app.simulatorUrl) lines.push(`simulator  ${app.simulatorUrl}  (bill: ${app.simulatorUrl}/__bill)`);
  return `${[
    ...lines,
    '',
    'Try it:',
    `  curl ${url}/v1/chat/completions -H "authorization: Bearer ${key}" -H "content-type: application/json" -d '{"model":"auto","messages":[{"role":"user","content":"Hello"}]}'`,
    `  export OPENAI_BASE_URL=${url}/v1 OPENAI_API_KEY=${key}`,
    `  export ANTHROPIC_BASE_URL=${url} ANTHROPIC_API_KEY=${key}`,
    '',
  ].join('\n')}\n`;
}

/** Those that can be asked, by name; stand-ins for everybody are counted. */
function providersLine(app: App): string {
  const standIns = ['simulated', 'replay'] as const;
  const real = app.found.filter(({ source }) => !standIns.some((standIn) => standIn === source));
  const counted = standIns.flatMap((standIn) => {
    const { length } = app.found.filter(({ source }) => source === standIn);
    return length > 0 ? [`${length} ${standIn === 'replay' ? 'replayed' : standIn}`] : [];
  });
  return [...real.map(({ provider }) => provider.id), ...counted].join(', ') || 'none';
}
