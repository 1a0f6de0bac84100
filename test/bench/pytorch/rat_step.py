"""One training step of RAT-TRADES with the last-layer Taylor terms, in two structures with the same mathematics.

Jin et al., "Randomized Adversarial Training via Taylor Expansion", CVPR 2023 (arXiv 2303.10653).

`official` costs what the authors' script costs. In forward passes F (backward to the input 1 F, full backward 2 F):
  attack   10 x (2 F forward + 1 F backward): the natural logits are computed again in every step
  losses   8 F forward + 2 x 2 F for the two last-layer gradients + 7 x 2 F for the backward of the total = 26 F
`lean` computes every logit once and the last-layer gradients in closed form:
  attack   1 F + 10 x (1 F forward + 1 F backward);  losses  2 F forward + 2 x 2 F backward;  27 F in all.

With `awp_gamma` > 0 both are wrapped in adversarial weight perturbation (Wu et al. 2020), where the script runs the
natural and the adversarial forward once each, so the batch-norm statistics get 2 updates instead of 8.

Every random draw comes in as an argument, so a recorded step can be replayed.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import torch
import torch.nn.functional as functional
from torch import Tensor, nn

from models import Classifier

Structure = Literal["official", "lean"]

# The inputs of the official script's train-mode forwards, in order ("n" natural, "a" adversarial).
UPDATE_ORDER = "naananan"


@dataclass(frozen=True)
class Recipe:
    """Settings of one step. Noise entries are standard deviations; epsilon and step_size are in image units."""

    alpha: float = 0.2
    beta: float = 6.0
    epsilon: float = 8 / 255
    step_size: float = 2 / 255
    attack_steps: int = 10
    input_noise: float = 1e-3
    weight_noise: float = 1e-4
    awp_gamma: float = 0.0
    learning_rate: float = 0.1
    momentum: float = 0.9
    weight_decay: float = 5e-4


@dataclass(frozen=True)
class Draws:
    """Raw N(0, 1) draws: one like the images, and one per noisy parameter by its name (empty for no weight noise)."""

    input: Tensor
    weights: dict[str, Tensor] = field(default_factory=dict)


@dataclass(frozen=True)
class Losses:
    """The terms of the loss (0-d tensors) and the soft targets [N, classes] of the four Taylor terms.

    `first_on_adversarial` is KL(target || p(x')), `first_on_natural` is KL(target || p(x)); likewise `second_*`.
    """

    natural: Tensor
    robust: Tensor
    first_on_adversarial: Tensor
    first_on_natural: Tensor
    second_on_adversarial: Tensor
    second_on_natural: Tensor
    total: Tensor
    targets: dict[str, Tensor]


@dataclass(frozen=True)
class TrainRecord:
    """What one step did. `gradients` are those of the total loss, taken at the perturbed weights under AWP."""

    losses: Losses
    gradients: dict[str, Tensor]
    perturbation: dict[str, Tensor]


def make_optimizer(
    model: Classifier, recipe: Recipe, momenta: dict[str, Tensor] | None = None
) -> torch.optim.SGD:
    """SGD with momentum and coupled weight decay on every parameter; `momenta` restores its buffers by name."""
    optimizer = torch.optim.SGD(
        model.parameters(),
        lr=recipe.learning_rate,
        momentum=recipe.momentum,
        weight_decay=recipe.weight_decay,
    )
    for name, parameter in model.named_parameters():
        if momenta is not None and name in momenta:
            optimizer.state[parameter]["momentum_buffer"] = momenta[name].clone().to(parameter)
    return optimizer


def noisy_copy(model: Classifier, draws: Draws, weight_noise: float) -> Classifier:
    """A copy of the model, every parameter named in `draws.weights` shifted by `weight_noise` times its draw."""
    noisy = copy.deepcopy(model)
    with torch.no_grad():
        for name, parameter in noisy.named_parameters():
            if name in draws.weights:
                parameter.add_(draws.weights[name], alpha=weight_noise)
    return noisy


def divergence(logits: Tensor, target: Tensor) -> Tensor:
    """KL(target || softmax(logits)), mean over the batch; 0 log 0 is 0. Logits and target are [N, classes]."""
    return functional.kl_div(functional.log_softmax(logits, dim=1), target, reduction="batchmean")


def craft(
    model: Classifier,
    images: Tensor,
    draws: Draws,
    recipe: Recipe,
    structure: Structure,
    on_input_gradient: Callable[[Tensor], None] | None = None,
) -> Tensor:
    """The adversarial images: sign-gradient ascent on KL(p~(x) || p~(x')) from x + input_noise * draw.

    p~ belongs to the noisy copy with batch norm in eval mode. Projects on the l_inf ball around x, then on [0, 1].
    `on_input_gradient` sees the gradient of every step, before its sign is taken.
    """
    noisy = noisy_copy(model, draws, recipe.weight_noise).eval()
    natural: Tensor | None = None
    if structure == "lean":
        noisy.requires_grad_(False)
        natural = functional.softmax(noisy(images), dim=1)
    adversarial = images + recipe.input_noise * draws.input
    for _ in range(recipe.attack_steps):
        adversarial = adversarial.detach().requires_grad_()
        logits = noisy(adversarial)
        target = functional.softmax(noisy(images), dim=1) if natural is None else natural
        (gradient,) = torch.autograd.grad(divergence(logits, target), adversarial)
        if on_input_gradient is not None:
            on_input_gradient(gradient)
        adversarial = adversarial.detach() + recipe.step_size * gradient.sign()
        adversarial = torch.min(
            torch.max(adversarial, images - recipe.epsilon), images + recipe.epsilon
        ).clamp(0.0, 1.0)
    return adversarial.detach()


def soft_targets(gaps: Tensor, labels: Tensor) -> Tensor:
    """R(gaps)[labels]: soft targets [N, classes] from one gap per class [classes]; carries no gradient.

    v = gaps - min gaps; row y holds 1 - kappa at y and kappa v_j / sum_{k != y} v_k elsewhere, kappa = 1 - 2 / classes.
    The method's division of v by its sum cancels in that quotient. Where all other gaps are zero, kappa spreads evenly.
    """
    classes = gaps.numel()
    kappa = 1.0 - 2.0 / classes
    own = functional.one_hot(labels, classes).bool()
    others = (gaps - gaps.min()).expand(len(labels), classes).masked_fill(own, 0.0)
    rest = others.sum(dim=1, keepdim=True)
    uniform = torch.full_like(others, 1.0 / max(1, classes - 1))
    spread = torch.where(rest > 0, others / torch.where(rest > 0, rest, torch.ones_like(rest)), uniform)
    return (kappa * spread).masked_fill(own, 1.0 - kappa).detach()


def taylor_targets(natural_sums: Tensor, adversarial_sums: Tensor, labels: Tensor) -> dict[str, Tensor]:
    """The four soft targets from sum_j G_cj on x and on x', G = d(batch-mean cross-entropy)/d(last weight).

    Both second-order targets use R(s2 adversarial - s2 natural), as the official code does.
    """
    first = natural_sums.abs() - adversarial_sums.abs()
    second = adversarial_sums.square() - natural_sums.square()
    return {
        "first_on_adversarial": soft_targets(first, labels),
        "first_on_natural": soft_targets(-first, labels),
        "second_on_adversarial": soft_targets(second, labels),
        "second_on_natural": soft_targets(second, labels),
    }


def gradient_sums_by_backward(model: Classifier, loss: Tensor) -> Tensor:
    """sum_j G_cj per class [classes], by a full backward pass whose other gradients are thrown away."""
    model.zero_grad(set_to_none=True)
    loss.backward(retain_graph=True)
    gradient = model.head.weight.grad
    assert gradient is not None
    model.zero_grad(set_to_none=True)
    return gradient.sum(dim=1)


def gradient_sums_closed_form(features: Tensor, logits: Tensor, labels: Tensor) -> Tensor:
    """sum_j G_cj = mean_i [(p_ic - 1[y_i = c]) sum_j h_ij], without a backward pass."""
    with torch.no_grad():
        errors = functional.softmax(logits, dim=1) - functional.one_hot(labels, logits.shape[1])
        return (errors * features.sum(dim=1, keepdim=True)).mean(dim=0)


def combine(recipe: Recipe, targets: dict[str, Tensor], terms: dict[str, Tensor]) -> Losses:
    """(1 - alpha) CE(x) + alpha T1 + alpha / 2 T2 + beta KL(p(x) || p(x')), T1 and T2 each half the sum of two KLs."""
    first = 0.5 * (terms["first_on_adversarial"] + terms["first_on_natural"])
    second = 0.5 * (terms["second_on_adversarial"] + terms["second_on_natural"])
    total = (
        (1 - recipe.alpha) * terms["natural"]
        + recipe.alpha * first
        + 0.5 * recipe.alpha * second
        + recipe.beta * terms["robust"]
    )
    return Losses(**terms, total=total, targets=targets)


def losses_with_eight_forwards(
    model: Classifier, images: Tensor, adversarial: Tensor, labels: Tensor, recipe: Recipe
) -> Losses:
    """The official TRADES script's loss part: 8 train-mode forwards, each of which updates the running statistics.

    Python evaluates arguments left to right, so the forwards run in UPDATE_ORDER.
    """
    natural = functional.cross_entropy(model(images), labels)
    natural_sums = gradient_sums_by_backward(model, natural)
    adversarial_sums = gradient_sums_by_backward(
        model, functional.cross_entropy(model(adversarial), labels)
    )
    targets = taylor_targets(natural_sums, adversarial_sums, labels)
    terms = {
        "natural": natural,
        "robust": divergence(model(adversarial), functional.softmax(model(images), dim=1)),
        "first_on_adversarial": divergence(model(adversarial), targets["first_on_adversarial"]),
        "first_on_natural": divergence(model(images), targets["first_on_natural"]),
        "second_on_adversarial": divergence(model(adversarial), targets["second_on_adversarial"]),
        "second_on_natural": divergence(model(images), targets["second_on_natural"]),
    }
    return combine(recipe, targets, terms)


def losses_with_two_forwards(
    model: Classifier,
    images: Tensor,
    adversarial: Tensor,
    labels: Tensor,
    recipe: Recipe,
    structure: Structure,
) -> Losses:
    """Every logit once, natural before adversarial. The official structure still finds G by two backward passes."""
    update_as_eight = structure == "lean" and recipe.awp_gamma == 0
    natural_momentum, adversarial_momentum = equivalent_momenta() if update_as_eight else (0.1, 0.1)
    set_batch_norm_momentum(model, natural_momentum)
    natural_features = model.features(images)
    set_batch_norm_momentum(model, adversarial_momentum)
    adversarial_features = model.features(adversarial)
    set_batch_norm_momentum(model, 0.1)
    if update_as_eight:
        count_batch_norm_updates(model, len(UPDATE_ORDER) - 2)

    natural_logits = model.head(natural_features)
    adversarial_logits = model.head(adversarial_features)
    natural = functional.cross_entropy(natural_logits, labels)
    if structure == "official":
        adversarial_loss = functional.cross_entropy(adversarial_logits, labels)
        natural_sums = gradient_sums_by_backward(model, natural)
        adversarial_sums = gradient_sums_by_backward(model, adversarial_loss)
    else:
        natural_sums = gradient_sums_closed_form(natural_features, natural_logits, labels)
        adversarial_sums = gradient_sums_closed_form(adversarial_features, adversarial_logits, labels)
    targets = taylor_targets(natural_sums, adversarial_sums, labels)
    terms = {
        "natural": natural,
        "robust": divergence(adversarial_logits, functional.softmax(natural_logits, dim=1)),
        "first_on_adversarial": divergence(adversarial_logits, targets["first_on_adversarial"]),
        "first_on_natural": divergence(natural_logits, targets["first_on_natural"]),
        "second_on_adversarial": divergence(adversarial_logits, targets["second_on_adversarial"]),
        "second_on_natural": divergence(natural_logits, targets["second_on_natural"]),
    }
    return combine(recipe, targets, terms)


def equivalent_momenta() -> tuple[float, float]:
    """Batch-norm momenta with which one natural and then one adversarial update equal the eight of UPDATE_ORDER.

    The eight updates give r = 0.9^8 r0 + c_n b_n + c_a b_a with c = the sum of 0.1 x 0.9^(updates still to come); two
    updates with momenta m_n and m_a give (1 - m_a)((1 - m_n) r0 + m_n b_n) + m_a b_a.
    """
    contributions = {"n": 0.0, "a": 0.0}
    for position, kind in enumerate(UPDATE_ORDER):
        contributions[kind] += 0.1 * 0.9 ** (len(UPDATE_ORDER) - 1 - position)
    return contributions["n"] / (1 - contributions["a"]), contributions["a"]


def set_batch_norm_momentum(model: nn.Module, momentum: float) -> None:
    """Sets the weight of a new batch in every running statistic (PyTorch's convention)."""
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.momentum = momentum


def count_batch_norm_updates(model: nn.Module, updates: int) -> None:
    """Adds to num_batches_tracked of every batch norm."""
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d) and module.num_batches_tracked is not None:
            module.num_batches_tracked += updates


def weight_perturbation(
    model: Classifier, images: Tensor, adversarial: Tensor, labels: Tensor, beta: float
) -> tuple[dict[str, Tensor], float]:
    """AWP's perturbation before gamma, by parameter name, and the objective the proxy ascends.

    The objective is plain TRADES, CE(x) + beta KL(p(x) || p(x')): the natural term has weight 1 and there are no Taylor
    terms. It is taken on a copy in train mode, so the model's running statistics do not move. The perturbation is one
    plain gradient step of the copy (no momentum, no weight decay) scaled to the weight's norm,
    v = ||w|| / (||d|| + 1e-20) d, so the copy's learning rate cancels; only weights with more than one axis have one.
    """
    proxy = copy.deepcopy(model).train()
    natural_logits = proxy(images)
    adversarial_logits = proxy(adversarial)
    objective = functional.cross_entropy(natural_logits, labels) + beta * divergence(
        adversarial_logits, functional.softmax(natural_logits, dim=1)
    )
    objective.backward()
    perturbation = {}
    for name, parameter in proxy.named_parameters():
        if parameter.ndim > 1 and parameter.grad is not None:
            scale = parameter.detach().norm() / (parameter.grad.norm() + 1e-20)
            perturbation[name] = scale * parameter.grad
    return perturbation, float(objective)


def add_to_weights(model: Classifier, perturbation: dict[str, Tensor], scale: float) -> None:
    """Adds `scale` times the perturbation to the parameters it names."""
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name in perturbation:
                parameter.add_(perturbation[name], alpha=scale)


def train_on(
    model: Classifier,
    optimizer: torch.optim.Optimizer,
    images: Tensor,
    adversarial: Tensor,
    labels: Tensor,
    recipe: Recipe,
    structure: Structure,
) -> TrainRecord:
    """Losses, backward and SGD step on given adversarial images.

    Under AWP the perturbation stays on through losses, backward and SGD step, so weight decay sees the perturbed
    weights, and is subtracted afterwards.
    """
    perturbation: dict[str, Tensor] = {}
    if recipe.awp_gamma > 0:
        perturbation, _ = weight_perturbation(model, images, adversarial, labels, recipe.beta)
        add_to_weights(model, perturbation, recipe.awp_gamma)
    model.train()
    if structure == "official" and recipe.awp_gamma == 0:
        losses = losses_with_eight_forwards(model, images, adversarial, labels, recipe)
    else:
        losses = losses_with_two_forwards(model, images, adversarial, labels, recipe, structure)
    optimizer.zero_grad(set_to_none=True)
    losses.total.backward()
    optimizer.step()
    add_to_weights(model, perturbation, -recipe.awp_gamma)
    gradients = {
        name: parameter.grad for name, parameter in model.named_parameters() if parameter.grad is not None
    }
    return TrainRecord(losses, gradients, perturbation)


def train_step(
    model: Classifier,
    optimizer: torch.optim.Optimizer,
    images: Tensor,
    labels: Tensor,
    draws: Draws,
    recipe: Recipe,
    structure: Structure,
) -> TrainRecord:
    """One whole step: craft the adversarial images, then train on them."""
    adversarial = craft(model, images, draws, recipe, structure)
    return train_on(model, optimizer, images, adversarial, labels, recipe, structure)
