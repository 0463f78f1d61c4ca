package dev.espalier.augment.color;

import dev.espalier.augment.Grey;
import dev.espalier.augment.internal.PillowEnhance;
import dev.espalier.data.Augmentation;
import dev.espalier.data.Image;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Changes of colors with fixed strengths. */
public final class ColorChanges {
  private ColorChanges() {}

  /** Returns the changes by the names that photographs.tsv has for them. */
  public static Map<String, UnaryOperator<Image>> all() {
    Map<String, UnaryOperator<Image>> changes = new HashMap<>();
    colors(changes);
    pillow(changes);
    return changes;
  }

  private static UnaryOperator<Image> always(Augmentation augmentation) {
    return image -> augmentation.apply(image, Grey.stream(0));
  }

  private static void colors(Map<String, UnaryOperator<Image>> changes) {
    changes.put("brightness 0.2", image -> RandomBrightness.brighten(image, 0.2));
    changes.put("brightness -0.35", image -> RandomBrightness.brighten(image, -0.35));
    changes.put("contrast 1.4", image -> RandomContrast.contrast(image, 1.4));
    changes.put("contrast 0.6", image -> RandomContrast.contrast(image, 0.6));
    changes.put("saturation 0.3", always(RandomSaturation.of(0.3, 0.3)));
    changes.put("saturation 0.7", always(RandomSaturation.of(0.7, 0.7)));
    changes.put("hue 0.2", image -> RandomHue.shift(image, 0.2));
    changes.put("hue -0.45", image -> RandomHue.shift(image, -0.45));
    changes.put("colour degeneration 0.6", image -> RandomColorDegeneration.degenerate(image, 0.6));
    changes.put("greyscale", always(RandomGrayscale.of(1)));
    changes.put("invert", always(RandomInvert.of(1)));
    changes.put("posterization 3", always(Posterize.bits(3)));
    changes.put("solarization 0 128", always(Solarize.at(128)));
    changes.put("solarization 40 150.5", image -> Solarize.solarize(image, 40, 150.5));
    changes.put("auto contrast", always(new AutoContrast()));
    changes.put("equalization", always(new Equalize()));
    changes.put("sharpness 0.1", image -> Sharpness.sharpen(image, 0.1));
    changes.put("sharpness 0.9", image -> Sharpness.sharpen(image, 0.9));
    changes.put("blur 5 1.3", always(GaussianBlur.of(5, 1.3, 1.3).withBlackOutside()));
  }

  private static void pillow(Map<String, UnaryOperator<Image>> changes) {
    changes.put("pillow brightness 0.7", image -> PillowEnhance.brightness(image, 0.7f));
    changes.put("pillow contrast 1.6", image -> PillowEnhance.contrast(image, 1.6f));
    changes.put("pillow colour 0.4", image -> PillowEnhance.color(image, 0.4f));
    changes.put("pillow colour 1.7", image -> PillowEnhance.color(image, 1.7f));
    changes.put("pillow sharpness 0.3", image -> PillowEnhance.sharpness(image, 0.3f));
    changes.put("pillow sharpness 1.8", image -> PillowEnhance.sharpness(image, 1.8f));
    changes.put("pillow posterize 3", image -> Posterize.posterize(image, 3));
    changes.put("pillow solarize 100", always(Solarize.at(100)));
  }
}
