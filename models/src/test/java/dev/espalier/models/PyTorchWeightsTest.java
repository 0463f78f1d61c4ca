package dev.espalier.models;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.activation.Activation;
import dev.espalier.core.PluginRegistry;
import dev.espalier.graph.HostArray;
import dev.espalier.model.Model;
import dev.espalier.model.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Loads what {@code src/test/python/make_pytorch_weights.py} wrote with the models of timm,
 * torchvision and lukemelas, and compares the logits with those of the same models in PyTorch.
 */
@Tag("native")
@ParameterizedClass
@EnumSource(TestedEngine.class)
record PyTorchWeightsTest(TestedEngine engine) {
  @ParameterizedTest
  @CsvSource({
    "efficientnet_narrow.pth,         efficientnet_b0_ra.pth,          efficientnet_narrow",
    "efficientnet_narrow_legacy.pth,  efficientnet_b0_ra.pth,          efficientnet_narrow",
    "efficientnet_narrow.safetensors, efficientnet_b0_ra.safetensors,  efficientnet_narrow",
    "efficientnet_narrow.pth,         tf_efficientnet_b0_aa.pth,       tf_efficientnet_narrow",
    "efficientnet_narrow_legacy.pth,  tf_efficientnet_b0_aa.pth,       tf_efficientnet_narrow",
    "efficientnet_narrow.safetensors, tf_efficientnet_b0.safetensors,  tf_efficientnet_narrow",
    "torchvision_narrow.pth,          weights.pth,                     torchvision_narrow",
    "torchvision_narrow_legacy.pth,   weights.pt,                      torchvision_narrow",
    "torchvision_narrow.safetensors,  weights.safetensors,             torchvision_narrow",
    "lukemelas_narrow.pth,            weights.pth,                     lukemelas_narrow",
    "lukemelas_narrow_legacy.pth,     weights,                         lukemelas_narrow",
    "lukemelas_narrow.safetensors,    weights.safetensors,             lukemelas_narrow",
    "tf_efficientnetv2_narrow.pth,    weights.pth,                     tf_efficientnetv2_narrow",
    "torchvision_v2_narrow.pth,       weights.pth,                     torchvision_v2_narrow"
  })
  void weightsGiveTheLogitsOfTheirOwnModel(
      String file, String publishedName, String golden, @TempDir Path folder) throws IOException {
    Path copy = Files.copy(Resources.weights(file), folder.resolve(publishedName));
    Weights weights = PluginRegistry.discover().readWeights(copy);

    Model model = narrow(golden).classifierActivation(Activation.LINEAR).weights(weights).build();

    List<Double> expected = OriginLogits.of("pytorch-logits.tsv", golden);
    try (ModelRunner runner = new ModelRunner(engine)) {
      HostArray logits = runner.run(model, OriginLogits.images());
      assertThat(Closeness.relativeDifference(logits, expected)).isLessThan(1e-4);
    }
  }

  private static EfficientNetBuilder narrow(String golden) {
    double width = golden.startsWith("lukemelas") ? 0.3 : 0.125;
    EfficientNetBuilder builder =
        golden.contains("v2") ? EfficientNetV2.custom(0.125, 0.3) : EfficientNet.custom(width, 0.5);
    return builder.imageSize(OriginLogits.SIZE).classes(OriginLogits.CLASSES);
  }
}
