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

function providersLine(app: App): string {
  const real = app.found.filter(({ source }) => source !== 'simulated').map(({ provider }) => provider.id);
  const simulated = app.found.length - real.length;
  return [...real, ...(simulated > 0 ? [`${simulated} simulated`] : [])].join(', ') || 'none';
}
