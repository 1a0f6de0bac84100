import {
  halfOperands,
  type MatrixUnit,
  matrixOperands,
  type Operands,
  roundedOperands,
  subgroupThreads,
} from './kernels/operands';

/** What programs with float16 numbers ask of a device, beyond what all programs do. */
export const halfFeatures = [
  'shader-f16',
  'chromium-experimental-subgroup-matrix',
  'subgroup-size-control',
] as GPUFeatureName[];

/** What a device multiplies float16 numbers with. */
export interface HalfOffer {
  /** The fastest first; the last works everywhere. */
  readonly operands: readonly Operands[];
  /** The fastest in words, and why it is none faster. */
  readonly words: string;
}

/** As Dawn tells it; the field is not in WebGPU's standard yet. */
interface MatrixConfig {
  readonly componentType: string;
  readonly resultComponentType: string;
  readonly M: number;
  readonly N: number;
  readonly K: number;
}

export interface Offering {
  readonly features: ReadonlySet<string>;
  readonly info: Pick<GPUAdapterInfo, 'subgroupMinSize' | 'subgroupMaxSize'> & {
    readonly subgroupMatrixConfigs?: Iterable<MatrixConfig>;
  };
}

/** `adapter`: an adapter, or what is known of one. */
export function halfOfferOf({ features, info }: Offering): HalfOffer {
  if (!features.has('shader-f16')) {
    return {
      operands: [roundedOperands],
      words: 'float16 only by rounding float32 numbers, no faster than float32',
    };
  }
  const plain = [halfOperands, roundedOperands];
  const without = (reason: string) => ({ operands: plain, words: `float16, not in tensor cores: ${reason}` });
  if (!features.has('chromium-experimental-subgroup-matrix'))
    return without('Dawn offers none on this device');
  const asksForSize = features.has('subgroup-size-control');
  const { subgroupMinSize = 0, subgroupMaxSize = 0 } = info;
  const fits = asksForSize
    ? subgroupMinSize <= subgroupThreads && subgroupThreads <= subgroupMaxSize
    : subgroupMinSize === subgroupThreads && subgroupMaxSize === subgroupThreads;
  if (!fits) {
    return without(
      `its subgroups have ${subgroupMinSize} to ${subgroupMaxSize} threads, and not ${subgroupThreads}`,
    );
  }
  const configs = [...(info.subgroupMatrixConfigs ?? [])];
  const [largest] = configs
    .filter(
      ({ componentType, resultComponentType }) => componentType === 'f16' && resultComponentType === 'f32',
    )
    .filter(({ M, N, K }) => [M, N, K].every(size => tileSide % size === 0))
    .sort((a, b) => b.M * b.N * b.K - a.M * a.N * a.K);
  if (!largest) return without('they do not multiply float16 to float32');
  const { M: rows, N: columns, K: depth } = largest;
  const unit: MatrixUnit = { rows, columns, depth, asksForSize };
  return {
    operands: [matrixOperands(unit), ...plain],
    words: `float16 in tensor cores, ${rows}x${columns}x${depth}`,
  };
}

/** Tiles of products are made of squares of this side. */
const tileSide = 16;
