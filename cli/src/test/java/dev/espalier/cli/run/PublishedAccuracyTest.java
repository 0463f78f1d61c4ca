package dev.espalier.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.data.CroppedResizing;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Input;
import dev.espalier.layer.pooling.GlobalAveragePooling2D;
import dev.espalier.model.InferenceSettings;
import dev.espalier.model.Model;
import dev.espalier.model.Sequential;
import dev.espalier.plugin.PretrainedWeights;
import dev.espalier.weights.pretrained.Pretrained;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PublishedAccuracyTest {
  private static ModelSource.Loaded loaded(
      int side, @Nullable String resizing, @Nullable PretrainedWeights published) {
    Model model =
        Sequential.of(Input.image(side, side, 3), GlobalAveragePooling2D.create(), Dense.of(2))
            .withInferenceSettings(
                InferenceSettings.defaults()
                    .withResizing(resizing == null ? null : CroppedResizing.of(resizing)));
    return new ModelSource.Loaded(model, List.of(), "net", "imagenet", Map.of(), published);
  }

  private static PretrainedWeights weights(String name, String model) {
    return Pretrained.named(name).of(model, true);
  }

  @Test
  void imagesThatAreStretchedAreNotThoseOfTheStatedAccuracy() {
    assertThat(PublishedAccuracy.of(loaded(224, null, weights("imagenet", "efficientnet-b0"))))
        .hasValue(
            "Keras states 77.1 % top-1 on ImageNet for images prepared like this: shorter side 256"
                + " pixels, bicubic, center 224x224. Here: whole image stretched to 224x224,"
                + " bilinear (--resize \"bicubic 0.875\" changes it).");
  }

  @Test
  void imagesThatAreCroppedAsStatedAreSaidToBe() {
    PretrainedWeights entry = weights("noisy-student", "efficientnet-b0");
    assertThat(PublishedAccuracy.of(loaded(224, "bicubic 0.875", entry)))
        .hasValue(
            "timm states 78.8 % top-1 on ImageNet for images prepared like this: shorter side 256"
                + " pixels, bicubic, center 224x224, as they are here.");
  }

  @Test
  void anotherSizeOrFilterIsNamed() {
    PretrainedWeights entry = weights("imagenet", "resnet-50");
    assertThat(PublishedAccuracy.of(loaded(160, "bilinear 0.875", entry)).orElseThrow())
        .endsWith("center 224x224. Here: shorter side 182 pixels, bilinear, center 160x160.");
    assertThat(PublishedAccuracy.of(loaded(224, "bicubic 0.875", entry)).orElseThrow())
        .endsWith(
            "Here: shorter side 256 pixels, bicubic, center 224x224 (--resize \"bilinear 0.875\""
                + " changes it).");
  }

  @Test
  void nothingIsSaidOfWeightsWithoutAStatedAccuracy() {
    assertThat(PublishedAccuracy.of(loaded(224, null, null))).isEmpty();
    assertThat(PublishedAccuracy.of(loaded(224, null, weights("imagenet-keras", "resnet-50"))))
        .isEmpty();
    assertThat(PublishedAccuracy.of(loaded(384, null, weights("imagenet-21k", "efficientnetv2-s"))))
        .isEmpty();
  }
}
