"""What books and other programs call a key, a loss or an activation: not accepted, but understood in a suggestion."""

from __future__ import annotations

from collections.abc import Mapping


def _by_word(table: Mapping[str, str]) -> dict[str, str]:
    """The table turned round: every word with what it means, several meanings with spaces between them."""
    found: dict[str, list[str]] = {}
    for meant, words in table.items():
        for word in words.split():
            found.setdefault(word, []).append(meant)
    return {word: " ".join(meanings) for word, meanings in found.items()}


KEYS = _by_word({
    "inputs": "input x features data",
    "targets": "target t labels label desired expected outputs output ground_truth",
    "layers": "network net architecture model",
    "graph": "nodes expressions equations formulas gates",
    "parameters": "params variables",
    "loss": "cost error criterion cost_function error_function loss_function",
    "learning_rate": "lr eta alpha η α rate step_size learningrate",
    "schedule": "decay lr_schedule learning_rate_schedule learning_rate_decay",
    "optimizer": "optimiser method momentum nesterov adam adagrad adadelta rmsprop solver updater",
    "penalty": "regularization regularisation regularizer weight_decay l1 l2 lambda",
    "clip": "clipping gradient_clipping max_norm",
    "samples": "examples dataset training_set training_data patterns",
    "batch": "batch_size minibatch mini_batch",
    "epochs": "epoch iterations n_epochs max_epochs max_iter",
    "backward": "bidirectional reverse",
    "fixed": "frozen freeze constant",
    "rounding": "round precision decimals places figures",
    "weights": "weight w kernel matrix",
    "bias": "biases b b0 intercept offset",
    "activation": "act function activation_function nonlinearity transfer transfer_function",
    "neurons": "units nodes names size n_units num_units hidden_size",
    "ask": "asked questions wanted exercise",
    "marks": "points scores credits",
    "title": "name heading",
})  # fmt: skip
SETTINGS = _by_word({  # of an optimizer: as PyTorch, Keras, Optax and the papers call them
    "mu": "momentum mom friction gamma beta alpha rho",
    "rho": "alpha decay decay_rate smoothing gamma beta beta2",
    "beta": "momentum mu gamma rho alpha",
    "tau": "dampening damping",
    "lambda": "weight_decay decay wd lambd damping",
    "epsilon": "eps delta fuzz",
    "beta1": "beta_1 b1 betas rho1 momentum mu",
    "beta2": "beta_2 b2 rho2 rho",
    "psi": "momentum_decay schedule_decay",
    "iterations": "ns_steps steps",
})  # fmt: skip
LOSSES = _by_word({
    "half_squared_error": "quadratic quadratic_cost half_sse",
    "squared_error": "squared l2 residual ssr rss sum_of_squared_errors sum_of_squares sum_squared_error",
    "mean_squared_error": "rmse l2_mean",
    "absolute_error": "l1",
    "mean_absolute_error": "mad l1_mean",
    "binary_cross_entropy": "logloss log_loss binary_crossentropy logistic_loss",
    "cross_entropy": "ce cce crossentropy categorical_crossentropy sparse_categorical_crossentropy softmax_loss "
                     "softmax_cross_entropy log_likelihood",
    "kl_divergence": "kld",
})  # fmt: skip
LAYERS = _by_word({
    "dense": "fc linear fully_connected full feedforward mlp",
    "recurrent": "rnn simple_rnn simplernn elman",
    "convolution": "conv conv1d conv2d convolutional cnn",
    "max_pooling": "maxpool maxpool1d maxpool2d max_pool maxpooling pooling pool",
    "average_pooling": "avgpool avgpool1d avgpool2d avg_pool mean_pooling",
    "attention": "self_attention multihead_attention multi_head_attention mha",
    "embedding": "embed lookup",
    "batch_normalization": "batchnorm batchnorm1d batch_norm bn",
    "layer_normalization": "layernorm layer_norm ln",
    "rms_normalization": "rmsnorm rms_norm",
    "group_normalization": "groupnorm group_norm instancenorm instance_norm instance_normalization",
    "gated_units": "glu swiglu geglu",
    "radial_basis": "rbf radial_basis_function",
    "residual": "skip skip_connection shortcut add",
    "positional_encoding": "positional position pe",
})  # fmt: skip
ACTIVATIONS = _by_word({
    "sigmoid": "logsig expit sigma",
    "tanh": "tansig hyperbolic_tangent",
    "identity": "none purelin id",
    "step": "threshold hardlim unit_step binary",
    "sign": "hardlims bipolar sgn signum",
    "leaky_relu": "lrelu leaky",
    "hard_tanh": "clip",
})  # fmt: skip
