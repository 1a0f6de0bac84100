import type { Precision } from '../engine/engine';
import type { EvaluationWish } from '../evaluation/prepareEvaluation';
import type { LandscapeWish } from '../landscape/prepareLandscape';
import type { Override } from './overrides';

export const engineChoices = ['auto', 'tensorflow', 'webgpu', 'simd', 'wasm', 'cpu'] as const;
export type EngineChoice = (typeof engineChoices)[number];

/** Paths are as they were typed; the command resolves them against `Io.cwd`. Absent means: what the config says. */
export interface RunArguments {
  /** Absent only together with `resume`. */
  readonly config?: string;
  /** A run folder, or its name below `.rat/runs`. */
  readonly resume?: string;
  readonly workspace: string;
  readonly engine?: EngineChoice;
  readonly seed?: number;
  readonly epochs?: number;
  readonly overrides: readonly Override[];
  readonly display: 'auto' | 'plain' | 'json';
  /** Only measure a few steps and tell how long the run would take. */
  readonly estimate?: boolean;
}

export interface CheckStepArguments {
  /** At least one. */
  readonly fixtures: readonly string[];
  readonly engine: EngineChoice;
  /** A table for people instead of JSON. */
  readonly table: boolean;
}

export interface DevicesArguments {
  readonly json: boolean;
}

export interface BenchArguments {
  readonly model: string;
  /** Images a step. */
  readonly batch: number;
  /** Training steps that are measured. */
  readonly steps: number;
  /** Gradient steps of the attack within one training step; 0 trains on clean images. */
  readonly attackSteps: number;
  readonly engine: EngineChoice;
  /** Of the numbers that convolutions multiply. */
  readonly precision: Precision;
  /** How many divide the images of a step. */
  readonly workers: number;
  /** Threads of the simd engine, of each worker; absent means: the processor's cores. */
  readonly threads?: number;
  /** Whether to tell where the time goes, kernel by kernel. */
  readonly profile: boolean;
  readonly json: boolean;
}

/** How a measurement is made and shown, which does not change its figures but by the engine. */
export interface MeasurementOptions {
  /** Images a batch. */
  readonly batch: number;
  readonly engine?: EngineChoice;
  /** Measure anew even where a result is stored. */
  readonly again: boolean;
  readonly json: boolean;
  /** Events as JSON lines on stderr. */
  readonly progress: 'auto' | 'json';
}

/** Paths are as they were typed, and so are names of runs. */
export interface EvaluateArguments extends Omit<EvaluationWish, 'epsilon'>, MeasurementOptions {
  /** An evaluation each; absent means: the run's. */
  readonly epsilons?: readonly number[];
}

/** Paths are as they were typed, and so are names of runs. */
export interface LandscapeArguments extends LandscapeWish, MeasurementOptions {}
