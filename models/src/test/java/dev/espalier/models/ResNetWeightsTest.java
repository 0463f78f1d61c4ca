package dev.espalier.models;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.activation.Activation;
import dev.espalier.core.PluginRegistry;
import dev.espalier.graph.HostArray;
import dev.espalier.model.Model;
import dev.espalier.model.Weights;
import dev.espalier.models.resnet.NarrowResNet;
import dev.espalier.models.resnet.ResNetBuilder;
import dev.espalier.testkit.golden.GoldenNumbers;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Loads what {@code src/test/python/make_resnet_weights.py} wrote with torchvision's ResNets, and
 * compares the logits with those of the same models in PyTorch.
 */
@Tag("native")
@ParameterizedClass
@EnumSource(TestedEngine.class)
record ResNetWeightsTest(TestedEngine engine) {
  @ParameterizedTest
  @CsvSource({
    "resnet_basic.pth,              64, IMAGENET, resnet_basic",
    "resnet_basic.safetensors,      65, IMAGENET, resnet_basic_odd",
    "resnet_basic.pth,              64, ADVPROP,  resnet_basic_centered",
    "resnet_bottleneck.pth,         64, IMAGENET, resnet_bottleneck",
    "resnet_bottleneck.safetensors, 65, IMAGENET, resnet_bottleneck_odd",
    "resnet_bottleneck.safetensors, 64, ADVPROP,  resnet_bottleneck_centered"
  })
  void weightsGiveTheLogitsOfTorchvision(
      String file, int size, InputNormalization normalization, String golden) {
    Weights weights = PluginRegistry.discover().readWeights(Resources.weights(file));
    ResNetBuilder narrow =
        golden.contains("basic") ? NarrowResNet.basic() : NarrowResNet.bottleneck();

    Model model =
        narrow
            .imageSize(size)
            .inputNormalization(normalization)
            .classifierActivation(Activation.LINEAR)
            .weights(weights)
            .build();

    try (ModelRunner runner = new ModelRunner(engine)) {
      HostArray images = GoldenNumbers.images("golden/" + size, 2, size, size);
      HostArray logits = runner.run(model, images);
      assertThat(Closeness.relativeDifference(logits, OriginLogits.of("resnet-logits.tsv", golden)))
          .isLessThan(1e-4);
    }
  }
}
