import { type Memento, ProgressLocation, window } from 'vscode';
import type { Config } from '../../../contract/config';
import type { NodeRuntime } from '../../runs/findNode';
import { runTrainerTask } from '../../runs/trainerTask';
import type { Speed } from '../cost/estimate';
import { measurementArguments, speedIn } from '../cost/stepMeasurement';

export interface StepMeasurementDependencies {
  /** Absolute path of the bundled trainer. */
  readonly trainerPath: string;
  findNode(): Promise<NodeRuntime>;
  /** Keeps the speeds of this machine. */
  readonly memory: Memento;
}

/** Speeds of networks that were measured by a step of their own, before any run of them. */
export class MeasuredSteps {
  readonly #dependencies: StepMeasurementDependencies;

  constructor(dependencies: StepMeasurementDependencies) {
    this.#dependencies = dependencies;
  }

  /** Whether a step of the config's network can be measured. */
  canMeasure(config: Config): boolean {
    return measurementArguments(config) !== undefined;
  }

  /** The speed measured earlier, if any. */
  speedOf(config: Config): Speed | undefined {
    return this.canMeasure(config) ? this.#dependencies.memory.get<Speed>(keyOf(config)) : undefined;
  }

  /** Trains two steps on random images and keeps the speed. Undefined when it was canceled; throws when the trainer fails. */
  async measure(config: Config): Promise<Speed | undefined> {
    const { trainerPath, findNode, memory } = this.#dependencies;
    const words = measurementArguments(config);
    if (words === undefined) return undefined;
    const node = await findNode();
    const found: { speed?: Speed } = {};
    await window.withProgress(
      {
        location: ProgressLocation.Notification,
        title: `Measuring a training step of ${config.model.name}`,
        cancellable: true,
      },
      (_progress, canceled) => {
        const stop = new AbortController();
        canceled.onCancellationRequested(() => stop.abort());
        return runTrainerTask({ node, trainer: trainerPath, arguments: words }, stop.signal, report => {
          const speed = speedIn(report);
          if (speed) found.speed = speed;
        });
      },
    );
    if (found.speed) await memory.update(keyOf(config), found.speed);
    return found.speed;
  }
}

const keyOf = ({ model, compute }: Config) => `measuredStep ${model.name} ${compute.engine}`;
