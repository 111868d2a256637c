import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Check } from './check.ts';

const run = promisify(execFile);

const gib = 1024 ** 3;
/** What the system, the context and the runtime need in addition to the weights. */
const reserve = { fixedBytes: 2 * gib, share: 0.2 };
/** Four-bit weights take about 0.6 bytes per parameter including their scales (llama.cpp's Q4_K_M). */
const bytesPerParameter = 0.6;
/** Common sizes of open models, in billions of parameters. */
const commonSizes = [1, 3, 4, 8, 14, 24, 32, 70, 120, 235] as const;

/** Reports the largest local model that fits this machine's memory and, if readable, its graphics memory. */
export async function checkMemory(): Promise<Check[]> {
  const cards = await graphicsMemory();
  const checks: Check[] = [describe('memory', totalmem(), 'on the processor')];
  if (cards > 0) checks.push(describe('graphics memory', cards, 'on the graphics card'));
  return checks;
}

/** The largest common model size that fits at four bits, in billions of parameters; 0 if none does. */
export function largestModel(bytes: number): number {
  const free = Math.max(0, bytes * (1 - reserve.share) - reserve.fixedBytes);
  return commonSizes.findLast((billions) => billions * 1e9 * bytesPerParameter <= free) ?? 0;
}

function describe(name: string, bytes: number, where: string): Check {
  const billions = largestModel(bytes);
  const size = `${Math.round(bytes / gib)} GiB`;
  if (billions === 0) return { name, state: 'note', found: `${size}: too small for a useful local model` };
  return { name, state: 'note', found: `${size}: local models up to about ${billions}B at 4 bits ${where}` };
}

/** Total bytes on graphics cards whose drivers report them: AMD's in a file, NVIDIA's by `nvidia-smi`. */
async function graphicsMemory(): Promise<number> {
  const sizes = await Promise.all([...(await amdCards()), nvidiaCards()]);
  return sizes.reduce((sum, size) => sum + (Number.isFinite(size) ? size : 0), 0);
}

async function amdCards(): Promise<Promise<number>[]> {
  const folder = '/sys/class/drm';
  const cards = await readdir(folder).catch(() => []);
  return cards
    .filter((card) => /^card\d+$/.test(card))
    .map((card) => readFile(join(folder, card, 'device/mem_info_vram_total'), 'utf8').then(Number, () => 0));
}

/** 0 if the tool is not installed or fails. */
async function nvidiaCards(): Promise<number> {
  const query = ['--query-gpu=memory.total', '--format=csv,noheader,nounits'];
  const answer = await run('nvidia-smi', query, { timeout: 2_000 }).catch(() => ({ stdout: '' }));
  return answer.stdout
    .split('\n')
    .filter(Boolean)
    .reduce((sum, mebibytes) => sum + Number(mebibytes) * 1024 ** 2, 0);
}
