"""The functions of PyTorch that are watched, by their names: activations, losses, layers and what they are given."""

ACTIVATIONS = {  # PyTorch's functions, and ours; `relu_` is the same in place
    "relu": "relu", "sigmoid": "sigmoid", "tanh": "tanh", "softmax": "softmax", "log_softmax": "softmax",
    "leaky_relu": "leaky_relu", "elu": "elu", "softplus": "softplus", "softsign": "softsign", "silu": "swish",
    "gelu": "gelu", "hardsigmoid": "hard_sigmoid", "hardtanh": "hard_tanh", "square": "square", "sin": "sine",
}  # fmt: skip
LOSSES = (
    "mse_loss", "l1_loss", "huber_loss", "smooth_l1_loss", "cross_entropy", "nll_loss", "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
)  # fmt: skip
_WINDOW = ("kernel_size", "stride", "padding")
ARGUMENTS = {  # PyTorch's functions, with the names of what they are given
    "linear": ("input", "weight", "bias"),
    "conv1d": ("input", "weight", "bias", "stride", "padding", "dilation", "groups"),
    "conv2d": ("input", "weight", "bias", "stride", "padding", "dilation", "groups"),
    "max_pool1d": ("input", *_WINDOW, "dilation", "ceil_mode"),
    "max_pool2d": ("input", *_WINDOW, "dilation", "ceil_mode"),
    "avg_pool1d": ("input", *_WINDOW, "ceil_mode", "count_include_pad", "divisor_override"),
    "avg_pool2d": ("input", *_WINDOW, "ceil_mode", "count_include_pad", "divisor_override"),
    "adaptive_avg_pool1d": ("input", "output_size"),
    "adaptive_avg_pool2d": ("input", "output_size"),
    "batch_norm": ("input", "running_mean", "running_var", "weight", "bias", "training", "momentum", "eps"),
    "layer_norm": ("input", "normalized_shape", "weight", "bias", "eps"),
    "dropout": ("input", "p", "training"),
    "embedding": ("input", "weight"),
}
UNSEEN = {  # what has gates or heads inside, of which nothing can be seen; and the topic on how it is written
    "lstm": "layers.lstm", "lstm_cell": "layers.lstm", "gru": "layers.gru", "gru_cell": "layers.gru",
    "rnn_tanh": "layers.recurrent", "rnn_relu": "layers.recurrent", "rnn_tanh_cell": "layers.recurrent",
    "rnn_relu_cell": "layers.recurrent", "multi_head_attention_forward": "layers.attention",
    "scaled_dot_product_attention": "layers.attention",
}  # fmt: skip
