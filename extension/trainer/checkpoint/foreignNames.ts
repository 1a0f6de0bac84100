import { nearest } from '../../contract/config/nearest';
import type { Model } from '../models/model';
import { CheckpointError } from './checkpointFiles';
import type { NamedArray } from './namedArray';

type Arrays = ReadonlyMap<string, NamedArray>;

/** A network's own arrays, and what else the file told. */
export interface ForeignWeights {
  /** By our names: parameters and batch-norm statistics. */
  readonly arrays: Arrays;
  /** Mean and standard deviation a channel that the file's owner subtracts from pixels before the network. */
  readonly normalisation?: { readonly mean: readonly number[]; readonly std: readonly number[] };
  /** Arrays that belong to nothing, in the file's names. */
  readonly unused: readonly string[];
  /** Which naming the file's own was recognised as, in words. */
  readonly naming: string;
}

/** What training scripts put around a network's names; they may stand one inside another. */
const wrappers = [
  'module.',
  'model.',
  '_orig_mod.',
  'state_dict.',
  'model_state_dict.',
  'feature_extractor.',
  'classifier.',
];

/** Counters that no evaluation needs, and a block that old wide ResNets carry without using it. */
const ignored = [/(^|\.)num_batches_tracked$/, /^sub_block1\./];

/** The TRADES small CNN calls its last layer `fc3`. */
const renamed: readonly (readonly [from: RegExp, to: string])[] = [[/^fc3\./, 'fc.']];

const normalisationNames = { mean: ['mean', 'mu'], std: ['std', 'sigma'] } as const;

/**
 * Finds a network's arrays under the names of PyTorch programs: wrappers are stripped, counters dropped, and normalisation
 * kept outside the network is recognised.
 * @param file its name, for messages
 * @throws CheckpointError naming the array that is missing or has another shape
 */
export function adoptForeignNames(arrays: Arrays, model: Model, file: string): ForeignWeights {
  const specs = specsOf(model);
  const wanted = new Map<string, NamedArray>();
  const origin = new Map<string, string>();
  const unused: string[] = [];
  const extras = new Map<string, NamedArray>();
  for (const [original, array] of arrays) {
    const name = ownName(original, specs);
    if (ignored.some(pattern => pattern.test(name))) continue;
    if (!specs.has(name)) {
      extras.set(name, array);
      continue;
    }
    const twin = origin.get(name);
    if (twin !== undefined) {
      throw new CheckpointError(
        `${file}: "${twin}" and "${original}" are both "${name}" of the network. Export one network's state_dict alone.`,
      );
    }
    origin.set(name, original);
    wanted.set(name, array);
  }
  const normalisation = takeNormalisation(extras, model.inputShape[2]);
  unused.push(...extras.keys());
  checkComplete(wanted, specs, [...arrays.keys()], unused, model, file);
  const naming = describeNaming(origin, model);
  return { arrays: wanted, unused, naming, ...(normalisation ? { normalisation } : {}) };
}

const families: readonly (readonly [name: RegExp, words: string])[] = [
  [/^wide-resnet/, 'WideResNet of TRADES and RobustBench'],
  [/^preact-resnet/, 'PreActResNet of AWP, robust_overfitting and RAT'],
  [/^small-cnn/, 'small CNN of this program'],
  [/^mlp/, 'MLP of this program'],
];

/** "WideResNet of TRADES and RobustBench, behind "module."". @param origin the file's name of each of our names */
function describeNaming(origin: ReadonlyMap<string, string>, model: Model): string {
  const isTrades = [...origin.values()].some(name => /(^|\.)feature_extractor\.conv1\.weight$/.test(name));
  const family = families.find(([name]) => name.test(model.name))?.[1] ?? model.name;
  const before = [...origin].map(([name, original]) =>
    original.endsWith(name) ? original.slice(0, -name.length) : undefined,
  );
  const prefixes = new Set(
    before.map(prefix => prefix?.replace(/(feature_extractor|classifier)\.$/, '')).filter(prefix => prefix),
  );
  const shown = [...prefixes].map(prefix => `"${prefix}"`).join(', ');
  return `${isTrades ? 'SmallCNN of TRADES' : family}${shown === '' ? '' : `, behind ${shown}`}`;
}

/** Parameters and statistics of the network, with their shapes in PyTorch's layout. */
function specsOf(model: Model): ReadonlyMap<string, readonly number[]> {
  const specs = new Map<string, readonly number[]>();
  for (const { name, shape } of model.parameters) specs.set(name, shape);
  for (const { name, channels } of model.batchNorms) {
    specs.set(`${name}.running_mean`, [channels]);
    specs.set(`${name}.running_var`, [channels]);
  }
  return specs;
}

/** Strips wrappers until a name of the network is left, or nothing more can be stripped. */
function ownName(original: string, specs: ReadonlyMap<string, unknown>): string {
  let name = original;
  for (;;) {
    if (specs.has(name)) return name;
    const alias = renamed.find(([from, to]) => from.test(name) && specs.has(name.replace(from, to)));
    if (alias) return name.replace(alias[0], alias[1]);
    const wrapper = wrappers.find(prefix => name.startsWith(prefix));
    if (wrapper === undefined) return name;
    name = name.slice(wrapper.length);
  }
}

/** Takes the arrays of a normalisation layer out of `extras`: `mean` and `std`, or `mu` and `sigma`, of any prefix. */
function takeNormalisation(extras: Map<string, NamedArray>, channels: number) {
  const find = (names: readonly string[]) =>
    [...extras].find(
      ([name, { data }]) => names.includes(name.split('.').at(-1) ?? '') && data.length === channels,
    );
  const mean = find(normalisationNames.mean);
  const std = find(normalisationNames.std);
  if (!mean || !std) return undefined;
  extras.delete(mean[0]);
  extras.delete(std[0]);
  return { mean: Array.from(mean[1].data, Number), std: Array.from(std[1].data, Number) };
}

function checkComplete(
  found: Arrays,
  specs: ReadonlyMap<string, readonly number[]>,
  originals: readonly string[],
  unused: readonly string[],
  model: Model,
  file: string,
): void {
  for (const [name, shape] of specs) {
    const array = found.get(name);
    if (!array) {
      const guess = nearest(name, unused.length > 0 ? unused : originals);
      const missing = [...specs.keys()].filter(wanted => !found.has(wanted)).length;
      throw new CheckpointError(
        `${file} has no array "${name}", which ${model.name} needs (${missing} of ${specs.size} are missing).` +
          `${guess === undefined ? '' : ` It has "${guess}".`} Name the model that the file was trained as with --model.`,
      );
    }
    if (array.shape.join() !== shape.join()) {
      throw new CheckpointError(
        `${file}: "${name}" has the shape [${array.shape.join(', ')}]; ${model.name} on ${model.inputShape.join(' x ')} ` +
          `images in ${model.classes} classes needs [${shape.join(', ')}]. Check --model and --dataset.`,
      );
    }
  }
}
