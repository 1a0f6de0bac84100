import type { Override } from './overrides';

export const engineChoices = ['auto', 'tensorflow', 'webgpu', 'wasm', 'cpu'] as const;
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
  readonly json: boolean;
}
