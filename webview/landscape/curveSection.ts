import type { LandscapeLoss } from '../../extension/contract/landscape';
import type { LandscapeRun } from '../../extension/contract/landscapePage';
import { Choice, hint } from '../shared/controls';
import { element, setText, show } from '../shared/dom';
import type { Frames } from '../shared/frames';
import { colorOf, dashOrder, hueOrder } from '../shared/palette';
import { type Chosen, chooseLandscapes, describeWalk, landscapesWith } from './choice';
import { describeDirections, lossesIn, lossNames } from './comparability';
import { CurveCard, type CurveOfRun } from './curveCard';
import { leftOut } from './leftOut';
import { Select } from './select';
import type { SectionActions, SectionFacts } from './surfaceSection';

/** Curves along the first direction, one chart a loss, the runs over each other. */
export class CurveSection {
  readonly element: HTMLElement;
  readonly #frames: Frames;
  readonly #actions: SectionActions;
  readonly #scale: Choice<'linear' | 'logarithmic'>;
  readonly #reference: Select;
  readonly #caption = element('p', { class: 'note' });
  readonly #legend = element('div', { class: 'legend' });
  readonly #charts = element('div', { class: 'curves' });
  readonly #left = element('div');
  #cards: CurveCard[] = [];

  constructor(frames: Frames, actions: SectionActions) {
    this.#frames = frames;
    this.#actions = actions;
    this.#scale = new Choice('Scale of the curves', { linear: 'Linear', logarithmic: 'Log' }, curveScale =>
      actions.look({ curveScale }),
    );
    this.#reference = new Select('Measurement', curve => actions.look({ curve }));
    this.element = element(
      'section',
      { class: 'card', attributes: { 'aria-label': 'Curves' } },
      element(
        'div',
        { class: 'card-head' },
        element('h2', {}, 'Curves'),
        hint(
          'the curves',
          'The loss in nats at w + a x along one random direction x in weight space, each filter of the direction as long as that filter of w. A wider valley is flatter along this direction; that is a description of the network, not a measure of its robustness.',
        ),
        element('div', { class: 'section-tools' }, this.#scale.element),
      ),
      this.#reference.element,
      this.#caption,
      this.#charts,
      this.#legend,
      this.#left,
    );
  }

  update(facts: SectionFacts): void {
    const { runs, landscapes, view, theme } = facts;
    const losses = lossesIn(
      landscapes.map(({ result }) => result),
      'curve',
    );
    show(this.element, losses.length > 0);
    const wanted = view.curve === undefined ? {} : { wanted: view.curve };
    const chosen = losses.map(
      loss => [loss, chooseLandscapes(runs, landscapes, { walk: 'curve', loss, ...wanted })] as const,
    );
    const [first] = chosen;
    if (!first) return;
    this.#scale.value = view.curveScale;
    this.#showReference(facts, first[0], first[1]);
    setText(this.#caption, describeDirections(first[1].shown.map(({ result }) => result.setting)));
    this.#makeCards(losses);
    for (const [i, [, { shown }]] of chosen.entries()) {
      const curves = shown.map((landscape): CurveOfRun => {
        const { name, ...ink } = inkOf(runs, landscape.runFolder);
        return { name, ...ink, landscape };
      });
      this.#cards[i]?.update(curves, view.curveScale, theme);
    }
    const drawn = new Set(chosen.flatMap(([, { shown }]) => shown.map(({ runFolder }) => runFolder)));
    this.#legend.replaceChildren(
      ...[...drawn].map(runFolder => {
        const { name, hue } = inkOf(runs, runFolder);
        const swatch = element('span', { class: 'swatch' });
        swatch.style.setProperty('--color', colorOf(hue, theme));
        return element('span', { class: 'legend-entry' }, swatch, name);
      }),
    );
    this.#left.replaceChildren(...chosen.flatMap(([loss, { left }]) => leftOut(left, lossNames[loss])));
  }

  #showReference({ runs, landscapes }: SectionFacts, loss: LandscapeLoss, { shown }: Chosen): void {
    const entries = landscapesWith(landscapes, 'curve', loss).map(
      landscape =>
        [
          landscape.file,
          `${inkOf(runs, landscape.runFolder).name}: ${describeWalk(landscape, 'curve')}`,
        ] as const,
    );
    const differing = new Set(entries.map(([, text]) => text.slice(text.indexOf(':'))));
    this.#reference.update(new Map(differing.size > 1 ? entries : []), shown[0]?.file);
  }

  #makeCards(losses: readonly LandscapeLoss[]): void {
    if (this.#cards.map(({ loss }) => loss).join() === losses.join()) return;
    for (const card of this.#cards) card.destroy();
    this.#cards = losses.map(
      loss => new CurveCard(loss, this.#frames, (name, content) => this.#actions.save(name, content)),
    );
    this.#charts.replaceChildren(...this.#cards.map(card => card.element));
  }
}

/** A run's name and what it is drawn with, by its place among the runs. */
export function inkOf(
  runs: readonly LandscapeRun[],
  runFolder: string,
): Pick<CurveOfRun, 'name' | 'hue' | 'dash'> {
  const index = Math.max(
    0,
    runs.findIndex(run => run.runFolder === runFolder),
  );
  return {
    name: runs[index]?.name ?? runFolder,
    hue: hueOrder[index % hueOrder.length] ?? 'foreground',
    dash: dashOrder[index % dashOrder.length] ?? [],
  };
}
