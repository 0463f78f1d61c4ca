package dev.espalier.augment.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.augment.AllAugmentations;
import dev.espalier.augment.Grey;
import dev.espalier.augment.color.ColorJitter;
import dev.espalier.augment.color.GaussianBlur;
import dev.espalier.augment.color.Sharpness;
import dev.espalier.augment.geometry.RandomErasing;
import dev.espalier.augment.geometry.RandomFlip;
import dev.espalier.augment.geometry.RandomResizedCrop;
import dev.espalier.augment.mix.MixUp;
import dev.espalier.augment.policy.Chain;
import dev.espalier.augment.policy.RandomApply;
import dev.espalier.augment.policy.RandomChoice;
import dev.espalier.data.Augmentation;
import dev.espalier.data.Image;
import dev.espalier.training.FitOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Keeps docs/guide/augmentation.md true. */
class AugmentationGuideTest {
  private static final Path GUIDE = Path.of("../docs/guide/augmentation.md");
  private static final Path THIS =
      Path.of("src/test/java/dev/espalier/augment/plugin/AugmentationGuideTest.java");

  private static String unindented(String text) {
    return text.strip().lines().map(String::strip).collect(Collectors.joining("\n"));
  }

  @Test
  void shownCodeIsRunByThisTest() throws IOException {
    String run = unindented(Files.readString(THIS));
    List<String> shown =
        Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(GUIDE))
            .results()
            .map(block -> unindented(block.group(1)))
            .toList();

    assertThat(shown).isNotEmpty().allSatisfy(code -> assertThat(run).contains(code));
  }

  @Test
  void everyAugmentationIsInATable() throws IOException {
    String guide = Files.readString(GUIDE);

    Stream.concat(
            AllAugmentations.keepingSize().stream(), AllAugmentations.toSevenByNine().stream())
        .forEach(
            augmentation ->
                assertThat(guide)
                    .contains("\n| `" + augmentation.getClass().getSimpleName() + "` |"));
  }

  @Test
  void aChainOfSeveralKinds() {
    Chain augmentations =
        Chain.of(
            RandomResizedCrop.to(224, 224).mirroringHalf(),
            RandomApply.of(0.8, ColorJitter.of(0.4, 0.4, 0.4, 0.1)),
            RandomChoice.of(GaussianBlur.of(5, 0.1, 2), Sharpness.of(0.5, 0.9)),
            RandomErasing.withProbability(0.25));

    assertThat(augmentations.apply(Grey.counting(30, 40, 1), Grey.stream(1)))
        .hasToString("Image 224x224x1");
  }

  @Test
  void mixingOfBatches() throws IOException {
    FitOptions options =
        FitOptions.of(
            fit -> fit.augmentations(RandomFlip.horizontal()).batchAugmentations(MixUp.of(0.2)));

    assertThat(options.batchAugmentations()).containsExactly(MixUp.standard());
    assertThat(Files.readString(GUIDE)).contains("\n| `MixUp` |", "\n| `CutMix` |");
  }

  @Test
  void oneOfYourOwn() {
    Augmentation blank =
        (image, random) ->
            random.nextBoolean(0.1) ? Image.wrap(1, 1, 3, new byte[] {0, 0, 0}) : image;

    assertThat(blank.apply(Grey.counting(3, 4, 1), Grey.stream(1))).isNotNull();
  }
}
