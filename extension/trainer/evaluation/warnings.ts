import type { EvaluationWarning, WarningCode } from '../../contract/evaluation';

/** What each warning means for the figures, and what to try. */
const explanations: Readonly<Record<WarningCode, { readonly meaning: string; readonly advice: string }>> = {
  'zero-gradients': {
    meaning:
      'Attacks that follow gradients have nothing to follow there: such examples can look robust without being so.',
    advice:
      'Trust the worst case only with attacks that do not need that gradient: apgd-dlr or apgd-t (free of scale) and square; look for saturated activations and for logits that are very large.',
  },
  randomised: {
    meaning:
      'The same image gives different logits each time, so that one gradient says little about the next.',
    advice:
      'Average over many forward passes (expectation over transformation), or evaluate without the noise.',
  },
  'batch-dependent': {
    meaning:
      'An image is judged by its neighbours in the batch, as batch norm in train mode does; accuracies then depend on the batch and attacks on one image change the others.',
    advice: 'Evaluate in eval mode, with the running statistics of training.',
  },
  'untrained-statistics': {
    meaning:
      'Batch norm normalises with mean 0 and variance 1 instead of what training has seen: the network is another one than was trained.',
    advice: 'Export the buffers running_mean and running_var with the weights (the whole state_dict).',
  },
  'softmax-output': {
    meaning:
      'The outputs are probabilities, not logits: losses take a second softmax of them, and their gradients are far too small.',
    advice: 'Leave out the last softmax and evaluate the logits.',
  },
  'black-box-beats-gradients': {
    meaning:
      'An attack that sees no gradients finds what those with gradients miss: a sign of gradient masking. The true robust accuracy may be lower still.',
    advice: 'Run more restarts or autoattack-plus, and an attack that is adapted to the defence.',
  },
  'single-step-beats-iterated': {
    meaning:
      'A single step should never beat many: the iterated attack is badly set, or gradients mislead it (gradient masking).',
    advice: 'Check the step size, add restarts, and run autoattack.',
  },
  'more-steps-hurt': {
    meaning: 'More steps should never be the weaker attack: gradients mislead it, or its steps are too long.',
    advice: 'Lower --step-size, and run autoattack, which chooses its steps itself.',
  },
  'large-epsilon-survivors': {
    meaning:
      'An adversary that may change every pixel at will should always win: this one does not, so its gradients mislead it.',
    advice: 'Distrust the gradient attacks; run square and an attack that is adapted to the defence.',
  },
  'few-classes': {
    meaning: 'The attack is not quite the usual one, and its figure compares with that in mind.',
    advice: 'Say so beside the figure; square and fab-t need no DLR loss.',
  },
  weights: {
    meaning: 'The network that was evaluated may not be quite the one in the file.',
    advice: 'Check that the model is the one that the file was trained as.',
  },
};

export function warningOf(code: WarningCode, found: string): EvaluationWarning {
  return { code, found, ...explanations[code] };
}
