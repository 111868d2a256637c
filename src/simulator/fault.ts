/** All kinds of faults, in the order in which a reply could meet them. */
const faultKinds = [
  '400',
  '401',
  '402',
  '403',
  '404',
  '408',
  '413',
  '429',
  'quota',
  '500',
  '502',
  '503',
  '504',
  '529',
  'overflow',
  'reset',
  'slow',
  'empty',
  'garbage',
  'stall',
  'malformed',
  'error-event',
  'cut',
  'cut-clean',
  'refusal',
  'split',
] as const;

export type FaultKind = (typeof faultKinds)[number];

/** A fault and its settings. */
export type Fault = {
  readonly kind: FaultKind;
  /** How often it strikes, 0 to 1. Default 1. */
  readonly probability?: number;
  /** Content frames that are still sent before a fault inside the reply. Default 2. */
  readonly after?: number;
  /** For `slow`: milliseconds before the first byte. Default 30,000. */
  readonly delayMs?: number;
  /** Seconds in `retry-after`, for 429, 503 and 529. Default 1. */
  readonly retryAfter?: number;
  /** For `split`: bytes per write. Default 1. */
  readonly size?: number;
  /** How often it strikes before it ends. Default: no limit. */
  readonly times?: number;
};

/**
 * Parses `kind[,p=0.3][,after=2][,delay=500][,retry-after=1][,times=2][,size=1]`.
 * @throws RangeError naming the part that is not understood.
 */
export function parseFault(text: string): Fault {
  const [kind, ...dials] = text.trim().split(/\s*,\s*/);
  const known = faultKinds.find((name) => name === kind);
  if (!known)
    throw new RangeError(`no simulated fault is called "${kind}"; there are ${faultKinds.join(', ')}`);
  return Object.assign({ kind: known }, ...dials.map(readDial));
}

/**
 * Parses the fault of a single request, in its header or its model's name.
 * @throws RangeError also for `times`, which counts over many requests.
 */
export function parseRequestFault(text: string): Fault {
  const fault = parseFault(text);
  if (fault.times === undefined) return fault;
  throw new RangeError('"times" counts requests, and this fault is for one; set it with POST /__faults');
}

const dialNames: Readonly<Record<string, keyof Omit<Fault, 'kind'>>> = {
  p: 'probability',
  after: 'after',
  delay: 'delayMs',
  'retry-after': 'retryAfter',
  times: 'times',
  size: 'size',
};

function readDial(dial: string): Partial<Fault> {
  const [name = '', value = ''] = dial.split('=');
  const field = dialNames[name];
  const number = Number(value);
  if (!field || value === '' || !(number >= 0)) {
    throw new RangeError(`"${dial}" is no dial of a fault; there are ${Object.keys(dialNames).join(', ')}`);
  }
  return { [field]: number };
}

/** Splits `gpt-6-sol!fault=cut,after=3` into the model and its fault. */
export function faultInName(model: string): { model: string; fault?: Fault } {
  const at = model.indexOf('!fault=');
  if (at < 0) return { model };
  return { model: model.slice(0, at), fault: parseRequestFault(model.slice(at + '!fault='.length)) };
}
