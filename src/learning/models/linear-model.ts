import { scratch } from '../../core/memories/scratch.ts';
import { crc32 } from 'node:zlib';
import { ConclaveError } from '../../core/errors.ts';
import { isJsonObject, type JsonObject } from '../../core/json/json.ts';
import { featuresVersion, type HashedFeatures } from '../features/hashed-features.ts';

/** One linear function of a row, before quantisation. */
export type LinearHead = { readonly weights: Float64Array; readonly bias: number };

/** One or more linear functions of a hashed prompt, with one byte per weight. */
export type LinearModel = {
  readonly outputs: readonly string[];
  readonly buckets: number;
  /** Weight of bucket `b` and output `o`: `weights[b * outputs.length + o]`. */
  readonly weights: Int8Array;
  /** The value of one unit of an output's weights. */
  readonly scales: Float64Array;
  readonly biases: Float64Array;
};

/** The metadata of a weights file: where the data came from, and its quality on held-out data. */
export type ModelProvenance = { readonly source: string; readonly quality: JsonObject };

const format = 'conclave-linear';

/** Rounds trained heads to int8, each with its own scale. */
export function quantise(heads: Readonly<Record<string, LinearHead>>): LinearModel {
  const outputs = Object.keys(heads);
  const list = Object.values(heads);
  const buckets = list[0]?.weights.length ?? 0;
  const scales = Float64Array.from(list, ({ weights }) => largest(weights) / 127 || 1);
  const weights = new Int8Array(buckets * outputs.length);
  list.forEach((head, output) => {
    const scale = scales[output] ?? 1;
    for (let bucket = 0; bucket < buckets; bucket++) {
      weights[bucket * outputs.length + output] = Math.round((head.weights[bucket] ?? 0) / scale);
    }
  });
  return { outputs, buckets, weights, scales, biases: Float64Array.from(list, ({ bias }) => bias) };
}

/** Restores the heads of a model, at the precision of one byte per weight. */
export function headsOf({ outputs, buckets, weights, scales, biases }: LinearModel): LinearHead[] {
  return outputs.map((_, output) => ({
    weights: Float64Array.from(
      { length: buckets },
      (_bucket, at) => (weights[at * outputs.length + output] ?? 0) * (scales[output] ?? 0),
    ),
    bias: biases[output] ?? 0,
  }));
}

/** Writes every output's score for a prompt into `into` and returns it. */
export function scoreLinear(model: LinearModel, features: HashedFeatures, into: Float64Array): Float64Array {
  const { hashes, count } = features;
  const { weights, scales, biases } = model;
  const outputs = into.length;
  const perHash = model.buckets / 4_294_967_296;
  const length = 1 / Math.sqrt(count);
  if (outputs === 1) {
    let sum = 0;
    // Truncated instead of floored: the same for non-negative numbers, and faster.
    for (let at = 0; at < count; at++) sum += weights[((hashes[at] ?? 0) * perHash) | 0] ?? 0;
    into[0] = (biases[0] ?? 0) + sum * (scales[0] ?? 0) * length;
    return into;
  }
  const sums = sumsFor(outputs).fill(0, 0, outputs);
  let at = 0;
  // Four features per round: each sum is then loaded and stored a quarter as often, which is most of the work.
  for (; at + 3 < count; at += 4) {
    const a = Math.floor((hashes[at] ?? 0) * perHash) * outputs;
    const b = Math.floor((hashes[at + 1] ?? 0) * perHash) * outputs;
    const c = Math.floor((hashes[at + 2] ?? 0) * perHash) * outputs;
    const d = Math.floor((hashes[at + 3] ?? 0) * perHash) * outputs;
    for (let output = 0; output < outputs; output++) {
      const four =
        (weights[a + output] ?? 0) +
        (weights[b + output] ?? 0) +
        (weights[c + output] ?? 0) +
        (weights[d + output] ?? 0);
      sums[output] = (sums[output] ?? 0) + four;
    }
  }
  for (; at < count; at++) {
    const base = Math.floor((hashes[at] ?? 0) * perHash) * outputs;
    for (let output = 0; output < outputs; output++) {
      sums[output] = (sums[output] ?? 0) + (weights[base + output] ?? 0);
    }
  }
  for (let output = 0; output < outputs; output++) {
    into[output] = (biases[output] ?? 0) + (sums[output] ?? 0) * (scales[output] ?? 0) * length;
  }
  return into;
}

/** Returns the size of a model in bytes: its weights, and a scale and a bias per output. */
export function linearModelBytes({ weights, scales, biases }: LinearModel): number {
  return weights.byteLength + scales.byteLength + biases.byteLength;
}

/** Returns a model as the JSON of a weights file. */
export function writeLinearModel(model: LinearModel, provenance: ModelProvenance): JsonObject {
  const numbers = {
    outputs: [...model.outputs],
    buckets: model.buckets,
    scales: [...model.scales],
    biases: [...model.biases],
    weights: Buffer.from(model.weights.buffer, model.weights.byteOffset, model.weights.length).toString(
      'base64',
    ),
  };
  return {
    format,
    features: featuresVersion,
    source: provenance.source,
    quality: provenance.quality,
    ...numbers,
    checksum: checksumOf(numbers),
  };
}

/**
 * Reads a weights file.
 * @throws ConclaveError `configuration` if it is of another version or inconsistent.
 */
export function readLinearModel(file: unknown): LinearModel {
  if (!isJsonObject(file) || file['format'] !== format) {
    throw unreadable('it is not a file of router weights');
  }
  if (file['features'] !== featuresVersion) {
    throw unreadable(`its features are version ${file['features']}, this Conclave has ${featuresVersion}`);
  }
  const { outputs, buckets, scales, biases, weights, checksum } = file;
  if (
    !isListOf(outputs, 'string') ||
    !isListOf(scales, 'number') ||
    !isListOf(biases, 'number') ||
    typeof buckets !== 'number' ||
    typeof weights !== 'string'
  ) {
    throw unreadable('one of outputs, buckets, scales, biases and weights is missing');
  }
  // Older files have no checksum.
  if (checksum !== undefined && checksum !== checksumOf({ outputs, buckets, scales, biases, weights })) {
    throw unreadable('its numbers are not the ones that were written, as their checksum shows');
  }
  const bytes = Buffer.from(weights, 'base64');
  const agrees = [scales.length, biases.length].every((length) => length === outputs.length);
  if (!agrees || bytes.length !== buckets * outputs.length) {
    throw unreadable(`${bytes.length} weights do not fit ${buckets} buckets of ${outputs.length} outputs`);
  }
  return {
    outputs,
    buckets,
    weights: new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length),
    scales: Float64Array.from(scales),
    biases: Float64Array.from(biases),
  };
}

/** CRC-32 of the numbers as written in the file: a damaged file would otherwise silently route by noise. */
function checksumOf({ outputs, buckets, scales, biases, weights }: Numbers): number {
  return crc32(JSON.stringify([outputs, buckets, scales, biases, weights]));
}

type Numbers = {
  readonly outputs: readonly string[];
  readonly buckets: number;
  readonly scales: readonly number[];
  readonly biases: readonly number[];
  readonly weights: string;
};

function unreadable(reason: string): ConclaveError {
  return new ConclaveError(
    'configuration',
    `These router weights cannot be used: ${reason}. Make new ones with \`conclave router train\`, or delete the file.`,
  );
}

function isListOf(value: unknown, type: 'string'): value is string[];
function isListOf(value: unknown, type: 'number'): value is number[];
function isListOf(value: unknown, type: 'string' | 'number'): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === type);
}

function largest(values: Float64Array): number {
  let most = 0;
  for (const value of values) most = Math.max(most, Math.abs(value));
  return most;
}

const sumsFor = scratch((outputs) => new Int32Array(outputs), 64);
