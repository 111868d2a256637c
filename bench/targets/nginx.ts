import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ProxyTarget } from '../compare-proxies.ts';
import { freePort } from '../free-port.ts';
import { pinned, stopped, untilListening, type MeasuredProcess } from '../measured-process.ts';
import { processUsage } from '../process-usage.ts';

/** nginx as a plain reverse proxy with one worker; `undefined` if it is not installed. */
export function nginx(): ProxyTarget | undefined {
  if (process.platform !== 'linux' || spawnSync('nginx', ['-v']).status !== 0) return undefined;
  return { name: 'nginx', path: '/v1/chat/completions', start };
}

async function start(upstreamUrl: string): Promise<MeasuredProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'conclave-nginx-'));
  const port = await freePort();
  const config = join(folder, 'nginx.conf');
  writeFileSync(config, configFor(folder, new URL(upstreamUrl).host, port));
  const [program, args] = pinned('nginx', ['-c', config, '-p', folder, '-e', 'stderr']);
  const child = spawn(program, args, { stdio: 'ignore' });
  const url = `http://127.0.0.1:${port}`;
  await untilListening(url);
  return {
    url,
    usage: async () => processUsage(child.pid ?? 0),
    async stop() {
      await stopped(child);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Connections to the upstream are kept, streams are passed on as they come, large bodies stay in memory. */
function configFor(folder: string, upstream: string, port: number): string {
  return `
    daemon off; worker_processes 1; pid ${folder}/nginx.pid;
    events { worker_connections 4096; }
    http {
      access_log off; client_max_body_size 16m; client_body_buffer_size 4m; keepalive_requests 1000000;
      client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/fastcgi;
      uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
      upstream provider { server ${upstream}; keepalive 64; }
      server {
        listen 127.0.0.1:${port};
        location / {
          proxy_pass http://provider; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_buffering off;
        }
      }
    }`;
}
