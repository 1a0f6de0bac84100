import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { env, Uri, window } from 'vscode';
import type { Call } from '../../contract/dashboard';
import type { RobustnessEvaluation } from '../../contract/evaluation';
import { attackListTitle } from '../../contract/evaluationNames';
import type { EvaluationsHost, EvaluationView } from '../../contract/evaluationPage';
import type { Disposable } from '../dispose';
import type { Measurement, Measurements, MeasurementWatch } from '../measurements';
import { evaluationViews } from './evaluationView';

export interface EvaluationsFeedOptions {
  /** Folder that holds `evaluations`. */
  readonly holder: string;
  /** What a person calls it. */
  readonly subject: () => string;
  readonly measurements: Measurements;
  tell(evaluations: readonly EvaluationView[]): void;
  /** Asks the person how, and evaluates. */
  evaluate(): Promise<void>;
}

/** The evaluations of a run, or of other checkpoints, for a page that shows them: what there is, and what it asks for. */
export class EvaluationsFeed implements Disposable {
  readonly #options: EvaluationsFeedOptions;
  #watch: MeasurementWatch | undefined;
  /** What the page knows: what it has no use for is not told again. */
  #told = '';

  constructor(options: EvaluationsFeedOptions) {
    this.#options = options;
  }

  /** What there is; from now on the page is told what changes, until it is silenced. */
  async snapshot(): Promise<EvaluationView[]> {
    const watch = this.#watch ?? this.#open();
    await watch.look();
    const views = evaluationViews(watch.results);
    this.#told = JSON.stringify(views);
    return views;
  }

  silence(): void {
    this.#watch?.dispose();
    this.#watch = undefined;
  }

  dispose(): void {
    this.silence();
  }

  async answer(call: Call<EvaluationsHost>): Promise<void> {
    const { measurements, subject, evaluate } = this.#options;
    if (call.method === 'evaluate') return evaluate();
    const found = this.#find(call.argument);
    if (!found) return;
    const { file, result } = found;
    switch (call.method) {
      case 'stopEvaluation':
        await measurements.stop(file);
        return await this.#watch?.look();
      case 'continueEvaluation':
        await measurements.continue(file, `${attackListTitle(result.setting.attack)} on ${subject()}`);
        return await this.#watch?.look();
      case 'copyCommand': {
        const [view] = evaluationViews([found]);
        return await env.clipboard.writeText(view?.commandLine ?? '');
      }
      case 'copyRobustIndices':
        return await env.clipboard.writeText(result.robustIndices.join('\n'));
      case 'saveRobustIndices':
        return await saveIndices(file, result);
    }
  }

  #open(): MeasurementWatch {
    const { measurements, holder, tell } = this.#options;
    const watch = measurements.watch(holder);
    watch.onDidChange(() => {
      const views = evaluationViews(watch.results);
      const told = JSON.stringify(views);
      if (told === this.#told) return;
      this.#told = told;
      tell(views);
    });
    this.#watch = watch;
    return watch;
  }

  /** By name among those that are there: a page cannot name any other file. */
  #find(name: string): (Measurement & { readonly result: RobustnessEvaluation }) | undefined {
    for (const { file, state, result } of this.#watch?.results ?? []) {
      if (result.kind === 'robustness' && result.name === name) return { file, state, result };
    }
    return undefined;
  }
}

/** One number a line, as programs and people read them. */
async function saveIndices(file: string, { robustIndices }: RobustnessEvaluation): Promise<void> {
  const name = `${path.basename(file, '.json')}-robust.txt`;
  const target = await window.showSaveDialog({
    defaultUri: Uri.file(path.join(path.dirname(file), name)),
    filters: { Text: ['txt'] },
  });
  if (target) await writeFile(target.fsPath, `${robustIndices.join('\n')}\n`);
}
