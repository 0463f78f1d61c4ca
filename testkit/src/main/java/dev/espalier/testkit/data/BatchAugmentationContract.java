package dev.espalier.testkit.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.data.BatchAugmentation;
import dev.espalier.data.Image;
import dev.espalier.data.ImageBatch;
import dev.espalier.data.SoftLabels;
import dev.espalier.random.RandomKey;
import dev.espalier.random.RandomStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * The contract of {@link BatchAugmentation}. The test of a batch augmentation extends this class
 * and creates the batch augmentation.
 */
public abstract class BatchAugmentationContract {
  private static final int SEEDS = 20;
  private static final int CLASSES = 3;

  /** For subclasses. */
  protected BatchAugmentationContract() {}

  /** Creates the batch augmentation; all calls return equal ones. */
  protected abstract BatchAugmentation augmentation();

  @Test
  void sameRandomNumbersGiveTheSameBatch() {
    for (ImageBatch batch : batches()) {
      for (int seed = 0; seed < SEEDS; seed++) {
        assertThat(apply(batch, seed)).isEqualTo(apply(batch, seed));
      }
    }
  }

  @Test
  void numbersAndSizesAreKept() {
    for (ImageBatch batch : batches()) {
      for (int seed = 0; seed < SEEDS; seed++) {
        ImageBatch result = apply(batch, seed);
        assertThat(result.images()).hasSameSizeAs(batch.images());
        assertThat(result.images().get(0)).hasToString(batch.images().get(0).toString());
        assertThat(result.labels()).hasToString(batch.labels().toString());
      }
    }
  }

  @Test
  void sharesOfClassesAddUpToOne() {
    for (ImageBatch batch : batches()) {
      for (int seed = 0; seed < SEEDS; seed++) {
        SoftLabels labels = apply(batch, seed).labels();
        for (int sample = 0; sample < labels.size(); sample++) {
          float sum = 0;
          for (int label = 0; label < CLASSES; label++) {
            assertThat(labels.share(sample, label)).isBetween(0f, 1f);
            sum += labels.share(sample, label);
          }
          assertThat(sum).isCloseTo(1, within(1e-6f));
        }
      }
    }
  }

  @Test
  void severalClassesAreEachMixedAsTheirImagesAre() {
    for (ImageBatch batch : batches()) {
      // A label that all images have must keep its full weight in every mixture.
      List<List<Integer>> all =
          Collections.nCopies(batch.images().size(), IntStream.range(0, CLASSES).boxed().toList());
      ImageBatch several = new ImageBatch(batch.images(), SoftLabels.multiHot(all, CLASSES));
      for (int seed = 0; seed < SEEDS; seed++) {
        SoftLabels labels = apply(several, seed).labels();
        for (float share : labels.toArray()) {
          assertThat(share).isCloseTo(1, within(1e-6f));
        }
      }
    }
  }

  @Test
  void theBatchGivenIsLeftAlone() {
    List<ImageBatch> given = batches();
    for (ImageBatch batch : given) {
      for (int seed = 0; seed < SEEDS; seed++) {
        apply(batch, seed);
      }
    }

    assertThat(given).isEqualTo(batches());
  }

  @Test
  void aBatchOfOneImageStaysAsItIs() {
    ImageBatch one = batch(1, 5, 4, 3);
    for (int seed = 0; seed < SEEDS; seed++) {
      assertThat(apply(one, seed)).isEqualTo(one);
    }
  }

  @Test
  void valuesThatAreMadeAlikeAreEqual() {
    assertThat(augmentation()).isEqualTo(augmentation()).hasSameHashCodeAs(augmentation());
  }

  @Test
  void printsItsNameAndSettings() {
    assertThat(augmentation().toString())
        .startsWith(augmentation().getClass().getSimpleName())
        .doesNotContain("@");
  }

  private static List<ImageBatch> batches() {
    return List.of(
        batch(1, 1, 1, 1),
        batch(2, 1, 1, 3),
        batch(5, 1, 7, 3),
        batch(3, 6, 1, 1),
        batch(8, 17, 23, 3));
  }

  private static ImageBatch batch(int count, int height, int width, int channels) {
    RandomStream random = RandomKey.ofSeed(height).with(width).with(channels).stream();
    List<Image> images = new ArrayList<>();
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      byte[] bytes = new byte[height * width * channels];
      for (int j = 0; j < bytes.length; j++) {
        bytes[j] = (byte) random.nextInt(256);
      }
      images.add(Image.wrap(height, width, channels, bytes));
      labels[i] = random.nextInt(CLASSES);
    }
    return new ImageBatch(images, SoftLabels.of(labels, CLASSES));
  }

  private ImageBatch apply(ImageBatch batch, long seed) {
    return augmentation().apply(batch, RandomKey.ofSeed(seed).stream());
  }
}
