"""A training step, or a forward pass, in Keras on TensorFlow, as one `tf.function`."""

import protocol  # first: it takes stdout

import math  # noqa: E402
import os  # noqa: E402

tensorflow = protocol.require("tensorflow")
keras = protocol.require("keras")

import keras_models  # noqa: E402


profile = protocol.profile


def main():
    if profile["normalization"] != "batch":
        protocol.unavailable(f"Keras has batch norm here, not {profile['normalization']}")
    tensorflow.config.threading.set_intra_op_parallelism_threads(protocol.threads)
    tensorflow.config.threading.set_inter_op_parallelism_threads(protocol.threads)
    keras.utils.set_random_seed(0)
    model = keras_models.make(profile)
    protocol.serve(
        {"train": _training, "infer": _inference}[protocol.subject["work"]](model),
        {"tensorflow": tensorflow.__version__, "keras": keras.__version__},
        sum(math.prod(variable.shape) for variable in model.trainable_variables),
        f"TF_ENABLE_ONEDNN_OPTS={os.environ.get('TF_ENABLE_ONEDNN_OPTS', '')}",
    )


def _images():
    size, batch = profile["imageSize"], profile["batchSize"]
    return tensorflow.random.normal([batch, size, size, 3])


def _training(model):
    x = _images()
    batch, size = x.shape[:2]
    extent = [] if profile["model"] == "resnet" else [size, size]
    y = tensorflow.random.uniform([batch, *extent], 0, profile["classes"], "int32")
    optimizer = keras.optimizers.SGD(profile["learningRate"], momentum=profile["momentum"])
    variables = model.trainable_variables
    optimizer.build(variables)

    @tensorflow.function
    def train(x, y):
        with tensorflow.GradientTape() as tape:
            losses = tensorflow.nn.sparse_softmax_cross_entropy_with_logits(
                y, model(x, training=True)
            )
            loss = tensorflow.reduce_mean(losses)
        optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
        return loss

    return lambda: float(train(x, y))


def _inference(model):
    """A forward pass down to a number, with the batch's statistics as the moving ones."""
    x = _images()
    for layer in model.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.momentum = 0.0
    model(x, training=True)

    @tensorflow.function
    def infer(x):
        return tensorflow.reduce_mean(model(x, training=False))

    return lambda: float(infer(x))


if __name__ == "__main__":
    main()
