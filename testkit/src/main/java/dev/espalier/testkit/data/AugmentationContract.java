package dev.espalier.testkit.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.data.Augmentation;
import dev.espalier.data.Image;
import dev.espalier.random.RandomKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/**
 * The contract of {@link Augmentation}. The test of an augmentation extends this class and creates
 * the augmentation. The type itself already guarantees that labels do not change, because it never
 * sees them, that values are from 0 to 255, and that no image is empty.
 */
public abstract class AugmentationContract {
  private static final int SEEDS = 20;
  private static final int THREADS = 4;

  /** For subclasses. */
  protected AugmentationContract() {}

  /** Creates the augmentation; all calls return equal ones. */
  protected abstract Augmentation augmentation();

  /** Returns whether images keep their size; otherwise all results must have the same size. */
  protected boolean keepsSize() {
    return true;
  }

  /** Returns the augmentation at strengths that must not change any image. */
  protected List<Augmentation> withoutEffect() {
    return List.of();
  }

  @Test
  void sameRandomNumbersGiveTheSameImage() {
    for (Image image : images()) {
      for (int seed = 0; seed < SEEDS; seed++) {
        assertThat(apply(augmentation(), image, seed))
            .as("%s with seed %d", image, seed)
            .isEqualTo(apply(augmentation(), image, seed));
      }
    }
  }

  @Test
  void threadsDoNotDisturbEachOther() throws Exception {
    Augmentation augmentation = augmentation();
    Image image = noise(40, 30, 3);
    List<Image> expected = results(augmentation, image);
    ExecutorService executor = Executors.newFixedThreadPool(THREADS);
    try {
      List<Callable<List<Image>>> tasks = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        tasks.add(() -> results(augmentation, image));
      }
      for (Future<List<Image>> task : executor.invokeAll(tasks)) {
        assertThat(task.get()).isEqualTo(expected);
      }
    } finally {
      executor.shutdownNow();
    }
  }

  @Test
  void theImageGivenIsLeftAlone() {
    for (Image image : images()) {
      byte[] before = bytes(image);
      for (int seed = 0; seed < SEEDS; seed++) {
        apply(augmentation(), image, seed);
      }

      assertThat(bytes(image)).as("%s", image).isEqualTo(before);
    }
  }

  @Test
  void channelsAreKept() {
    for (Image image : images()) {
      for (int seed = 0; seed < SEEDS; seed++) {
        assertThat(apply(augmentation(), image, seed).channels())
            .as("channels of %s", image)
            .isEqualTo(image.channels());
      }
    }
  }

  @Test
  void sizeIsKeptOrTheSameForAll() {
    Image first = apply(augmentation(), noise(40, 30, 3), 0);
    for (Image image : images()) {
      Image expected = keepsSize() ? image : first;
      for (int seed = 0; seed < SEEDS; seed++) {
        Image result = apply(augmentation(), image, seed);
        assertThat(List.of(result.height(), result.width()))
            .as("height and width of %s", image)
            .isEqualTo(List.of(expected.height(), expected.width()));
      }
    }
  }

  @Test
  void atZeroStrengthImagesStayAsTheyAre() {
    for (Augmentation none : withoutEffect()) {
      for (Image image : images()) {
        for (int seed = 0; seed < SEEDS; seed++) {
          assertThat(apply(none, image, seed)).as("%s of %s", none, image).isEqualTo(image);
        }
      }
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

  /**
   * Small, narrow, odd-sized, black, white and single-pixel images, in grayscale, color and with an
   * alpha channel.
   */
  private static List<Image> images() {
    List<Image> images = new ArrayList<>();
    for (int channels : new int[] {1, 3}) {
      images.add(noise(1, 1, channels));
      images.add(noise(1, 7, channels));
      images.add(noise(6, 1, channels));
      images.add(noise(2, 2, channels));
      images.add(noise(17, 23, channels));
      images.add(plain(9, 8, channels, 0));
      images.add(plain(9, 8, channels, 255));
    }
    images.add(noise(5, 4, 4));
    return images;
  }

  private static Image plain(int height, int width, int channels, int value) {
    byte[] bytes = new byte[height * width * channels];
    Arrays.fill(bytes, (byte) value);
    return Image.wrap(height, width, channels, bytes);
  }

  private static Image noise(int height, int width, int channels) {
    byte[] bytes = new byte[height * width * channels];
    var random = RandomKey.ofSeed(height).with(width).with(channels).stream();
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) random.nextInt(256);
    }
    return Image.wrap(height, width, channels, bytes);
  }

  private static Image apply(Augmentation augmentation, Image image, long seed) {
    return augmentation.apply(image, RandomKey.ofSeed(seed).stream());
  }

  private static List<Image> results(Augmentation augmentation, Image image) {
    List<Image> results = new ArrayList<>();
    for (int seed = 0; seed < SEEDS; seed++) {
      results.add(apply(augmentation, image, seed));
    }
    return results;
  }

  private static byte[] bytes(Image image) {
    byte[] bytes = new byte[image.height() * image.width() * image.channels()];
    image.copyTo(bytes, 0);
    return bytes;
  }
}
