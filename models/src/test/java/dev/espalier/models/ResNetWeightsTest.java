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
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Loads what {@code src/test/python/make_resnet_weights.py} wrote with torchvision's ResNets and
 * {@code make_keras_weights.py} with Keras', and compares the logits with those of the same models
 * there.
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

    assertThat(difference(model, size, OriginLogits.of("resnet-logits.tsv", golden)))
        .isLessThan(1e-4);
  }

  /** Keras' own images are those that its preprocessing gives, which the model has inside. */
  @ParameterizedTest
  @CsvSource({
    "keras_resnet_narrow.h5,         64, true",
    "keras_resnet_narrow.weights.h5, 65, true",
    "keras_resnet_narrow_notop.h5,   64, false"
  })
  void weightsGiveTheOutputsOfKeras(String file, int size, boolean top) {
    Weights weights = PluginRegistry.discover().readWeights(Resources.weights(file));

    Model model =
        NarrowResNet.bottleneck()
            .imageSize(size)
            .includeTop(top)
            .classifierActivation(Activation.LINEAR)
            .weights(weights)
            .build();

    String golden = "keras_resnet_narrow_" + size + (top ? "" : "_notop");
    assertThat(difference(model, size, OriginLogits.of("keras-logits.tsv", golden)))
        .isLessThan(1e-4);
  }

  private double difference(Model model, int size, List<Double> expected) {
    try (ModelRunner runner = new ModelRunner(engine)) {
      HostArray images = GoldenNumbers.images("golden/" + size, 2, size, size);
      return Closeness.relativeDifference(runner.run(model, images), expected);
    }
  }
}
