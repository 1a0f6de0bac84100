import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import type { TensorMap } from './tensorMap';

/** `train`: batch norm normalises by the statistics of the images at hand. `eval`: by the running ones. */
export type Mode = 'train' | 'eval' | SharedBatch;

/**
 * Train mode where the images at hand are a part of a batch, and batch norm normalises by the statistics of all of it
 * (synchronised batch norm; `torch.nn.SyncBatchNorm`).
 */
export interface SharedBatch {
  /** Means over the whole batch from means over this part. Constants, in the order of `means`. */
  readonly overBatch: <Means extends readonly Tensor[]>(means: Means) => Means;
  /** Images of the whole batch. */
  readonly examples: number;
  /** What is differentiated is the sum, over the parts, of their losses times these factors. */
  readonly lossFactor: number;
}

export interface ForwardResult {
  /** [batch, classes] */
  readonly logits: Tensor2D;
  /** [batch, features]: input of the last linear layer. */
  readonly features: Tensor2D;
  /**
   * In train mode, the batch's mean and unbiased variance under the names of the running statistics; empty in eval mode.
   */
  readonly batchStatistics: TensorMap;
}

/** How a parameter starts: N(0, deviation^2), U(-bound, bound) or a constant. */
export type Initialisation =
  | { readonly kind: 'normal'; readonly deviation: number }
  | { readonly kind: 'uniform'; readonly bound: number }
  | { readonly kind: 'constant'; readonly value: number };

export interface ParameterSpec {
  readonly name: string;
  /** PyTorch's layout: OIHW for convolutions, [out, in] for linear layers. */
  readonly shape: readonly number[];
  readonly initialisation: Initialisation;
}

/**
 * A network as a pure function. Parameters and statistics are maps by PyTorch name in TensorFlow's layouts (HWIO,
 * [in, out]); `checkpoint/layout.ts` converts.
 */
export interface Model {
  readonly name: string;
  /** [height, width, channels] of an image; values in [0, 1]. */
  readonly inputShape: readonly [number, number, number];
  readonly classes: number;
  readonly parameters: readonly ParameterSpec[];
  /** Batch-norm layers with their channel counts; each has `<name>.running_mean` and `<name>.running_var`. */
  readonly batchNorms: readonly { readonly name: string; readonly channels: number }[];
  /**
   * `images`: [batch, height, width, channels]. To be called inside `tidy` or a gradient: intermediates are not disposed of.
   */
  forward(parameters: TensorMap, statistics: TensorMap, images: Tensor4D, mode: Mode): ForwardResult;
}
