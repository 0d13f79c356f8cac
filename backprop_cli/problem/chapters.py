"""The bundled problems as a course: its chapters, their order, and what each problem teaches."""

from __future__ import annotations

from collections.abc import Mapping

from backprop_cli.ground.records import record
from backprop_cli.ground.words import n_


@record
class Chapter:
    """A part of the course: its title, what it is about, and by their names the problems with what each teaches.

    Its words are messages, to be translated where they are shown.
    """

    title: str
    about: str
    problems: Mapping[str, str]


# fmt: off
CHAPTERS = (
    Chapter(n_("One weight"),
        n_("A step against the slope, again and again: all of training with a single number."), {
        "mini-step": n_("The new weight is the old one minus the learning rate times the gradient."),
        "one-weight": n_("Where the gradient comes from, and how the error shrinks from epoch to epoch."),
        "overshoot": n_("With too large a learning rate, each step goes further out than the one before."),
        "learning-rates": n_("Which rates are too small, converge, oscillate or diverge, and where the borders are."),
        "starting-points": n_("Where gradient descent ends depends on where it starts."),
    }),
    Chapter(n_("Gates and paths"),
        n_("A formula as a graph of single operations, and the chain rule back through it."), {
        "cs231n-gates": n_("A gate needs only its own local derivatives; the chain rule multiplies them."),
        "max-gate": n_("A sum hands the gradient on, a product swaps its inputs, a max gives all to the winner."),
        "two-paths": n_("Where a value is used twice, the gradients of its paths are added."),
        "sigmoid-circuit": n_("The long way through a sigmoid, and what its slope out·(1 − out) saves."),
        "forward-mode": n_("The same derivative carried forward with the values, one input at a time."),
    }),
    Chapter(n_("Networks by hand"),
        n_("Forward, error, backward, gradients, update: one step, as it is done on paper."), {
        "one-neuron": n_("The gradient of a weight is its input times the error, in numbers and in letters."),
        "linear-2-2-1": n_("A whole network in which only the chain rule is left, since all slopes are 1."),
        "mazur": n_("δ of a hidden unit collects a path from every output; the best-known example of all."),
        "mazur-biases": n_("A bias is a weight on an input of 1; a shared one adds up what its units say."),
        "six-neurons": n_("δ goes back layer by layer, and holds the sum of all ways behind it."),
        "on-the-slide": n_("Data and weights as matrices, and what a row of them is."),
    }),
    Chapter(n_("What becomes of the gradient"),
        n_("Slopes and weights multiply on the way back: what that does to learning."), {
        "dead-relu": n_("A ReLU that is off has slope 0: nothing that leads into it or out of it learns."),
        "vanishing": n_("Each sigmoid takes at least three quarters of δ; the first layers hardly learn."),
        "exploding": n_("Large weights multiply δ in every layer, until one step destroys the network."),
    }),
    Chapter(n_("Classes"),
        n_("Outputs that are probabilities, and the losses that go with them."), {
        "binary-cross-entropy": n_("One sigmoid and its cross-entropy: two slopes collapse into δ = out − t."),
        "softmax": n_("Softmax and cross-entropy together: δ = p − t, and why."),
        "softmax-network": n_("A hidden layer before the softmax: three paths, one from each class."),
        "softmax-squared": n_("With the squared error nothing cancels: certain and wrong, and yet a small δ."),
        "label-smoothing": n_("Targets that are not quite certain: δ is p − t′."),
        "policy-gradient": n_("A likelihood to go up on, in which each move counts as much as it brought."),
    }),
    Chapter(n_("Other books, other signs"),
        n_("The same algorithm in the words, signs and roundings of several authors."), {
        "han-kamber": n_("Errors with the sign of −∂E/∂net, updates that add, and a textbook's rounding."),
        "thresholds": n_("A threshold is subtracted, so it moves the other way than a bias."),
        "sequential-update": n_("A well-known solution that updates too early, and what the slip changes."),
        "watermelon": n_("One step in the notation of Zhou's machine learning: g, e, thresholds θ and γ."),
        "conventions": n_("Which answers depend on a course's conventions, and which are the same in all."),
    }),
    Chapter(n_("The perceptron"),
        n_("Learning without a slope: a wrong answer is corrected, a right one is left alone."), {
        "perceptron-and": n_("The perceptron rule, pattern after pattern, until all answers are right."),
        "perceptron-or": n_("The same rule with other targets; and what it cannot learn."),
    }),
    Chapter(n_("Many examples"),
        n_("One after the other, all at once, or in small batches, for as many epochs as it takes."), {
        "online-two-samples": n_("An update after each example: the second works with the new weights."),
        "xor-batch": n_("One update with the mean of all gradients: the order no longer matters."),
        "mini-batches": n_("Batches of two in a stated order: two updates in an epoch."),
        "linear-regression": n_("A line through points by gradient descent, from a table of data."),
        "absolute-error": n_("Each point pulls with the same strength; where the 1/n of a batch may stand."),
        "early-stop": n_("When training has done enough, what else one looks at, and samples that count more."),
        "ten-thousand-epochs": n_("Training to the end, with every printed digit certain."),
    }),
    Chapter(n_("Better steps"),
        n_("Steps that remember gradients, measure them, or become smaller with time."), {
        "schedule": n_("A learning rate that is halved lets the weight settle."),
        "weight-decay": n_("A penalty on large weights has a loss, a gradient and a share in each step."),
        "momentum": n_("A velocity collects gradients; the three ways in which books write it."),
        "adam": n_("Two running averages, their correction, and a step of almost exactly η."),
        "amsgrad": n_("A memory that is too short, and what the largest v so far mends."),
        "muon": n_("A step of the same length in every direction of a matrix."),
        "quadratic-bowl": n_("Exact line search zigzags, conjugate gradients end in as many steps as parameters."),
        "rosenbrock": n_("In a valley that bends, the gradient points at its walls; Newton knows the curvature."),
        "newton-steps": n_("The slope over the curvature is the step: no learning rate, and few steps."),
        "damped-newton": n_("Where the curvature is negative, Newton's step goes up, unless it is damped."),
        "gauss-newton": n_("A sum of squares has curvature enough in its first derivatives."),
    }),
    Chapter(n_("Pictures"),
        n_("Kernels that slide, and pooling: the same few weights at every place."), {
        "convolution-1d": n_("A kernel is used at every place, so its gradient is a sum over the places."),
        "convolution-2d": n_("A kernel over an image: who sees which pixel, and what a ReLU takes away."),
        "pooling": n_("Back through a max all goes to the winner, through a mean everyone has a share."),
        "small-cnn": n_("Convolution, pooling and softmax together: the gradient reaches the place that won."),
        "kernels-apart": n_("Values spread by a kernel, a kernel for each channel, and one that looks further apart."),
    }),
    Chapter(n_("Sequences and words"),
        n_("The same unit in every step, and vectors that stand for words."), {
        "recurrent": n_("Backpropagation through time: a shared weight collects from every step."),
        "lstm": n_("Gates, and the path of the cell state on which gradients survive."),
        "gru": n_("How much of the state stays, and how much of it the candidate sees."),
        "sequence-lengths": n_("A step that does not count carries the state on, and no gradient comes from there."),
        "two-ways": n_("A layer in both directions, and one that stands on another."),
        "embedding": n_("Only the rows that were looked up get a gradient, once for each time."),
        "skip-gram": n_("A word moves towards its neighbour and away from words that were drawn."),
        "triplet": n_("One matrix for three pictures: what is alike moves together."),
    }),
    Chapter(n_("Matrices and attention"),
        n_("Whole arrays in one line, up to the block that language models are made of."), {
        "squared-norm": n_("The gradient of a product of matrices is a product of matrices."),
        "attention": n_("Queries, keys and values, unit by unit: a mixture by softmax and its gradient."),
        "matrix-attention": n_("The same in matrices, and the softmax backward, row by row."),
        "transformer-block": n_("Attention, gated units, normalization and residual connections in one step."),
    }),
    Chapter(n_("Normalization"),
        n_("Values with mean 0 and variance 1, and three ways back through them."), {
        "batch-norm": n_("Over a batch: through x̂, σ² and μ; the gradients of x add up to 0."),
        "batch-norm-network": n_("In a network: the bias goes, β takes its place."),
        "layer-norm": n_("Over the units of one sample: no batch is needed."),
        "instance-norm": n_("Over the places of one channel, each by itself."),
    }),
    Chapter(n_("More building blocks"),
        n_("Units and connections that other courses have beside these."), {
        "maxout": n_("The largest of several linear pieces; only the winner has a gradient."),
        "residual": n_("A connection around two layers, on which the gradient passes no weight."),
        "dropout": n_("A unit that is dropped passes nothing on, forward or backward."),
        "radial-basis": n_("Units that answer to nearness, whose centres and widths learn too."),
        "vae": n_("A sample through which a gradient goes, and a code that is kept near N(0, 1)."),
    }),
)
# fmt: on
