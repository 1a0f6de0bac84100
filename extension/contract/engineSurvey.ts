/** One engine as the trainer finds it on this machine: an item of what `devices --json` prints. */
export interface EngineSurvey {
  readonly name: string;
  readonly available: boolean;
  readonly device?: string;
  readonly version?: string;
  /** What the device offers for float16, in words; absent where the engine has no float16. */
  readonly float16?: string;
  /** What an engine for several kinds of GPU finds here, and which one it takes. */
  readonly adapters?: readonly AdapterSurvey[];
  /** Why it is not available. */
  readonly reason?: string;
  /** What would make it available. */
  readonly remedy?: string;
  /** Where it was looked for, and what was found in each place. */
  readonly searched?: readonly string[];
  /** The one that `auto` takes. */
  readonly chosenByAuto: boolean;
}

/** An adapter that Dawn can see: a GPU, or the processor in a GPU's place, through one of the system's interfaces. */
export interface AdapterSurvey {
  /** Any part of it, in compute.webgpuAdapter, asks for this adapter. */
  readonly name: string;
  /** Through which Dawn speaks to it: vulkan, metal, d3d12. */
  readonly graphicsInterface: string;
  readonly driver: string;
  /** Whether a run takes it that names none. */
  readonly taken: boolean;
  /** Why it is taken or not. */
  readonly reason: string;
}
