package dev.espalier.augment.geometry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.augment.AllAugmentations;
import dev.espalier.augment.Grey;
import dev.espalier.augment.Range;
import dev.espalier.augment.color.AutoContrast;
import dev.espalier.augment.color.GaussianBlur;
import dev.espalier.augment.color.Posterize;
import dev.espalier.augment.color.RandomInvert;
import dev.espalier.augment.color.Solarize;
import dev.espalier.data.Augmentation;
import dev.espalier.data.Image;
import dev.espalier.random.RandomStream;
import java.util.Arrays;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What holds for images of any size, with any pixels and any random numbers. */
class AugmentationPropertyTest {
  @Provide
  Arbitrary<Image> images() {
    return Combinators.combine(
            Arbitraries.integers().between(1, 24),
            Arbitraries.integers().between(1, 24),
            Arbitraries.of(1, 3, 4),
            Arbitraries.longs(),
            Arbitraries.of(1, 16, 256))
        .as(AugmentationPropertyTest::image);
  }

  private static Image image(int height, int width, int channels, long seed, int levels) {
    byte[] bytes = new byte[height * width * channels];
    RandomStream random = Grey.stream(seed);
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) random.nextInt(levels);
    }
    return Image.wrap(height, width, channels, bytes);
  }

  private static byte[] bytes(Image image) {
    byte[] bytes = new byte[image.height() * image.width() * image.channels()];
    image.copyTo(bytes, 0);
    return bytes;
  }

  @Property(tries = 200)
  void sizeAndChannelsStayAndSoDoesTheImageGiven(@ForAll("images") Image image, @ForAll long seed) {
    byte[] before = bytes(image);
    for (Augmentation augmentation : AllAugmentations.keepingSize()) {
      Image changed = augmentation.apply(image, Grey.stream(seed));
      assertThat(changed).as("%s", augmentation).hasToString(image.toString());
      assertThat(augmentation.apply(image, Grey.stream(seed)))
          .as("%s", augmentation)
          .isEqualTo(changed);
    }
    assertThat(bytes(image)).isEqualTo(before);
  }

  @Property(tries = 200)
  void everySizeIsBroughtToTheOneWanted(@ForAll("images") Image image, @ForAll long seed) {
    byte[] before = bytes(image);
    for (Augmentation augmentation : AllAugmentations.toSevenByNine()) {
      assertThat(augmentation.apply(image, Grey.stream(seed)))
          .as("%s", augmentation)
          .hasToString("Image 7x9x" + image.channels());
    }
    assertThat(bytes(image)).isEqualTo(before);
  }

  @Property(tries = 100)
  void flipsAndInversionsUndoThemselves(@ForAll("images") Image image) {
    for (boolean vertical : new boolean[] {false, true}) {
      Image flipped = RandomFlip.flip(image, true, vertical);
      assertThat(RandomFlip.flip(flipped, true, vertical)).isEqualTo(image);
    }
    assertThat(RandomInvert.invert(RandomInvert.invert(image))).isEqualTo(image);
    Image negative = Solarize.at(0).apply(image, Grey.stream(0));
    assertThat(negative).isEqualTo(RandomInvert.invert(image));
  }

  @Property(tries = 100)
  void twoHalfTurnsAreNoneAndOneIsAFlipOfBothAxes(@ForAll("images") Image image) {
    RandomRotation rotation = RandomRotation.of(Range.only(0));
    Image turned = rotation.rotate(image, 0.5);

    assertThat(turned).isEqualTo(RandomFlip.flip(image, true, true));
    assertThat(rotation.rotate(turned, -0.5)).isEqualTo(image);
  }

  @Property(tries = 100)
  void wholeShiftsThatWrapKeepAllPixels(@ForAll("images") Image image, @ForAll long seed) {
    RandomStream random = Grey.stream(seed);
    // By one pixel more, TensorFlow's arithmetic, which is ours, begins to drift.
    double down = random.nextInt(Math.max(1, image.height() - 1));
    double right = random.nextInt(Math.max(1, image.width() - 1));
    Image shifted =
        Affine.translation(down, right).apply(image, Interpolation.BILINEAR, FillMode.WRAP, 0);
    Image back =
        Affine.translation(-down, -right).apply(shifted, Interpolation.NEAREST, FillMode.WRAP, 0);

    assertThat(back).isEqualTo(image);
    byte[] before = bytes(image);
    byte[] after = bytes(shifted);
    Arrays.sort(before);
    Arrays.sort(after);
    assertThat(after).isEqualTo(before);
  }

  @Property(tries = 100)
  void doneTwiceIsDoneOnce(@ForAll("images") Image image) {
    Augmentation[] augmentations = {
      Posterize.bits(3), new AutoContrast(), CenterCrop.to(1, 1), Resize.to(5, 6)
    };
    for (Augmentation augmentation : augmentations) {
      Image once = augmentation.apply(image, Grey.stream(0));
      assertThat(augmentation.apply(once, Grey.stream(0))).as("%s", augmentation).isEqualTo(once);
    }
  }

  @Property(tries = 100)
  void averagesStayBetweenTheLeastAndTheGreatestValue(@ForAll("images") Image image) {
    int least = 255;
    int greatest = 0;
    for (byte value : bytes(image)) {
      least = Math.min(least, value & 0xff);
      greatest = Math.max(greatest, value & 0xff);
    }
    Augmentation[] augmentations = {
      Resize.to(11, 3).withAntialias(true),
      Resize.to(3, 11).withInterpolation(Interpolation.AREA),
      GaussianBlur.of(5, 2, 2),
      RandomRotation.of(0.5),
      RandomZoom.of(0.5)
    };
    for (Augmentation augmentation : augmentations) {
      for (byte value : bytes(augmentation.apply(image, Grey.stream(1)))) {
        assertThat(value & 0xff).as("%s", augmentation).isBetween(least, greatest);
      }
    }
  }
}
