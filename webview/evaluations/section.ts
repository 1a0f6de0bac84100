import type { SavedFile } from '../../extension/contract/dashboard';
import type { EvaluationsHost, EvaluationView } from '../../extension/contract/evaluationPage';
import { FigureChart } from '../shared/chart/figureChart';
import { button, hint } from '../shared/controls';
import { element, show } from '../shared/dom';
import { curveDrawing, waterfallDrawing } from './charts';
import { type RobustnessCurve, radiusAxisTitle, robustnessCurves } from './curveData';
import { curveLegend } from './curveLegend';
import { detailsOf } from './details';
import { EvaluationsTable } from './evaluationsTable';
import { UnfinishedList } from './unfinishedList';
import { waterfallBars } from './waterfallData';

/** What the section asks of the page's host. */
export interface SectionHost {
  evaluate(): void;
  ask(method: Exclude<keyof EvaluationsHost, 'evaluate'>, name: string): void;
  saveFile(file: SavedFile): void;
}

const meaning =
  'A checkpoint is attacked as strictly as wanted, apart from the quick measurements during training. Results are kept in ' +
  'evaluations/ and can be continued after an interruption. AutoAttack is what papers report.';

const tickMilliseconds = 1000;

/** Evaluations as they come: what is at work, a table of results, and one of them closely. */
export class EvaluationsSection {
  readonly element: HTMLElement;
  readonly #empty = element(
    'p',
    { class: 'muted' },
    'None yet. The figures of the curves come from a few steps of PGD; a strict evaluation tells how many images stay robust under strong attacks.',
  );
  readonly #unfinished: UnfinishedList;
  readonly #table: EvaluationsTable;
  readonly #details = element('div', { class: 'evaluation-details' });
  readonly #charts: HTMLElement;
  readonly #waterfall: FigureChart;
  readonly #curve: FigureChart;
  readonly #legend = element('div', { class: 'legend' });
  readonly #host: SectionHost;
  #evaluations: readonly EvaluationView[] = [];
  #chosen: string | undefined;
  /** What details and charts show: they are made anew only when that changes. */
  #shown = '';

  constructor(host: SectionHost) {
    this.#host = host;
    this.#unfinished = new UnfinishedList((method, name) => host.ask(method, name));
    this.#table = new EvaluationsTable(name => {
      this.#chosen = name;
      this.#show();
    });
    const onSave = (name: string, content: Uint8Array) => host.saveFile({ name, kind: 'png', content });
    this.#waterfall = new FigureChart({
      title: 'Attack by attack',
      hint: 'From the clean accuracy to what the attacks leave; orange is what each took away. Whiskers are 95 % intervals.',
      fileName: 'attacks',
      onSave,
    });
    this.#curve = new FigureChart({
      title: 'Robustness curve',
      hint: 'Worst-case accuracy against the radius, of evaluations that differ in their radius alone, on the same images. At 0 it is the clean accuracy. A curve that does not fall towards 0 at large radii is a sign of a weak attack. Whiskers are 95 % intervals.',
      fileName: 'robustness-curve',
      onSave,
    });
    this.#curve.element.append(this.#legend);
    this.#charts = element('div', { class: 'charts' }, this.#waterfall.element, this.#curve.element);
    this.element = element(
      'section',
      { class: 'card evaluations', attributes: { 'aria-label': 'Evaluations' } },
      element(
        'div',
        { class: 'card-head' },
        element('h3', {}, 'Evaluations'),
        hint('evaluations', meaning),
        element('span', { class: 'spacer' }),
        button('Evaluate Robustness…', { icon: 'shield', onClick: () => host.evaluate() }),
      ),
      this.#empty,
      this.#unfinished.element,
      this.#table.element,
      this.#details,
    );
    setInterval(() => this.#unfinished.tick(), tickMilliseconds);
    this.update([]);
  }

  /** @param evaluations all of them, the newest first */
  update(evaluations: readonly EvaluationView[]): void {
    this.#evaluations = evaluations;
    show(this.#empty, evaluations.length === 0);
    this.#unfinished.update(evaluations);
    this.#show();
  }

  /** Brings the one of that name into view, now and for as long as nothing else is chosen. */
  reveal(name: string): void {
    this.#chosen = name;
    this.#show();
    this.element.scrollIntoView({ block: 'start' });
  }

  #show(): void {
    const chosen = this.#evaluations.find(({ name }) => name === this.#chosen) ?? this.#evaluations[0];
    this.#table.update(this.#evaluations, chosen?.name);
    show(this.#details, chosen !== undefined);
    if (!chosen) return;
    const curves = robustnessCurves(this.#evaluations, chosen);
    const { name, state, figures, warnings } = chosen;
    const shown = JSON.stringify([name, state, figures.attacks.length, warnings.length, curves]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#details.replaceChildren(
      ...(hasFigures(chosen) ? detailsOf(chosen, this.#charts, method => this.#host.ask(method, name)) : []),
    );
    this.#waterfall.show(waterfallDrawing(waterfallBars(figures, chosen.setting.each)));
    this.#showCurve(curves, chosen);
  }

  #showCurve(curves: readonly RobustnessCurve[], chosen: EvaluationView): void {
    this.#curve.show(
      curves.length > 0
        ? curveDrawing(curves, radiusAxisTitle(chosen))
        : 'A curve needs evaluations at two radii or more that are otherwise the same: give several when you evaluate.',
    );
    this.#legend.replaceChildren(...curveLegend(curves));
  }
}

/** Before the clean phase has ended, the figures say nothing. */
function hasFigures({ state, standing }: EvaluationView): boolean {
  return state === 'finished' || (standing !== undefined && standing.stage !== 'clean');
}
