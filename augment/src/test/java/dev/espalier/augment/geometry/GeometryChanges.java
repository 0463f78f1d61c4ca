package dev.espalier.augment.geometry;

import dev.espalier.augment.Grey;
import dev.espalier.augment.Range;
import dev.espalier.data.Augmentation;
import dev.espalier.data.Image;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Changes of geometry with fixed strengths. */
public final class GeometryChanges {
  private static final Range NONE = Range.only(0);

  private GeometryChanges() {}

  /** Returns the changes by the names that photographs.tsv has for them. */
  public static Map<String, UnaryOperator<Image>> all() {
    Map<String, UnaryOperator<Image>> changes = new HashMap<>();
    turnsAndFlips(changes);
    shifts(changes);
    zoomsAndShears(changes);
    sizes(changes);
    return changes;
  }

  private static UnaryOperator<Image> always(Augmentation augmentation) {
    return image -> augmentation.apply(image, Grey.stream(0));
  }

  private static void turnsAndFlips(Map<String, UnaryOperator<Image>> changes) {
    changes.put("flip horizontal", image -> RandomFlip.flip(image, true, false));
    changes.put("flip vertical", image -> RandomFlip.flip(image, false, true));
    changes.put("flip both", image -> RandomFlip.flip(image, true, true));
    RandomRotation rotation = RandomRotation.of(NONE);
    changes.put("rotation 0.1 reflect", image -> rotation.rotate(image, 0.1));
    RandomRotation constant = rotation.withFill(FillMode.CONSTANT, 0);
    changes.put("rotation -0.3 constant 0", image -> constant.rotate(image, -0.3));
    RandomRotation wrap = rotation.withFill(FillMode.WRAP, 0);
    changes.put("rotation 0.037 wrap", image -> wrap.rotate(image, 0.037));
    RandomRotation edge = rotation.withFill(FillMode.NEAREST, 0);
    changes.put("rotation 0.05 nearest", image -> edge.rotate(image, 0.05));
    RandomRotation pixels = rotation.withInterpolation(Interpolation.NEAREST);
    changes.put("rotation 0.1 reflect, nearest pixel", image -> pixels.rotate(image, 0.1));
  }

  private static void shifts(Map<String, UnaryOperator<Image>> changes) {
    RandomTranslation shift = RandomTranslation.of(NONE, NONE);
    changes.put("translation 0.1 -0.2 reflect", image -> shift.translate(image, 0.1, -0.2));
    RandomTranslation constant = shift.withFill(FillMode.CONSTANT, 100);
    changes.put(
        "translation -0.33 0.07 constant 100", image -> constant.translate(image, -0.33, 0.07));
    RandomTranslation wrap = shift.withFill(FillMode.WRAP, 0);
    changes.put("translation 0.21 0.4 wrap", image -> wrap.translate(image, 0.21, 0.4));
    RandomTranslation edge = shift.withFill(FillMode.NEAREST, 0);
    changes.put("translation -0.15 -0.9 nearest", image -> edge.translate(image, -0.15, -0.9));
  }

  private static void zoomsAndShears(Map<String, UnaryOperator<Image>> changes) {
    RandomZoom zoom = RandomZoom.of(NONE);
    changes.put("zoom 0.3 0.3 reflect", image -> zoom.zoom(image, 0.3, 0.3));
    changes.put("zoom -0.4 -0.2 reflect", image -> zoom.zoom(image, -0.4, -0.2));
    RandomZoom constant = zoom.withFill(FillMode.CONSTANT, 7);
    changes.put("zoom 0.5 0.8 constant 7", image -> constant.zoom(image, 0.5, 0.8));
    RandomZoom pixels = zoom.withInterpolation(Interpolation.NEAREST);
    changes.put("zoom 0.2371 0.1 reflect, nearest pixel", image -> pixels.zoom(image, 0.2371, 0.1));
    RandomShear shear = RandomShear.of(NONE, NONE);
    changes.put("shear 0.2 0 reflect", image -> shear.shear(image, 0.2, 0));
    RandomShear black = shear.withFill(FillMode.CONSTANT, 0);
    changes.put("shear -0.1 -0.3 constant 0", image -> black.shear(image, -0.1, -0.3));
  }

  private static void sizes(Map<String, UnaryOperator<Image>> changes) {
    changes.put("resize 224x224", Resize.to(224, 224)::resize);
    changes.put("resize 97x131 antialias", Resize.to(97, 131).withAntialias(true)::resize);
    changes.put("resize 300x200 antialias", Resize.to(300, 200).withAntialias(true)::resize);
    changes.put("resize 101x77 nearest", resize(101, 77, Interpolation.NEAREST)::resize);
    changes.put("resize 300x500 nearest", resize(300, 500, Interpolation.NEAREST)::resize);
    changes.put("resize 224x160 bicubic", resize(224, 160, Interpolation.BICUBIC)::resize);
    changes.put("resize 600x700 bicubic", resize(600, 700, Interpolation.BICUBIC)::resize);
    changes.put(
        "resize 64x80 bicubic antialias",
        resize(64, 80, Interpolation.BICUBIC).withAntialias(true)::resize);
    changes.put("resize 60x90 area", resize(60, 90, Interpolation.AREA)::resize);
    changes.put("resize 120x160 crop", Resize.to(120, 160).cropping()::resize);
    changes.put("resize 160x120 pad 50", Resize.to(160, 120).padding(50)::resize);
    changes.put("centre crop 100x90", always(CenterCrop.to(100, 90)));
    changes.put("centre crop 100x700", always(CenterCrop.to(100, 700)));
    Resize smooth = Resize.to(70, 110).withAntialias(true);
    changes.put("pillow resize 70x110 bilinear", smooth::resize);
    changes.put(
        "pillow resize 70x110 bicubic", smooth.withInterpolation(Interpolation.BICUBIC)::resize);
  }

  private static Resize resize(int height, int width, Interpolation interpolation) {
    return Resize.to(height, width).withInterpolation(interpolation);
  }
}
