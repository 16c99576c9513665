"""GPEN's generator in PyTorch, one image at a time: what the ONNX model is compared with.

Every layer is written as its formula: modulated weights are computed for the image, blurs are
convolutions of their own, nothing is merged. Vectors are float32 in either precision.

    generator.py SIZE fp32|fp16 cpu|cuda:N INPUT.rgb OUTPUT.rgb [--weights FILE.pth] [--repeat N]

INPUT holds images of SIZE x SIZE pixels in RGB, a byte a level, one after the other. One line of
JSON on the standard output says how long an image takes.
"""
import argparse
import json
import math
import statistics
import sys
import time

STYLE = 512
STYLE_LAYERS = 8
GAIN = math.sqrt(2)
SLOPE = 0.2
EPSILON = 1e-8
CHANNELS = [512, 512, 512, 512, 512, 256, 128, 64, 32, 16]
MASK = 0xFFFF
MEAN = 2 * MASK
DEVIATION = 37837.2
GOLDEN = 0x9E3779B97F4A7C15


def convolution(level):
    return "generator.conv1" if level == 0 else f"generator.convs.{2 * level - 1}"


def upsampling(level):
    return f"generator.convs.{2 * level - 2}"


def to_rgb(level):
    return "generator.to_rgb1" if level == 0 else f"generator.to_rgbs.{level - 1}"


def shapes(channels):
    """The names and shapes of a checkpoint's tensors, for the encoder's channels from 4x4 upwards."""
    last = len(channels) - 1
    found = {"ecd0.0.0.weight": (channels[last], 3, 1, 1), "ecd0.0.1.bias": (channels[last],)}
    for i in range(1, last + 1):
        out = channels[last - i]
        found[f"ecd{i}.0.0.kernel"] = (4, 4)
        found[f"ecd{i}.0.1.weight"] = (out, channels[last - i + 1], 3, 3)
        found[f"ecd{i}.0.2.bias"] = (out,)
    found["final_linear.0.weight"] = (STYLE, 16 * channels[0])
    found["final_linear.0.bias"] = (STYLE,)
    for i in range(1, STYLE_LAYERS + 1):
        found[f"generator.style.{i}.weight"] = (STYLE, STYLE)
        found[f"generator.style.{i}.bias"] = (STYLE,)
    found["generator.input.input"] = (1, channels[0], 4, 4)

    def layer(name, inputs, out, size, kernel=None):
        found[name + ".conv.weight"] = (1, out, inputs, size, size)
        if kernel:
            found[f"{name}.{kernel}.kernel"] = (4, 4)
        found[name + ".conv.modulation.weight"] = (inputs, STYLE)
        found[name + ".conv.modulation.bias"] = (inputs,)

    def styled(name, inputs, out, kernel=None):
        layer(name, inputs, out, 3, kernel)
        found[name + ".noise.weight"] = (1,)
        found[name + ".activate.bias"] = (2 * out,)

    for level, here in enumerate(channels):
        if level > 0:
            styled(upsampling(level), 2 * channels[level - 1], here, "conv.blur")
        styled(convolution(level), 2 * here if level > 0 else here, here)
        layer(to_rgb(level), 2 * here, 3, 1, "upsample" if level > 0 else None)
        found[to_rgb(level) + ".bias"] = (1, 3, 1, 1)
    return found


def java_hash(text):
    value = 0
    for character in text:
        value = (31 * value + ord(character)) & 0xFFFFFFFF
    return value - (1 << 32) if value >= 1 << 31 else value


def bell_curve(name, count):
    """The first numbers of a nearly normal sequence: SplitMix64, four uniform numbers summed."""
    import numpy as np

    with np.errstate(over="ignore"):
        seed = np.uint64(java_hash(name) & (2**64 - 1)) * np.uint64(GOLDEN)
        z = seed + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(GOLDEN)
        z = (z ^ z >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ z >> np.uint64(27)) * np.uint64(0x94D049BB133111EB)
        z = z ^ z >> np.uint64(31)
    total = sum(
        ((z >> np.uint64(shift)) & np.uint64(MASK)).astype(np.int64) for shift in (0, 16, 32, 48)
    )
    return (total - MEAN).astype(np.float32) / np.float32(DEVIATION)


def random_values(name, shape):
    """The values that `gpen bench --random` has for a tensor."""
    import numpy as np

    if name.endswith("kernel"):
        taps = np.array([1, 3, 3, 1], dtype=np.float32)
        return np.outer(taps, taps) * np.float32((1 if name.startswith("ecd") else 4) / 64)
    deviation = 0.1 if name.endswith("bias") else 100 if name.startswith("generator.style.") else 1
    mean = 1 if name.endswith(("modulation.bias", "noise.weight")) else 0
    count = math.prod(shape)
    values = np.float32(mean) + np.float32(deviation) * bell_curve(name, count)
    return values.reshape(shape)


def random_weights(size):
    import torch

    levels = size.bit_length() - 2
    return {
        name: torch.from_numpy(random_values(name, shape).astype("float32"))
        for name, shape in shapes(CHANNELS[:levels]).items()
    }


def stored_weights(file):
    """A published checkpoint, or one of a training, of which the averaged weights count."""
    import torch

    try:
        content = torch.load(file, map_location="cpu", weights_only=True)
    except TypeError:  # PyTorch before 1.13 has no such option.
        sys.exit(f"PyTorch {torch.__version__} cannot read {file} without running what is in it")
    for key in ("g_ema", "params_ema", "params", "state_dict"):
        if key in content:
            content = content[key]
            break
    return {name: value.float() for name, value in content.items()}


class Generator:
    """The weights on a device, and the function. `half` is float16 with channels last."""

    def __init__(self, weights, device, half):
        import torch

        self.torch = torch
        self.functional = torch.nn.functional
        self.weights = {name: value.to(device) for name, value in weights.items()}
        self.type = torch.float16 if half else torch.float32
        self.layout = torch.channels_last if half else torch.contiguous_format
        self.levels = 1 + sum(1 for name in weights if name.endswith("upsample.kernel"))
        self.kernels = {}

    def __call__(self, image):
        """[1,3,S,S] in -1...1, of either as float32."""
        features = self.encoder(self.large(image))
        w = self.latent(features[0].float().contiguous())
        constant = self.large(self.weights["generator.input.input"])
        value = self.styled(convolution(0), constant, w, features[0])
        picture = self.rgb(to_rgb(0), value, w)
        for level in range(1, self.levels):
            value = self.styled(upsampling(level), value, w, features[level], enlarge=True)
            value = self.styled(convolution(level), value, w, features[level])
            below = self.blurred(picture, to_rgb(level) + ".upsample.kernel", (2, 1), zeros=True)
            picture = below + self.rgb(to_rgb(level), value, w)
        return picture

    def large(self, value):
        return value.to(self.type, memory_format=self.layout)

    def encoder(self, image):
        value = self.equalised("ecd0.0", 0, image, stride=1)
        features = [value]
        for i in range(1, self.levels):
            value = self.blurred(value, f"ecd{i}.0.0.kernel", (2, 2))
            value = self.equalised(f"ecd{i}.0", 1, value, stride=2)
            features.insert(0, value)
        return features

    def equalised(self, prefix, index, value, stride):
        weight = self.weights[f"{prefix}.{index}.weight"]
        weight = self.large(weight / math.sqrt(weight[0].numel()))
        value = self.functional.conv2d(value, weight, stride=stride)
        return self.activated(value, self.weights[f"{prefix}.{index + 1}.bias"])

    def activated(self, value, bias):
        biased = value + bias.to(value.dtype).view((1, -1) + (1,) * (value.dim() - 2))
        return self.functional.leaky_relu(biased, SLOPE) * GAIN

    def latent(self, features):
        value = self.linear("final_linear.0", features.flatten(1), 1)
        value = value / (value.square().mean(1, keepdim=True) + EPSILON).sqrt()
        for i in range(1, STYLE_LAYERS + 1):
            value = self.linear(f"generator.style.{i}", value, 0.01)
        return value

    def linear(self, prefix, value, rate):
        weight = self.weights[prefix + ".weight"]
        product = self.functional.linear(value, weight * (rate / math.sqrt(weight.shape[1])))
        return self.activated(product, self.weights[prefix + ".bias"] * rate)

    def style(self, layer, w):
        weight = self.weights[layer + ".conv.modulation.weight"]
        bias = self.weights[layer + ".conv.modulation.bias"]
        return self.functional.linear(w, weight / math.sqrt(STYLE), bias)

    def modulated(self, layer, w):
        """[O,I,k,k] for this image, without demodulation."""
        weight = self.weights[layer + ".conv.weight"][0]
        return weight / math.sqrt(weight[0].numel()) * self.style(layer, w).view(1, -1, 1, 1)

    def styled(self, layer, value, w, features, enlarge=False):
        weight = self.modulated(layer, w)
        weight = weight * (weight.square().sum((1, 2, 3), keepdim=True) + EPSILON).rsqrt()
        if enlarge:
            weight = self.large(weight.transpose(0, 1))
            value = self.functional.conv_transpose2d(value, weight, stride=2)
            value = self.blurred(value, layer + ".conv.blur.kernel", (1, 1))
        else:
            value = self.functional.conv2d(value, self.large(weight), padding=1)
        noise = features * self.weights[layer + ".noise.weight"].to(self.type)
        joined = self.torch.cat([value, noise], 1)
        return self.activated(joined, self.weights[layer + ".activate.bias"])

    def rgb(self, layer, value, w):
        weight = self.large(self.modulated(layer, w))
        return self.functional.conv2d(value, weight).float() + self.weights[layer + ".bias"]

    def blurred(self, value, name, padding, zeros=False):
        """A convolution of each channel; `zeros` puts one behind each pixel before."""
        before, behind = padding
        channels = value.shape[1]
        if zeros:
            count, _, height, width = value.shape
            wide = value.new_zeros(count, channels, 2 * height, 2 * width)
            wide[:, :, ::2, ::2] = value
            value = wide
        key = (name, value.dtype)
        if key not in self.kernels:
            kernel = self.weights[name].flip(0, 1).to(value.dtype)
            self.kernels[key] = kernel.expand(channels, 1, 4, 4).contiguous()
        padded = self.functional.pad(value, (before, behind, before, behind))
        return self.functional.conv2d(padded, self.kernels[key], groups=channels)


def levels_of(picture):
    return ((picture[0] + 1) * 127.5).clamp(0, 255).round().byte().permute(1, 2, 0)


def main():
    parser = argparse.ArgumentParser(description="GPEN's generator in PyTorch")
    parser.add_argument("size", type=int)
    parser.add_argument("precision", choices=["fp32", "fp16"])
    parser.add_argument("device")
    parser.add_argument("input")
    parser.add_argument("output")
    parser.add_argument("--weights")
    parser.add_argument("--repeat", type=int, default=20)
    arguments = parser.parse_args()
    import numpy as np
    import torch

    on_gpu = arguments.device != "cpu"
    torch.backends.cudnn.benchmark = True
    torch.backends.cuda.matmul.allow_tf32 = True
    torch.backends.cudnn.allow_tf32 = True
    weights = stored_weights(arguments.weights) if arguments.weights else random_weights(arguments.size)
    generator = Generator(weights, arguments.device, arguments.precision == "fp16")
    bytes_of_face = 3 * arguments.size**2
    faces = np.fromfile(arguments.input, dtype=np.uint8).reshape(-1, arguments.size, arguments.size, 3)
    if not len(faces):
        sys.exit(f"{arguments.input} holds less than {bytes_of_face} bytes")

    def restore(pixels):
        image = torch.from_numpy(pixels).to(arguments.device).permute(2, 0, 1)[None].float() / 127.5 - 1
        return levels_of(generator(image)).cpu()

    with torch.inference_mode():
        with open(arguments.output, "wb") as out:
            for pixels in faces:
                out.write(restore(pixels).contiguous().numpy().tobytes())
        millis = []
        for _ in range(arguments.repeat):
            begin = time.perf_counter()
            restore(faces[0])
            millis.append(1000 * (time.perf_counter() - begin))
    print(
        json.dumps(
            {
                "medianMillisPerFace": statistics.median(millis),
                "leastMillisPerFace": min(millis),
                "runs": len(millis),
                "peakDeviceBytes": torch.cuda.max_memory_allocated(arguments.device) if on_gpu else None,
                "torch": torch.__version__,
            }
        )
    )


if __name__ == "__main__":
    main()
