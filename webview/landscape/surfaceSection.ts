import type { LandscapeLoss } from '../../extension/contract/landscape';
import type { LandscapeRun, StoredLandscape } from '../../extension/contract/landscapePage';
import { Choice, hint } from '../shared/controls';
import { element, setText, show } from '../shared/dom';
import type { Frames } from '../shared/frames';
import type { Theme } from '../shared/theme';
import { CanvasView } from './canvasView';
import { type Chosen, chooseLandscapes, describeWalk, landscapesWith } from './choice';
import { describeDirections, describeSubject, lossDefinitions, lossesIn, lossNames } from './comparability';
import type { Look } from './drawing';
import { rangeOfGrids } from './grid';
import { drawColorBar } from './heatMap';
import { leftOut } from './leftOut';
import { savePng } from './picture';
import { Select } from './select';
import { barFrame, gridOf, SurfaceCard } from './surfaceCard';
import { drawSheet, sheetSize } from './surfaceSheet';
import { ValueScale } from './valueScale';
import type { LandscapeView } from './viewState';

export interface SectionFacts {
  readonly runs: readonly LandscapeRun[];
  readonly landscapes: readonly StoredLandscape[];
  readonly view: LandscapeView;
  readonly theme: Theme;
}

export interface SectionActions {
  look(change: Partial<LandscapeView>): void;
  save(name: string, content: Uint8Array): void;
}

const contourCount = 9;

/** Surfaces of the runs side by side, on one scale. */
export class SurfaceSection {
  readonly element: HTMLElement;
  readonly #frames: Frames;
  readonly #actions: SectionActions;
  readonly #losses = element('span');
  readonly #scale: Choice<'linear' | 'logarithmic'>;
  readonly #colors: Choice<'common' | 'own'>;
  readonly #reference: Select;
  readonly #caption = element('p', { class: 'note' });
  readonly #bar: CanvasView;
  readonly #barFrame: HTMLElement;
  readonly #grid = element('div', { class: 'surfaces' });
  readonly #left = element('div');
  #cards: { readonly file: string; readonly card: SurfaceCard }[] = [];
  #cardsKey = '';
  #lossChoice: { readonly names: string; readonly choice: Choice<LandscapeLoss> } | undefined;
  #looks: Look[] = [];
  #facts: SectionFacts | undefined;

  constructor(frames: Frames, actions: SectionActions) {
    this.#frames = frames;
    this.#actions = actions;
    this.#scale = new Choice('Scale', { linear: 'Linear', logarithmic: 'Log' }, scale =>
      actions.look({ scale }),
    );
    this.#colors = new Choice('Colours', { common: 'Common scale', own: 'Each its own' }, colors =>
      actions.look({ colors }),
    );
    this.#reference = new Select('Measurement', surface => actions.look({ surface }));
    this.#bar = new CanvasView(frames, (context, size) => {
      const [look] = this.#looks;
      if (look) drawColorBar(context, size, look);
    });
    this.#barFrame = barFrame(this.#bar);
    this.element = element(
      'section',
      { class: 'card', attributes: { 'aria-label': 'Surface' } },
      element(
        'div',
        { class: 'card-head' },
        element('h2', {}, 'Surface'),
        hint(
          'the surface',
          'The loss in nats at w + a x + b y for two random directions x and y in weight space, each filter of a direction as long as that filter of w. Lines join points of equal loss; the cross marks the weights. Li et al., NeurIPS 2018.',
        ),
        element(
          'div',
          { class: 'section-tools' },
          this.#losses,
          this.#scale.element,
          this.#colors.element,
          element(
            'button',
            {
              class: 'text-button',
              title: 'Save as PNG',
              attributes: { type: 'button', 'aria-label': 'Save as PNG, surface' },
              on: { click: () => void this.#save() },
            },
            'PNG',
          ),
        ),
      ),
      this.#reference.element,
      this.#caption,
      this.#barFrame,
      this.#grid,
      this.#left,
    );
  }

  update(facts: SectionFacts): void {
    this.#facts = facts;
    const { landscapes, view, theme } = facts;
    const losses = lossesIn(
      landscapes.map(({ result }) => result),
      'surface',
    );
    const loss = losses.find(name => name === view.loss) ?? losses[0];
    show(this.element, loss !== undefined);
    if (!loss) return;
    this.#showLosses(losses, loss);
    this.#scale.value = view.scale;
    this.#colors.value = view.colors;
    const wanted = view.surface === undefined ? {} : { wanted: view.surface };
    const chosen = chooseLandscapes(facts.runs, landscapes, { walk: 'surface', loss, ...wanted });
    this.#showReference(facts, loss, chosen);
    const own = view.colors === 'own' && chosen.shown.length > 1;
    show(this.#colors.element, chosen.shown.length > 1);
    const settings = chosen.shown.map(({ result }) => result.setting);
    const subject = settings[0] ? describeSubject(settings[0], loss) : '';
    setText(this.#caption, [lossDefinitions[loss], subject, describeDirections(settings)].join(' '));
    const grids = chosen.shown.map(landscape => gridOf(landscape, loss));
    this.#looks = grids.map(grid => lookAt(own ? [grid] : grids, view, theme));
    show(this.#barFrame, !own);
    this.#bar.invalidate();
    this.#showCards(facts, chosen, loss, own);
    this.#left.replaceChildren(...leftOut(chosen.left));
  }

  #showLosses(losses: readonly LandscapeLoss[], loss: LandscapeLoss): void {
    const names = losses.join();
    if (this.#lossChoice?.names !== names) {
      const options = Object.fromEntries(losses.map(name => [name, lossNames[name]]));
      const choice = new Choice<LandscapeLoss>(
        'Loss of the surface',
        options as Record<LandscapeLoss, string>,
        chosen => this.#actions.look({ loss: chosen }),
      );
      this.#lossChoice = { names, choice };
      this.#losses.replaceChildren(choice.element);
    }
    this.#lossChoice.choice.value = loss;
  }

  #showReference({ runs, landscapes }: SectionFacts, loss: LandscapeLoss, { shown }: Chosen): void {
    const nameOf = (folder: string) => runs.find(({ runFolder }) => runFolder === folder)?.name ?? '';
    const entries = landscapesWith(landscapes, 'surface', loss).map(
      landscape =>
        [landscape.file, `${nameOf(landscape.runFolder)}: ${describeWalk(landscape, 'surface')}`] as const,
    );
    const differing = new Set(entries.map(([, text]) => text.slice(text.indexOf(':'))));
    this.#reference.update(new Map(differing.size > 1 ? entries : []), shown[0]?.file);
  }

  #showCards({ runs, view }: SectionFacts, { shown }: Chosen, loss: LandscapeLoss, own: boolean): void {
    const key = JSON.stringify([shown.map(({ file }) => file), own]);
    if (key !== this.#cardsKey) {
      this.#cardsKey = key;
      for (const { card } of this.#cards) card.destroy();
      this.#cards = shown.map(({ file, runFolder }) => {
        const name = runs.find(run => run.runFolder === runFolder)?.name ?? runFolder;
        const card = new SurfaceCard(name, own, this.#frames, {
          pointAt: point => {
            for (const each of this.#cards) each.card.pointAt(point);
          },
          turn: camera => this.#actions.look({ camera }),
        });
        return { file, card };
      });
      this.#grid.replaceChildren(...this.#cards.map(({ card }) => card.element));
    }
    for (const [i, landscape] of shown.entries()) {
      const look = this.#looks[i];
      if (look) this.#cards[i]?.card.update(landscape, loss, look, view.camera);
    }
  }

  /** Turns the surfaces without drawing anything else anew. */
  turn(view: LandscapeView): void {
    if (this.#facts) this.#facts = { ...this.#facts, view };
    for (const { card } of this.#cards) card.turn(view.camera);
  }

  async #save(): Promise<void> {
    const facts = this.#facts;
    if (!facts) return;
    const parts = this.#cards.flatMap(({ card }, i) => {
      const look = this.#looks[i];
      return look ? [{ name: card.name, grid: card.grid, look }] : [];
    });
    const caption = this.#caption.textContent ?? '';
    const content = await savePng(sheetSize(parts.length), facts.theme, (context, size) =>
      drawSheet(context, size, parts, facts.view.camera, caption),
    );
    this.#actions.save('surface.png', content);
  }
}

function lookAt(grids: Parameters<typeof rangeOfGrids>[0], { scale }: LandscapeView, theme: Theme): Look {
  const values = new ValueScale(scale, rangeOfGrids(grids) ?? { min: 0, max: 1 });
  return { scale: values, levels: values.ticks(contourCount), theme };
}
