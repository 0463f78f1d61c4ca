package dev.espalier.tutorial;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.core.ModelFile;
import dev.espalier.core.PluginRegistry;
import dev.espalier.data.Dataset;
import dev.espalier.data.Datasets;
import dev.espalier.data.Split;
import dev.espalier.datasets.cifar.Cifar100;
import dev.espalier.model.Weights;
import dev.espalier.testkit.golden.SharedData;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("native")
class Cifar100FineTuningTest {
  @Test
  void runsKerasTutorialStepByStepAndByRecipeWithTheSameResult(@TempDir Path folder) {
    Path weights = SharedData.path("data/efficientnetv2-b0_notop.h5");
    Path data = SharedData.path("data/cifar-100-binary");
    Dataset train = Datasets.spread(Cifar100.open(data, Split.TRAIN), 64);
    Dataset test = Datasets.spread(Cifar100.open(data, Split.TEST), 32);
    Path file = folder.resolve("cifar100.safetensors");

    assertThat(Cifar100FineTuning.fineTune(weights, train, test, 1, 1, file).samples())
        .isEqualTo(32);
    assertThat(file).isNotEmptyFile();

    Path other = folder.resolve("recipe.safetensors");
    Cifar100FineTuning.fineTuneByRecipe(weights, train, test, 1, 1, other);
    assertThat(weightsOf(other).differences(weightsOf(file))).isEmpty();
  }

  private static Weights weightsOf(Path file) {
    return ModelFile.read(file, PluginRegistry.discover()).model().weights();
  }
}
