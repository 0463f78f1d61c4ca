package org.example.eca;

import dev.espalier.data.Augmentation;
import dev.espalier.data.Image;
import dev.espalier.option.OptionDescription;
import dev.espalier.plugin.Component;
import dev.espalier.random.RandomStream;
import java.util.List;

/**
 * Makes images darker, each by another factor.
 *
 * @param least factor
 */
record Darken(double least) implements Augmentation {
  private static final OptionDescription<Double> LEAST =
      OptionDescription.number("least", 0, 1, "Minimum factor that pixel values are multiplied by.")
          .withDefault(0.5);

  static final Component<Augmentation> COMPONENT =
      Component.of(
          "darken",
          "Darkens images by a random factor.",
          List.of(LEAST),
          options -> new Darken(options.get(LEAST)));

  @Override
  public Image apply(Image image, RandomStream random) {
    double factor = least + (1 - least) * random.nextDouble();
    byte[] pixels = new byte[image.height() * image.width() * image.channels()];
    image.copyTo(pixels, 0);
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) Math.round((pixels[i] & 0xff) * factor);
    }
    return Image.wrap(image.height(), image.width(), image.channels(), pixels);
  }
}
