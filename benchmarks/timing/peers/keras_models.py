"""torchvision's ResNet v1.5, and DeepLabv3+ on it with the head of mmsegmentation 0.22.0, in Keras.

keras.applications has another ResNet-50: it strides in the 1 x 1 convolutions, and has biases.
"""

from keras import Model, layers

BLOCKS = {
    18: ("basic", [2, 2, 2, 2]),
    34: ("basic", [3, 4, 6, 3]),
    50: ("bottleneck", [3, 4, 6, 3]),
    101: ("bottleneck", [3, 4, 23, 3]),
    152: ("bottleneck", [3, 8, 36, 3]),
}


def make(profile):
    image = layers.Input([profile["imageSize"], profile["imageSize"], 3])
    if profile["model"] == "resnet":
        _, high = _features(profile, image, dilations=[1, 1, 1, 1])
        pooled = layers.GlobalAveragePooling2D()(high)
        return Model(image, layers.Dense(profile["classes"])(pooled))
    return Model(image, _deeplab(profile, image))


def _convolution(x, filters, kernel_size=1, strides=1, dilation=1, use_bias=False):
    """Padded symmetrically: "same" pads one side more where a stride of 2 leaves a choice."""
    padding = "same"
    if strides > 1 and kernel_size > 1:
        x, padding = layers.ZeroPadding2D(kernel_size // 2)(x), "valid"
    return layers.Conv2D(
        filters,
        kernel_size,
        strides,
        padding,
        dilation_rate=dilation,
        use_bias=use_bias,
        kernel_initializer="he_normal",
    )(x)


def _normalize(x):
    return layers.BatchNormalization(momentum=0.9, epsilon=1e-5)(x)


def _features(profile, image, dilations):
    """The first stage's features, and the last one's. A dilation above 1 takes a stride's place."""
    kind, counts = BLOCKS[profile["depth"]] if profile["depth"] else ("basic", profile["blocks"])
    x = layers.ReLU()(_normalize(_convolution(image, 64, 7, 2)))
    x = layers.MaxPooling2D(3, 2)(layers.ZeroPadding2D(1)(x))  # after ReLU 0 is as good as -inf
    stages = []
    before = 1
    for stage, (count, dilation) in enumerate(zip(counts, dilations)):
        for index in range(count):
            strides = 2 if index == 0 and stage > 0 and dilation == 1 else 1
            x = _block(x, kind, 64 * 2**stage, strides, before if index == 0 else dilation)
        before = dilation
        stages.append(x)
    return stages[0], stages[-1]


def _block(x, kind, channels, strides, dilation):
    if kind == "basic":
        convolutions = [(channels, 3, strides, dilation), (channels, 3, 1, 1)]
    else:
        convolutions = [(channels, 1, 1, 1), (channels, 3, strides, dilation), (4 * channels, 1, 1, 1)]
    main = x
    for index, arguments in enumerate(convolutions):
        main = layers.ReLU()(main) if index > 0 else main
        main = _normalize(_convolution(main, *arguments))
    if strides > 1 or x.shape[-1] != main.shape[-1]:
        x = _normalize(_convolution(x, main.shape[-1], 1, strides))
    return layers.ReLU()(layers.Add()([main, x]))


def _module(x, filters, kernel_size=1):
    return layers.ReLU()(_normalize(_convolution(x, filters, kernel_size)))


def _separable(x, filters, dilation=1):
    depthwise = layers.DepthwiseConv2D(
        3,
        padding="same",
        dilation_rate=dilation,
        use_bias=False,
        depthwise_initializer="he_normal",
    )
    return _module(layers.ReLU()(_normalize(depthwise(x))), filters)


def _resize(x, like):
    height, width = like.shape[1:3]
    return layers.Resizing(height, width, interpolation="bilinear")(x)


def _deeplab(profile, image):
    head = profile["headChannels"]
    low, high = _features(profile, image, dilations=[1, 1, 2, 4])
    pooled = _module(layers.GlobalAveragePooling2D(keepdims=True)(high), head)
    branches = [_resize(pooled, high)] + [
        _module(high, head) if dilation == 1 else _separable(high, head, dilation)
        for dilation in profile["dilations"]
    ]
    x = _module(layers.Concatenate()(branches), head, 3)
    low = _module(low, profile["lowLevelChannels"])
    x = layers.Concatenate()([_resize(x, low), low])
    x = _separable(_separable(x, head), head)
    x = layers.SpatialDropout2D(profile["dropout"])(x)
    return _resize(_convolution(x, profile["classes"], use_bias=True), image)
