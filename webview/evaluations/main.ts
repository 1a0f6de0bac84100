import '../toolkit';
import './page.css';
import type {
  CheckpointEvaluationsHost,
  CheckpointEvaluationsPage,
} from '../../extension/contract/evaluationPage';
import { element } from '../shared/dom';
import { HostLine } from '../shared/host';
import { EvaluationsSection } from './section';

/** The evaluations of checkpoints that belong to no run of this workspace. */
function showPage(page: HTMLElement): void {
  const host = new HostLine<CheckpointEvaluationsHost, CheckpointEvaluationsPage>();
  const section = new EvaluationsSection({
    evaluate: () => host.call({ method: 'evaluate' }),
    ask: (method, name) => host.call({ method, argument: name }),
    saveFile: file => host.call({ method: 'saveFile', argument: file }),
  });
  page.append(
    element(
      'header',
      { class: 'header' },
      element('h1', {}, 'Evaluations of checkpoints'),
      element(
        'p',
        { class: 'muted' },
        'Of files that belong to no run here. Those of a run are on its dashboard.',
      ),
    ),
    section.element,
  );
  host.listen({
    hydrate: ({ holder, evaluations }) => {
      host.keep({ runFolder: holder });
      section.update(evaluations);
      document.body.dataset['hydrated'] = 'true';
    },
    evaluations: evaluations => section.update(evaluations),
    revealEvaluation: name => section.reveal(name),
  });
  host.call({ method: 'ready' });
}

const page = document.getElementById('page');
if (page) showPage(page);
