import type { LandscapeLoss, LandscapeMeasure, SharpnessScale } from '../../contract/landscape';
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
  /** Whether to tell where the time goes, kernel by kernel. */
  readonly profile: boolean;
  readonly json: boolean;
}

/** What stands beside a checkpoint or run; absent means: what the run's config says. */
export interface EvaluateArguments {
  /** A run folder, or its name below `.rat/runs`: its best checkpoint is evaluated. */
  readonly run?: string;
  /** A safetensors file. */
  readonly checkpoint?: string;
  readonly model?: string;
  /** `mnist`, or a folder of IDX files. */
  readonly dataset?: string;
  /** Test examples from `from` to before `to`; all by default. */
  readonly examples?: { readonly from: number; readonly to: number };
  readonly norm?: 'linf' | 'l2';
  /** At least one; an evaluation each, one after the other. */
  readonly epsilons?: readonly number[];
  /** Names separated by commas. */
  readonly attack: string;
  readonly each: boolean;
  readonly stepSize?: number;
  /** A value a channel. */
  readonly mean?: readonly number[];
  readonly std?: readonly number[];
  readonly batch: number;
  readonly engine?: EngineChoice;
  readonly seed: number;
  readonly workspace: string;
  /** Evaluate anew even where a result is stored. */
  readonly again: boolean;
  readonly json: boolean;
  /** Events as JSON lines on stderr. */
  readonly progress: 'auto' | 'json';
}

/** What stands beside a checkpoint or run; absent means: what the run's config says. */
export interface LandscapeArguments
  extends Pick<
    EvaluateArguments,
    | 'run'
    | 'checkpoint'
    | 'model'
    | 'dataset'
    | 'norm'
    | 'stepSize'
    | 'mean'
    | 'std'
    | 'batch'
    | 'engine'
    | 'seed'
    | 'workspace'
    | 'again'
    | 'json'
    | 'progress'
  > {
  readonly epsilon?: number;
  /** In the order of their lists, each once. */
  readonly measures: readonly LandscapeMeasure[];
  readonly losses: readonly LandscapeLoss[];
  readonly split: 'train' | 'test';
  /** How many of its images; 512 or all by default. */
  readonly examples?: number;
  readonly attackSteps: number;
  readonly scales: readonly SharpnessScale[];
  readonly rho?: number;
  readonly directions: number;
  readonly worstCaseRho: number;
  readonly probes: number;
  readonly radius: number;
  /** Odd, so that the middle one is the checkpoint itself. */
  readonly points: number;
  /** A run folder, or its name below `.rat/runs`. */
  readonly directionsOf?: string;
}
