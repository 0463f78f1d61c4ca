package dev.espalier.augment.geometry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.augment.Grey;
import dev.espalier.augment.color.RandomGrayscale;
import dev.espalier.data.Image;
import dev.espalier.random.RandomStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Loops that were made fast give, to the bit, what their plain forms give. */
class FastFormsTest {
  /** What a pixel of the result is, by row, column and channel. */
  @FunctionalInterface
  private interface Plain {
    int at(int row, int column, int channel);
  }

  @Provide
  Arbitrary<Image> images() {
    return Combinators.combine(
            Arbitraries.integers().between(1, 20),
            Arbitraries.integers().between(1, 20),
            Arbitraries.of(1, 3, 4),
            Arbitraries.longs())
        .as(FastFormsTest::image);
  }

  private static Image image(int height, int width, int channels, long seed) {
    byte[] bytes = new byte[height * width * channels];
    RandomStream random = Grey.stream(seed);
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) random.nextInt(256);
    }
    return Image.wrap(height, width, channels, bytes);
  }

  private static Image plainly(Image image, Plain plain) {
    byte[] bytes = new byte[image.height() * image.width() * image.channels()];
    int i = 0;
    for (int row = 0; row < image.height(); row++) {
      for (int column = 0; column < image.width(); column++) {
        for (int channel = 0; channel < image.channels(); channel++) {
          bytes[i++] = (byte) plain.at(row, column, channel);
        }
      }
    }
    return Image.wrap(image.height(), image.width(), image.channels(), bytes);
  }

  private static int nearest(double place) {
    return place < 0 ? -(int) (0.5 - place) : (int) (place + 0.5);
  }

  private static Image movedPlainly(Image image, Affine move, FillMode mode) {
    return plainly(
        image,
        (y, x, channel) -> {
          double fromX = mode.place(move.a0() * x + (move.a1() * y + move.a2()), image.width());
          double fromY = mode.place(move.a3() * x + (move.a4() * y + move.a5()), image.height());
          boolean inside =
              fromY > -0.5
                  && fromX > -0.5
                  && fromY < image.height() - 0.5
                  && fromX < image.width() - 0.5;
          int row = mode.inside(inside ? (int) (fromY + 0.5) : nearest(fromY), image.height());
          int column = mode.inside(inside ? (int) (fromX + 0.5) : nearest(fromX), image.width());
          return row < 0 || column < 0 ? 7 : image.at(row, column, channel);
        });
  }

  @Property(tries = 2000)
  void nearestPixelsOfTurnsZoomsShiftsAndShears(
      @ForAll("images") Image image, @ForAll FillMode mode, @ForAll long seed) {
    RandomStream random = Grey.stream(seed);
    double one = 2 * random.nextDouble() - 1;
    double other = 2 * random.nextDouble() - 1;
    int height = image.height();
    int width = image.width();
    Affine[] moves = {
      Affine.rotation(one, height, width),
      Affine.rotation(random.nextInt(8) / 8.0, height, width),
      Affine.zoom(one, other, height, width),
      Affine.translation(2 * one * height, 2 * other * width),
      Affine.translation(random.nextInt(9) / 2.0 - 2, random.nextInt(9) / 2.0 - 2),
      Affine.shear(3 * one, 3 * other)
    };
    for (Affine move : moves) {
      assertThat(move.apply(image, Interpolation.NEAREST, mode, 7))
          .as("%s of %s, %s", move, image, mode)
          .isEqualTo(movedPlainly(image, move, mode));
    }
  }

  @Property(tries = 500)
  void mirroredPixels(
      @ForAll("images") Image image, @ForAll boolean horizontal, @ForAll boolean vertical) {
    assertThat(RandomFlip.flip(image, horizontal, vertical))
        .isEqualTo(
            plainly(
                image,
                (row, column, channel) ->
                    image.at(
                        vertical ? image.height() - 1 - row : row,
                        horizontal ? image.width() - 1 - column : column,
                        channel)));
  }

  @Property(tries = 500)
  void greyPixels(@ForAll("images") Image image) {
    Image expected =
        image.channels() != 3
            ? image
            : plainly(
                image,
                (row, column, channel) -> {
                  float luminance =
                      0.2989f * image.at(row, column, 0)
                          + 0.587f * image.at(row, column, 1)
                          + 0.114f * image.at(row, column, 2);
                  float colour = 1 - 1f;
                  return (int) Math.rint(image.at(row, column, channel) * colour + luminance);
                });

    assertThat(RandomGrayscale.of(1).apply(image, Grey.stream(1))).isEqualTo(expected);
  }
}
