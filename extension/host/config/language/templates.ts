import type { Completion } from './completion';

/** A config with every section that a first experiment touches. Placeholders are in the order in which one fills them. */
const experiment = `{
  "name": "\${1:experiment}",
  "dataset": { "name": "\${2|mnist,idx|}" },
  "model": { "name": "\${3|small-cnn,preact-resnet-18,wide-resnet-34-10|}" },
  "threat": { "norm": "\${4|linf,l2|}", "epsilon": \${5:0.1} },
  "attack": { "steps": \${6:10} },
  "objective": { "name": "\${7|trades,mart,pgd-at,standard|}" },
  "taylor": { "order": \${8|2,1,0|} },
  "optimizer": { "learningRate": \${9:0.1} },
  "schedule": { "name": "\${10|cosine,step,one-cycle,constant|}" },
  "epochs": \${11:10},
  "batchSize": \${12:128}
}
`;

const required = `{
  "dataset": { "name": "\${1|mnist,idx|}" },
  "model": { "name": "\${2|small-cnn,preact-resnet-18,wide-resnet-34-10|}" },
  "threat": { "norm": "\${3|linf,l2|}", "epsilon": \${4:0.3} }
}
`;

/** What an empty file is offered. */
export function templateCompletions(offset: number): Completion[] {
  return [
    {
      label: 'Randomized AT experiment',
      snippet: experiment,
      documentation: 'RAT-TRADES on MNIST, ready to run; every part can be changed.',
    },
    {
      label: 'Randomized AT: required settings only',
      snippet: required,
      documentation: 'Dataset, model and threat; every other setting has its published default.',
    },
  ].map(template => ({ ...template, kind: 'template', filter: template.label, offset, length: 0 }));
}

/** The first template with its first choices made: a whole config. */
export function templateText(name: string): string {
  return experiment
    .replace(/\$\{1:[^}]*\}/, name)
    .replace(/\$\{\d+\|([^,|]+)[^}]*\}/g, '$1')
    .replace(/\$\{\d+:([^}]*)\}/g, '$1');
}
